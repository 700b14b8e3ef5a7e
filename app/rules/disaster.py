"""Article 6.4.7: disasters, terror and unrest as a subject."""

from collections.abc import Iterator

from app.messages import Message
from app.rules.model import Label, Match, Signals, rule
from app.rules.seeing import found, matches


@rule(article="6.4.7", label=Label.DISASTER)
def disaster(message: Message, signals: Signals) -> Iterator[Match]:
    """A disaster, an attack or unrest is the subject."""
    yield from matches(found(signals, "topics.disaster"), "a disaster or unrest")


RULES = (disaster,)
