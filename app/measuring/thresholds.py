"""From which log odds on each tier holds (policy section 3), on messages that nothing was made from or fitted to."""

from collections.abc import Sequence
from math import log

import numpy as np

from app.decisions.model import Tier
from app.decisions.policy import Threshold
from app.decisions.safeguards import NEVER_TAKEN_DOWN
from app.measuring.interval import wilson_lower
from app.measuring.weights import logistic
from app.rules.model import Label

CERTAIN, LIKELY = 0.98, 0.70
# How likely a message has to be by itself, whatever the surer ones beside it: the policy asks that most of what is
# *likely* be right, and a hundred sure messages make that true of one that is right once in four (docs/decisions/0009).
# A message is hidden before a person has looked where that is clearly likelier right than wrong. A threat needs less:
# it is only ever contained, and missing it does more harm than hiding what was none. What is answered or passed on
# needs least.
ALONE, ALONE_THREAT, ALONE_AND_KEPT = 0.62, 0.45, 0.35
# The chance is read off a curve over the log odds; what lies beyond is decided anyway, and would bend it.
_CURVE = (-4.0, 5.0)
# A person looks at what is right once in four.
WEAK = 0.25
# Whom we miss counts for self-harm: this share of the validation messages is found (6.4.15 asks for 0.95: what is found
# on other messages is less).
FOUND = 0.96


def thresholds(
    label: Label,
    log_odds: Sequence[float],
    targets: Sequence[bool],
    *,
    elsewhere: tuple[Sequence[float], Sequence[bool]] = ((), ()),
) -> dict[Tier, Threshold]:
    """The lowest log odds for each tier it can be had for.

    `elsewhere` are log odds and targets of other messages, on which *certain* has to hold as well, by itself: what is
    deleted for it is gone, and one set of messages, from which the place is chosen too, flatters.
    """
    found: dict[Tier, Threshold] = {}
    certain = by_precision(log_odds, targets, CERTAIN)
    if certain is not None and _holds(certain, *elsewhere):
        found[Tier.CERTAIN] = certain
    likely = by_recall(log_odds, targets) if label is Label.SELF_HARM else _likely(label, log_odds, targets)
    if likely is not None:
        found[Tier.LIKELY] = likely
    if (weak := by_precision(log_odds, targets, WEAK)) is not None:
        found[Tier.WEAK] = weak
    return found


def _holds(certain: Threshold, log_odds: Sequence[float], targets: Sequence[bool]) -> bool:
    hits = [target for at, target in zip(log_odds, targets, strict=True) if at >= certain.at]
    return wilson_lower(sum(hits), len(hits)) >= CERTAIN


def _likely(label: Label, log_odds: Sequence[float], targets: Sequence[bool]) -> Threshold | None:
    """Where all from there on are right often enough, and each of them is likely enough by itself."""
    together = by_precision(log_odds, targets, LIKELY)
    alone = by_chance(log_odds, targets, _alone(label))
    if together is None or alone is None:
        return None
    return max(together, alone, key=lambda threshold: threshold.at)


def _alone(label: Label) -> float:
    if label in NEVER_TAKEN_DOWN:
        return ALONE_AND_KEPT
    return ALONE_THREAT if label is Label.THREAT else ALONE


def by_precision(log_odds: Sequence[float], targets: Sequence[bool], wanted: float) -> Threshold | None:
    """The lowest place from which on the lower end of the precision's interval is at least `wanted`."""
    best: Threshold | None = None
    right = 0
    order = sorted(zip(log_odds, targets, strict=True), reverse=True)
    for of, (at, target) in enumerate(order, 1):
        right += target
        is_last_of_its_value = of == len(order) or order[of][0] < at
        if is_last_of_its_value and wilson_lower(right, of) >= wanted:
            best = _threshold(at, right, of)
    return best


def by_chance(log_odds: Sequence[float], targets: Sequence[bool], wanted: float) -> Threshold | None:
    """The place from which on a message by itself is right with the chance `wanted`, with the figures of all beyond it.

    None where the targets are not told apart there, or nothing lies beyond.
    """
    least, most = _CURVE
    near = [(at, target) for at, target in zip(log_odds, targets, strict=True) if least < at < most]
    if len({target for _, target in near}) < 2:
        return None
    bias, slope = logistic(np.array([[at] for at, _ in near]), np.array([float(target) for _, target in near]))
    if slope <= 0:
        return None
    place = round(float((log(wanted / (1 - wanted)) - bias) / slope), 3)
    hits = [target for at, target in zip(log_odds, targets, strict=True) if at >= place]
    if not hits:
        return None
    return _threshold(place, sum(hits), len(hits))


def by_recall(log_odds: Sequence[float], targets: Sequence[bool]) -> Threshold | None:
    """The highest place from which on the wanted share is found."""
    positive = sorted((at for at, target in zip(log_odds, targets, strict=True) if target), reverse=True)
    of = len(positive)
    for right, at in enumerate(positive, 1):
        if right >= FOUND * of:
            return _threshold(at, right, of)
    return None


def _threshold(at: float, right: int, of: int) -> Threshold:
    return Threshold(at=at, of=of, right=right, share=round(right / of, 4), lower=round(wilson_lower(right, of), 4))
