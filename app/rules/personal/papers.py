"""Numbers with a checksum: T.C. kimlik, IBAN, payment card."""

import re
from collections.abc import Iterator

from stdnum import iban, luhn
from stdnum.tr import tckimlik

from app.rules.forms.plain import Plain
from app.rules.personal.digits import Digits, Run, joined

_IBAN = re.compile(r"(?<![^\W_])([a-z]{2}[ .\-]?\d{2}(?:[ .\-]{0,2}[a-z0-9]){11,30})(?![^\W_]|\d)")
_TURKISH_IBAN = re.compile(r"(?<![^\W_])(tr(?:[ .:\-]{0,3}\d){24})(?!\d)")
# Visa, Mastercard, American Express, Troy.
_CARD = re.compile(r"4\d{12}(?:\d{3})?|5[1-5]\d{14}|2[2-7]\d{14}|3[47]\d{13}|9792\d{12}|65\d{14}")


def kimlik_in(run: Run, *, is_named: bool = False) -> Iterator[Digits]:
    """Eleven digits whose last two are the checksum of a T.C. kimlik no; in several groups only where it is named."""
    candidates = [*run.groups, joined(run.groups)] if is_named and len(run.groups) > 1 else run.groups
    for number in candidates:
        if len(number.digits) == 11 and number.digits[0] != "0" and tckimlik.is_valid(number.digits):
            yield number


def cards_in(run: Run) -> Iterator[Digits]:
    """A payment card number with a valid Luhn checksum."""
    candidates = [*run.groups, joined(run.groups)] if len(run.groups) > 1 else run.groups
    if len(run.groups) > 4:
        candidates = (*candidates, joined(run.groups[:4]))
    for number in candidates:
        if _CARD.fullmatch(number.digits) and luhn.is_valid(number.digits):
            yield number


def ibans_in(plain: Plain) -> Iterator[tuple[int, int, bool]]:
    """Spans of IBANs in the plain form, each with whether its checksum holds."""
    taken = 0
    for found in _TURKISH_IBAN.finditer(plain.text):
        number = "".join(c for c in found[1] if c.isalnum()).upper()
        taken = found.end(1)
        yield found.start(1), found.end(1), iban.is_valid(number)
    if taken:
        return
    for found in _IBAN.finditer(plain.text):
        # The casing of the plain form is Turkish, an IBAN's is not.
        number = "".join(c for c in found[1] if c.isalnum()).replace("ı", "i").upper()
        if iban.is_valid(number):
            yield found.start(1), found.end(1), True
