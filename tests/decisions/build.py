"""Builders: what rules saw, with how sure each of them makes us, decided by the shipped policy."""

from collections.abc import Mapping
from typing import Any

from app.decisions.decide import decide
from app.decisions.model import ActionKind, Decision, PlannedAction, PlanningContext, Tier
from app.decisions.plan import plan
from app.decisions.policy import Measured, Policy, load_policy, shipped_document
from app.messages import Channel
from app.rules.model import Article, Evaluation, Finding, Label, Match, RuleName, Signals
from app.rules.text import read
from tests.world import a_message

LABELS = {label: str(label) for label in Label}


def rule_of(label: Label, tier: Tier) -> RuleName:
    """The stand-in rule of a label and tier."""
    return RuleName(f"{label}.{tier}")


def a_policy(**changes: Any) -> Policy:
    """The shipped policy, with one measured stand-in rule per label and tier from which something follows."""
    document = shipped_document() | {
        "tiers": {
            rule_of(label, tier): Measured(tier=tier, hits=200, right=199, precision=0.99, lower=0.98).model_dump()
            for label in Label
            for tier in Tier
            if tier is not Tier.FAINT
        }
    }
    return load_policy(document | changes)


def seen(*what: tuple[Label, Tier], kind: str = "") -> Evaluation:
    """What the rules saw."""
    return Evaluation(
        findings=tuple(
            Finding(
                label=label,
                article=Article("6.4.8"),
                rule=rule_of(label, tier),
                matches=(Match(start=0, end=3, reason="seen", kind=kind),),
            )
            for label, tier in what
        )
    )


def decided(
    *what: tuple[Label, Tier],
    channel: Channel = Channel.COMMENT,
    policy: Policy | None = None,
    kind: str = "",
    kept_by_person: bool = False,
    failures: tuple[str, ...] = (),
    signals: Mapping[str, Any] | None = None,
    text: str = "metin",
) -> Decision:
    """Decide on a message of which the rules saw this."""
    evaluation = seen(*what, kind=kind)
    given: dict[str, Any] = {"language": "tr", "forms": read(text)} | dict(signals or {})
    return decide(
        a_message(text, channel=channel),
        Signals(**given),
        Evaluation(findings=evaluation.findings, failures=tuple(RuleName(name) for name in failures)),
        policy or a_policy(),
        kept_by_person=kept_by_person,
    )


def planned(decision: Decision, policy: Policy | None = None, **context: Any) -> tuple[PlannedAction, ...]:
    """Plan a decision."""
    return plan(decision, PlanningContext(**context), policy or a_policy())


def kinds(actions: tuple[PlannedAction, ...]) -> list[str]:
    """The kinds of actions that go out by themselves, in order, without our own taking of evidence."""
    return [
        str(action.kind) for action in actions if action.kind is not ActionKind.EVIDENCE and action.held_because is None
    ]
