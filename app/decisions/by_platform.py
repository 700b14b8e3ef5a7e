"""What a recipe becomes on a platform that cannot do all of it (policy section 8). Pure.

Nothing is left out without something in its place: a manual task, the nearest act there is, or the head of the queue.
A public answer is never put in the place of a private one.
"""

from dataclasses import replace

from app.decisions.capabilities import Capability, Lack, Lacks
from app.decisions.model import ActionKind, Decision, PlannedAction, PlanningContext, TemplateKey
from app.messages import Channel
from app.rules.model import Label

# Tells an author what was removed, and why (6.3.6).
REMOVAL_NOTICE = TemplateKey("T5")
# What stays one tap away once it is hidden is reported to the platform as well.
REPORTED_TOO = (Label.PRIVACY, Label.HATE)
# Below self-harm and threats, above all else: it should be out of sight and is not.
STAYS_VISIBLE_PRIORITY = 89
STAYS_VISIBLE = "cannot_hide"

_CAPABILITY_OF = {
    ActionKind.HIDE: Capability.HIDE,
    ActionKind.UNHIDE: Capability.UNHIDE,
    ActionKind.DELETE: Capability.DELETE,
    ActionKind.REPLY: Capability.REPLY,
    ActionKind.PRIVATE_MESSAGE: Capability.PRIVATE_MESSAGE,
    ActionKind.BLOCK: Capability.BLOCK,
    ActionKind.UNBLOCK: Capability.UNBLOCK,
    ActionKind.REPORT_TO_PLATFORM: Capability.REPORT_TO_PLATFORM,
}


def capability_of(kind: ActionKind, channel: Channel) -> Capability | None:
    """What the platform must offer for an action; None for our own steps.

    A public answer to a direct message is an answer in its thread.
    """
    if kind is ActionKind.REPLY and channel is Channel.DM:
        return Capability.PRIVATE_MESSAGE
    return _CAPABILITY_OF.get(kind)


def within_reach(
    actions: tuple[PlannedAction, ...], decision: Decision, context: PlanningContext
) -> tuple[PlannedAction, ...]:
    """The recipe as this account can carry it out, in the same order; unchanged where it lacks nothing."""
    lacks = context.lacks
    if not lacks:
        return actions
    adapted = _taken_down(_reported(actions, decision, lacks), lacks)
    return tuple(_by_hand(action, lacks, Channel.DM if context.is_dm else Channel.COMMENT) for action in adapted)


def stays_visible(actions: tuple[PlannedAction, ...], decision: Decision) -> bool:
    """Whether the message was to be out of sight, and the machine cannot bring that about here."""
    taking_down = (ActionKind.HIDE, ActionKind.DELETE)
    return decision.disposition.takes_down and not any(
        action.kind in taking_down and action.by_hand is None for action in actions
    )


def _reported(actions: tuple[PlannedAction, ...], decision: Decision, lacks: Lacks) -> tuple[PlannedAction, ...]:
    """The recipe with a report to the platform, where that is all that is left, or hiding is not enough."""
    kinds = {action.kind for action in actions}
    hiding = next((action for action in actions if action.kind is ActionKind.HIDE), None)
    if hiding is None or ActionKind.REPORT_TO_PLATFORM in kinds:
        return actions
    is_elsewhere = lacks.get(Capability.HIDE) is Lack.NOT_OURS
    is_near = lacks.get(Capability.DELETE) is Lack.HIDING_INSTEAD
    label = next((label for label in decision.labels if label in REPORTED_TOO), None)
    if not is_elsewhere and not (is_near and label is not None):
        return actions
    report = PlannedAction(
        kind=ActionKind.REPORT_TO_PLATFORM,
        purpose=str(ActionKind.REPORT_TO_PLATFORM),
        label=label or hiding.label,
    )
    place = actions.index(hiding) + 1
    return (*actions[:place], report, *actions[place:])


def _taken_down(actions: tuple[PlannedAction, ...], lacks: Lacks) -> tuple[PlannedAction, ...]:
    """The recipe with one way of taking the message down: what another act stands for is left out."""
    kinds = {action.kind for action in actions}
    hide, delete = lacks.get(Capability.HIDE), lacks.get(Capability.DELETE)
    left_out: set[ActionKind] = set()
    if hide is Lack.NOT_OURS:
        # It stands elsewhere: neither we nor a person can hide it; it is reported.
        left_out.add(ActionKind.HIDE)
    elif hide is not None and ActionKind.DELETE in kinds and delete is not Lack.HIDING_INSTEAD:
        left_out.add(ActionKind.HIDE)
    if delete is Lack.NOT_OURS or (delete is Lack.HIDING_INSTEAD and hide is not None):
        left_out.add(ActionKind.DELETE)
    return tuple(action for action in actions if action.kind not in left_out)


def _by_hand(action: PlannedAction, lacks: Lacks, channel: Channel) -> PlannedAction:
    """The action, marked where a person has to do it.

    A removal notice is nobody's task: where a click may send it, it waits for one; elsewhere the record says that its
    author was not informed.
    """
    capability = capability_of(action.kind, channel)
    lack = lacks.get(capability) if capability is not None else None
    # Hiding has done it already, or does it now: nothing is left for a person.
    if lack is None or (lack is Lack.HIDING_INSTEAD and action.kind is ActionKind.DELETE):
        return action
    if action.template == REMOVAL_NOTICE and lack is Lack.BY_PERSON:
        return replace(action, held_because=action.held_because or str(lack))
    if action.template == REMOVAL_NOTICE:
        return replace(action, held_because=None, by_hand=lack)
    return replace(action, by_hand=lack)
