"""A decision becomes ordered actions, by the labels' recipes and by what the platform can do. Pure."""

from collections.abc import Iterator
from datetime import timedelta

from app.decisions.by_platform import within_reach
from app.decisions.model import (
    SUPPORT,
    ActionKind,
    Decision,
    Disposition,
    PlannedAction,
    PlanningContext,
    Stage,
    TemplateKey,
    Tier,
    UnitKey,
    Urgency,
)
from app.decisions.policy import Policy, Step
from app.decisions.recipients import BY_TOPIC
from app.decisions.topics import unit_of_complaint
from app.rules.model import Label

UNKNOWN_LANGUAGE = "und"


def plan(decision: Decision, context: PlanningContext, policy: Policy) -> tuple[PlannedAction, ...]:
    """The actions that follow, in their order; each (kind, purpose) once.

    Speech that may not go out by itself comes with `held_because`; what the platform does not let the machine do comes
    with `by_hand`, or gives way to what stands for it there.
    """
    planned: dict[tuple[ActionKind, str, TemplateKey | None], PlannedAction] = {}
    for label in decision.labels:
        entry = policy.labels[label]
        for step in entry.steps:
            if not _applies(step, label, decision, context):
                continue
            if (action := _action(step, label, decision, context, policy)) is not None:
                planned.setdefault((action.kind, action.purpose, action.template), action)
    for action in _told_beside(decision, context, policy):
        key = (action.kind, action.purpose, action.template)
        # An urgent one stays urgent, whoever asked for it.
        if key not in planned or action.urgency is Urgency.URGENT:
            planned[key] = action
    for action in _suggestions(decision, context, policy):
        planned.setdefault((action.kind, action.purpose, action.template), action)
    return within_reach(_in_order(tuple(planned.values()), decision, policy), decision, context)


def _applies(step: Step, label: Label, decision: Decision, context: PlanningContext) -> bool:
    taken_down = decision.disposition.takes_down
    match step.do:
        case ActionKind.HIDE if not taken_down or context.is_dm:
            return False
        case ActionKind.DELETE if decision.disposition is not Disposition.REMOVE or context.is_dm:
            return False
        case ActionKind.BLOCK if Label.SELF_HARM in decision.labels or Label.THREAT in decision.labels:
            return False
        case ActionKind.REPLY if not _may_reply(decision):
            return False
        case ActionKind.PRIVATE_MESSAGE if step.template not in SUPPORT and not _may_inform(decision):
            return False
        case ActionKind.EVIDENCE:
            return True
        case _:
            pass
    match step.when:
        case "always":
            return True
        case "taken_down":
            return taken_down
        case "removed":
            return _is_certain(label, decision) and (taken_down or context.is_dm) and _removes(decision, context)
        case "danger_near":
            return _saw(decision, "danger_near") or Label.THREAT in decision.labels
        case "dialogue":
            return context.in_dialogue
        case "admission_period":
            return context.admission_period


def _removes(decision: Decision, context: PlanningContext) -> bool:
    return decision.disposition is Disposition.REMOVE or (context.is_dm and decision.disposition is Disposition.REVIEW)


def _may_reply(decision: Decision) -> bool:
    """No public word beneath what is taken down, dangerous, sensitive or disputed (policy section 2, "Which reply")."""
    silent = {Label.SELF_HARM, Label.THREAT, Label.SENSITIVE_TOPIC, Label.DISASTER, Label.MISINFORMATION}
    return not decision.disposition.takes_down and not silent & set(decision.labels)


def _may_inform(decision: Decision) -> bool:
    """T5 goes to the author of a removed message, save advertisers, the blocked, and threats (a person decides)."""
    silent = {Label.SELF_HARM, Label.THREAT, Label.ADVERTISEMENT, Label.HATE}
    return decision.disposition is Disposition.REMOVE and not silent & set(decision.labels)


def _is_certain(label: Label, decision: Decision) -> bool:
    return any(finding.label is label and finding.tier is Tier.CERTAIN for finding in decision.findings)


def _only_asks(label: Label, decision: Decision) -> bool:
    """Whether every rule behind the label is still at the stage where a person confirms."""
    return all(finding.stage is Stage.ASK for finding in decision.findings if finding.label is label)


def _saw(decision: Decision, kind: str) -> bool:
    return any(match.kind == kind for finding in decision.findings for match in finding.matches)


