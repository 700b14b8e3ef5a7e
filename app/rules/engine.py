"""Runs every rule on one message. Pure: the same message and signals give the same evaluation."""

from collections.abc import Sequence

from app.messages import Message
from app.rules.model import Evaluation, Finding, Match, Rule, RuleName, Signals
from app.rules.ruleset import RULES


def evaluate(message: Message, signals: Signals, rules: Sequence[Rule] = RULES) -> Evaluation:
    """What all rules saw, in the order of `rules`.

    No rule stops another. A rule that raises is named in `failures`; the others run on.
    """
    findings: list[Finding] = []
    failures: list[RuleName] = []
    for rule in rules:
        if message.channel not in rule.kinds:
            continue
        try:
            matches = list(rule.see(message, signals))
        except Exception:  # noqa: BLE001 - whatever a rule stumbles over, the message must reach a person
            failures.append(rule.name)
            continue
        if matches:
            seen = _distinct(matches)
            findings.append(Finding(label=rule.label, article=rule.article, rule=rule.name, matches=seen))
    return Evaluation(findings=tuple(findings), failures=tuple(failures))


def _distinct(matches: list[Match]) -> tuple[Match, ...]:
    """In order of their places, each place and kind once."""
    by_place = {(match.start, match.end, match.kind): match for match in reversed(matches)}
    return tuple(by_place[key] for key in sorted(by_place))
