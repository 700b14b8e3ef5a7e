"""Finds the phrases of all lexicons in the words of a text, in one pass and in linear time.

One Aho-Corasick automaton finds every stem at the beginning of every word; the rest of the word must be a suffix chain
that Turkish allows; then phrases are followed from word to word within their sentence.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ahocorasick_rs import AhoCorasick

from app.rules.forms.casing import has_turkish_letters, strip_diacritics
from app.rules.forms.words import Words
from app.rules.lexicon.morphology import Ending, can_follow, last_vowel, softened
from app.rules.lexicon.patterns import Pattern, Phrase, Stem

# Parts of a pattern joined by "&" are this many words apart at most, an exception near a hit this many.
_TOGETHER = 15
_VOWELS = frozenset("aeiou")


@dataclass(frozen=True, slots=True)
class Hit:
    """Places of the first and the last word of what was found."""

    first: int
    last: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What one named phrase set looks for, and what speaks against it: in the message, or within a few words."""

    name: str
    patterns: tuple[Pattern, ...]
    unless: tuple[Pattern, ...] = ()
    unless_near: tuple[Pattern, ...] = ()
    near_words: int = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class _Spelling:
    """A folded stem in the automaton with the stem it stands for."""

    stem: int
    vowel: str
    ending: Ending
    text: str
    is_literal: bool
    before_vowel: bool


@dataclass(frozen=True, slots=True)
class _Route:
    """A phrase with its steps as numbers: the sets of words that may stand there."""

    phrase: int
    steps: tuple[int, ...]
    gaps: tuple[int, ...]
    opens: bool
    closes: bool


