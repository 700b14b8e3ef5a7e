"""A phone number told in pieces ("önce 0532, sonra 026, sonu 19 94") or backwards."""

from collections.abc import Iterator, Sequence

from app.rules.forms.words import Words
from app.rules.personal.digits import Digits, Run, joined
from app.rules.personal.phones import MOBILE, phone_kind
from app.rules.personal.spoken import Said, digits_said, numbers_said

_PIECES_AT_MOST = 6
_WORDS_BETWEEN = 60
_TOO_LONG = 12


def phone_in_pieces(words: Words, *, is_surely_one: bool) -> Iterator[tuple[int, int]]:
    """Spans of neighbouring numbers that are a mobile number only together.

    Unless the caller knows that a number is being told, only one with its zero is taken for one.
    """
    beginnings = ("05", "5") if is_surely_one else ("05",)
    pieces = [(stretch, _digits(stretch)) for stretch in numbers_said(words)]
    first = 0
    while first < len(pieces):
        after = _together(pieces, first) if pieces[first][1].startswith(beginnings) else 0
        for stretch, _ in pieces[first:after]:
            yield stretch[0].start, stretch[-1].end
        first = max(after, first + 1)


def _digits(stretch: Sequence[Said]) -> str:
    return digits_said([part for said in stretch[:_TOO_LONG] for part in said.parts])


def _together(pieces: Sequence[tuple[list[Said], str]], first: int) -> int:
    digits, end = "", pieces[first][0][0].start
    for place in range(first, min(len(pieces), first + _PIECES_AT_MOST)):
        stretch, said = pieces[place]
        if stretch[0].start - end > _WORDS_BETWEEN:
            return 0
        digits, end = digits + said, stretch[-1].end
        if len(digits) > 11:
            return 0
        if place > first and phone_kind(digits) == MOBILE:
            return place + 1
    return 0


def phone_backwards(run: Run) -> Iterator[Digits]:
    """A run that is a mobile number with its zero once read from its end."""
    number = joined(run, 0, len(run.groups))
    if len(number.digits) == 11 and number.digits.endswith("50") and phone_kind(number.digits[::-1]) == MOBILE:
        yield number
