"""Home addresses and car plates."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from app.rules.forms.words import Words


class Place(NamedTuple):
    """Places of the first and the last word of an address; `has_door` where a flat or a floor is named."""

    first: int
    last: int
    has_door: bool


_STREETS = frozenset(
    [
        "sokak",
        "sokagi",
        "sokaginda",
        "sok",
        "sk",
        "sokakta",
        "cadde",
        "caddesi",
        "caddesinde",
        "cad",
        "cd",
        "bulvar",
        "bulvari",
        "bulvarinda",
        "blv",
        "mahallesi",
        "mahalle",
        "mah",
        "mh",
        "sitesi",
        "sitesinde",
        "site",
        "apartmani",
        "apartmaninda",
        "apt",
        "apartman",
        "blok",
        "bloklari",
    ]
)
_ROADS = frozenset(
    [
        "sokak",
        "sokagi",
        "sokaginda",
        "sok",
        "sk",
        "sokakta",
        "cadde",
        "caddesi",
        "caddesinde",
        "cad",
        "cd",
        "bulvar",
        "bulvari",
        "bulvarinda",
        "blv",
    ]
)
_NUMBER = frozenset({"no", "numara", "kapi"})
_DOOR = frozenset({"daire", "d", "da", "dairesi", "kat", "k", "kati", "ic"})
# An address is written in one go: its parts stand at most this many words apart.
_REACH = 5


def addresses(words: Words) -> Iterator[Place]:
    """A road or estate, a house number and, mostly, a door: "Çiçek Sk. No:4 D:7"."""
    tokens = words.words
    place = 0
    while place < len(tokens):
        if tokens[place].folded not in _STREETS:
            place += 1
            continue
        first = place - 1 if place and tokens[place].start - tokens[place - 1].end <= 2 else place
        last, reached = place, place
        number = door = False
        road = tokens[place].folded in _ROADS
        step = place + 1
        while step < len(tokens) and step - reached <= _REACH and tokens[step].start - tokens[step - 1].end <= 4:
            folded = tokens[step].folded
            after = tokens[step + 1].folded if step + 1 < len(tokens) else ""
            if folded in _STREETS:
                reached, road = step, road or folded in _ROADS
            elif folded in _NUMBER and after == "<number>":
                number, reached, last = True, step + 1, step + 1
            elif folded in _DOOR and after == "<number>":
                door, reached, last = True, step + 1, step + 1
            elif (
                folded == "<number>"
                and step == reached + 1
                and "/" in words.plain.text[tokens[step].start : tokens[step].end + 1]
            ) or (folded == "<number>" and step == place + 1 and road):
                number, reached, last = True, step, step
            step += 1
        if number and (road or door):
            yield Place(first, last, door)
        place = max(reached, place) + 1


_PLATE = re.compile(
    r"(?<![^\W_])(0[1-9]|[1-7]\d|8[01])([ \-.]?)([a-pr-vyz]{1,3}|ı[a-pr-vyz]{0,2})([ \-.]?)(\d{2,5})(?![^\W_])"
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
        "math",
    ]
)


class Plate(NamedTuple):
    """A car plate's span in the plain form."""

    start: int
    end: int


def plates(words: Words, original: str) -> Iterator[tuple[Plate, bool]]:
    """Turkish car plates, each with whether it is written in capitals."""
    plain = words.plain
    for found in _PLATE.finditer(plain.text):
        letters, digits = found[3].replace("ı", "i"), found[5]
        wanted = {1: (4, 5), 2: (3, 4), 3: (2, 3)}[len(letters)]
        if letters in _NO_PLATE or not wanted[0] <= len(digits) <= wanted[1]:
            continue
        start, end = plain.original(found.start(3), found.end(3))
        yield Plate(found.start(), found.end()), original[start:end].isupper()
