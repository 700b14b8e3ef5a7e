"""Findings and policy data become one decision. Pure: the same input gives the same decision, byte for byte."""

from collections.abc import Iterable
from dataclasses import replace

from app.decisions.model import Decision, Disposition, JudgedFinding, Stage, Tier
from app.decisions.policy import Policy
from app.decisions.safeguards import ALWAYS_ACT, NEVER_TAKEN_DOWN
from app.decisions.weigh import Weighed, weigh
from app.messages import Channel, Message
from app.rules.classified import name_of
from app.rules.model import Evaluation, Finding, Label, Signals


def decide(
    message: Message, signals: Signals, evaluation: Evaluation, policy: Policy, *, kept_by_person: bool = False
) -> Decision:
    """Decide on one revision of a message.

    `kept_by_person`: a person decided to keep an earlier revision; the machine may then contain, never remove (I7).
    """
    judged = _judged(message, signals, evaluation, policy)
    effective = [finding for finding in judged if finding.stage in (Stage.ASK, Stage.ACT)]
    labels = _labels(effective, policy)
    incomplete = _incomplete(message, signals, evaluation, policy, has_labels=bool(labels))
    disposition, reason = _disposition(effective, labels, incomplete, message, policy, kept_by_person=kept_by_person)
    return Decision(
        labels=labels,
        disposition=disposition,
        language=signals.language,
        findings=judged,
        policy_version=policy.version,
        incomplete=incomplete,
        review_reason=reason or _queue_reason(labels, policy, signals),
        review_priority=_priority(effective, labels, policy),
    )


def _judged(message: Message, signals: Signals, evaluation: Evaluation, policy: Policy) -> tuple[JudgedFinding, ...]:
    """The findings with how sure they make us, in the order of the labels."""
    kind = message.account.kind
    judged: list[JudgedFinding] = []
    for label in Label:
        findings = [finding for finding in evaluation.findings if finding.label is label]
        if not findings:
            continue
        weighed = weigh(label, findings, signals, policy, kind)
        in_shadow = weigh(label, findings, signals, policy, kind, with_shadow=True)
        for finding in sorted(findings, key=lambda finding: finding.rule):
            is_shadow = label not in ALWAYS_ACT and policy.stage(finding.rule, kind) is Stage.SHADOW
            judged.append(_judge(finding, in_shadow if is_shadow else weighed, message, policy))
    return tuple(_with_what_it_would(finding, judged, policy) for finding in judged)


def _with_what_it_would(finding: JudgedFinding, findings: Iterable[JudgedFinding], policy: Policy) -> JudgedFinding:
    """A rule without the power to act leaves on record what it would have asked for by itself."""
    if finding.stage not in (Stage.SHADOW, Stage.ASK):
        return finding
    would, _ = _wanted(replace(finding, stage=Stage.ACT), _cap(finding, findings, policy), policy)
    return replace(finding, would=would)


def _judge(finding: Finding, weighed: Weighed | None, message: Message, policy: Policy) -> JudgedFinding:
    measured = policy.tiers.get(finding.rule)
    if measured is not None and measured.outright and (weighed is None or measured.tier.is_surer_than(weighed.tier)):
        tier, score = measured.tier, measured.lower
    elif weighed is not None:
        tier, score = weighed.tier, weighed.probability
    elif measured is not None:
        tier, score = measured.tier, measured.lower
    else:
        tier, score = Tier.WEAK, 0.0
    # 6.4.15 is found by recall, not by precision: in doubt it is self-harm, since that costs a private message. Where
    # all is weighed together, recall has set the threshold already.
    if finding.label is Label.SELF_HARM and tier is Tier.WEAK and weighed is None:
        tier = Tier.LIKELY
    always = finding.label in ALWAYS_ACT
    return JudgedFinding(
        label=finding.label,
        article=finding.article,
        rule=finding.rule,
        tier=tier,
        score=score,
        matches=finding.matches,
        stage=Stage.ACT if always else policy.stage(finding.rule, message.account.kind),
    )


def _labels(findings: Iterable[JudgedFinding], policy: Policy) -> tuple[Label, ...]:
    """The labels that are at least likely, the weightiest first."""
    found = {finding.label for finding in findings if finding.tier in (Tier.CERTAIN, Tier.LIKELY)}
    order = list(Label)
    return tuple(
        sorted(
            found,
            key=lambda label: (
                label is not Label.SELF_HARM,
                label is not Label.THREAT,
                -policy.labels[label].certain.strength,
                order.index(label),
            ),
        )
    )


