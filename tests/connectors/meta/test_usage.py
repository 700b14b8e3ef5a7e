"""The gauge of an account's allowance, with a clock that is handed in."""

import json
from datetime import timedelta
from typing import Any

import pytest

from app.connectors.meta.usage import Gauges, Lane
from app.messages import Account, AccountId, ExternalId, PlatformName


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def an_account(external_id: str = "1") -> Account:
    return Account(
        id=AccountId(1), platform=PlatformName("facebook"), external_id=ExternalId(external_id), handle="korfez"
    )


def app_usage(percent: float) -> dict[str, str]:
    return {"x-app-usage": json.dumps({"call_count": percent, "total_cputime": 1, "total_time": 2})}


def business_usage(percent: float, regain_minutes: float = 0) -> dict[str, str]:
    usage = {
        "type": "pages",
        "call_count": 3,
        "total_cputime": percent,
        "total_time": 2,
        "estimated_time_to_regain_access": regain_minutes,
    }
    return {"x-business-use-case-usage": json.dumps({"104": [{"type": "messenger", "call_count": 1}, usage]})}


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def gauges(clock: Clock) -> Gauges:
    return Gauges(clock=clock)


def test_an_account_that_nothing_is_known_of_is_not_held_back(gauges: Gauges) -> None:
    gauge = gauges.of(an_account(), Lane.CONTENT)

    assert gauge.closed_for() is None
    assert gauge.hold() == 0


@pytest.mark.parametrize(("percent", "hold"), [(10, 0), (75, 0), (80, 0.4), (99, 1.92)])
def test_calls_slow_down_from_three_quarters(gauges: Gauges, percent: float, hold: float) -> None:
    gauge = gauges.of(an_account(), Lane.CONTENT)

    gauge.answered(app_usage(percent))

    assert gauge.hold() == pytest.approx(hold)
    assert gauge.closed_for() is None


@pytest.mark.parametrize("headers", [app_usage(100), business_usage(250)])
def test_a_used_up_allowance_closes_the_account_until_the_reading_is_old(
    gauges: Gauges, clock: Clock, headers: dict[str, str]
) -> None:
    gauge = gauges.of(an_account(), Lane.CONTENT)

    gauge.answered(headers)

    assert gauge.closed_for() == timedelta(seconds=300)
    clock.now += 301
    assert gauge.closed_for() is None
    assert gauge.hold() == 0


def test_the_platforms_own_waiting_time_is_kept_in_minutes(gauges: Gauges, clock: Clock) -> None:
    gauge = gauges.of(an_account(), Lane.CONTENT)

    gauge.answered(business_usage(20, regain_minutes=15))

    assert gauge.closed_for() == timedelta(minutes=15)
    assert gauge.limited() == timedelta(minutes=15)
    clock.now += 15 * 60
    assert gauge.closed_for() is None


def test_a_limit_without_a_time_makes_each_pause_longer_than_the_last(gauges: Gauges, clock: Clock) -> None:
    gauge = gauges.of(an_account(), Lane.CONTENT)
    pauses = []

    for _ in range(9):
        pauses.append(gauge.limited().total_seconds())
        clock.now += pauses[-1]

    assert pauses == [5, 10, 20, 40, 80, 160, 300, 300, 300]
    gauge.worked()
    assert gauge.limited() == timedelta(seconds=5)


def test_accounts_and_lanes_do_not_slow_each_other(gauges: Gauges) -> None:
    gauges.of(an_account("1"), Lane.MESSAGES).answered(app_usage(100))

    assert gauges.of(an_account("1"), Lane.MESSAGES).closed_for() is not None
    assert gauges.of(an_account("1"), Lane.CONTENT).closed_for() is None
    assert gauges.of(an_account("2"), Lane.MESSAGES).closed_for() is None


@pytest.mark.parametrize(
    "header",
    ["", "x", "[]", "null", "{}", "[" * 50_000, '{"a":[{"call_count":"90"}]}', '{"a":{"call_count":NaN}}', '{"a":5}'],
)
@pytest.mark.parametrize("name", ["x-app-usage", "x-business-use-case-usage"])
def test_a_header_that_makes_no_sense_is_let_be(gauges: Gauges, name: str, header: Any) -> None:
    gauge = gauges.of(an_account(), Lane.CONTENT)

    gauge.answered({name: header})

    assert gauge.closed_for() is None
    assert gauge.hold() == 0


def test_a_percentage_beyond_all_measure_is_only_full(gauges: Gauges) -> None:
    gauge = gauges.of(an_account(), Lane.CONTENT)

    gauge.answered({"x-app-usage": '{"call_count":' + "9" * 400 + "}"})

    assert gauge.closed_for() == timedelta(seconds=300)
