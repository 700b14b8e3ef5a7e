"""Article 6.4.12: threats and public fear are reported at once; nothing is deleted before it is kept as evidence."""

from collections.abc import Iterator

from app.messages import Message
from app.rules.model import Label, Match, Signals, rule
from app.rules.seeing import any_of, matches, own_words


def _laughs(signals: Signals) -> bool:
    return any_of(signals, "common.jokes")


@rule(article="6.4.12", label=Label.THREAT)
def violence_announced(message: Message, signals: Signals) -> Iterator[Match]:
    """The author says what they will do to someone, or to a place of ours."""
    if not _laughs(signals):
        yield from matches(own_words(signals, "threat.violence_announced"), "announces violence")


@rule(article="6.4.12", label=Label.THREAT)
def weapons(message: Message, signals: Signals) -> Iterator[Match]:
    """Weapons or explosives that are on their way."""
    yield from matches(own_words(signals, "threat.weapons"), "announces weapons")


@rule(article="6.4.12", label=Label.THREAT)
def public_fear(message: Message, signals: Signals) -> Iterator[Match]:
    """Death or attack announced to everyone."""
    yield from matches(own_words(signals, "threat.public_fear"), "spreads fear")


@rule(article="6.4.12", label=Label.THREAT)
def veiled(message: Message, signals: Signals) -> Iterator[Match]:
    """A threat that names no act: you will see, I know where you live."""
    if not _laughs(signals):
        yield from matches(own_words(signals, "threat.veiled"), "a veiled threat")


@rule(article="6.4.12", label=Label.THREAT)
def said_laughing(message: Message, signals: Signals) -> Iterator[Match]:
    """Words of violence with laughter, among friends or not."""
    if _laughs(signals):
        yield from matches(
            own_words(signals, "threat.violence_announced", "threat.laughing_threat", "threat.veiled"),
            "speaks of violence, laughing",
        )


@rule(article="6.4.12", label=Label.THREAT)
def other_languages(message: Message, signals: Signals) -> Iterator[Match]:
    """A threat in English, German, Russian, French, Arabic or Persian."""
    yield from matches(own_words(signals, "threat.other_languages"), "a threat in another language")


RULES = (
    violence_announced,
    weapons,
    public_fear,
    veiled,
    said_laughing,
    other_languages,
)
