"""The day's units: days of California, a reserve for acts, a pace for polls."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from app.connectors.youtube.budget import Budget
from app.connectors.youtube.quota import (
    Allowance,
    MemoryLedger,
    Purpose,
    Usage,
    day_of,
    pause,
    resets_at,
    starts_at,
    wait_for,
)
from app.connectors.youtube.settings import YouTubeSettings
from tests.connectors.youtube.builders import NOW

ALLOWANCE = Allowance(daily=10_000, reserve=4_000)
DAY = timedelta(days=1)


def at(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type, misc] # the numbers are a date's and a time's


@pytest.mark.parametrize(
    ("moment", "day", "reset"),
    [
        (at(2026, 9, 21, 6, 59), date(2026, 9, 20), at(2026, 9, 21, 7)),
        (at(2026, 9, 21, 7, 0), date(2026, 9, 21), at(2026, 9, 22, 7)),
        (at(2026, 1, 15, 7, 59), date(2026, 1, 14), at(2026, 1, 15, 8)),
        # The clocks go forward on 8 March 2026 and back on 1 November: days of 23 and 25 hours.
        (at(2026, 3, 8, 8, 0), date(2026, 3, 8), at(2026, 3, 9, 7)),
        (at(2026, 11, 1, 7, 0), date(2026, 11, 1), at(2026, 11, 2, 8)),
    ],
)
def test_the_day_is_californias_in_summer_and_winter(moment: datetime, day: date, reset: datetime) -> None:
    assert (day_of(moment), resets_at(moment)) == (day, reset)


@given(st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001 # bounds
def test_every_moment_lies_in_its_day(moment: datetime) -> None:
    day = day_of(moment)

    assert starts_at(day) <= moment < resets_at(moment)
    assert resets_at(moment) - starts_at(day) in {timedelta(hours=hours) for hours in (23, 24, 25)}
    assert day_of(resets_at(moment)) == day + DAY


@pytest.mark.parametrize(
    ("usage", "polling", "acting"),
    [
        (Usage(), 6000, 10_000),
        (Usage(polling=5999), 1, 4001),
        (Usage(polling=6000), 0, 4000),
        (Usage(polling=7000), 0, 3000),
        # An eighth of the reserve is kept for later acts, whatever the earlier ones cost.
        (Usage(acting=3500), 6000, 6500),
        (Usage(acting=4000), 5500, 6000),
        (Usage(acting=9000), 500, 1000),
        (Usage(acting=9600), 0, 400),
        (Usage(polling=6000, acting=4000), 0, 0),
        (Usage(polling=1, is_closed=True), 0, 0),
        (Usage(polling=99_999), 0, 0),
    ],
)
def test_polling_leaves_the_reserve_and_acts_may_use_all(usage: Usage, polling: int, acting: int) -> None:
    assert ALLOWANCE.left(usage, Purpose.POLLING) == polling
    assert ALLOWANCE.left(usage, Purpose.ACTING) == acting


@given(st.lists(st.tuples(st.sampled_from(Purpose), st.integers(1, 300)), max_size=300))
def test_whatever_is_asked_for_the_day_is_never_overspent_and_acts_keep_their_reserve(
    wishes: list[tuple[Purpose, int]],
) -> None:
    usage = Usage()
    for purpose, units in wishes:
        if wait_for(usage, ALLOWANCE, purpose, units, at=NOW) is None:
            usage = usage.plus(purpose, units)

    assert usage.polling + usage.acting <= ALLOWANCE.daily
    assert usage.polling + ALLOWANCE.reserve <= ALLOWANCE.daily


@given(st.integers(0, 10_000), st.integers(0, 10_000))
def test_polling_alone_never_takes_the_evenings_acts(polling: int, acting: int) -> None:
    usage = Usage(polling=polling, acting=acting)
    after = usage.plus(Purpose.POLLING, ALLOWANCE.left(usage, Purpose.POLLING))

    assert after == usage or ALLOWANCE.left(after, Purpose.ACTING) >= max(500, 4000 - acting)


def test_what_cannot_be_paid_waits_for_the_reset() -> None:
    assert wait_for(Usage(), ALLOWANCE, Purpose.ACTING, 52, at=NOW) is None
    assert wait_for(Usage(acting=9_990), ALLOWANCE, Purpose.ACTING, 52, at=NOW) == timedelta(hours=13, minutes=46)


def test_polls_slow_down_as_units_run_out() -> None:
    half_day = starts_at(date(2026, 9, 21)) + timedelta(hours=12)

    assert pause(Usage(), ALLOWANCE, round_units=4, at=half_day) == timedelta(hours=12) / 1_500
    assert pause(Usage(polling=5_000), ALLOWANCE, round_units=4, at=half_day) == timedelta(hours=12) / 250
    assert pause(Usage(polling=5_997), ALLOWANCE, round_units=4, at=half_day) == timedelta(hours=12)
    assert pause(Usage(is_closed=True), ALLOWANCE, round_units=4, at=half_day) == timedelta(hours=12)


async def test_processes_that_share_a_ledger_share_the_day() -> None:
    ledger = MemoryLedger()
    one, other = (Budget(ledger, clock=lambda: NOW, allowance=Allowance(daily=100, reserve=50)) for _ in range(2))

    assert await one.spend(Purpose.POLLING, 50) is None
    assert await other.spend(Purpose.POLLING, 1) == timedelta(hours=13, minutes=46)
    assert await other.spend(Purpose.ACTING, 50) is None
    assert await one.spend(Purpose.ACTING, 1) is not None
    assert await ledger.usage(day_of(NOW)) == Usage(polling=50, acting=50)


async def test_the_next_day_begins_with_all_units() -> None:
    now = [NOW]
    budget = Budget(MemoryLedger(), clock=lambda: now[0])
    await budget.exhausted()

    before = await budget.spend(Purpose.ACTING, 50)
    now[0] += timedelta(hours=13, minutes=46)

    assert before == timedelta(hours=13, minutes=46)
    assert await budget.spend(Purpose.ACTING, 50) is None


async def test_a_refusal_right_after_midnight_is_yesterdays_and_does_not_cost_today() -> None:
    just_after = starts_at(date(2026, 9, 21)) + timedelta(seconds=3)
    budget = Budget(MemoryLedger(), clock=lambda: just_after)

    assert await budget.exhausted() == timedelta(minutes=10)
    assert await budget.spend(Purpose.ACTING, 50) is None


async def test_the_pause_is_what_is_left_for_polls() -> None:
    ledger = MemoryLedger()
    await ledger.spend(day_of(NOW), Purpose.POLLING, 5_960)

    quota = await Budget(ledger, clock=lambda: NOW).quota(4)

    assert quota.pause == timedelta(hours=13, minutes=46) / 10
    assert (quota.used, quota.limit, quota.reserved, quota.is_closed) == (5_960, 10_000, 4_000, False)


def test_a_reserve_that_leaves_nothing_to_poll_with_is_no_setting() -> None:
    with pytest.raises(ValidationError, match="nothing would be left to poll with"):
        YouTubeSettings(daily_units=4_000)
