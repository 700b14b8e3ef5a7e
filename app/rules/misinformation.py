"""Article 6.4.3: a harmful statement of fact about the University; whether it is false, a person finds out."""

from collections.abc import Iterator

from app.messages import Message
from app.rules.model import Label, Match, Signals, rule
from app.rules.seeing import matches, own_words


@rule(article="6.4.3", label=Label.MISINFORMATION)
def validity(message: Message, signals: Signals) -> Iterator[Match]:
    """Diplomas, accreditation or the University itself said to be void."""
    if not signals.forms.asks:
        yield from matches(own_words(signals, "misinformation.validity"), "says that something of ours is void")


@rule(article="6.4.3", label=Label.MISINFORMATION)
def corruption(message: Message, signals: Signals) -> Iterator[Match]:
    """Grades, places or money said to be traded."""
    if not signals.forms.asks:
        yield from matches(own_words(signals, "misinformation.corruption"), "alleges corruption")


@rule(article="6.4.3", label=Label.MISINFORMATION)
def hidden_harm(message: Message, signals: Signals) -> Iterator[Match]:
    """Dangers or deeds said to be hidden."""
    yield from matches(own_words(signals, "misinformation.hidden_harm", "misinformation.told"), "alleges hidden harm")


@rule(article="6.4.3", label=Label.MISINFORMATION)
def asked(message: Message, signals: Signals) -> Iterator[Match]:
    """The same statements put as a question."""
    if signals.forms.asks:
        yield from matches(
            own_words(signals, "misinformation.validity", "misinformation.corruption"),
            "an allegation put as a question",
        )


RULES = (
    validity,
    corruption,
    hidden_harm,
    asked,
)
