"""What each rule and each label gets right on labelled cases, with the lower end of the interval. Pure.

A rule's figures count the messages on which it fired; a hit is right where the message carries the rule's label. Where
the label is optional, the hit counts for neither side. Policy section 3 sets tiers from the lower ends.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import sqrt

from app.messages import Message
from app.rules.engine import evaluate
from app.rules.model import Label, Rule, RuleName, Signals
from app.rules.ruleset import RULES

# The normal quantile of a two-sided 95 % interval.
_Z = 1.959963984540054


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One labelled message with what is known beside it."""

    id: str
    message: Message
    signals: Signals
    labels: frozenset[Label]
    optional: frozenset[Label] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """How often something fired, and how often rightly; `missed` is set for labels alone."""

    hits: int = 0
    right: int = 0
    missed: int = 0

    @property
    def wrong(self) -> int:
        """Hits on messages without the label."""
        return self.hits - self.right

    @property
    def precision(self) -> float | None:
        """Share of hits that were right; None without hits."""
        return self.right / self.hits if self.hits else None

    @property
    def recall(self) -> float | None:
        """Share of the messages with the label that were found; None where there were none."""
        wanted = self.right + self.missed
        return self.right / wanted if wanted else None

    @property
    def precision_lower(self) -> float:
        """The lower end of the 95 % interval of the precision; 0 without hits."""
        return wilson_lower(self.right, self.hits)

    @property
    def recall_lower(self) -> float:
        """The lower end of the 95 % interval of the recall; 0 without cases."""
        return wilson_lower(self.right, self.right + self.missed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement:
    """Figures of every rule and every label on `cases` messages; `failed` names cases on which a rule raised."""

    cases: int
    rules: Mapping[RuleName, Count]
    labels: Mapping[Label, Count]
    failed: tuple[str, ...] = ()


def wilson_lower(right: int, of: int) -> float:
    """The lower end of Wilson's 95 % score interval for `right` out of `of`; 0 for none."""
    if of == 0:
        return 0.0
    share = right / of
    spread = _Z * sqrt(share * (1 - share) / of + _Z * _Z / (4 * of * of))
    return max(0.0, (share + _Z * _Z / (2 * of) - spread) / (1 + _Z * _Z / of))


def measure(cases: Iterable[Case], rules: tuple[Rule, ...] = RULES) -> Measurement:
    """Run `rules` on `cases` and count, by rule and by label. A rule that never fired has zero hits."""
    of_rule = {rule.name: [0, 0] for rule in rules}
    of_label = {label: [0, 0, 0] for label in Label}
    failed: list[str] = []
    number = 0
    for case in cases:
        number += 1
        evaluation = evaluate(case.message, case.signals, rules)
        if evaluation.failures:
            failed.append(case.id)
        for finding in evaluation.findings:
            if finding.label in case.labels or finding.label not in case.optional:
                of_rule[finding.rule][0] += 1
                of_rule[finding.rule][1] += finding.label in case.labels
        seen = {finding.label for finding in evaluation.findings}
        for label in Label:
            if label in case.labels:
                of_label[label][0] += label in seen
                of_label[label][1] += label in seen
                of_label[label][2] += label not in seen
            elif label in seen and label not in case.optional:
                of_label[label][0] += 1
    return Measurement(
        cases=number,
        rules={name: Count(hits=hits, right=right) for name, (hits, right) in of_rule.items()},
        labels={label: Count(hits=h, right=r, missed=m) for label, (h, r, m) in of_label.items()},
        failed=tuple(failed),
    )
