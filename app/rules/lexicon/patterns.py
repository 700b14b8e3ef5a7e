"""The small language in which lexicons say what to look for: words with their endings, gaps, groups.

A pattern is words separated by spaces, in Turkish spelling; diacritics and casing of the text don't matter to it::

    salak            the noun and what Turkish can add to it (salaklar, salağın, salaksınız)
    öldür-           a verb stem and what Turkish can add to it (öldürürüm, öldüreceğiz)
    salak~           the noun said to someone (salaksın, salaksınız)
    öldür+           the verb as one's own intention (öldüreceğim, öldürürüz)
    aç#              what did not or could not happen (açılmıyor, açmadılar, açamadım)
    bahis*           the beginning of a word
    =mal             this word alone (=mal* is mal*, =git- is git-)
    !sık-            letters as written: what folding makes of other words does not count
    aptal|salak      one of these
    aptal|geri/zekalı  the same, where one of them is two words
    {you}            one of a group of words
    _  _3            up to one, up to three words between
    bir?             this word or nothing
    <number> <url> <mention> <mail>  what is not a word
    ^ salak $        at the beginning, at the end of the sentence
    a b & c          both in one sentence, up to fifteen words apart, in any order
"""

from collections.abc import Mapping
from dataclasses import dataclass

from app.rules.lexicon.morphology import Ending


@dataclass(frozen=True, slots=True, kw_only=True)
class Stem:
    """A stem in lower-case Turkish spelling with what may follow it."""

    text: str
    ending: Ending
    is_literal: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One word of a phrase: any of these stems, after at most `gap` other words."""

    stems: frozenset[Stem]
    gap: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrase:
    """Words in order within one sentence."""

    steps: tuple[Step, ...]
    opens: bool = False
    closes: bool = False


Pattern = tuple[tuple[Phrase, ...], ...]
Groups = Mapping[str, frozenset[Stem]]


_ENDINGS = {"-": Ending.VERBAL, "~": Ending.ADDRESS, "+": Ending.PROMISE, "*": Ending.ANY, "#": Ending.NEGATIVE}


class PatternError(ValueError):
    """A lexicon says something that this language does not have."""


def stem(text: str) -> Stem:
    """One word of the language."""
    literal = text.startswith("!")
    word = text.removeprefix("!")
    ending = Ending.NOMINAL
    if word.startswith("=") and word[-1] not in _ENDINGS:
        word, ending = word[1:], Ending.NONE
    elif word.startswith("<"):
        ending = Ending.NONE
    elif word[-1:] in _ENDINGS:
        word, ending = word.removeprefix("=")[:-1], _ENDINGS[word[-1]]
    if not word or any(sign in word for sign in "=*-~+#{}?!&_^$/ "):
        raise PatternError(f"not a word of the pattern language: {text!r}")
    return Stem(text=word, ending=ending, is_literal=literal)


def stems(text: str, groups: Groups) -> frozenset[Stem]:
    """Alternatives between bars; a group stands for its words."""
    found: set[Stem] = set()
    for option in text.split("|"):
        if option.startswith("{"):
            name = option.strip("{}")
            if name not in groups:
                raise PatternError(text)
            found |= groups[name]
        else:
            found.add(stem(option))
    return frozenset(found)


def _routes(piece: str, gap: int, groups: Groups) -> list[tuple[Step, ...]]:
    """The ways through one piece: all its single words as one step, each of its word sequences by itself."""
    options = piece.split("|")
    single = "|".join(option for option in options if "/" not in option)
    routes: list[tuple[Step, ...]] = [(Step(stems=stems(single, groups), gap=gap),)] if single else []
    for option in options:
        if "/" in option:
            first, *others = option.split("/")
            steps = [Step(stems=stems(first, groups), gap=gap)]
            steps += [Step(stems=stems(other, groups)) for other in others]
            routes.append(tuple(steps))
    return routes


def _phrases(text: str, groups: Groups) -> tuple[Phrase, ...]:
    """A phrase with optional words is several phrases without."""
    pieces = text.split()
    opens, closes = pieces[:1] == ["^"], pieces[-1:] == ["$"]
    pieces = pieces[1 if opens else 0 : -1 if closes else None]
    variants: list[tuple[Step, ...]] = [()]
    gap = 0
    for piece in pieces:
        if piece[0] == "_":
            gap = int(piece[1:] or "1")
            continue
        optional = piece.endswith("?")
        routes = _routes(piece.rstrip("?"), gap, groups)
        variants = [(*v, *route) for v in variants for route in routes] + (variants if optional else [])
        gap = 0
    if not pieces or gap or not all(variants):
        raise PatternError(text)
    return tuple(Phrase(steps=steps, opens=opens, closes=closes) for steps in variants)


def parse(text: str, groups: Groups) -> Pattern:
    """All that must occur together; each part in any of its variants. Raises `PatternError`."""
    return tuple(_phrases(part, groups) for part in text.split(" & "))
