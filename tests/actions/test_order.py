"""Which action comes next, and when somebody must look again."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from app.actions.order import HIDING_FIRST_AT_MOST, INFORM_AT_MOST, next_ready, next_wake
from app.decisions.by_platform import REMOVAL_NOTICE
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


def card() -> Action:
    return replace(planned(ActionKind.EVIDENCE), id=ActionId(99), needs_image=True, purpose="image")


def removal_notice() -> Action:
    return replace(planned(ActionKind.PRIVATE_MESSAGE), template=REMOVAL_NOTICE)


def ready_at(actions: list[Action], moment: datetime) -> list[ActionKind]:
    """What comes next, one after the other, were each done at once."""
    left, order = list(actions), []
    while (action := next_ready(left, now=moment, unsent_decisions=frozenset())) is not None:
        order.append(action.kind)
        left.remove(action)
    return order


def test_the_card_and_the_word_to_the_author_come_after_hiding_wherever_the_recipe_has_them() -> None:
    record = planned(ActionKind.EVIDENCE)
    waiting = [record, card(), removal_notice(), planned(ActionKind.HIDE), planned(ActionKind.DELETE)]

    assert ready_at(waiting, NOW) == [
        ActionKind.EVIDENCE,
        ActionKind.HIDE,
        ActionKind.EVIDENCE,
        ActionKind.PRIVATE_MESSAGE,
        ActionKind.DELETE,
    ]


def test_while_hiding_waits_for_its_picture_neither_card_nor_word_is_in_its_way() -> None:
    waiting = [card(), removal_notice(), planned(ActionKind.HIDE, due=3 * SECOND), planned(ActionKind.NOTIFY)]

    assert ready_at(waiting, NOW + SECOND) == [ActionKind.NOTIFY]
    assert next_wake(waiting, after=NOW + SECOND) == NOW + 3 * SECOND
    assert ready_at(waiting, NOW + 3 * SECOND)[0] is ActionKind.HIDE


def test_where_hiding_was_tried_and_failed_the_card_is_drawn_meanwhile() -> None:
    failed = replace(planned(ActionKind.HIDE, due=timedelta(minutes=5)), attempts=1)

    assert ready_at([card(), failed], NOW + SECOND) == [ActionKind.EVIDENCE]


def test_where_hiding_is_put_off_for_long_the_card_does_not_wait_for_it() -> None:
    waiting = [card(), planned(ActionKind.HIDE, due=timedelta(hours=1))]

    assert ready_at(waiting, NOW + SECOND) == []
    wake = next_wake(waiting, after=NOW + SECOND)
    assert wake == NOW + HIDING_FIRST_AT_MOST
    assert ready_at(waiting, wake) == [ActionKind.EVIDENCE]


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
