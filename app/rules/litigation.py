"""Article 6.4.10: posts about court cases of the University, past, running or to come, are taken down at once."""

from collections.abc import Iterator

from app.messages import Message
from app.rules.model import Label, Match, Signals, rule
from app.rules.seeing import found, matches


@rule(article="6.4.10", label=Label.LITIGATION)
def lawsuit_announced(message: Message, signals: Signals) -> Iterator[Match]:
    """A lawsuit against the University, its people or offices is announced."""
    yield from matches(found(signals, "litigation.lawsuit_announced"), "announces a lawsuit")


@rule(article="6.4.10", label=Label.LITIGATION)
def case_of_ours(message: Message, signals: Signals) -> Iterator[Match]:
    """Details or comment on a case with the University's side as a party."""
    yield from matches(found(signals, "litigation.case_of_ours"), "a court case of the University")


@rule(article="6.4.10", label=Label.LITIGATION)
def other_languages(message: Message, signals: Signals) -> Iterator[Match]:
    """The same in English, German, French, Russian or Arabic."""
    yield from matches(found(signals, "litigation.other_languages"), "a court case, in another language")


RULES = (
    lawsuit_announced,
    case_of_ours,
    other_languages,
)
