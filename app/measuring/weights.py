"""How classifier and rules are weighed for each label: a logistic regression on messages that neither was made from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from app.measuring.cases import Case
from app.measuring.tiers import Fired
from app.rules.model import Label, RuleName

Table: TypeAlias = "np.ndarray[Any, Any]"
# Keeps weights finite where a rule is never wrong on few messages.
_RIDGE = 0.02
_STEPS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """log odds = bias + classifier x its log odds + rules x the strength of the strongest rule that fired."""

    bias: float
    classifier: float
    rules: float

    def log_odds(self, scored: float, listed: float) -> float:
        """What a message comes to, as `decisions.weigh` computes it."""
        return round(self.bias + self.classifier * scored + self.rules * listed, 3)


def listed(label: Label, case: Case, fired: Mapping[RuleName, Fired], strengths: Mapping[RuleName, float]) -> float:
    """The strength of the strongest rule of the label that fired on the case; 0 for none."""
    return max(
        (
            strengths[name]
            for name, one in fired.items()
            if name.startswith(f"{label}.") and (case.id in one.right or case.id in one.wrong or case.id in one.unclear)
        ),
        default=0.0,
    )


def seen(
    label: Label, cases: Sequence[Case], fired: Mapping[RuleName, Fired], strengths: Mapping[RuleName, float]
) -> tuple[Table, Table]:
    """Features (classifier, rules) and targets of the cases for which the label is not optional."""
    rows = [
        (case.signals.scores[label].log_odds, listed(label, case, fired, strengths), float(label in case.labels))
        for case in cases
        if case.signals.scores is not None and label not in case.optional
    ]
    table = np.array(rows, dtype=np.float64)
    return table[:, :2], table[:, 2]


def fit(features: Table, targets: Table) -> Weights:
    """What tells the targets apart best; a weight that would come out negative is zero, and the rest fitted again."""
    used = [0, 1]
    while True:
        bias, *weights = logistic(features[:, used], targets)
        negative = [place for place, weight in zip(used, weights, strict=True) if weight < 0]
        if not negative:
            break
        used = [place for place in used if place not in negative]
    found = dict(zip(used, (round(float(weight), 3) for weight in weights), strict=True))
    return Weights(bias=round(float(bias), 3), classifier=found.get(0, 0.0), rules=found.get(1, 0.0))


def logistic(features: Table, targets: Table) -> Table:
    """A logistic regression by Newton's method: the bias, then the weight of each feature."""
    design = np.column_stack([np.ones(len(features)), features])
    ridge = _RIDGE * len(targets) * 0.01
    weights = np.zeros(design.shape[1])
    for _ in range(_STEPS):
        probability = 1 / (1 + np.exp(-design @ weights))
        slope = design.T @ (probability - targets) + ridge * weights
        curve = (design * (probability * (1 - probability))[:, None]).T @ design
        weights -= np.linalg.solve(curve + ridge * np.eye(len(weights)), slope)
    return weights
