"""What a text looks like to the rules: its forms, its words, and what the lexicons find in them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache

from app.rules.forms.disguise import undisguise
from app.rules.forms.plain import Plain, plain
from app.rules.forms.words import Words, words
from app.rules.lexicon.book import censorable, index
from app.rules.lexicon.search import Hit
from app.rules.lexicon.stars import completer


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Seen:
    """One place where a lexicon entry was found: the words it was found in, and the span of the original."""

    words: Words
    hit: Hit
    start: int
    end: int

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


@cache
def _completer() -> Callable[[str], str]:
    return completer(censorable())


def read(text: str) -> TextForms:
    """Build all forms of `text` and search them, in time linear in its length. Never raises for any text."""
    bare = plain(text)
    as_written = words(bare)
    sounding = undisguise(as_written, _completer())
    found: dict[str, tuple[Seen, ...]] = {
        name: _seen(as_written, hits) for name, hits in index().find(as_written).items()
    }
    if sounding is not None:
        for name, hits in index().find(sounding, only_altered=True).items():
            found[name] = _joined(found.get(name, ()), _seen(sounding, hits))
    return TextForms(original=text, plain=bare, words=as_written, undisguised=sounding, found=found)


def _joined(plainly: tuple[Seen, ...], sounding: tuple[Seen, ...]) -> tuple[Seen, ...]:
    """Both in order of place; what was plainly found is not found again at its place."""
    places = [(seen.start, False, seen) for seen in plainly] + [(seen.start, True, seen) for seen in sounding]
    kept: list[Seen] = []
    for _, _, seen in sorted(places, key=lambda place: place[:2]):
        if not kept or seen.start >= kept[-1].end or seen.end > kept[-1].end + 1:
            kept.append(seen)
    return tuple(kept)


def _seen(view: Words, hits: tuple[Hit, ...]) -> tuple[Seen, ...]:
    found: list[Seen] = []
    for hit in hits:
        start, end = view.span(hit.first, hit.last)
        found.append(Seen(words=view, hit=hit, start=start, end=end))
    return tuple(found)
