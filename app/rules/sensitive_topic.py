"""Article 5.6: politics, belief and orientation may be spoken of; nothing is answered automatically."""

from collections.abc import Iterator

from app.messages import Message
from app.rules.model import Label, Match, Signals, rule
from app.rules.seeing import found, matches


@rule(article="5.6", label=Label.SENSITIVE_TOPIC)
def politics(message: Message, signals: Signals) -> Iterator[Match]:
    """Politics is the subject."""
    yield from matches(found(signals, "topics.politics"), "politics")


@rule(article="5.6", label=Label.SENSITIVE_TOPIC)
def belief(message: Message, signals: Signals) -> Iterator[Match]:
    """Belief is the subject."""
    yield from matches(found(signals, "topics.belief"), "belief")


@rule(article="5.6", label=Label.SENSITIVE_TOPIC)
def orientation(message: Message, signals: Signals) -> Iterator[Match]:
    """Orientation or gender is the subject."""
    yield from matches(found(signals, "topics.orientation"), "orientation")


RULES = (
    politics,
    belief,
    orientation,
)
