"""Which action of a message comes next. Pure."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from app.decisions.by_platform import REMOVAL_NOTICE
from app.decisions.model import ActionKind
from app.records.actions import Action

# Informing the author never holds a deletion up for longer (policy section 2, T5).
INFORM_AT_MOST = timedelta(minutes=1)
# What can follow the first try at hiding waits for it no longer: the platform may take no call for hours. A little more
# than the longest that hiding itself may wait for a picture of the page.
HIDING_FIRST_AT_MOST = timedelta(seconds=15)


def next_ready(actions: Sequence[Action], *, now: datetime, unsent_decisions: frozenset[int]) -> Action | None:
    """The first open action that may begin now, in the order of the recipe; None where all that is left must wait.

    An action that waits for its next try does not hold up those behind it, save what the order is there for: nothing
    is hidden before its record, nobody blocked before the evidence is whole, nothing deleted before it was hidden and
    its author informed, and no complaint is answered before its unit was told. The card is drawn, and the author told,
    once hiding was tried: harm stays in sight for neither. `unsent_decisions`: those whose notices are not yet handed
    to their channel.
    """
    for action in actions:
        if action.due_at <= now and not _must_wait(action, actions, now=now, unsent_decisions=unsent_decisions):
            return action
    return None


def next_wake(actions: Sequence[Action], *, after: datetime) -> datetime | None:
    """When somebody must look at these open actions again: the first time after `after` at which one may become ready.

    What falls due earlier than that was looked at and waits for another action, whose end is looked at anyway.
    """
    planned = [action for action in actions if action.state == "planned"]
    times = [action.due_at for action in planned]
    times += [action.created_at + INFORM_AT_MOST for action in planned if action.kind is ActionKind.DELETE]
    times += [action.created_at + HIDING_FIRST_AT_MOST for action in planned if _can_follow_hiding(action)]
    return min((time for time in times if time > after), default=None)


def _must_wait(action: Action, actions: Sequence[Action], *, now: datetime, unsent_decisions: frozenset[int]) -> bool:
    before = [other for other in actions if other.decision_id == action.decision_id and other.id != action.id]
    if _can_follow_hiding(action) and now < action.created_at + HIDING_FIRST_AT_MOST:
        return any(other.kind is ActionKind.HIDE and other.attempts == 0 for other in before)
    match action.kind:
        case ActionKind.HIDE:
            return any(other.kind is ActionKind.EVIDENCE and not other.needs_image for other in before)
        case ActionKind.DELETE:
            informing = now < action.created_at + INFORM_AT_MOST
            return any(
                other.kind in (ActionKind.EVIDENCE, ActionKind.HIDE)
                or (other.kind is ActionKind.PRIVATE_MESSAGE and informing)
                for other in before
            )
        case ActionKind.BLOCK:
            # On some platforms a ban takes the message away with it.
            return any(other.kind is ActionKind.EVIDENCE for other in before)
        case ActionKind.REPLY:
            return action.label == "complaint" and (
                action.decision_id in unsent_decisions or any(other.kind is ActionKind.NOTIFY for other in before)
            )
        case _:
            return False


def _can_follow_hiding(action: Action) -> bool:
    """Whether nothing is lost when it comes after hiding: a deletion needs the card, hiding the sealed record alone."""
    return action.needs_image if action.kind is ActionKind.EVIDENCE else action.template == REMOVAL_NOTICE
