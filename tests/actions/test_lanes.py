"""Lanes: so many calls at a time, and those turned away do not all come back at once."""

from datetime import UTC, datetime, timedelta

from app.actions.lanes import AT_FIRST, LATEST, SOONEST, Lane, Lanes
from app.messages import PlatformName
from tests.flow import MovedClock

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def test_a_lane_is_full_until_a_call_ends_however_it_ends() -> None:
    lane = Lane(2, lambda: NOW)
    seen = []

    try:
        with lane.taken(), lane.taken():
            seen.append(lane.is_full)
            raise TimeoutError
    except TimeoutError:
        seen.append(lane.is_full)

    assert seen == [True, False]


def test_those_turned_away_come_one_after_the_other() -> None:
    lane = Lane(2, lambda: NOW)

    waits = [lane.next_turn() - NOW for _ in range(300)]

    step = AT_FIRST / 2
    assert waits[:4] == [step, step * 2, step * 3, step * 4]
    assert waits[-1] == LATEST


def test_they_come_sooner_where_calls_are_short_and_later_where_they_are_long() -> None:
    """Thirty who are turned away by a platform that answers at once need not wait for seconds."""
    clock = MovedClock()

    def wait_of_the_thirtieth(call: timedelta) -> timedelta:
        lane = Lane(12, clock)
        for _ in range(20):
            with lane.taken():
                clock.shift += call
        now = clock()
        return [lane.next_turn() - now for _ in range(30)][-1]

    assert SOONEST <= wait_of_the_thirtieth(timedelta(milliseconds=30)) < timedelta(milliseconds=500)
    assert wait_of_the_thirtieth(timedelta(seconds=1)) > timedelta(seconds=2)
    # One that hangs for minutes says that others will hang, and no more.
    assert wait_of_the_thirtieth(timedelta(minutes=3)) < timedelta(seconds=6)


def test_each_platform_has_its_own() -> None:
    lanes = Lanes(lambda platform: 1 if platform == "x" else 2, lambda: NOW)
    slow, other = lanes.of(PlatformName("x")), lanes.of(PlatformName("youtube"))

    with slow.taken():
        assert slow.is_full
        assert lanes.of(PlatformName("x")).is_full
        assert not other.is_full
