"""Article 6.4.1: someone asks about master's or doctoral studies."""

from collections.abc import Iterator

from app.messages import Message
from app.rules.model import Label, Match, Signals, rule
from app.rules.seeing import found, matches


@rule(article="6.4.1", label=Label.GRADUATE_QUESTION)
def asks_about_graduate_studies(message: Message, signals: Signals) -> Iterator[Match]:
    """A question with the words of graduate studies."""
    if signals.forms.asks:
        yield from matches(found(signals, "questions.graduate"), "asks about graduate studies")


RULES = (asks_about_graduate_studies,)
