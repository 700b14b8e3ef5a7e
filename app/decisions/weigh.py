"""How sure we are of a label, from all that was seen of it: the lists' rules and the classifier together. Pure.

A rule that fires where the classifier sees nothing is doubted, a score without any rule must be higher by itself: how
much each weighs is policy data, fitted to labelled messages, and so are the thresholds (policy section 3).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp

from app.decisions.model import Stage, Tier
from app.decisions.policy import Policy
from app.messages import AccountKind
from app.rules.classified import name_of
from app.rules.model import Finding, Label, Signals


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighed:
    """What all that was seen of a label comes to; `probability` is rounded to four digits."""

    tier: Tier
    log_odds: float
    probability: float


def weigh(
    label: Label,
    findings: Sequence[Finding],
    signals: Signals,
    policy: Policy,
    kind: AccountKind,
    *,
    with_shadow: bool = False,
) -> Weighed | None:
    """Weigh the findings of `label`. None where its rules stand for themselves: no weights, or no classifier.

    `with_shadow`: as if rules in shadow had power, to tell what they would have led to.
    """
    powerless = (Stage.OFF,) if with_shadow else (Stage.OFF, Stage.SHADOW)
    weights = policy.weighing.get(label)
    scored = (signals.scores or {}).get(label)
    if weights is None or scored is None or policy.stage(name_of(label), kind) in powerless:
        return None
    listed = [
        policy.tiers[finding.rule].strength
        for finding in findings
        if finding.rule in policy.tiers and policy.stage(finding.rule, kind) not in powerless
    ]
    log_odds = weights.bias + weights.classifier * scored.log_odds + weights.rules * max(listed, default=0.0)
    log_odds = round(log_odds, 3)
    return Weighed(tier=weights.tier(log_odds), log_odds=log_odds, probability=round(1 / (1 + exp(-log_odds)), 4))
