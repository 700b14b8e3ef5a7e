"""Article 6.4.11: no insult on race, religion, sex, orientation or disability is let stand."""

from collections.abc import Iterator

from app.messages import Message
from app.rules.model import Label, Match, Signals, rule
from app.rules.seeing import matches, own_words


@rule(article="6.4.11", label=Label.HATE)
def slur(message: Message, signals: Signals) -> Iterator[Match]:
    """A slur for a group, or a group's name used as one."""
    yield from matches(own_words(signals, "hate.slur"), "a slur for a group")


@rule(article="6.4.11", label=Label.HATE)
def group_degraded(message: Message, signals: Signals) -> Iterator[Match]:
    """A group called low, or told to be gone."""
    yield from matches(own_words(signals, "hate.group_degraded"), "a group is degraded")


@rule(article="6.4.11", label=Label.HATE)
def sexist(message: Message, signals: Signals) -> Iterator[Match]:
    """Women told what they are not fit for."""
    yield from matches(own_words(signals, "hate.sexist"), "degrades a sex")


@rule(article="6.4.11", label=Label.HATE)
def other_languages(message: Message, signals: Signals) -> Iterator[Match]:
    """The same in English, German, French or Russian."""
    yield from matches(own_words(signals, "hate.other_languages"), "hate in another language")


RULES = (
    slur,
    group_degraded,
    sexist,
    other_languages,
)
