"""Article 6.4.1: a candidate asks about programmes, chances, fees or life here."""

from collections.abc import Iterator

from app.messages import Message
from app.rules.model import Label, Match, Signals, rule
from app.rules.seeing import any_of, found, matches


@rule(article="6.4.1", label=Label.ADMISSION_QUESTION)
def asks_as_candidate(message: Message, signals: Signals) -> Iterator[Match]:
    """A question with the words of candidates."""
    if signals.forms.asks and not any_of(signals, "questions.graduate", "questions.job"):
        yield from matches(found(signals, "questions.admission"), "asks as a candidate")


RULES = (asks_as_candidate,)
