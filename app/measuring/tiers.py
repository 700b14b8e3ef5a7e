"""How sure each rule makes us by itself, and how strongly it speaks beside the classifier.

For each label and each threshold (certain 0.98, likely 0.70) the rules whose own hits do not contradict it are pooled:
where the lower end of the pooled 95 % interval holds, they get the tier; else each stands for itself. A rule that fails
both is weak: it brings a person, nothing else. A rule that matches outright is measured by itself.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import log

from app.decisions.model import Tier
from app.measuring.cases import Case
from app.measuring.interval import wilson_lower
from app.rules.classified import RULES as CLASSIFIED
from app.rules.engine import evaluate
from app.rules.model import Label, Rule, RuleName
from app.rules.ruleset import RULES

# What the lists see; the classifier's own rules are weighed by its scores.
LISTED = tuple(rule for rule in RULES if rule not in CLASSIFIED)
THRESHOLDS = ((Tier.CERTAIN, 0.98), (Tier.LIKELY, 0.70))


@dataclass(slots=True)
class Fired:
    """On which cases a rule fired, rightly, wrongly, and where the label is optional, which counts for neither."""

    right: set[str] = field(default_factory=set)
    wrong: set[str] = field(default_factory=set)
    unclear: set[str] = field(default_factory=set)

    @property
    def hits(self) -> int:
        """How often it fired."""
        return len(self.right) + len(self.wrong)

    @property
    def precision(self) -> float:
        """Share of its hits that were right; 0 without hits."""
        return len(self.right) / self.hits if self.hits else 0.0

    @property
    def lower(self) -> float:
        """The lower end of the 95 % interval of its precision."""
        return wilson_lower(len(self.right), self.hits)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A rule's tier, with the figures it comes from: its own, or those of the pool that carried it."""

    tier: Tier
    hits: int
    right: int
    precision: float
    lower: float


def fire(cases: Iterable[Case]) -> dict[RuleName, Fired]:
    """Run all rules on all cases. Optional labels count for neither side."""
    fired = {rule.name: Fired() for rule in LISTED}
    for case in cases:
        for finding in evaluate(case.message, case.signals, LISTED).findings:
            if finding.label in case.labels:
                fired[finding.rule].right.add(case.id)
            elif finding.label not in case.optional:
                fired[finding.rule].wrong.add(case.id)
            else:
                fired[finding.rule].unclear.add(case.id)
    return fired


def standings(fired: Mapping[RuleName, Fired]) -> dict[RuleName, Standing]:
    """The tier of every rule that fired at all."""
    found: dict[RuleName, Standing] = {}
    for together in _measured_together():
        those = {rule.name: fired[rule.name] for rule in together if fired[rule.name].hits}
        for tier, threshold in THRESHOLDS:
            left = {name: one for name, one in those.items() if name not in found}
            found |= _reaching(left, tier, threshold)
        for name, one in those.items():
            found.setdefault(name, _standing(Tier.WEAK, one))
    return found


def _measured_together() -> Iterator[list[Rule]]:
    """The rules of each label; each that matches outright by itself."""
    for label in Label:
        yield [rule for rule in LISTED if rule.label is label and not rule.outright]
    for rule in LISTED:
        if rule.outright:
            yield [rule]


def _reaching(of_label: Mapping[RuleName, Fired], tier: Tier, threshold: float) -> dict[RuleName, Standing]:
    agreeing = {name: one for name, one in of_label.items() if one.precision >= threshold}
    pool = _pooled(list(agreeing.values()))
    if pool.lower >= threshold:
        return {name: _standing(tier, pool) for name in agreeing}
    return {name: _standing(tier, one) for name, one in of_label.items() if one.lower >= threshold}


def _pooled(several: Sequence[Fired]) -> Fired:
    """Counted by message: one that two rules saw is one hit."""
    return Fired(right=set().union(*(one.right for one in several)), wrong=set().union(*(one.wrong for one in several)))


def _standing(tier: Tier, one: Fired) -> Standing:
    return Standing(
        tier=tier, hits=one.hits, right=len(one.right), precision=round(one.precision, 4), lower=round(one.lower, 4)
    )


def strengths(cases: Sequence[Case]) -> dict[RuleName, float]:
    """How much each rule's firing speaks for its label: the natural log of how many times as often it fires on
    messages with the label as on messages without it, smoothed by half a case; never below 0."""
    fired = fire(cases)
    found: dict[RuleName, float] = {}
    for rule in LISTED:
        one = fired[rule.name]
        with_label = sum(rule.label in case.labels for case in cases)
        without = sum(rule.label not in case.labels and rule.label not in case.optional for case in cases)
        ratio = (len(one.right) + 0.5) / (with_label + 1) / ((len(one.wrong) + 0.5) / (without + 1))
        found[rule.name] = round(max(0.0, log(ratio)), 2) if one.hits else 0.0
    return found
