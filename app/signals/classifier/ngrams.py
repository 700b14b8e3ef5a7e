"""A text as the numbers of its n-grams: runs of letters and of words, hashed. Training and running share it."""

from typing import Any, TypeAlias

import numpy as np

from app.rules.forms.casing import strip_diacritics

Hashes: TypeAlias = "np.ndarray[Any, np.dtype[np.uint64]]"

SIZE = 1 << 17
_SHORTEST, _LONGEST = 2, 6
# No more is read of a text: what the encoder reads is not longer.
_READ = 600
# A polynomial hash over code points, mixed so that its low bits depend on all of them.
_BASE = 0x9E3779B97F4A7C15
_MIX = np.uint64(0xBF58476D1CE4E5B9)
_SHIFT = np.uint64(31)
_INVERSE = pow(_BASE, -1, 1 << 64)
_POWERS: Hashes = np.array([pow(_BASE, n, 1 << 64) for n in range(_READ + 2)], dtype=np.uint64)
_INVERSES: Hashes = np.array([pow(_INVERSE, n, 1 << 64) for n in range(_READ + 2)], dtype=np.uint64)


def ngrams(worded: str) -> "np.ndarray[Any, np.dtype[np.int64]]":
    """The numbers, below SIZE and each once, of what a text is made of, as it stands and without diacritics."""
    text = f" {worded[:_READ].strip()} "
    found = [part for form in {text, strip_diacritics(text)} for part in _of_form(form)]
    return np.unique(np.concatenate(found) % np.uint64(SIZE)).astype(np.int64)


def _of_form(text: str) -> list[Hashes]:
    # Lone surrogates are code points like any other here.
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32).astype(np.uint64)
    return [*_of_letters(codes), *_of_words(codes)]


def _of_letters(codes: Hashes) -> list[Hashes]:
    """Every run of two to six letters, across words too."""
    found = []
    running = codes
    for length in range(_SHORTEST, _LONGEST + 1):
        if len(codes) < length:
            break
        running = running[:-1] * _POWERS[1] + codes[length - 1 :]
        found.append(_mixed(running, length))
    return found


def _of_words(codes: Hashes) -> list[Hashes]:
    """Every word and every two words beside each other: from a space to the next, or to the one after it."""
    spaces = np.flatnonzero(codes == ord(" "))
    # Each beginning as a sum of letters over powers; a part is the difference of two of them, moved to the front.
    sums = np.concatenate([np.zeros(1, dtype=np.uint64), np.cumsum(codes * _INVERSES[: len(codes)])])
    found = []
    for reach in (1, 2):
        first, last = spaces[:-reach], spaces[reach:]
        found.append(_mixed((sums[last] - sums[first]) * _POWERS[first], 100 + reach))
    return found


def _mixed(hashes: Hashes, kind: int) -> Hashes:
    """Spread over all bits; runs of another kind get other numbers."""
    mixed = (hashes + np.uint64(kind)) * _MIX
    return (mixed ^ (mixed >> _SHIFT)) * _MIX >> np.uint64(20)
