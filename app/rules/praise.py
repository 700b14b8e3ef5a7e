"""Article 6.4.3: positive comments stay as they are; who defends the University is let be (6.3.5)."""

from collections.abc import Iterator

from app.messages import Message
from app.rules.model import Label, Match, Signals, rule
from app.rules.seeing import any_of, found, matches


def _is_mixed(signals: Signals) -> bool:
    return signals.forms.asks or any_of(
        signals,
        "criticism.negative",
        "complaint.service_fails",
        "complaint.asks_redress",
        "insult.slur",
        "insult.swearing",
    )


@rule(article="6.4.3", label=Label.PRAISE)
def warm(message: Message, signals: Signals) -> Iterator[Match]:
    """Thanks, congratulations, pride, with nothing negative beside."""
    if not _is_mixed(signals):
        yield from matches(found(signals, "praise.warm"), "warm words")


@rule(article="6.4.3", label=Label.PRAISE)
def bare_hearts(message: Message, signals: Signals) -> Iterator[Match]:
    """Hearts, applause or a single word of praise."""
    if not _is_mixed(signals):
        yield from matches(found(signals, "praise.bare_hearts"), "applause")


@rule(article="6.4.3", label=Label.PRAISE)
def warm_but(message: Message, signals: Signals) -> Iterator[Match]:
    """Warm words beside negative ones: irony, or a mixed opinion."""
    if _is_mixed(signals):
        yield from matches(found(signals, "praise.warm"), "warm words beside negative ones")


@rule(article="6.3", label=Label.PRAISE)
def defence(message: Message, signals: Signals) -> Iterator[Match]:
    """The University is defended."""
    yield from matches(found(signals, "praise.defence"), "defends the University")


RULES = (
    warm,
    bare_hearts,
    warm_but,
    defence,
)
