"""What a text looks like to the rules: its forms, its words, and what the lexicons find in them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from unicodedata import normalize

from app.rules.forms.casing import lower_turkish
from app.rules.forms.disguise import names, squeeze, undisguise
from app.rules.forms.plain import Plain, plain
from app.rules.forms.words import Words, words
from app.rules.lexicon.book import hidden_words, index
from app.rules.lexicon.search import Hit

_INITIALS = re.compile(r"(?:[A-ZÇĞİÖŞÜ]\. ?){1,2}[A-ZÇĞİÖŞÜ]\.?")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Seen:
    """One place where a lexicon entry was found: the words it was found in, and the span of the original.

    `is_disguised`: it was written with other signs or letters, spaced out, dotted or starred; not merely stretched.
    `in_capitals`: it is written in capitals in a text that has small letters too, as names and codes are.
    """

    words: Words
    hit: Hit
    start: int
    end: int
    is_disguised: bool = False
    in_capitals: bool = False

    @property
    def is_quoted(self) -> bool:
        """Whether all of it stands between quotation marks."""
        return all(place in self.words.quoted for place in range(self.hit.first, self.hit.last + 1))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TextForms:
    """The text as given, and what rules match on.

    `words` reads it as it stands, `undisguised` as it sounds once disguises are read (None where nothing is disguised);
    `found` has the places of each lexicon entry by its name.
    """

    original: str
    plain: Plain
    words: Words
    undisguised: Words | None = None
    found: Mapping[str, tuple[Seen, ...]] = field(default_factory=dict)

    def see(self, name: str) -> tuple[Seen, ...]:
        """Where the lexicon entry `name` was found."""
        return self.found.get(name, ())

    @property
    def asks(self) -> bool:
        """Whether a question mark or a question word asks something."""
        return bool(self.words.questions) or "common.question" in self.found


# The classifier and the rules ask for the same text, one soon after the other. A longer one the classifier reads in
# pieces, which are other texts: to remember it would help nobody, and a few of them would fill the memory.
_REMEMBERED, _REMEMBERED_UP_TO = 64, 400


def seen_and_heard(text: str) -> tuple[Words, Words | None]:
    """The words of `text` as it stands, and once disguises are read, or None where nothing is disguised."""
    return _remembered(text) if len(text) <= _REMEMBERED_UP_TO else _seen_and_heard(text)


def _seen_and_heard(text: str) -> tuple[Words, Words | None]:
    as_written = words(plain(text))
    return as_written, undisguise(as_written, hidden_words(), names(text))


_remembered = lru_cache(maxsize=_REMEMBERED)(_seen_and_heard)


def read(text: str) -> TextForms:
    """Build all forms of `text` and search them, in time linear in its length. Never raises for any text."""
    as_written, sounding = seen_and_heard(text)
    shouted = text.isupper()
    found: dict[str, tuple[Seen, ...]] = {
        name: _seen(text, as_written, hits, shouted) for name, hits in index().find(as_written).items()
    }
    if sounding is not None:
        for name, hits in index().find(sounding, only_altered=True).items():
            heard = tuple(seen for seen in _seen(text, sounding, hits, shouted) if not _are_initials(text, seen))
            if heard:
                found[name] = _joined(found.get(name, ()), heard)
    return TextForms(original=text, plain=as_written.plain, words=as_written, undisguised=sounding, found=found)


def _are_initials(text: str, seen: Seen) -> bool:
    """Two or three capitals with dots: "M.K. Atatürk" is no disguise."""
    return seen.in_capitals and _INITIALS.fullmatch(text, seen.start, seen.end) is not None


def _joined(plainly: tuple[Seen, ...], sounding: tuple[Seen, ...]) -> tuple[Seen, ...]:
    """Both in order of place; what was plainly found is not found again at its place."""
    places = [(seen.start, False, seen) for seen in plainly] + [(seen.start, True, seen) for seen in sounding]
    kept: list[Seen] = []
    for _, _, seen in sorted(places, key=lambda place: place[:2]):
        if not kept or seen.start >= kept[-1].end or seen.end > kept[-1].end + 1:
            kept.append(seen)
    return tuple(kept)


def _seen(text: str, view: Words, hits: tuple[Hit, ...], shouted: bool) -> tuple[Seen, ...]:
    """`shouted`: all of the text is in capitals; asked of each place, it would be read through each time."""
    found: list[Seen] = []
    for hit in hits:
        start, end = view.span(hit.first, hit.last)
        written = text[start:end]
        found.append(
            Seen(
                words=view,
                hit=hit,
                start=start,
                end=end,
                is_disguised=_is_disguised(written, view, hit),
                in_capitals=written.isupper() and not shouted,
            )
        )
    return tuple(found)


def _is_disguised(original: str, view: Words, hit: Hit) -> bool:
    """Whether letters were left for others, or stood apart: more than casing and stretching lies between."""
    words, written = view.words[hit.first : hit.last + 1], view.plain.text
    if lower_turkish(normalize("NFC", original)) != written[words[0].start : words[-1].end]:
        return True
    return any(word.altered and squeeze(written[word.start : word.end]) != word.text for word in words)
