"""Runs of digits as people write them: grouped, bracketed, dotted, full-width, or spoken out."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from app.rules.forms.plain import Plain
from app.rules.forms.words import Word, Words

# Bounded, so that a megabyte of digits is read in linear time.
_RUN = re.compile(r"(?<!\d)(?:\+\s?|\(\s?|o(?=5\d\d))?\d(?:[ \t().\-/_·•*]{0,3}\d){5,33}(?!\d)")
_GROUP = re.compile(r"\d+")


class Digits(NamedTuple):
    """Digits (ASCII) with the span they take in the plain form; `groups` is how they were grouped."""

    digits: str
    start: int
    end: int
    is_international: bool = False
    is_spoken: bool = False


class Run(NamedTuple):
    """A run of groups of digits."""

    groups: tuple[Digits, ...]


def _ascii(digits: str) -> str:
    return digits if digits.isascii() else "".join(str(int(d)) for d in digits)


def runs(plain: Plain) -> Iterator[Run]:
    """Runs of six digits or more, in order."""
    for run in _RUN.finditer(plain.text):
        begin = run.start()
        has_plus = run[0][0] == "+"
        groups: list[Digits] = []
        for group in _GROUP.finditer(plain.text, begin, run.end()):
            start, digits = group.start(), _ascii(group[0])
            if not groups and run[0][0] in "+(":
                start = begin
            if not groups and run[0][0] == "o":
                start, digits = begin, "0" + digits
            groups.append(Digits(digits, start, group.end(), has_plus and not groups))
        yield Run(tuple(groups))


def joined(groups: Sequence[Digits]) -> Digits:
    """Several groups as one."""
    digits = "".join(group.digits for group in groups)
    return Digits(digits, groups[0].start, groups[-1].end, groups[0].is_international, groups[0].is_spoken)


_UNITS = {"sifir": 0, "bir": 1, "iki": 2, "uc": 3, "dort": 4, "bes": 5, "alti": 6, "yedi": 7, "sekiz": 8, "dokuz": 9}
_TENS = dict(
    zip(
        ["on", "yirmi", "otuz", "kirk", "elli", "altmis", "yetmis", "seksen", "doksan"], range(10, 100, 10), strict=True
    )
)
_HUNDRED = "yuz"
_NUMERALS = sorted((*_UNITS, *_TENS, _HUNDRED), key=len, reverse=True)
# Fewer numerals than this are counting, not a number spelled out to escape being read.
_SPOKEN_AT_LEAST = 3


def _numerals(word: Word) -> list[str]:
    """The numerals a word consists of (beşyüzotuziki), without a case ending; empty where it is something else."""
    rest, found = word.folded, list[str]()
    while rest and len(found) < 12:
        numeral = next((n for n in _NUMERALS if rest.startswith(n)), None)
        if numeral is None:
            return found if found and rest in {"den", "dan", "ten", "tan", "u", "i", "a", "e", "ye", "ya"} else []
        found.append(numeral)
        rest = rest[len(numeral) :]
    return found


def _digits_of(numerals: Sequence[str]) -> str:
    """What a sequence of numerals and digit groups is as digits: "beş yüz otuz iki on dört" → "53214"."""
    out: list[str] = []
    value: int | None = None
    for place, numeral in enumerate(numerals):
        before_hundred = place + 1 < len(numerals) and numerals[place + 1] == _HUNDRED
        if numeral.isdigit():
            out += [str(value)] if value is not None else []
            out.append(numeral)
            value = None
        elif numeral == _HUNDRED:
            if value is not None and not 1 <= value <= 9:
                out.append(str(value))
                value = None
            value = (value or 1) * 100
        elif numeral in _TENS:
            if value is not None and (value % 100 or not value):
                out.append(str(value))
                value = None
            value = (value or 0) + _TENS[numeral]
        else:
            unit = _UNITS[numeral]
            if value is not None and (value % 10 or not value or not unit or before_hundred):
                out.append(str(value))
                value = None
            value = (value or 0) + unit
    return "".join(out) + (str(value) if value is not None else "")


def spoken(words: Words) -> Iterator[Digits]:
    """Numbers spelled out in Turkish, with digits mixed in ("sıfır beş yüz 32 ...")."""
    gathered: list[str] = []
    first = last = 0
    numerals = 0

    def finish() -> Iterator[Digits]:
        if numerals >= _SPOKEN_AT_LEAST and len(gathered) <= 40:
            yield Digits(_digits_of(gathered), words.words[first].start, words.words[last].end, is_spoken=True)

    for place, word in enumerate(words.words):
        is_number = word.folded == "<number>"
        said = [_ascii("".join(c for c in word.text if c.isdecimal()))] if is_number else _numerals(word)
        if said and gathered and word.start - words.words[last].end > 4:
            yield from finish()
            gathered, numerals = [], 0
        if said:
            if not gathered:
                first = place
            gathered += said
            numerals += len(said) if word.folded != "<number>" else 0
            last = place
        elif gathered:
            yield from finish()
            gathered, numerals = [], 0
    if gathered:
        yield from finish()
