"""Which action comes next, and when somebody must look again."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from app.actions.order import INFORM_AT_MOST, next_ready, next_wake
from app.decisions.model import ActionKind
from app.messages import ActionId, DecisionId, MessageId
from app.records.actions import Action

NOW = datetime(2026, 8, 3, 9, 30, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def planned(kind: ActionKind, *, due: timedelta = timedelta(0), state: str = "planned") -> Action:
    """An action of a decision that was made at NOW."""
    place = list(ActionKind).index(kind)
    return Action(
        id=ActionId(place + 1),
        message_id=MessageId(1),
        revision=1,
        decision_id=DecisionId(1),
        position=place,
        kind=kind,
        purpose=str(kind),
        label="insult",
        template=None,
        language=None,
        text=None,
        recipient=None,
        urgency="normal",
        needs_image=False,
        state=state,
        requested_by=None,
        due_at=NOW + due,
        expires_at=None,
        attempts=0,
        created_at=NOW,
    )


def test_what_waits_behind_an_action_does_not_hide_when_that_one_falls_due() -> None:
    waiting = [planned(ActionKind.HIDE, due=2 * SECOND), planned(ActionKind.DELETE)]
    assert next_ready(waiting, now=NOW + SECOND, unsent_decisions=frozenset()) is None
    assert next_wake(waiting, after=NOW + SECOND) == NOW + 2 * SECOND


def test_a_deletion_is_looked_at_when_it_need_no_longer_wait_for_its_author_to_be_informed() -> None:
    waiting = [planned(ActionKind.PRIVATE_MESSAGE, due=timedelta(minutes=10)), planned(ActionKind.DELETE)]
    assert next_ready(waiting, now=NOW + SECOND, unsent_decisions=frozenset()) is None
    wake = next_wake(waiting, after=NOW + SECOND)
    assert wake == NOW + INFORM_AT_MOST
    ready = next_ready(waiting, now=wake, unsent_decisions=frozenset())
    assert ready is not None
    assert ready.kind is ActionKind.DELETE


def test_nobody_is_blocked_before_the_evidence_is_whole() -> None:
    waiting = [planned(ActionKind.EVIDENCE, due=2 * SECOND), planned(ActionKind.BLOCK)]
    assert next_ready(waiting, now=NOW, unsent_decisions=frozenset()) is None
    ready = next_ready(waiting[1:], now=NOW, unsent_decisions=frozenset())
    assert ready is not None
    assert ready.kind is ActionKind.BLOCK


def test_a_deletion_that_failed_is_tried_again_at_its_own_time() -> None:
    assert next_wake([planned(ActionKind.DELETE, due=3 * SECOND)], after=NOW) == NOW + 3 * SECOND


def test_nobody_need_come_for_what_was_looked_at_or_is_running() -> None:
    assert next_wake([planned(ActionKind.HIDE)], after=NOW) is None
    running = replace(planned(ActionKind.HIDE, due=SECOND), state="running")
    assert next_wake([running], after=NOW) is None
