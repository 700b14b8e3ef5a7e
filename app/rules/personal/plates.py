"""Car plates, as written or spelled out."""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from app.rules.forms.words import Words
from app.rules.personal.spoken import Said, digits_said, numbers_said

_PLATE = re.compile(
    r"(?<![^\W_])(0[1-9]|[1-7]\d|8[01])([ \-.]?)([a-pr-vyz]{1,3}|ı[a-pr-vyz]{0,2})([ \-.]?)(\d{2,5})(?![^\W_])"
)
_SPACED_PLATE = re.compile(
    r"(?<![^\W_])(?:0 [1-9]|[1-7] \d|8 [01])((?: [a-z]){1,3})((?: \d){2,5})(?![^\W_])(?! \w(?!\w))"
)
# Turkish words and units that stand between numbers.
_NO_PLATE = frozenset(
    [
        "bin",
        "ay",
        "tl",
        "km",
        "kg",
        "cm",
        "mm",
        "lt",
        "gb",
        "mb",
        "ve",
        "ile",
        "yas",
        "kez",
        "usd",
        "dk",
        "sn",
        "gun",
        "ders",
        "kat",
        "no",
        "ya",
        "de",
        "da",
        "te",
        "ta",
        "ila",
        "saat",
        "on",
        "yil",
        "euro",
        "puan",
        "kisi",
        "am",
        "pm",
        "st",
        "nd",
        "rd",
        "th",
        "may",
        "jan",
        "feb",
        "mar",
        "apr",
        "jun",
        "jul",
        "aug",
        "sep",
        "oct",
        "nov",
        "dec",
        "mat",
        "fiz",
        "kim",
        "bus",
        "eng",
        "cs",
        "ie",
        "ce",
        "me",
        "ise",
        *("math", "mba", "phd", "gpa", "kdv", "kwh", "fps", "rpm", "gr", "mg", "ml", "mhz", "ghz"),
    ]
)


# One letter is followed by four or five digits, and so on.
_DIGITS_AFTER = {1: (4, 5), 2: (3, 4), 3: (2, 3)}


class Plate(NamedTuple):
    """A car plate's span in the plain form."""

    start: int
    end: int


def plates(words: Words, original: str) -> Iterator[tuple[Plate, bool]]:
    """Turkish car plates, each with whether it is written in capitals."""
    plain = words.plain
    for found in _PLATE.finditer(plain.text):
        letters, digits = found[3].replace("ı", "i"), found[5]
        if letters in _NO_PLATE or len(digits) not in _DIGITS_AFTER[len(letters)]:
            continue
        start, end = plain.original(found.start(3), found.end(3))
        yield Plate(found.start(), found.end()), original[start:end].isupper()
    for found in _SPACED_PLATE.finditer(plain.text):
        start, end = plain.original(*found.span(1))
        if len(found[2]) // 2 in _DIGITS_AFTER[len(found[1]) // 2]:
            yield Plate(found.start(), found.end()), original[start:end].isupper()


# The names of the letters, in one word each.
_LETTER_NAMES = frozenset(
    ["a", "be", "ce", "de", "e", "fe", "ge", "he", "i", "je", "ke", "ka", "le", "me", "ne", "o", "pe", "re", "se", "te"]
) | {"u", "ve", "ye", "ze"}
_LETTERS_AT_MOST = 3


def spelled_plates(words: Words) -> Iterator[Plate]:
    """Plates read out: "otuz beş ka ze de yüz on iki". Only where a car is spoken of."""
    stretches = list(numbers_said(words))
    starts = {word.start: place for place, word in enumerate(words.words)}
    for province, number in pairwise(stretches):
        between = words.words[starts[province[-1].start] + 1 : starts[number[0].start]]
        names = [word.folded for word in between]
        if not 1 <= len(names) <= _LETTERS_AT_MOST or not all(name in _LETTER_NAMES for name in names):
            continue
        first = next((at for at in range(len(province)) if _is_province(province[at:])), None)
        digits = digits_said([part for said in number for part in said.parts])
        if first is not None and 2 <= len(digits) <= 5 and len(number) <= 5:
            yield Plate(province[first].start, number[-1].end)


def _is_province(said: list[Said]) -> bool:
    digits = digits_said([part for one in said for part in one.parts])
    return sum(one.numerals for one in said) > 0 and len(digits) == 2 and 1 <= int(digits) <= 81
