"""Article 6.4.9: what harasses a person or a group is taken down at once."""

from collections.abc import Iterator

from app.messages import Message
from app.rules.model import Label, Match, Signals, rule
from app.rules.seeing import matches, own_words


@rule(article="6.4.9", label=Label.HARASSMENT)
def sexual_advance(message: Message, signals: Signals) -> Iterator[Match]:
    """A sexual remark or advance to someone."""
    yield from matches(own_words(signals, "harassment.sexual_advance"), "a sexual advance")


@rule(article="6.4.9", label=Label.HARASSMENT)
def stalking(message: Message, signals: Signals) -> Iterator[Match]:
    """Following, watching, not letting go."""
    yield from matches(own_words(signals, "harassment.stalking"), "stalking")


@rule(article="6.4.9", label=Label.HARASSMENT)
def pile_on(message: Message, signals: Signals) -> Iterator[Match]:
    """Others are called to pester someone."""
    yield from matches(own_words(signals, "harassment.pile_on"), "calls others to pester someone")


@rule(article="6.4.9", label=Label.HARASSMENT)
def mocked_body(message: Message, signals: Signals) -> Iterator[Match]:
    """Someone is mocked for their looks."""
    yield from matches(own_words(signals, "harassment.mocked_body"), "mocks someone's looks")


@rule(article="6.4.9", label=Label.HARASSMENT)
def urged_to_die(message: Message, signals: Signals) -> Iterator[Match]:
    """Someone is urged to die or to harm themself."""
    yield from matches(own_words(signals, "harassment.urged_to_die"), "urges someone to die")


@rule(article="6.4.9", label=Label.HARASSMENT)
def other_languages(message: Message, signals: Signals) -> Iterator[Match]:
    """Harassment in English, German or French."""
    yield from matches(own_words(signals, "harassment.other_languages"), "harassment in another language")


RULES = (
    sexual_advance,
    stalking,
    pile_on,
    mocked_body,
    urged_to_die,
    other_languages,
)
