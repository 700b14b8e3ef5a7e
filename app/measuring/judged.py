"""What the shipped policy makes of labelled messages, counted by label, by disposition, by language."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.decisions.decide import decide
from app.decisions.model import Decision, Disposition, Tier
from app.decisions.policy import Policy
from app.measuring.cases import Case
from app.rules.engine import evaluate
from app.rules.model import Label


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A case with what was decided of it."""

    case: Case
    decision: Decision

    def has(self, label: Label, tiers: Iterable[Tier] = (Tier.CERTAIN, Tier.LIKELY)) -> bool:
        """Whether the label was found at one of these tiers."""
        return label in self.decision.labels and any(
            finding.label is label and finding.tier in tiers for finding in self.decision.findings
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """How often something was found, how often rightly, and how often it was there."""

    found: int
    right: int
    there: int

    @property
    def precision(self) -> float:
        """Share of what was found that was right; 1 where nothing was found."""
        return self.right / self.found if self.found else 1.0

    @property
    def recall(self) -> float:
        """Share of what was there that was found; 1 where nothing was there."""
        return self.right / self.there if self.there else 1.0

    @property
    def f1(self) -> float:
        """Harmonic mean of both."""
        return 2 * self.right / (self.found + self.there) if self.found + self.there else 1.0


def judge(cases: Iterable[Case], policy: Policy) -> list[Judged]:
    """Decide on every case."""
    return [
        Judged(case=case, decision=decide(case.message, case.signals, evaluate(case.message, case.signals), policy))
        for case in cases
    ]


def of_label(judged: Sequence[Judged], label: Label, tiers: Iterable[Tier] = (Tier.CERTAIN, Tier.LIKELY)) -> Count:
    """The label's figures; messages on which it is optional count for neither side."""
    tiers = tuple(tiers)
    counted = [one for one in judged if label not in one.case.optional]
    found = [one for one in counted if one.has(label, tiers)]
    return Count(
        found=len(found),
        right=sum(label in one.case.labels for one in found),
        there=sum(label in one.case.labels for one in counted),
    )


def macro_f1(judged: Sequence[Judged]) -> float:
    """The mean of the labels' F1."""
    return sum(of_label(judged, label).f1 for label in Label) / len(Label)


def taken_down(judged: Sequence[Judged]) -> Count:
    """What was taken down, and should have been; optional labels excuse a take-down."""
    found = [one for one in judged if one.decision.disposition.takes_down]
    return Count(
        found=sum(not _is_excused(one) for one in found),
        right=sum(one.case.disposition.takes_down for one in found),
        there=sum(one.case.disposition.takes_down for one in judged),
    )


def harmless_taken_down(judged: Sequence[Judged]) -> Count:
    """Of messages that carry nothing but criticism, praise, complaint or nothing: `found` were taken down wrongly."""
    harmless = frozenset({Label.CRITICISM, Label.PRAISE, Label.COMPLAINT})
    counted = [one for one in judged if one.case.labels <= harmless and not one.case.disposition.takes_down]
    wrong = sum(one.decision.disposition.takes_down and not _is_excused(one) for one in counted)
    return Count(found=wrong, right=0, there=len(counted))


def _is_excused(one: Judged) -> bool:
    wanted = one.case.disposition.takes_down
    excusing = {label for label in one.decision.labels if label in one.case.optional}
    return (
        not wanted
        and bool(excusing)
        and all(label in one.case.optional or label in one.case.labels for label in one.decision.labels)
    )


def private_places(judged: Sequence[Judged]) -> Count:
    """Places of private data: found exactly, to the code point."""
    found = right = there = 0
    for one in judged:
        if one.case.private is None and Label.PRIVACY in one.case.labels:
            continue
        wanted = set(one.case.private or ())
        seen = {
            (match.start, match.end)
            for finding in one.decision.findings
            if finding.label is Label.PRIVACY and finding.tier in (Tier.CERTAIN, Tier.LIKELY)
            for match in finding.matches
        }
        found, right, there = found + len(seen), right + len(seen & wanted), there + len(wanted)
    return Count(found=found, right=right, there=there)


def confused(judged: Sequence[Judged]) -> dict[tuple[Label, Label], int]:
    """How often a label was missed where another, which was not there, was found."""
    counts: dict[tuple[Label, Label], int] = {}
    for one in judged:
        allowed = one.case.labels | one.case.optional
        extra = [label for label in one.decision.labels if label not in allowed]
        missed = [label for label in one.case.labels if label not in one.decision.labels]
        for wanted in missed:
            for found in extra:
                counts[wanted, found] = counts.get((wanted, found), 0) + 1
    return dict(sorted(counts.items(), key=lambda entry: -entry[1]))


def worst(judged: Sequence[Judged], *, at_most: int) -> list[Judged]:
    """The mistakes that weigh most: self-harm or a threat missed, then harmless messages taken down, then the rest."""

    def weight(one: Judged) -> float:
        grave = {Label.SELF_HARM, Label.THREAT} & one.case.labels - set(one.decision.labels)
        if grave:
            return 3.0
        down = one.decision.disposition.takes_down
        if down and not one.case.disposition.takes_down and not _is_excused(one):
            return 2.0 + max((finding.score for finding in one.decision.findings), default=0.0)
        if one.case.disposition.takes_down and one.decision.disposition is Disposition.KEEP:
            return 1.0
        return 0.0

    wrong = [(weight(one), one.case.id, one) for one in judged]
    return [one for value, _, one in sorted(wrong, key=lambda entry: (-entry[0], entry[1])) if value > 0][:at_most]
