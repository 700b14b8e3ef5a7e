"""Lanes: so many calls at a time, and those turned away do not all come back at once."""

from datetime import UTC, datetime, timedelta

from app.actions.lanes import LATEST, SOONEST, Lane, Lanes
from app.messages import PlatformName

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

    waits = [lane.next_turn() - NOW for _ in range(100)]

    assert waits[:4] == [SOONEST, SOONEST + timedelta(seconds=0.5), SOONEST * 2, SOONEST * 2.5]
    assert waits[-1] == LATEST


def test_each_platform_has_its_own() -> None:
    lanes = Lanes(lambda platform: 1 if platform == "x" else 2, lambda: NOW)
    slow, other = lanes.of(PlatformName("x")), lanes.of(PlatformName("youtube"))

    with slow.taken():
        assert slow.is_full
        assert lanes.of(PlatformName("x")).is_full
        assert not other.is_full
