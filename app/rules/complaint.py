"""Article 6.4.1: a complaint about a service goes to the unit concerned and to the director."""

from collections.abc import Iterator

from app.messages import Message
from app.rules.model import Label, Match, Signals, rule
from app.rules.seeing import found, matches


@rule(article="6.4.1", label=Label.COMPLAINT)
def service_fails(message: Message, signals: Signals) -> Iterator[Match]:
    """A service of ours, and what is wrong with it."""
    yield from matches(found(signals, "complaint.service_fails"), "a service fails")


@rule(article="6.4.1", label=Label.COMPLAINT)
def asks_redress(message: Message, signals: Signals) -> Iterator[Match]:
    """Redress, an answer or help is asked for."""
    yield from matches(found(signals, "complaint.asks_redress"), "asks for redress")


RULES = (
    service_fails,
    asks_redress,
)