def _action(
    step: Step, label: Label, decision: Decision, context: PlanningContext, policy: Policy
) -> PlannedAction | None:
    match step.do:
        case ActionKind.NOTIFY:
            unit = _unit(step.to, context, policy)
            return PlannedAction(kind=step.do, purpose=f"{label}:{unit}", label=label, to=unit, urgency=step.urgency)
        case ActionKind.REPLY | ActionKind.PRIVATE_MESSAGE:
            return _speech(step, label, decision, context, policy)
        case ActionKind.DELETE:
            return PlannedAction(
                kind=step.do, purpose="removal", label=label, delay=policy.labels[label].delete_after, needs_image=True
            )
        case ActionKind.EVIDENCE:
            purpose = "image" if step.image else "record"
            return PlannedAction(kind=step.do, purpose=purpose, label=label, needs_image=step.image)
        case _:
            return PlannedAction(kind=step.do, purpose=str(step.do), label=label)


def _unit(to: UnitKey | None, context: PlanningContext, policy: Policy) -> UnitKey:
    if to == BY_TOPIC:
        return unit_of_complaint(context.text, policy)
    return to or policy.default_unit


def _speech(
    step: Step, label: Label, decision: Decision, context: PlanningContext, policy: Policy
) -> PlannedAction | None:
    """A reply or private message, or a suggestion of it where it may not go out by itself."""
    key, expires = step.template, None
    if key is None:
        return None
    if key == "support":
        if _saw(decision, "other_person"):
            key = TemplateKey("support_other")
        expires = timedelta(minutes=policy.support_expires_minutes)
    template = policy.templates[key]
    language = decision.language or ("tr" if key not in SUPPORT else UNKNOWN_LANGUAGE)
    if key in SUPPORT and language not in template.texts:
        language = UNKNOWN_LANGUAGE
    purpose = "reply" if step.do is ActionKind.REPLY else f"private:{key}"
    held: str | None = None
    if language not in template.texts:
        held = f"no_text_in_language:{language}"
    elif not template.approved and key not in context.approved and (key, language) not in context.approved_texts:
        held = "draft"
    elif _only_asks(label, decision):
        held = "ask"
    return PlannedAction(
        kind=step.do,
        purpose=purpose,
        label=label,
        template=key,
        language=language,
        held_because=held,
        expires_after=expires,
        urgency=Urgency.URGENT if key in SUPPORT else Urgency.NORMAL,
    )


def _suggestions(decision: Decision, context: PlanningContext, policy: Policy) -> Iterator[PlannedAction]:
    """Texts that only a person sends: private contact after criticism (6.4.5), T2 outside the admission period."""
    if decision.disposition.takes_down or Label.SELF_HARM in decision.labels:
        return
    for label in decision.labels:
        key = policy.labels[label].suggests
        if key is None or (label is Label.ADMISSION_QUESTION and context.admission_period):
            continue
        kind = ActionKind.REPLY if key in policy.reply_order else ActionKind.PRIVATE_MESSAGE
        if kind is ActionKind.REPLY and not _may_reply(decision):
            continue
        language = decision.language or "tr"
        if language not in policy.templates[key].texts:
            continue
        yield PlannedAction(
            kind=kind,
            purpose="reply" if kind is ActionKind.REPLY else f"private:{key}",
            label=label,
            template=key,
            language=language,
            held_because="suggestion",
        )


def _told_beside(decision: Decision, context: PlanningContext, policy: Policy) -> Iterator[PlannedAction]:
    """Units that hear of a label beside those of its recipe: the directorate's routes, by label and account unit."""
    for label in decision.labels:
        for tell in policy.notices.tell:
            if label in tell.labels and (not tell.account_units or context.account_unit in tell.account_units):
                yield PlannedAction(
                    kind=ActionKind.NOTIFY,
                    purpose=f"{label}:{tell.to}",
                    label=label,
                    to=tell.to,
                    urgency=tell.urgency,
                )


def _in_order(actions: tuple[PlannedAction, ...], decision: Decision, policy: Policy) -> tuple[PlannedAction, ...]:
    """One reply in the fixed order of texts; the deletion last, after the shortest delay of the removing labels."""
    replies = sorted(
        (action for action in actions if action.kind is ActionKind.REPLY),
        key=lambda action: (
            action.held_because is not None,
            policy.reply_order.index(action.template) if action.template in policy.reply_order else 99,
        ),
    )
    deletions = [action for action in actions if action.kind is ActionKind.DELETE]
    others = [action for action in actions if action.kind not in (ActionKind.REPLY, ActionKind.DELETE)]
    others.sort(key=lambda action: action.kind is ActionKind.EVIDENCE and Label.SELF_HARM in decision.labels)
    return (*others, *replies[:1], *deletions[:1])
