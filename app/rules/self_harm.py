"""Article 6.4.15: who speaks of suicide or self-harm is written to at once. Recall counts for more than precision.

The planner reads two kinds of match: `danger_near` (a plan, a place, a time or means are named: security is told too)
and `other_person` (someone the author worries about: the support text is another one).
"""

from collections.abc import Iterator

from app.messages import Message
from app.rules.model import Label, Match, Signals, rule
from app.rules.seeing import any_of, found, is_reported, matches
from app.rules.text import Seen

DANGER_NEAR = "danger_near"
OTHER_PERSON = "other_person"

_OWN = ("self_harm.wants_to_die", "self_harm.harms_self", "self_harm.indirect", "self_harm.past", "self_harm.means")
_IN_OTHER_LANGUAGES = ("self_harm.other_languages", "self_harm.elsewhere")
_OTHERS = ("self_harm.someone_else", "self_harm.worried", "self_harm.worried_elsewhere")
_SPOKEN = (*_OWN, *_IN_OTHER_LANGUAGES, *_OTHERS, "self_harm.farewell", "self_harm.giving_up")
# How Turkish verbs end in the first person, folded.
_FIRST_PERSON = ("um", "im", "am", "em", "om")


def _laughs(signals: Signals) -> bool:
    return any_of(signals, "common.jokes")


def _places(signals: Signals, *entries: str) -> Iterator[Seen]:
    """Where these were found; not where someone else is urged to die, which is harassment of them."""
    urged = signals.forms.see("harassment.urged_to_die")
    for seen in found(signals, *entries):
        if not any(place.start < seen.end and seen.start < place.end for place in urged):
            yield seen


def _is_of_author(signals: Signals, seen: Seen) -> bool:
    """Whether the verb is the author's own and nobody else is reported to have said it."""
    last = seen.words.words[seen.hit.last].folded
    return last.endswith(_FIRST_PERSON) and not is_reported(signals, seen)


def _kind(signals: Signals) -> str:
    """Whom the message is about: the author, unless only others are spoken of."""
    if not any_of(signals, *_OTHERS):
        return ""
    if any(_is_of_author(signals, seen) for seen in _places(signals, *_OWN)):
        return ""
    return OTHER_PERSON


@rule(article="6.4.15", label=Label.SELF_HARM)
def wants_to_die(message: Message, signals: Signals) -> Iterator[Match]:
    """The author wants to die."""
    if not _laughs(signals):
        yield from matches(_places(signals, "self_harm.wants_to_die"), "wants to die", _kind(signals))


@rule(article="6.4.15", label=Label.SELF_HARM)
def indirect(message: Message, signals: Signals) -> Iterator[Match]:
    """The same without the word: no tomorrow, a life that ends, a burden gone."""
    if not _laughs(signals):
        yield from matches(_places(signals, "self_harm.indirect"), "speaks of not living on", _kind(signals))


@rule(article="6.4.15", label=Label.SELF_HARM)
def farewell(message: Message, signals: Signals) -> Iterator[Match]:
    """A goodbye for good, in one sentence or in two."""
    if _laughs(signals):
        return
    yield from matches(_places(signals, "self_harm.farewell"), "says farewell")
    if any_of(signals, "self_harm.exhausted"):
        yield from matches(_places(signals, "self_harm.goodbye"), "says farewell, worn out")


@rule(article="6.4.15", label=Label.SELF_HARM)
def harms_self(message: Message, signals: Signals) -> Iterator[Match]:
    """The author harms themself, or says that they will."""
    if not _laughs(signals):
        yield from matches(_places(signals, "self_harm.harms_self"), "harms themself", _kind(signals))


@rule(article="6.4.15", label=Label.SELF_HARM)
def means(message: Message, signals: Signals) -> Iterator[Match]:
    """Pills, a blade, a rope at hand; on the bridge, at the open window."""
    if not _laughs(signals):
        yield from matches(_places(signals, "self_harm.means"), "means or a place at hand", DANGER_NEAR)


@rule(article="6.4.15", label=Label.SELF_HARM)
def past(message: Message, signals: Signals) -> Iterator[Match]:
    """A past attempt, or the same thoughts again."""
    if not _laughs(signals):
        yield from matches(_places(signals, "self_harm.past"), "a past attempt", _kind(signals))


@rule(article="6.4.15", label=Label.SELF_HARM)
def said_laughing(message: Message, signals: Signals) -> Iterator[Match]:
    """The same words with laughter round them: mostly a joke, in doubt not."""
    if _laughs(signals):
        yield from matches(_places(signals, *_OWN), "speaks of dying, laughing")


@rule(article="6.4.15", label=Label.SELF_HARM)
def someone_else(message: Message, signals: Signals) -> Iterator[Match]:
    """Someone the author names or worries about."""
    yield from matches(_places(signals, *_OTHERS), "someone else is in danger", _kind(signals))


@rule(article="6.4.15", label=Label.SELF_HARM)
def giving_up(message: Message, signals: Signals) -> Iterator[Match]:
    """Hopelessness in so many words."""
    if not _laughs(signals):
        yield from matches(_places(signals, "self_harm.giving_up"), "hopelessness")


@rule(article="6.4.15", label=Label.SELF_HARM)
def named(message: Message, signals: Signals) -> Iterator[Match]:
    """Suicide or dying is named, outside lectures and news."""
    yield from matches(_places(signals, "self_harm.named"), "suicide is named", _kind(signals))


@rule(article="6.4.15", label=Label.SELF_HARM)
def other_languages(message: Message, signals: Signals) -> Iterator[Match]:
    """The same in English, German, Russian, French, Arabic, Persian, Azerbaijani or Kurdish."""
    yield from matches(_places(signals, *_IN_OTHER_LANGUAGES), "wants to die or to harm themself", _kind(signals))


@rule(article="6.4.15", label=Label.SELF_HARM)
def near(message: Message, signals: Signals) -> Iterator[Match]:
    """Beside words of dying, a time, a place, a plan or means."""
    if not _laughs(signals) and next(_places(signals, *_SPOKEN), None) is not None:
        yield from matches(found(signals, "self_harm.near"), "names a time, a place or means", DANGER_NEAR)


RULES = (
    wants_to_die,
    indirect,
    farewell,
    harms_self,
    means,
    past,
    said_laughing,
    someone_else,
    giving_up,
    named,
    other_languages,
    near,
)
