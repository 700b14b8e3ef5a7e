"""The measured part of the policy data: `tiers.toml`, written by `nobet measure` and never by hand."""

from collections.abc import Mapping

from app.decisions.policy import Threshold, Weighing
from app.measuring.tiers import Standing
from app.rules.model import Label, RuleName
from app.rules.ruleset import RULES

_OUTRIGHT = frozenset(rule.name for rule in RULES if rule.outright)

_HEAD = """\
# Made by `nobet measure`; not edited by hand.
# Thresholds and tiers come from {validation} labelled messages (training/validation.jsonl), and nothing else does.
# Weights come from {fitted} others, kept from the classifier's training; a label's `certain` holds on these too.
# hits and right of a rule: its own, or those of its label's rules taken together where they carry it.
# lower: the lower end of the 95 % interval (Wilson).
"""


def as_toml(
    standings: Mapping[RuleName, Standing],
    strengths: Mapping[RuleName, float],
    weighing: Mapping[Label, Weighing],
    *,
    validation: int,
    fitted: int,
) -> str:
    """The file's text."""
    lines = [_HEAD.format(validation=validation, fitted=fitted), "[tiers]"]
    lines += [
        f'"{name}" = {{ tier = "{one.tier}", hits = {one.hits}, right = {one.right}, '
        f"precision = {one.precision}, lower = {one.lower}, strength = {strengths.get(name, 0.0)}"
        f"{', outright = true' if name in _OUTRIGHT else ''} }}"
        for name, one in sorted(standings.items())
    ]
    for label, weights in weighing.items():
        lines += [
            "",
            f"[weighing.{label}]",
            f"bias = {weights.bias}",
            f"classifier = {weights.classifier}",
            f"rules = {weights.rules}",
        ]
        for name, threshold in (("certain", weights.certain), ("likely", weights.likely), ("weak", weights.weak)):
            if threshold is not None:
                lines.append(f"{name} = {_threshold(threshold)}")
    return "\n".join(lines) + "\n"


def _threshold(one: Threshold) -> str:
    return f"{{ at = {one.at}, of = {one.of}, right = {one.right}, share = {one.share}, lower = {one.lower} }}"
