"""Foreign text made harmless to look at and true to what arrived.

Nothing is dropped: what has no glyph of its own, or would turn, hide or pile up its neighbours, becomes a mark that
names it (``U+202E``), as Unicode Technical Report 36 advises for text whose author is not trusted.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import TypedDict

# More than this on one letter is piled up to paint over its neighbours; written languages stay below it.
MOST_COMBINING_MARKS = 6
# Longer words get invisible places to break, and longer gaps a mark, so that nobody writes out of the picture.
LONGEST_WORD = 24
LONG_GAP = re.compile(r"([ \t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]{25,})")

_BREAK = "\u200b"
_JOINERS = "\u200c\u200d"
_BLACK_FLAG = "\U0001f3f4"
_TAGS = range(0xE0020, 0xE0080)
# Letters by category, blank on paper: Hangul fillers and the empty Braille cell.
_BLANK_LETTERS = frozenset("\u115f\u1160\u3164\uffa0\u2800")
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_REGIONAL_INDICATORS = range(0x1F1E6, 0x1F200)


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of a line: text as it is, or the name of something that must not be shown as it is."""

    text: str
    is_mark: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the text; `is_rtl` by its first letter with a direction (Unicode Annex 9, rule P2)."""

    runs: tuple[Run, ...]
    is_rtl: bool = False


class RunData(TypedDict):
    """A run as a typst template takes it."""

    text: str
    mark: bool


class LineData(TypedDict):
    """A line as a typst template takes it."""

    rtl: bool
    runs: list[RunData]


def line_data(line: Line) -> LineData:
    """The line as JSON for a template (`show-line` in the templates)."""
    return {"rtl": line.is_rtl, "runs": [{"text": run.text, "mark": run.is_mark} for run in line.runs]}


def visible_lines(text: str) -> tuple[Line, ...]:
    """The text line by line, with everything invisible named."""
    return tuple(visible_line(line) for line in text.replace("\r\n", "\n").split("\n"))


def visible_line(text: str) -> Line:
    """The text as one line; a line break in it is named like anything invisible."""
    parts = LONG_GAP.split(text)
    runs = [
        run
        for index, part in enumerate(parts)
        for run in ((Run(f"boşluk ×{len(part)}", is_mark=True),) if index % 2 else _runs(part))
    ]
    return Line(runs=tuple(runs), is_rtl=_is_rtl(text))


def _is_rtl(text: str) -> bool:
    directions = (unicodedata.bidirectional(character) for character in text)
    return next((direction != "L" for direction in directions if direction in {"L", "R", "AL"}), False)


def _runs(text: str) -> Iterator[Run]:
    for mark, group in groupby(_marked(text), key=lambda pair: pair[1]):
        characters = [character for character, _ in group]
        if mark is None:
            yield Run(_breakable("".join(characters)))
        else:
            yield Run(mark if len(characters) == 1 else f"{mark} ×{len(characters)}", is_mark=True)


def _marked(text: str) -> Iterator[tuple[str, str | None]]:
    """Each character with its mark, or None where it may be shown as it is."""
    combining = 0
    before = ""
    in_flag = False
    for character in text:
        category = unicodedata.category(character)
        combining = combining + 1 if category in {"Mn", "Me"} else 0
        in_flag = character == _BLACK_FLAG or (in_flag and ord(character) in _TAGS)
        if character == "\t":
            yield "\u2003", None
        elif combining > MOST_COMBINING_MARKS:
            yield character, "birleşen im"
        elif character in _BLANK_LETTERS or (category in _UNSEEN and not (in_flag or _joins(character, before))):
            yield character, f"U+{ord(character):04X}"
        else:
            yield character, None
        before = character


def _joins(character: str, before: str) -> bool:
    """Whether a joiner does its work, in Persian or between emoji, instead of splitting a word to slip through."""
    return character in _JOINERS and before > "\u024f"


def _breakable(text: str) -> str:
    """Spaces kept as many as they were, and long words given places to break."""
    return "".join(_with_breaks(word) if len(word) > LONGEST_WORD else word for word in _kept_spaces(text))


def _kept_spaces(text: str) -> Iterator[str]:
    """Words and gaps by turns; in a gap all but the last space are no-break ones, which typst does not swallow."""
    for is_gap, group in groupby(text, key=lambda character: character == " "):
        part = "".join(group)
        yield "\u00a0" * (len(part) - 1) + " " if is_gap else part


def _with_breaks(word: str) -> str:
    return word[0] + "".join(
        _BREAK + character if _may_break(before, character) else character for before, character in pairwise(word)
    )


def _may_break(before: str, character: str) -> bool:
    """Not inside what is drawn as one: marks on their letter, joined emoji, skin tones, flags."""
    return (
        unicodedata.category(character) not in {"Mn", "Me", "Mc", "Sk", "Cf"}
        and before not in _JOINERS
        and ord(character) not in _REGIONAL_INDICATORS
    )
