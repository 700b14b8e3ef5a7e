"""Article 6.4.8: what hurts a person or a group is taken down at once: swearing, insults, curses (6.4.3, 6.4.4 too)."""

from collections.abc import Iterable, Iterator

from app.messages import Message
from app.rules.model import Label, Match, Signals, rule
from app.rules.seeing import any_of, matches, own_words
from app.rules.text import Seen

_DISGUISED = (
    "insult.swearing",
    "insult.slur_at_you",
    "insult.slur",
    "insult.mild_at_you",
    "insult.mild_at_staff",
    "insult.demeaning",
    "insult.curse",
    "insult.english",
    "insult.other_languages",
    "insult.named",
    "hate.slur",
    "hate.other_languages",
)


def _is_friendly_talk(signals: Signals) -> bool:
    """Friends among themselves (policy section 2: review at most): in a dialogue, and kindly or laughing."""
    return signals.in_dialogue and any_of(signals, "common.friendly", "common.jokes") and not _is_aimed(signals)


# What is no longer than this, in capitals, may be a code.
_SHORT = 6


def _not_names(places: Iterable[Seen]) -> Iterator[Seen]:
    """Without a few capitals in a text that has small letters too: a course, a robot, a screen (AMK, K1-R0, S4L-4K)."""
    return (seen for seen in places if not seen.in_capitals or seen.end - seen.start > _SHORT)


def _is_aimed(signals: Signals) -> bool:
    return any_of(signals, "insult.slur_at_you", "insult.curse")


@rule(article="6.4.8", label=Label.INSULT)
def swearing(message: Message, signals: Signals) -> Iterator[Match]:
    """Swearing, with or without a target, outside friendly talk."""
    if not _is_friendly_talk(signals):
        yield from matches(_not_names(own_words(signals, "insult.swearing")), "swearing")


# Slang without a target among friends goes to a person at most; a rule of its own is never certain.
@rule(article="6.4.8", label=Label.INSULT)
def swearing_among_friends(message: Message, signals: Signals) -> Iterator[Match]:
    """Swearing in a friendly dialogue."""
    if _is_friendly_talk(signals):
        yield from matches(own_words(signals, "insult.swearing", "insult.slur"), "swearing in friendly talk")


@rule(article="6.4.8", label=Label.INSULT)
def slur_at_you(message: Message, signals: Signals) -> Iterator[Match]:
    """A slur said to someone: second person, vocative, "herif"."""
    yield from matches(own_words(signals, "insult.slur_at_you"), "a slur aimed at someone")


@rule(article="6.4.8", label=Label.INSULT)
def slur(message: Message, signals: Signals) -> Iterator[Match]:
    """A word whose only use is to hurt a person."""
    if not _is_friendly_talk(signals):
        yield from matches(own_words(signals, "insult.slur"), "a slur")


@rule(article="6.4.8", label=Label.INSULT)
def mild_at_you(message: Message, signals: Signals) -> Iterator[Match]:
    """An everyday insult (stupid, thief, ox) said to someone."""
    if not _is_friendly_talk(signals):
        yield from matches(own_words(signals, "insult.mild_at_you"), "an insult aimed at someone")


@rule(article="6.4.8", label=Label.INSULT)
def mild_at_staff(message: Message, signals: Signals) -> Iterator[Match]:
    """An everyday insult for one of our people or offices."""
    yield from matches(own_words(signals, "insult.mild_at_staff"), "an insult of our people")


@rule(article="6.4.8", label=Label.INSULT)
def mild_question(message: Message, signals: Signals) -> Iterator[Match]:
    """ "Mal mısınız": an insult as a question, outside friendly talk."""
    if not _is_friendly_talk(signals):
        yield from matches(own_words(signals, "insult.mild_question"), "an insult put as a question")


@rule(article="6.4.8", label=Label.INSULT)
def curse(message: Message, signals: Signals) -> Iterator[Match]:
    """A curse on someone; "sizi Allah'a havale ediyorum" is criticism."""
    yield from matches(own_words(signals, "insult.curse"), "a curse")


@rule(article="6.4.8", label=Label.INSULT)
def demeaning(message: Message, signals: Signals) -> Iterator[Match]:
    """A phrase that denies someone wit, honour or being human."""
    yield from matches(own_words(signals, "insult.demeaning"), "a demeaning phrase")


@rule(article="6.4.8", label=Label.INSULT)
def english(message: Message, signals: Signals) -> Iterator[Match]:
    """Swearing and aimed insults in English."""
    yield from matches(own_words(signals, "insult.english"), "an English insult")


@rule(article="6.4.8", label=Label.INSULT)
def other_languages(message: Message, signals: Signals) -> Iterator[Match]:
    """Plain insults in German, French, Russian, Arabic, Persian and Azerbaijani."""
    yield from matches(own_words(signals, "insult.other_languages"), "an insult in another language")


@rule(article="6.4.8", label=Label.INSULT, outright=True)
def disguised(message: Message, signals: Signals) -> Iterator[Match]:
    """Swearing or an insult written so that filters do not know it: s.a.l.a.k, 4ptal, hsktr."""
    if _is_friendly_talk(signals):
        return
    yield from matches(_not_names(own_words(signals, "insult.masked")), "swearing written past filters")
    hidden = (seen for seen in own_words(signals, *_DISGUISED) if seen.is_disguised and not seen.is_quoted)
    yield from matches(_not_names(hidden), "an insult in disguise")


RULES = (
    disguised,
    swearing,
    swearing_among_friends,
    slur_at_you,
    slur,
    mild_at_you,
    mild_at_staff,
    mild_question,
    curse,
    demeaning,
    english,
    other_languages,
)
