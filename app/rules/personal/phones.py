"""Phone numbers: Turkish ones in every way of writing, others with their country code."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

import phonenumbers

from app.rules.personal.digits import Digits, Run, joined

_MOBILE = re.compile(r"(?:(?:00)?90|0)?(5\d{9})")
_LANDLINE = re.compile(r"(?:(?:00)?90|0)([234]\d{9})")
# Ranges that are given out to mobile subscribers; the library lags behind new ones.
_MOBILE_RANGES = re.compile(r"5[0-6]\d{8}")


@lru_cache(maxsize=4096)
def phone_kind(digits: str, *, is_international: bool = False) -> str | None:
    """``mobile``, ``landline`` or ``foreign``, or None where it is no phone number.

    Company lines (444, 0800, 0850) are nobody's private number.
    """
    if is_international and not digits.startswith("90"):
        return "foreign" if _is_valid("+" + digits) else None
    if digits.startswith("00") and not digits.startswith("0090"):
        return "foreign" if _is_valid("+" + digits[2:]) else None
    mobile = _MOBILE.fullmatch(digits)
    if mobile:
        return "mobile" if _MOBILE_RANGES.fullmatch(mobile[1]) or _is_valid("+90" + mobile[1]) else None
    landline = _LANDLINE.fullmatch(digits)
    return "landline" if landline and _is_valid("+90" + landline[1]) else None


def _is_valid(number: str) -> bool:
    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(number, "TR"))
    except phonenumbers.NumberParseException:
        return False


def national(digits: str) -> str:
    """The last ten digits, by which two spellings of one Turkish number are the same."""
    return digits[-10:]


def phones_in(run: Run) -> Iterator[tuple[str, Digits]]:
    """Phone numbers in a run of digit groups, each with its kind; the longest reading first."""
    groups: Sequence[Digits] = run.groups
    place = 0
    while place < len(groups):
        for end in range(len(groups), place, -1):
            number = joined(groups[place:end])
            if 7 <= len(number.digits) <= 15:
                kind = phone_kind(number.digits, is_international=number.is_international)
                if kind:
                    yield kind, number
                    place = end
                    break
        else:
            place += 1
