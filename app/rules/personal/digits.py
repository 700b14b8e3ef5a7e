"""Runs of digits as people write them: grouped, bracketed, dotted, full-width, with letters posing as digits."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

# Bounded, so that a megabyte of digits is read in linear time.
_SEPARATOR = r"[ \t\xa0().,:\-/\\~_·•*–—|\[\]]"
_RUN = re.compile(rf"(?<!\d)\d(?:{_SEPARATOR}{{0,6}}\d){{5,79}}(?!\d)")
_GROUP = re.compile(r"\d+")
# 14.03.2004 is a date and 13:30 a time, whatever follows.
_DATE_OR_TIME = re.compile(
    r"(?<![\d:])(?:[01]?\d|2[0-4]):[0-5]\d(?::[0-5]\d)?(?![\d:])"
    r"|(?<![\d.])(?:0?[1-9]|[12]\d|3[01])[./-](?:0?[1-9]|1[0-2])[./-](?:19|20)\d\d(?![\d.]\d)"
)
# A token of digits and letters that look like them; alone among single digits an o is a zero as well.
_LETTERED = re.compile(r"(?<!\w)(?=[olıi]{0,11}\d)[\dolıi]{2,12}(?!\w)")
_LETTERED_ONE_BY_ONE = re.compile(rf"(?<!\w)[\do](?:{_SEPARATOR}{{1,3}}[\do]){{9,12}}(?!\w)")
_LETTERS_AS_DIGITS = str.maketrans("olıi", "0111")
_LINK = re.compile(r"(?:https?://)?(?:www\.)?(?:wa\.me/|api\.whatsapp\.com/send/?\?phone=)\+?$")
_OPENING, _CLOSING = "([", ")]"


class Digits(NamedTuple):
    """Digits (ASCII) with the span they take in the plain form."""

    digits: str
    start: int
    end: int
    is_international: bool = False


class Run(NamedTuple):
    """A run of groups of digits in the text it stands in."""

    text: str
    groups: tuple[Digits, ...]


def _ascii(digits: str) -> str:
    return digits if digits.isascii() else "".join(str(int(d)) for d in digits)


def _as_digits(token: re.Match[str]) -> str:
    # At the end of a word ı and i are a case ending: "0532…51i aradım".
    written = token[0]
    return written[:-1].translate(_LETTERS_AS_DIGITS) + (
        written[-1] if written[-1] in "ıi" else written[-1].translate(_LETTERS_AS_DIGITS)
    )


def without_letters(text: str) -> str:
    """`text` (lower case) with digits for the letters that pose as them, as in "o5o6 o18 4l"; places stay the same."""
    lettered = _LETTERED.sub(_as_digits, text)
    return _LETTERED_ONE_BY_ONE.sub(lambda spaced: spaced[0].translate(_LETTERS_AS_DIGITS), lettered)


def blank(text: str, places: Sequence[tuple[int, int]]) -> str:
    """`text` with other things read already made unreadable; places stay the same."""
    pieces: list[str] = []
    at = 0
    for start, end in sorted(places):
        if start >= at:
            pieces += [text[at:start], "x" * (end - start)]
            at = end
    return "".join((*pieces, text[at:]))


def runs(text: str) -> Iterator[Run]:
    """Runs of six digits or more, in order, in lower-case `text`; dates and times end a run."""
    text = _DATE_OR_TIME.sub(lambda found: "x" * len(found[0]), without_letters(text))
    for run in _RUN.finditer(text):
        groups = (Digits(_ascii(group[0]), *group.span()) for group in _GROUP.finditer(text, *run.span()))
        yield Run(text, tuple(groups))


def joined(run: Run, first: int, after: int) -> Digits:
    """The groups from `first` to before `after` as one, with the plus and the brackets that belong to them."""
    groups, text = run.groups[first:after], run.text
    start, end = groups[0].start, groups[-1].end
    is_international = False
    # Brackets belong to it where one inside is without its partner: "(0532) 411", not "(0532 411)".
    inside = [c for c in text[groups[0].end : groups[-1].start] if c in _OPENING + _CLOSING]
    closes_early = bool(inside) and inside[0] in _CLOSING
    opens_late = bool(inside) and inside[-1] in _OPENING
    for _ in range(2):
        before = text[start - 1 : start]
        if before == "+" or text[max(0, start - 2) : start] == "+ ":
            is_international, start = True, start - (1 if before == "+" else 2)
        elif before and before in _OPENING and closes_early:
            start -= 1
    link = _LINK.search(text[max(0, start - 60) : start])
    if link:
        is_international, start = True, start - len(link[0])
    if opens_late and text[end : end + 1] and text[end : end + 1] in _CLOSING:
        end += 1
    return Digits("".join(group.digits for group in groups), start, end, is_international)


def gaps(run: Run, first: int, after: int) -> list[str]:
    """What stands between the groups from `first` to before `after`."""
    groups = run.groups[first:after]
    return [run.text[one.end : other.start] for one, other in pairwise(groups)]