class Index:
    """All entries, compiled once; `find` is pure."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self.entries = tuple(entries)
        self._stems: dict[Stem, int] = {}
        self._steps: dict[frozenset[Stem], int] = {}
        self._phrases: dict[Phrase, int] = {}
        self._steps_of_stem: dict[int, list[int]] = defaultdict(list)
        self._routes: dict[int, list[_Route]] = defaultdict(list)
        self._plans: list[tuple[str, list[list[list[int]]], list[list[list[int]]], list[list[list[int]]], int]] = []
        self._openers: dict[int, list[tuple[int, int]]] = defaultdict(list)
        for number, entry in enumerate(self.entries):
            plan = [self._plan(patterns) for patterns in (entry.patterns, entry.unless, entry.unless_near)]
            self._plans.append((entry.name, plan[0], plan[1], plan[2], entry.near_words))
            for place, pattern in enumerate(plan[0]):
                for phrase in pattern[0]:
                    self._openers[phrase].append((number, place))
        self._build()

    def _plan(self, patterns: Sequence[Pattern]) -> list[list[list[int]]]:
        return [[[self._phrase(phrase) for phrase in part] for part in pattern] for pattern in patterns]

    def _phrase(self, phrase: Phrase) -> int:
        if phrase in self._phrases:
            return self._phrases[phrase]
        number = self._phrases[phrase] = len(self._phrases)
        steps = tuple(self._step(step.stems) for step in phrase.steps)
        gaps = tuple(step.gap for step in phrase.steps)
        self._routes[steps[0]].append(_Route(number, steps, gaps, phrase.opens, phrase.closes))
        return number

    def _step(self, stems: frozenset[Stem]) -> int:
        if stems not in self._steps:
            self._steps[stems] = len(self._steps)
            for stem in stems:
                self._steps_of_stem[self._stems.setdefault(stem, len(self._stems))].append(self._steps[stems])
        return self._steps[stems]

    def _build(self) -> None:
        spellings: dict[str, list[_Spelling]] = defaultdict(list)
        for stem, number in self._stems.items():
            vowel = last_vowel(stem.text)
            spelled = [(stem.text, False)]
            soft = softened(stem.text) if stem.ending is Ending.NOMINAL else None
            if soft:
                spelled.append((soft, True))
            for text, before_vowel in spelled:
                spellings[" " + strip_diacritics(text)].append(
                    _Spelling(
                        stem=number,
                        vowel=vowel,
                        ending=stem.ending,
                        text=text,
                        is_literal=stem.is_literal,
                        before_vowel=before_vowel,
                    )
                )
        self._spellings = list(spellings.values())
        self._automaton = AhoCorasick(list(spellings))

    def find(self, view: Words, *, only_altered: bool = False) -> Mapping[str, tuple[Hit, ...]]:
        """Hits by name of entry, in order. With `only_altered`, those alone that a disguised word has part in."""
        at = self._steps_at(view)
        if not at:
            return {}
        phrases = self._follow(view, at)
        if not phrases:
            return {}
        found: dict[str, tuple[Hit, ...]] = {}
        candidates: dict[int, set[int]] = defaultdict(set)
        for phrase in phrases:
            for number, place in self._openers.get(phrase, ()):
                candidates[number].add(place)
        for number in sorted(candidates):
            name, patterns, unless, unless_near, near_words = self._plans[number]
            hits = sorted(
                {h for place in candidates[number] for h in _together(patterns[place], phrases, view)}, key=_order
            )
            if hits and only_altered:
                hits = [h for h in hits if any(w.altered for w in view.words[h.first : h.last + 1])]
            if not hits or any(next(iter(_together(pattern, phrases, view)), None) for pattern in unless):
                continue
            if unless_near:
                against = [hit for pattern in unless_near for hit in _together(pattern, phrases, view)]
                hits = _away_from(hits, against, near_words)
            if hits:
                found[name] = tuple(_widest(hits))
        return found

    def _steps_at(self, view: Words) -> dict[int, set[int]]:
        """For each place of a word, the steps it can be."""
        starts: list[int] = []
        place = 0
        for word in view.words:
            starts.append(place)
            place += len(word.folded) + 1
        haystack = " " + " ".join([word.folded for word in view.words])
        literal_letters: bool | None = None
        found: dict[int, set[int]] = {}
        for spelling, start, end in self._automaton.find_matches_as_indexes(haystack, overlapping=True):
            number = bisect_left(starts, start)
            word = view.words[number]
            rest = word.folded[end - start - 1 :]
            for option in self._spellings[spelling]:
                if option.before_vowel and (not rest or rest[0] not in _VOWELS):
                    continue
                if not can_follow(rest if len(rest) < 40 else rest[:40], option.ending, option.vowel):
                    continue
                if option.is_literal:
                    if literal_letters is None:
                        literal_letters = has_turkish_letters(view.plain.text)
                    if not word.text.startswith(option.text) or (option.text.isascii() and not literal_letters):
                        continue
                elif word.text is not word.folded and _says_otherwise(word.text, option.text):
                    continue
                found.setdefault(number, set()).update(self._steps_of_stem[option.stem])
        return found

    def _follow(self, view: Words, at: Mapping[int, set[int]]) -> dict[int, list[Hit]]:
        """Hits of each phrase, in order of their first word."""
        words = view.words
        count = len(words)
        found: dict[int, list[Hit]] = defaultdict(list)
        for first in sorted(at):
            sentence = words[first].sentence
            opens = first == 0 or words[first - 1].sentence != sentence
            for step in at[first]:
                for route in self._routes.get(step, ()):
                    if route.opens and not opens:
                        continue
                    reached = [first]
                    for wanted, gap in zip(route.steps[1:], route.gaps[1:], strict=True):
                        reached = [
                            place
                            for place in range(reached[0] + 1, min(reached[-1] + gap + 2, count))
                            if wanted in at.get(place, ())
                            and words[place].sentence == sentence
                            and any(0 < place - before <= gap + 1 for before in reached)
                        ]
                        if not reached:
                            break
                    if route.closes:
                        reached = [p for p in reached if p + 1 == count or words[p + 1].sentence != sentence]
                    if reached:
                        found[route.phrase].append(Hit(first, reached[0]))
        return found


def _says_otherwise(written: str, stem: str) -> bool:
    """Whether the word has a ş, ç, ö, ü or ğ where the stem has none: people leave these out, they don't put them in.

    A dotless i says nothing: it may be a capital of someone without a Turkish keyboard.
    """
    return any(mine != theirs and mine in "şçöüğ" for mine, theirs in zip(written, stem, strict=False))


def _order(hit: Hit) -> tuple[int, int]:
    return hit.first, hit.last


def _together(pattern: list[list[int]], phrases: Mapping[int, list[Hit]], view: Words) -> Iterable[Hit]:
    """Hits of a pattern: those of its first part that have each other part near in the same sentence."""
    parts = [[hit for phrase in part for hit in phrases.get(phrase, ())] for part in pattern]
    if not all(parts):
        return
    if len(parts) == 1:
        yield from parts[0]
        return
    others = [sorted(part, key=_order) for part in parts[1:]]
    keys = [[hit.first for hit in part] for part in others]
    for hit in parts[0]:
        first, last = hit.first, hit.last
        for part, firsts in zip(others, keys, strict=True):
            near = _nearest(hit, part, firsts, view)
            if near is None:
                break
            first, last = min(first, near.first), max(last, near.last)
        else:
            yield Hit(first, last)


def _nearest(hit: Hit, part: list[Hit], firsts: list[int], view: Words) -> Hit | None:
    sentence = view.words[hit.first].sentence
    after = bisect_left(firsts, hit.last + 1)
    before = bisect_left(firsts, hit.first) - 1
    best: Hit | None = None
    distance = _TOGETHER + 1
    for place in (after, before):
        if 0 <= place < len(part):
            other = part[place]
            gap = other.first - hit.last if place == after else hit.first - other.last
            if 0 < gap < distance and view.words[other.first].sentence == sentence:
                best, distance = other, gap
    return best


def _away_from(hits: list[Hit], against: list[Hit], words: int) -> list[Hit]:
    if not against:
        return hits
    firsts = sorted((hit.first, hit.last) for hit in against)
    keys = [first for first, _ in firsts]
    kept: list[Hit] = []
    for hit in hits:
        low = bisect_left(keys, hit.first - words - 8)
        high = bisect_left(keys, hit.last + words + 1)
        if not any(firsts[p][1] >= hit.first - words for p in range(low, min(high, low + 64))):
            kept.append(hit)
    return kept


def _widest(hits: list[Hit]) -> list[Hit]:
    """Without hits that lie within the one before."""
    kept: list[Hit] = []
    for hit in sorted(hits, key=lambda h: (h.first, -h.last)):
        if not kept or hit.last > kept[-1].last:
            kept.append(hit)
    return kept
