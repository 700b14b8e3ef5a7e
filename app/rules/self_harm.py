"""Article 6.4.15: who speaks of suicide or self-harm is written to at once. Recall counts for more than precision."""

from collections.abc import Iterator

from app.messages import Message
from app.rules.model import Label, Match, Signals, rule
from app.rules.seeing import any_of, found, matches


def _laughs(signals: Signals) -> bool:
    return any_of(signals, "common.jokes")


@rule(article="6.4.15", label=Label.SELF_HARM)
def wants_to_die(message: Message, signals: Signals) -> Iterator[Match]:
    """The author wants to die, or says farewell."""
    if not _laughs(signals):
        yield from matches(found(signals, "self_harm.wants_to_die"), "wants to die")


@rule(article="6.4.15", label=Label.SELF_HARM)
def harms_self(message: Message, signals: Signals) -> Iterator[Match]:
    """The author harms themself, or says that they will."""
    if not _laughs(signals):
        yield from matches(found(signals, "self_harm.harms_self"), "harms themself")


@rule(article="6.4.15", label=Label.SELF_HARM)
def said_laughing(message: Message, signals: Signals) -> Iterator[Match]:
    """The same words with laughter round them: mostly a joke, in doubt not."""
    if _laughs(signals):
        yield from matches(
            found(signals, "self_harm.wants_to_die", "self_harm.harms_self"), "speaks of dying, laughing"
        )


@rule(article="6.4.15", label=Label.SELF_HARM)
def someone_else(message: Message, signals: Signals) -> Iterator[Match]:
    """Someone the author names or worries about."""
    yield from matches(found(signals, "self_harm.someone_else"), "someone else is in danger")


@rule(article="6.4.15", label=Label.SELF_HARM)
def giving_up(message: Message, signals: Signals) -> Iterator[Match]:
    """Hopelessness in so many words."""
    if not _laughs(signals):
        yield from matches(found(signals, "self_harm.giving_up"), "hopelessness")


@rule(article="6.4.15", label=Label.SELF_HARM)
def named(message: Message, signals: Signals) -> Iterator[Match]:
    """Suicide or dying is named, outside lectures and news."""
    if not any_of(signals, "harassment.urged_to_die"):
        yield from matches(found(signals, "self_harm.named"), "suicide is named")


@rule(article="6.4.15", label=Label.SELF_HARM)
def other_languages(message: Message, signals: Signals) -> Iterator[Match]:
    """The same in English, German, Russian, French, Arabic, Persian, Azerbaijani or Kurdish."""
    yield from matches(found(signals, "self_harm.other_languages"), "wants to die or to harm themself")


RULES = (
    wants_to_die,
    harms_self,
    said_laughing,
    someone_else,
    giving_up,
    named,
    other_languages,
)
