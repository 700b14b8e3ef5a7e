"""Numbers on papers: T.C. kimlik, IBAN, payment card, passport, identity card."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from stdnum import iban, luhn
from stdnum.tr import tckimlik

from app.rules.personal.digits import Digits, Run, joined

_IBAN = re.compile(r"(?<![^\W_])([a-z]{2}[ .\-]?\d{2}(?:[ .\-]{0,2}[a-z0-9]){11,30})(?![^\W_]|\d)")
_TURKISH_IBAN = re.compile(r"(?<![^\W_])(tr(?:[ .:\-]{0,3}\d){24})(?!\d)")
# Visa, Mastercard, American Express, Troy.
_CARD = re.compile(r"4\d{12}(?:\d{3})?|5[1-5]\d{14}|2[2-7]\d{14}|3[47]\d{13}|9792\d{12}|65\d{14}")
_CARD_GROUPINGS = frozenset({(16,), (4, 4, 4, 4), (8, 8), (15,), (4, 6, 5), (13,), (4, 4, 4, 1), (1,) * 16})
# Grouped so, eleven digits with the checksum are read as a kimlik no even where nothing names them.
_KIMLIK_GROUPINGS = frozenset({(11,), (3, 3, 3, 2)})
_KIMLIK_DIGITS_AT_LEAST = 4
_PAPARA = re.compile(r"(?<![^\W_])\d{10}(?![^\W_])")
_PASSPORT = re.compile(r"(?<![^\W_])(?:[a-z]{1,2}[ -]?\d{7,8}|(?=(?:[a-z]{0,3}\d){4})[a-z][a-z\d]{8})(?![^\W_])")
_IDENTITY_CARD = re.compile(r"(?<![^\W_])[a-z]\d{2}[a-z][ -]?\d{5}(?!\d)")


def _readings(run: Run, digits: int, groupings: frozenset[tuple[int, ...]] | None = None) -> Iterator[tuple[int, int]]:
    """First and last of neighbouring groups that come to so many digits, in one of these groupings."""
    lengths = [len(group.digits) for group in run.groups]
    for first in range(len(lengths)):
        length = 0
        for after in range(first + 1, len(lengths) + 1):
            length += lengths[after - 1]
            if length >= digits:
                if length == digits and (groupings is None or tuple(lengths[first:after]) in groupings):
                    yield first, after
                break


def kimlik_in(run: Run, *, is_named: bool = False) -> Iterator[Digits]:
    """Eleven digits whose last two are the checksum of a T.C. kimlik no; grouped at will only where it is named."""
    taken = 0
    for first, after in _readings(run, 11, None if is_named else _KIMLIK_GROUPINGS):
        number = joined(run, first, after)
        if number.start >= taken and not number.is_international and _is_kimlik(number.digits):
            taken = number.end
            yield number


def _is_kimlik(digits: str) -> bool:
    return digits[0] != "0" and len(set(digits)) >= _KIMLIK_DIGITS_AT_LEAST and tckimlik.is_valid(digits)


def mistyped_kimlik_in(run: Run) -> Iterator[Digits]:
    """Eleven digits in one group without the checksum, that are not plainly made up (11111111111, 12345678901)."""
    for number in run.groups:
        digits = number.digits
        if len(digits) == 11 and digits[0] != "0" and len(set(digits)) >= _KIMLIK_DIGITS_AT_LEAST:
            steps = {(int(b) - int(a)) % 10 for a, b in pairwise(digits)}
            if len(steps) > 1 and not _is_kimlik(digits):
                yield number


def cards_in(run: Run) -> Iterator[Digits]:
    """A payment card number with a valid Luhn checksum."""
    for length in (16, 15, 13):
        for first, after in _readings(run, length, _CARD_GROUPINGS):
            number = joined(run, first, after)
            if _CARD.fullmatch(number.digits) and luhn.is_valid(number.digits):
                yield number


def ibans_in(text: str) -> Iterator[tuple[int, int, bool]]:
    """Spans of IBANs in lower-case `text`, each with whether its checksum holds."""
    taken = 0
    for found in _TURKISH_IBAN.finditer(text):
        number = "".join(c for c in found[1] if c.isalnum()).upper()
        taken = found.end(1)
        yield found.start(1), found.end(1), iban.is_valid(number)
    if taken:
        return
    for found in _IBAN.finditer(text):
        # The casing of the plain form is Turkish, an IBAN's is not.
        number = "".join(c for c in found[1] if c.isalnum()).replace("ı", "i").upper()
        if iban.is_valid(number):
            yield found.start(1), found.end(1), True


def passports_in(text: str, named_at: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Passport numbers that stand within reach of a word for a passport, whose places are `named_at`."""
    return _named(_PASSPORT, text, named_at)


def identity_cards_in(text: str, named_at: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Serial numbers of the identity card (A01B23456) within reach of a word for it."""
    return _named(_IDENTITY_CARD, text, named_at)


def papara_accounts_in(text: str, named_at: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Ten digits within reach of the name of the payment service."""
    return _named(_PAPARA, text, named_at)


_NAMED_WITHIN = 40


def _named(pattern: re.Pattern[str], text: str, named_at: Sequence[int]) -> Iterator[tuple[int, int]]:
    at = 0
    for place in named_at:
        for found in pattern.finditer(text, max(at, place - _NAMED_WITHIN), place + 2 * _NAMED_WITHIN):
            at = found.end()
            yield found.span()