def _incomplete(
    message: Message, signals: Signals, evaluation: Evaluation, policy: Policy, *, has_labels: bool
) -> tuple[str, ...]:
    """What could not be judged: it leads to a reviewer, never to silence (policy section 3)."""
    gaps = [f"rule:{name}" for name in sorted(evaluation.failures)]
    gaps += [f"signal:{name}" for name in sorted(signals.missing)]
    if not message.text.strip() and message.media:
        gaps.append("media")
    if signals.language and signals.language not in policy.measured_languages and not has_labels:
        gaps.append(f"language:{signals.language}")
    return tuple(gaps)


def _disposition(
    findings: Iterable[JudgedFinding],
    labels: tuple[Label, ...],
    incomplete: tuple[str, ...],
    message: Message,
    policy: Policy,
    *,
    kept_by_person: bool,
) -> tuple[Disposition, str | None]:
    """The strongest disposition of the findings, within what the machine may do; and why a person must look."""
    if Label.SELF_HARM in labels:
        return Disposition.KEEP, "self_harm"
    wanted, reason = Disposition.KEEP, None
    effective = list(findings)
    for finding in effective:
        this, why = _wanted(finding, _cap(finding, effective, policy), policy)
        if this.strength > wanted.strength:
            wanted, reason = this, why
    if Label.THREAT in labels:
        wanted, reason = Disposition.CONTAIN, "threat"
    if wanted.takes_down and any(
        finding.label is Label.SELF_HARM and finding.tier is Tier.WEAK for finding in effective
    ):
        # What may yet be a cry for help is no machine's to take down (6.4.15): a person looks.
        wanted, reason = Disposition.REVIEW, "maybe_self_harm"
    if wanted is Disposition.REMOVE and (kept_by_person or incomplete):
        wanted, reason = Disposition.CONTAIN, "kept_by_person" if kept_by_person else "incomplete"
    if message.channel is Channel.DM and wanted.takes_down:
        wanted, reason = Disposition.REVIEW, "direct_message"
    if wanted is Disposition.KEEP and incomplete:
        wanted, reason = Disposition.REVIEW, "incomplete"
    if wanted is Disposition.CONTAIN and reason is None:
        reason = "contained"
    return wanted, reason


def _cap(finding: JudgedFinding, findings: Iterable[JudgedFinding], policy: Policy) -> Disposition | None:
    """The most that may follow from a finding. The classifier has the cap of the rules, where all of them have one:
    it cannot tell swearing among friends from swearing at someone."""
    if finding.rule != name_of(finding.label):
        return policy.caps.get(finding.rule)
    others = [other for other in findings if other.label is finding.label and other is not finding]
    caps = [policy.caps[other.rule] for other in others if other.rule in policy.caps]
    return max(caps, key=lambda cap: cap.strength) if caps and len(caps) == len(others) else None


def _wanted(finding: JudgedFinding, cap: Disposition | None, policy: Policy) -> tuple[Disposition, str | None]:
    """What one finding asks for by itself, `cap` at the most."""
    entry = policy.labels[finding.label]
    match finding.tier:
        case Tier.CERTAIN:
            wanted, reason = entry.certain, None
        case Tier.LIKELY:
            wanted, reason = entry.likely, None
        case Tier.WEAK:
            if finding.label in NEVER_TAKEN_DOWN:
                return Disposition.KEEP, None
            wanted, reason = Disposition.REVIEW, "weak"
        case Tier.FAINT:
            return Disposition.KEEP, None
    if cap is not None and finding.label not in ALWAYS_ACT and cap.strength < wanted.strength:
        wanted, reason = cap, "capped"
    if finding.stage is Stage.ASK and wanted.takes_down:
        wanted, reason = Disposition.REVIEW, "ask"
    if wanted is Disposition.REVIEW and reason is None:
        reason = str(finding.label)
    if wanted is Disposition.CONTAIN and reason is None:
        reason = "contained"
    return wanted, reason


def _priority(findings: Iterable[JudgedFinding], labels: tuple[Label, ...], policy: Policy) -> int:
    """Place in the queue: the labels' own, a little lower for what is not even likely.

    A weak threat thus still stands near the top, as policy section 3 asks.
    """
    priorities = [policy.labels[label].priority for label in labels]
    priorities += [
        policy.labels[finding.label].priority - 5
        for finding in findings
        if finding.label not in NEVER_TAKEN_DOWN and finding.tier is not Tier.FAINT
    ]
    return max(priorities, default=10)


def _queue_reason(labels: tuple[Label, ...], policy: Policy, signals: Signals) -> str | None:
    """Why a message that stays goes to the queue all the same."""
    for label in labels:
        if policy.labels[label].queue:
            return str(label)
    if Label.ADMISSION_QUESTION in labels and not signals.admission_period:
        return str(Label.ADMISSION_QUESTION)
    return None
