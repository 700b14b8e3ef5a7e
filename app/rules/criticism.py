"""Articles 6.4.3, 6.4.5 and 6.3: a negative opinion is read and weighed, and never removed for being negative."""

from collections.abc import Iterator

from app.messages import Message
from app.rules.model import Label, Match, Signals, rule
from app.rules.seeing import any_of, found, matches


@rule(article="6.4.5", label=Label.CRITICISM)
def negative(message: Message, signals: Signals) -> Iterator[Match]:
    """Words of disapproval without a failing service."""
    if not any_of(signals, "complaint.service_fails", "complaint.asks_redress"):
        yield from matches(found(signals, "criticism.negative"), "disapproves")


@rule(article="6.4.5", label=Label.CRITICISM)
def negative_in_complaint(message: Message, signals: Signals) -> Iterator[Match]:
    """Words of disapproval beside a complaint."""
    if any_of(signals, "complaint.service_fails", "complaint.asks_redress"):
        yield from matches(found(signals, "criticism.negative"), "disapproves, in a complaint")


RULES = (
    negative,
    negative_in_complaint,
)
