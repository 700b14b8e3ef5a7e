"""Puts it together: rules alone, weights, thresholds, for every label."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from app.decisions.model import Tier
from app.decisions.policy import Weighing, shipped_policy
from app.measuring.cases import HELD_BACK, Case, is_held_back, load_cases, unscored
from app.measuring.policy_data import as_toml
from app.measuring.thresholds import thresholds
from app.measuring.tiers import Standing, fire, standings, strengths
from app.measuring.weights import Table, Weights, fit, seen
from app.rules.classified import RULES as CLASSIFIED
from app.rules.model import Label, RuleName
from app.signals.classifier.classify import Classifier
from app.signals.language import LanguageDetector


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement:
    """What goes into the policy data, and on how many messages it was fitted and measured."""

    standings: dict[RuleName, Standing]
    strengths: dict[RuleName, float]
    weighing: dict[Label, Weighing]
    fitted: int
    validation: int

    def as_toml(self) -> str:
        """The policy data's file."""
        return as_toml(self.standings, self.strengths, self.weighing, validation=self.validation, fitted=self.fitted)

    def table(self) -> str:
        """Thresholds and what they reach, for the eye."""
        lines = [f"{'label':20} {'certain at':>10} {'share':>6} {'of':>5}   {'likely at':>9} {'share':>6} {'of':>5}"]
        for label, weights in self.weighing.items():
            cells = [
                f"{one.at:10.2f} {one.share:6.3f} {one.of:5}" if one else f"{'-':>10} {'':6} {'':5}"
                for one in (weights.certain, weights.likely)
            ]
            lines.append(f"{label:20} {'  '.join(cells)}")
        return "\n".join(lines)


def measure(training: Sequence[Case], fitting: Sequence[Case], validation: Sequence[Case]) -> Measurement:
    """Weigh rules by `training`, fit on `fitting`, which the classifier was not trained on, and measure on
    `validation`, which nothing was made from."""
    strength = strengths(training)
    fired = fire(fitting)
    fired_there = fire(validation)
    weighing: dict[Label, Weighing] = {}
    for label in (rule.label for rule in CLASSIFIED):
        fitted_to = seen(label, fitting, fired, strength)
        weights = fit(*fitted_to)
        found = thresholds(
            label,
            *_weighed(weights, *seen(label, validation, fired_there, strength)),
            elsewhere=_weighed(weights, *fitted_to),
        )
        weighing[label] = Weighing(
            bias=weights.bias,
            classifier=weights.classifier,
            rules=weights.rules,
            certain=found.get(Tier.CERTAIN),
            likely=found.get(Tier.LIKELY),
            weak=found.get(Tier.WEAK),
        )
    return Measurement(
        standings=standings(fired_there),
        strengths=strength,
        weighing=weighing,
        fitted=len(fitting),
        validation=len(validation),
    )


def _weighed(weights: Weights, features: Table, targets: Table) -> tuple[list[float], list[bool]]:
    log_odds = [weights.log_odds(float(scored), float(listed)) for scored, listed in features]
    return log_odds, [bool(target) for target in targets]


def measure_folder(folder: Path) -> Measurement:
    """Measure on the messages of `training/`."""
    detect, classify, contacts = LanguageDetector(), Classifier().score, shipped_policy().allowed_contacts
    messages = sorted((folder / "messages").glob("*.jsonl"))
    learnt = load_cases(messages, detect, unscored, contacts, wanted=lambda one: not is_held_back(one, HELD_BACK))
    fitting = load_cases(messages, detect, classify, contacts, wanted=lambda one: is_held_back(one, HELD_BACK))
    return measure(learnt, fitting, load_cases([folder / "validation.jsonl"], detect, classify, contacts))
