"""`nobet measure`: tiers from measurement, never from feel (policy section 3). Writes the shipped `tiers.toml`.

For each label and each threshold (certain 0.98, likely 0.70) the rules whose own hits do not contradict it are pooled:
where the lower end of the pooled 95 % interval holds, they get the tier; else each stands for itself. A rule that fails
both is weak: it brings a person, nothing else.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from app.decisions.model import Tier
from app.messages import Account, AccountId, AccountKind, Channel, ExternalId, Message, MessageId, PlatformName
from app.rules.engine import evaluate
from app.rules.measure import Case, wilson_lower
from app.rules.model import Label, RuleName, Signals
from app.rules.ruleset import RULES
from app.rules.text import read
from app.signals.gather import DetectLanguage

THRESHOLDS = ((Tier.CERTAIN, 0.98), (Tier.LIKELY, 0.70))


@dataclass(slots=True)
class Fired:
    """On which cases a rule fired, rightly and wrongly."""

    right: set[str] = field(default_factory=set)
    wrong: set[str] = field(default_factory=set)

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


def load_cases(path: Path, detect_language: DetectLanguage) -> list[Case]:
    """Read labelled messages, one JSON object a line."""
    return [_case(json.loads(line), detect_language) for line in path.read_text(encoding="utf-8").splitlines() if line]


def fire(cases: Iterable[Case]) -> dict[RuleName, Fired]:
    """Run all rules on all cases. Optional labels count for neither side."""
    fired = {rule.name: Fired() for rule in RULES}
    for case in cases:
        for finding in evaluate(case.message, case.signals).findings:
            if finding.label in case.labels:
                fired[finding.rule].right.add(case.id)
            elif finding.label not in case.optional:
                fired[finding.rule].wrong.add(case.id)
    return fired


def standings(fired: Mapping[RuleName, Fired]) -> dict[RuleName, Standing]:
    """The tier of every rule that fired at all."""
    found: dict[RuleName, Standing] = {}
    for label in Label:
        of_label = {rule.name: fired[rule.name] for rule in RULES if rule.label is label and fired[rule.name].hits}
        for tier, threshold in THRESHOLDS:
            left = {name: one for name, one in of_label.items() if name not in found}
            found |= _reaching(left, tier, threshold)
        for name, one in of_label.items():
            found.setdefault(name, _standing(Tier.WEAK, one))
    return found


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


def as_toml(found: Mapping[RuleName, Standing], *, cases: int) -> str:
    """The shipped file."""
    head = (
        f"# Made by `nobet measure` from {cases} labelled messages (training/validation.jsonl); not edited by hand.\n"
        "# hits and right: of the rule, or of its label's rules taken together where they carry it.\n"
        "# lower: the lower end of the 95 % interval (Wilson) of the precision.\n"
    )
    rows = [
        f'"{name}" = {{ tier = "{one.tier}", hits = {one.hits}, right = {one.right}, '
        f"precision = {one.precision}, lower = {one.lower} }}"
        for name, one in sorted(found.items())
    ]
    return head + "\n[tiers]\n" + "\n".join(rows) + "\n"


def table(cases: Sequence[Case], fired: Mapping[RuleName, Fired], found: Mapping[RuleName, Standing]) -> str:
    """Precision and recall per label, by tier, for the eye."""
    lines = [f"{'label':20} {'cases':>5}  certain P      R    likely+ P      R       any P      R"]
    for label in Label:
        wanted = {case.id for case in cases if label in case.labels}
        cells = []
        for tiers in ({Tier.CERTAIN}, {Tier.CERTAIN, Tier.LIKELY}, set(Tier)):
            pool = _pooled(
                [
                    fired[rule.name]
                    for rule in RULES
                    if rule.label is label and rule.name in found and found[rule.name].tier in tiers
                ]
            )
            recall = len(pool.right) / len(wanted) if wanted else 0.0
            cells.append(f"{pool.precision:9.3f} {recall:6.3f}" if pool.hits else f"{'-':>9} {'-':>6}")
        lines.append(f"{label:20} {len(wanted):5}  {'   '.join(cells)}")
    return "\n".join(lines)


def _case(row: Mapping[str, object], detect_language: DetectLanguage) -> Case:
    context = row.get("context") or {}
    assert isinstance(context, dict)  # noqa: S101  (a file of our own)
    text, day = str(row["text"]), context.get("date")
    account = Account(
        id=AccountId(0),
        platform=PlatformName(str(row["platform"])),
        external_id=ExternalId("0"),
        handle="",
        kind=AccountKind(context.get("account_kind", "official")),
    )
    message = Message(
        id=MessageId(0),
        platform=account.platform,
        account=account,
        channel=Channel(str(row["channel"])),
        external_id=ExternalId(str(row["id"])),
        text=text,
    )
    signals = Signals(
        forms=read(text),
        language=detect_language(text),
        in_dialogue=bool(context.get("in_dialogue")),
        parent_text=context.get("parent_text"),
        today=date.fromisoformat(day) if day else None,
        admission_period=bool(context.get("admission_period")),
        account_kind=account.kind,
        allowed_contacts=tuple(context.get("allowed_contacts", ())),
    )
    return Case(
        id=str(row["id"]),
        message=message,
        signals=signals,
        labels=_labels(row["labels"]),
        optional=_labels(row.get("optional_labels") or []),
    )


def _labels(names: object) -> frozenset[Label]:
    assert isinstance(names, list)  # noqa: S101  (a file of our own)
    return frozenset(Label(name) for name in names)
