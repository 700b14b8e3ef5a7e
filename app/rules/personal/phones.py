"""Phone numbers: Turkish ones in every way of writing, others with their country code or as written at home there."""

import re
from collections.abc import Iterator
from functools import lru_cache

import phonenumbers

from app.rules.personal.digits import Digits, Run, gaps, joined

_MOBILE = re.compile(r"(?:(?:00)?90)?0?(5\d{9})")
_LANDLINE = re.compile(r"(?:(?:00)?90|0)([234]\d{9})")
_BARE_LANDLINE = re.compile(r"[234]\d{9}")
# Ranges that are given out to mobile subscribers; the library lags behind new ones.
_MOBILE_RANGES = re.compile(r"5(?:0\d|16|[345]\d|6[01])\d{7}")
_MONEY = re.compile(r"\s?(?:tl|lira|₺|\$|€|euro|usd|dolar|bin|milyon|try)(?!\w)")
# A comma or a spaced sign between two groups rather ends a number than groups it.
_BREAK = re.compile(r"[,|]|\s[/–—-]\s")
_DECIMAL_POINT = re.compile(r"\d[.,]")
_BARE_GROUPINGS = frozenset({(10,), (3, 7), (3, 3, 4), (3, 3, 2, 2), (3, 2, 3, 2), (3, 2, 2, 3), (5, 5), (1,) * 10})
_LANDLINE_GROUPINGS = frozenset({(3, 7), (3, 3, 4), (3, 3, 2, 2)})
# What a number without a plus looks like at a glance; it is read closely then.
_MAY_BE = re.compile(r"(?:(?:00)?90)?0?5\d{9}|(?:(?:00)?90|0)?[234]\d{9}|00[1-9]\d{5,13}")
# How far a number goes in digits, a country code and its zeros included.
_SHORTEST, _LONGEST = 8, 16
MOBILE, LANDLINE, BARE_LANDLINE, FOREIGN = "mobile", "landline", "bare landline", "foreign"


@lru_cache(maxsize=4096)
def phone_kind(digits: str, *, is_international: bool = False, regions: tuple[str, ...] = ()) -> str | None:
    """``mobile``, ``landline`` or ``foreign``, or None where it is no phone number.

    `regions` are countries at home in which the message may be written (ISO 3166). Company lines (444, 0800, 0850)
    are nobody's private number.
    """
    if is_international and not digits.startswith("90"):
        # Possible is enough: numbers kept free for plays and examples are not valid ones.
        return FOREIGN if len(digits) >= 10 and _is_possible("+" + digits) else None
    if digits.startswith("00") and not digits.startswith("0090"):
        return FOREIGN if _is_valid("+" + digits[2:]) else None
    mobile = _MOBILE.fullmatch(digits)
    if mobile:
        return MOBILE if _MOBILE_RANGES.fullmatch(mobile[1]) or _is_valid("+90" + mobile[1]) else None
    landline = _LANDLINE.fullmatch(digits)
    if landline and len(digits) > 10:
        return LANDLINE if _is_valid("+90" + landline[1]) else None
    if len(digits) >= 10 and any(_is_valid(digits, region) for region in regions):
        return FOREIGN
    return None


def _is_valid(number: str, region: str = "TR") -> bool:
    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(number, region))
    except phonenumbers.NumberParseException:
        return False


def _is_possible(number: str) -> bool:
    try:
        return phonenumbers.is_possible_number(phonenumbers.parse(number, "TR"))
    except phonenumbers.NumberParseException:
        return False


def national(digits: str) -> str:
    """The last ten digits, by which two spellings of one Turkish number are the same."""
    return digits[-10:]


def phones_in(run: Run, regions: tuple[str, ...] = ()) -> Iterator[tuple[str, Digits]]:
    """Phone numbers in a run of digit groups, each with its kind; the longest reading first.

    ``bare landline`` is ten digits grouped as a landline without its zero: one only where something says so.
    """
    place = 0
    while place < len(run.groups):
        for after in _readings(run, place, regions):
            number = joined(run, place, after)
            kind = _kind_as_written(run, place, after, number, regions)
            if kind and not _MONEY.match(run.text, number.end):
                yield kind, number
                place = after
                break
        else:
            place += 1


def _readings(run: Run, first: int, regions: tuple[str, ...]) -> list[int]:
    """Ends of what may be a number by its length and its first digits, the longest first."""
    digits, ends = "", list[int]()
    before = run.text[max(0, run.groups[first].start - 2) : run.groups[first].start]
    is_open = bool(regions) or "+" in before or before.endswith(("/", "="))
    for after in range(first + 1, min(len(run.groups), first + _LONGEST) + 1):
        digits += run.groups[after - 1].digits
        if len(digits) > _LONGEST:
            break
        if len(digits) >= _SHORTEST and (is_open or _MAY_BE.fullmatch(digits)):
            ends.append(after)
    return ends[::-1]


def _kind_as_written(run: Run, first: int, after: int, number: Digits, regions: tuple[str, ...]) -> str | None:
    lengths = tuple(len(group.digits) for group in run.groups[first:after])
    between = gaps(run, first, after)
    is_broken = any(_BREAK.search(gap) for gap in between)
    if _is_decimal(run.groups[first].digits, between):
        return None
    kind = phone_kind(number.digits, is_international=number.is_international, regions=regions)
    if kind == FOREIGN:
        return None if is_broken or len(lengths) > 8 else kind
    is_bare = len(number.digits) == 10 and not number.is_international
    if is_bare and _DECIMAL_POINT.match(run.text, max(0, number.start - 2)):
        return None
    if kind == MOBILE and is_bare:
        return kind if lengths in _BARE_GROUPINGS and not is_broken else None
    if kind is None and is_bare and not is_broken and lengths in _LANDLINE_GROUPINGS:
        return BARE_LANDLINE if _BARE_LANDLINE.fullmatch(number.digits) and _is_valid("+90" + number.digits) else None
    return kind


def _is_decimal(first: str, between: list[str]) -> bool:
    """Whether it is written like 0.5321234567 or 0,53…: one point after a lone digit."""
    return len(first) == 1 and len(between) == 1 and between[0] in {".", ","}
