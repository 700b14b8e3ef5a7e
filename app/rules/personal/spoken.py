"""Phone numbers spelled out in words, wholly or in part, in Turkish and English."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from app.rules.forms.words import Word, Words
from app.rules.personal.digits import Digits
from app.rules.personal.phones import phone_kind

_UNITS = {"sifir": 0, "bir": 1, "iki": 2, "uc": 3, "dort": 4, "bes": 5, "alti": 6, "yedi": 7, "sekiz": 8, "dokuz": 9}
_UNITS |= {"zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9}
_UNITS |= {"sfr": 0, "sifr": 0}
_ZEROS = frozenset(word for word, value in _UNITS.items() if not value)
_TENS = dict(
    zip(
        ["on", "yirmi", "otuz", "kirk", "elli", "altmis", "yetmis", "seksen", "doksan"], range(10, 100, 10), strict=True
    )
)
_HUNDRED = "yuz"
_TIMES = {"double": 2, "triple": 3}
_NUMERALS = sorted((*_UNITS, *_TENS, *_TIMES, _HUNDRED), key=len, reverse=True)
_PART = re.compile(r"\d{1,11}|" + "|".join(_NUMERALS))
_SUFFIX = re.compile(r"(?:[dt][ae]n?|y?[iuea]|n?in|n?un|l[iu]|yl[ae]|dir|dur)")
# They look like numerals with an ending and are words of their own, these everywhere, those before a number.
_PRONOUNS = frozenset({"onun", "ondan", "ona", "onu", "onda"})
_NO_BEGINNINGS = frozenset({"yuzden", "yuzunden", "yuzu", "yuze", "biri", "birine", "birde", "birden"})
# Fewer numerals than this are counting, not a number spelled out to escape being read.
_SPOKEN_AT_LEAST = 3
_NUMERALS_A_WORD, _LONGEST_WORD = 24, 120
# A number is at most so many words; a pause is at most so long.
_WORDS_A_NUMBER = 24
_PAUSE = 5


class Said(NamedTuple):
    """A word that is a number or says one, as its parts; `end` is before its case ending."""

    parts: tuple[str, ...]
    start: int
    end: int
    ends_number: bool

    @property
    def numerals(self) -> int:
        """How many of the parts are words."""
        return sum(not part.isdigit() for part in self.parts)


def _said(word: Word, *, is_first: bool) -> Said | None:
    if word.folded == "<number>":
        groups = [group for group in re.split(r"\D+", word.text) if group]
        parts = tuple("".join(str(int(c)) for c in group) for group in groups)
        return Said(parts, word.start, word.end, False)
    if word.folded in _PRONOUNS or (is_first and word.folded in _NO_BEGINNINGS) or len(word.folded) > _LONGEST_WORD:
        return None
    at, parts_read = 0, list[str]()
    while at < len(word.folded) and len(parts_read) < _NUMERALS_A_WORD:
        part = _PART.match(word.folded, at)
        if part is None:
            break
        parts_read.append(part[0])
        at = part.end()
    rest = word.folded[at:]
    if not parts_read or (rest and not _SUFFIX.fullmatch(rest)):
        return None
    # The letters as written may hold apostrophes, which stand before the ending.
    end = word.end - len(rest)
    while rest and word.text[: end - word.start][-1:] in "'’`\u00b4":
        end -= 1
    return Said(tuple(parts_read), word.start, end, bool(rest))


class _Reading:
    """Digits so far and the number that may still grow: "beş yüz" may become "beş yüz otuz iki"."""

    def __init__(self) -> None:
        self.done = ""
        self.value: int | None = None
        self.times = 1

    def digits(self) -> str:
        return self.done + (str(self.value) if self.value is not None else "")

    def _finish(self) -> None:
        self.done, self.value = self.digits(), None

    def hear(self, part: str, after: str) -> None:
        """Take the next part; `after` is the one that follows it."""
        if part in _TIMES:
            self._finish()
            self.times = _TIMES[part]
        elif part.isdigit():
            self._hear_digits(part, after)
        elif part == _HUNDRED:
            if self.value is not None and not 1 <= self.value <= 9:
                self._finish()
            self.value = (self.value or 1) * 100
        elif part in _TENS:
            if self.value is not None and (self.value % 100 or not self.value):
                self._finish()
            self.value = (self.value or 0) + _TENS[part]
        else:
            self._hear_unit(_UNITS[part], before_hundred=after == _HUNDRED)

    def _hear_digits(self, digits: str, after: str) -> None:
        is_rest = self.value is not None and self.value >= 100 and self.value % 100 == 0 and len(digits) <= 2
        if is_rest and self.value is not None and digits[0] != "0":
            self.value += int(digits)
            return
        self._finish()
        if after == _HUNDRED and len(digits) == 1 and digits != "0":
            self.value = int(digits)
        else:
            self.done += digits

    def _hear_unit(self, unit: int, *, before_hundred: bool) -> None:
        if self.times > 1:
            self.done, self.times = self.done + str(unit) * self.times, 1
            return
        if self.value is not None and (self.value % 10 or not self.value or not unit or before_hundred):
            self._finish()
        self.value = (self.value or 0) + unit


def digits_said(parts: Sequence[str]) -> str:
    """What numerals and digit groups are as digits: "beş yüz otuz iki on dört" → "53214"."""
    reading = _Reading()
    for place, part in enumerate(parts):
        reading.hear(part, parts[place + 1] if place + 1 < len(parts) else "")
    return reading.digits()


def numbers_said(words: Words) -> Iterator[list[Said]]:
    """Stretches of words that are numbers or say them, in order."""
    stretch: list[Said] = []
    for word in words.words:
        is_first = not stretch or stretch[-1].ends_number or word.start - stretch[-1].end > _PAUSE
        said = _said(word, is_first=is_first)
        if stretch and (said is None or is_first):
            yield stretch
            stretch = []
        if said:
            stretch.append(said)
    if stretch:
        yield stretch


def spoken(words: Words) -> Iterator[Digits]:
    """Phone numbers spelled out, with digits mixed in ("sıfır beş yüz 32 ...")."""
    for stretch in numbers_said(words):
        if sum(said.numerals for said in stretch) < _SPOKEN_AT_LEAST:
            continue
        first = 0
        while first < len(stretch):
            after = _longest_phone(stretch, first)
            if after:
                digits = digits_said([part for said in stretch[first:after] for part in said.parts])
                yield Digits(digits, stretch[first].start, stretch[after - 1].end)
                first = after
            else:
                first += 1


def _longest_phone(stretch: Sequence[Said], first: int) -> int:
    """Place after the last word of the longest phone number that begins at `first`; 0 where none does.

    Inside a stretch only a zero begins a number, so that counting is not cut up until some of it fits.
    """
    parts = list[str]()
    found = 0
    if first and stretch[first].parts[0] not in _ZEROS and not stretch[first].parts[0].startswith("0"):
        return 0
    for place in range(first, min(len(stretch), first + _WORDS_A_NUMBER)):
        parts += stretch[place].parts
        digits = digits_said(parts)
        if len(digits) > 14 or (
            len(digits) >= 4 and not digits.startswith(("05", "5", "905", "0090", "02", "03", "04"))
        ):
            break
        numerals = sum(not part.isdigit() for part in parts)
        if len(digits) >= 10 and numerals >= _SPOKEN_AT_LEAST and len(set(digits)) > 2 and phone_kind(digits):
            found = place + 1
    return found
