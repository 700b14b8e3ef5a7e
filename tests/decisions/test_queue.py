"""Until when a person is to decide: office hours, weekends, holidays of Türkiye, the University's own days."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from pydantic import ValidationError

from app.decisions.policy import shipped_document, shipped_policy
from app.decisions.queue import Due, OwnDays, QueuePolicy

ISTANBUL = ZoneInfo("Europe/Istanbul")
TWO_HOURS = 60  # a priority for which the queue below gives two hours of work
A_DAY = 10


def a_queue(*days_off: OwnDays) -> QueuePolicy:
    shipped = shipped_policy().queue
    return shipped.model_copy(
        update={
            "due": (
                Due(priority=0, within_minutes=540),
                Due(priority=60, within_minutes=120),
                Due(priority=85, at_once=True),
            ),
            "days_off": days_off,
        }
    )


def due(written: str, priority: int = TWO_HOURS, queue: QueuePolicy | None = None) -> str:
    """When an item is due, all in local time."""
    opened = datetime.fromisoformat(written).replace(tzinfo=ISTANBUL).astimezone(UTC)
    found = (queue or a_queue()).due_at(opened, priority, zone=ISTANBUL)
    return found.astimezone(ISTANBUL).strftime("%Y-%m-%d %H:%M")


@pytest.mark.parametrize(
    ("opened", "expected"),
    [
        ("2026-11-23 10:00", "2026-11-23 12:00"),  # a Monday at work
        ("2026-11-23 16:00", "2026-11-23 18:00"),  # to the last minute
        ("2026-11-23 17:00", "2026-11-24 10:00"),  # the rest of it tomorrow
        ("2026-11-23 07:30", "2026-11-23 11:00"),  # before they come
        ("2026-11-23 23:45", "2026-11-24 11:00"),  # at night
        ("2026-11-27 17:30", "2026-11-30 10:30"),  # over a weekend
        ("2026-11-28 12:00", "2026-11-30 11:00"),  # on a Saturday
    ],
)
def test_only_working_time_counts(opened: str, expected: str) -> None:
    assert due(opened) == expected


@pytest.mark.parametrize(
    ("opened", "expected"),
    [
        ("2026-10-27 17:00", "2026-10-28 10:00"),  # 28 October is a working morning
        ("2026-10-28 12:00", "2026-10-30 10:00"),  # its afternoon and the 29th are off
        ("2026-05-26 10:00", "2026-05-26 12:00"),  # arife, before one o'clock
        ("2026-05-26 12:30", "2026-06-01 10:30"),  # Kurban Bayramı: arife afternoon, four days, a Sunday
        ("2026-05-26 14:00", "2026-06-01 11:00"),
        ("2026-03-19 12:00", "2026-03-23 10:00"),  # Ramazan Bayramı: arife, three days
        ("2026-12-31 17:30", "2027-01-04 10:30"),  # into another year
    ],
)
def test_nobody_is_at_work_on_holidays_and_on_the_afternoon_before_a_bayram(opened: str, expected: str) -> None:
    assert due(opened) == expected


def test_the_universitys_own_days_are_off_too() -> None:
    own = OwnDays(name="İdari izin", first=date(2026, 11, 24), last=date(2026, 11, 25))
    afternoon = OwnDays(
        name="Mezuniyet töreni", first=date(2026, 11, 26), last=date(2026, 11, 26), from_time=time(9, 30)
    )

    assert due("2026-11-23 17:00", queue=a_queue(own)) == "2026-11-26 10:00"
    assert due("2026-11-23 17:00", queue=a_queue(own, afternoon)) == "2026-11-27 09:30"


def test_a_day_of_work_may_take_more_than_one() -> None:
    assert due("2026-11-23 13:00", A_DAY) == "2026-11-24 13:00"
    assert due("2026-11-20 13:00", A_DAY) == "2026-11-23 13:00"


@pytest.mark.parametrize("opened", ["2026-11-28 03:00", "2026-05-27 12:00", "2026-11-23 10:00"])
def test_what_is_urgent_is_due_at_once_whatever_the_hour(opened: str) -> None:
    assert due(opened, 90) == f"{opened}"
    assert a_queue().is_at_once(85)
    assert not a_queue().is_at_once(84)


@pytest.mark.parametrize(
    ("priority", "is_urgent", "expected"),
    [
        (TWO_HOURS, False, "2026-11-30 10:30"),  # Friday evening: on Monday
        (A_DAY, False, "2026-11-30 17:30"),
        (A_DAY, True, "2026-11-27 17:45"),  # what the machine would have said by now
        (85, False, "2026-11-27 17:45"),  # what waits for no office hours, on the platform no more than in the queue
    ],
)
def test_what_is_left_for_a_person_to_do_by_hand_is_due_in_office_hours_too(
    priority: int, is_urgent: bool, expected: str
) -> None:
    opened = datetime(2026, 11, 27, 17, 30, tzinfo=ISTANBUL)

    found = a_queue().task_due_at(opened, priority, is_urgent=is_urgent, zone=ISTANBUL)

    assert found.astimezone(ISTANBUL).strftime("%Y-%m-%d %H:%M") == expected


def test_office_hours_tell_whether_people_are_there() -> None:
    hours = a_queue().office_hours(ISTANBUL)

    def on(written: str) -> bool:
        return hours.are_on(datetime.fromisoformat(written).replace(tzinfo=ISTANBUL))

    assert [on("2026-11-23 09:00"), on("2026-11-23 17:59")] == [True, True]
    assert [on("2026-11-23 08:59"), on("2026-11-23 18:00"), on("2026-11-28 10:00")] == [False] * 3


def test_a_claim_on_what_is_urgent_is_short() -> None:
    queue = shipped_policy().queue

    assert queue.claim_for(100) == timedelta(minutes=5)
    assert queue.claim_for(50) == timedelta(minutes=20)


def test_shipped_self_harm_and_threats_wait_for_no_office_hours() -> None:
    policy = shipped_policy()

    # 5 below the label's own: a weak threat stands there (policy section 3).
    for label in ("self_harm", "threat"):
        assert policy.queue.is_at_once(policy.labels[label].priority - 5)  # type: ignore[index]  # a label's name
    assert not policy.queue.is_at_once(policy.labels["insult"].priority)  # type: ignore[index]  # a label's name


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"due": [{"priority": 50, "at_once": True}]}, "priority 0"),
        ({"due": [{"priority": 0}]}, "either at_once or within_minutes"),
        ({"due": [{"priority": 0, "at_once": True, "within_minutes": 3}]}, "either at_once or within_minutes"),
        ({"hours": {"days": ["monday"], "opens": "18:00", "closes": "09:00"}}, "open before they close"),
        ({"hours": {"days": [], "opens": "09:00", "closes": "18:00"}}, "at least 1 item"),
        ({"days_off": [{"name": "Yanlış", "first": "2026-11-25", "last": "2026-11-24"}]}, "Yanlış"),
        ({"grave": ["gravest"]}, "grave"),
    ],
)
def test_a_queue_that_makes_no_sense_is_refused(change: dict[str, object], says: str) -> None:
    whole = shipped_document()["queue"] | change

    with pytest.raises(ValidationError, match=says):
        QueuePolicy.model_validate(whole)
