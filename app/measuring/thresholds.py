"""From which log odds on each tier holds (policy section 3), on messages that nothing was made from or fitted to."""

from collections.abc import Sequence

from app.decisions.model import Tier
from app.decisions.policy import Threshold
from app.decisions.safeguards import NEVER_TAKEN_DOWN
from app.measuring.interval import wilson_lower
from app.rules.model import Label

CERTAIN, LIKELY = 0.98, 0.70
# What is likely enough to be hidden before a person has looked: the policy asks for no less than 0.70 and sets no upper
# bound; below this a person looks first (docs/decisions/0009). A threat is waited with less: it is only ever contained,
# and missing it does more harm than hiding what was none; what lies below goes to urgent review.
LIKELY_AND_HIDDEN = 0.92
LIKELY_THREAT = 0.80
# A person looks at what is right once in four.
WEAK = 0.25
# Whom we miss counts for self-harm: this share of the validation messages is found (6.4.15 asks for 0.95: what is found
# on other messages is less).
FOUND = 0.97


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
    if label is Label.SELF_HARM:
        likely = by_recall(log_odds, targets)
    else:
        likely = by_precision(log_odds, targets, _least(label))
    if likely is not None:
        found[Tier.LIKELY] = likely
    if (weak := by_precision(log_odds, targets, WEAK)) is not None:
        found[Tier.WEAK] = weak
    return found


def _holds(certain: Threshold, log_odds: Sequence[float], targets: Sequence[bool]) -> bool:
    hits = [target for at, target in zip(log_odds, targets, strict=True) if at >= certain.at]
    return wilson_lower(sum(hits), len(hits)) >= CERTAIN


def _least(label: Label) -> float:
    if label in NEVER_TAKEN_DOWN:
        return LIKELY
    return LIKELY_THREAT if label is Label.THREAT else LIKELY_AND_HIDDEN


def by_precision(log_odds: Sequence[float], targets: Sequence[bool], wanted: float) -> Threshold | None:
    """The lowest place from which on the lower end of the precision's interval is at least `wanted`."""
    best: Threshold | None = None
    right = 0
    order = sorted(zip(log_odds, targets, strict=True), reverse=True)
    for of, (at, target) in enumerate(order, 1):
        right += target
        is_last_of_its_value = of == len(order) or order[of][0] < at
        if is_last_of_its_value and wilson_lower(right, of) >= wanted:
            best = Threshold(at=at, of=of, right=right, share=round(right / of, 4), lower=_lower(right, of))
    return best


def by_recall(log_odds: Sequence[float], targets: Sequence[bool]) -> Threshold | None:
    """The highest place from which on the wanted share is found."""
    positive = sorted((at for at, target in zip(log_odds, targets, strict=True) if target), reverse=True)
    of = len(positive)
    for right, at in enumerate(positive, 1):
        if right >= FOUND * of:
            return Threshold(at=at, of=of, right=right, share=round(right / of, 4), lower=_lower(right, of))
    return None


def _lower(right: int, of: int) -> float:
    return round(wilson_lower(right, of), 4)
