"""What is usual, and the limits as policy data."""

from typing import Any

import pytest

from app.decisions.limits import unusual_from, usual
from app.decisions.model import ActionKind
from app.decisions.policy import Limits, load_policy, shipped_document
from app.errors import PolicyError
from app.rules.model import Label

QUOTA = {"per_hour": 10, "authors": 8}
KINDS = ("hide", "delete", "block", "reply", "private_message")


def a_document(**changes: Any) -> dict[str, Any]:
    """Limits alike for every kind."""
    plain = {"kinds": dict.fromkeys(KINDS, QUOTA), "factor": 3.0, "weeks": 4, "unusual_for_hours": 12}
    return plain | changes


@pytest.mark.parametrize(
    ("past", "habit"),
    [
        ([], 0),
        ([0] * 12, 0),
        ([500, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], 0),  # one storm is no habit
        ([10, 12, 11, 0, 10, 12, 11, 10, 9, 10, 11, 10], 10),  # nor does one silent hour end one
    ],
)
def test_a_habit_is_what_is_so_in_most_weeks(past: list[int], habit: float) -> None:
    assert usual(past) == habit


@pytest.mark.parametrize(("habit", "allowed"), [(0.0, 8), (2.0, 8), (10.0, 30)])
def test_a_quiet_account_has_the_floor_and_a_busy_one_its_habit(habit: float, allowed: int) -> None:
    limits = Limits.model_validate(a_document())

    assert unusual_from(limits, limits.kinds[ActionKind.HIDE], habit) == allowed


def test_a_label_may_have_a_quota_of_its_own() -> None:
    more = {"per_hour": 300, "authors": 300}
    limits = Limits.model_validate(a_document(labels={"admission_question": {"reply": more}}))

    assert limits.quota(Label.ADMISSION_QUESTION, ActionKind.REPLY).per_hour == 300
    assert limits.quota(Label.ADMISSION_QUESTION, ActionKind.HIDE).per_hour == 10
    assert limits.quota(Label.COMPLAINT, ActionKind.REPLY).per_hour == 10


@pytest.mark.parametrize(
    "changes",
    [
        {"kinds": dict.fromkeys(KINDS[1:], QUOTA)},  # one is missing
        {"kinds": dict.fromkeys((*KINDS, "notify"), QUOTA)},  # notices are never limited
        {"labels": {"self_harm": {"private_message": QUOTA}}},  # section 3
        {"labels": {"threat": {"hide": QUOTA}}},
        {"factor": 0.5},
        {"weeks": 0},
        {"unusual_for_hours": 0},
    ],
)
def test_limits_that_cannot_be_are_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(PolicyError, match="limits"):
        load_policy(shipped_document() | {"limits": a_document(**changes)})


def test_a_document_from_before_there_were_limits_has_the_shipped_ones() -> None:
    document = shipped_document()
    shipped = document.pop("limits")

    assert load_policy(document).limits == Limits.model_validate(shipped)
