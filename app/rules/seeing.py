"""How rules look at what lexicons found: in the author's own words, not in quotations or reports of others' words."""

from collections.abc import Iterable, Iterator

from app.rules.model import Match, Signals
from app.rules.text import Seen

# A verb of saying this many code points after a word reports it: "bana salak dediler".
_REPORTED_WITHIN = 24


def is_reported(signals: Signals, seen: Seen) -> bool:
    """Whether others said it: a verb of saying in the third person follows, or it is quoted in a report."""
    for verb in signals.forms.see("common.reporting"):
        if seen.start < verb.start and -len("diye") <= verb.start - seen.end <= _REPORTED_WITHIN:
            return True
    return seen.is_quoted and bool(signals.forms.see("common.reporting") or signals.forms.see("common.complains"))


def own_words(signals: Signals, *entries: str) -> Iterator[Seen]:
    """Where lexicon entries were found outside quotations and reports."""
    for entry in entries:
        for seen in signals.forms.see(entry):
            if not is_reported(signals, seen):
                yield seen


def found(signals: Signals, *entries: str) -> Iterator[Seen]:
    """Where lexicon entries were found, whoever said it."""
    for entry in entries:
        yield from signals.forms.see(entry)


def matches(places: Iterable[Seen], reason: str, kind: str = "") -> Iterator[Match]:
    """A match for each place."""
    for seen in places:
        yield Match(start=seen.start, end=seen.end, reason=reason, kind=kind)


def any_of(signals: Signals, *entries: str) -> bool:
    """Whether any of these lexicon entries was found."""
    return any(entry in signals.forms.found for entry in entries)
