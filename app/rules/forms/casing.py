"""Turkish casing and the folding of diacritics, one code point to one, so that offsets stay true.

`str.lower` is wrong twice here: it makes `i` of `I`, and two code points of `İ`.
"""

import unicodedata
from functools import lru_cache

_SINGLE = {"I": "ı", "İ": "i"}
# Letters whose base the Unicode decomposition does not give.
_BASES = {"ı": "i", "ß": "s", "ø": "o", "đ": "d", "ł": "l", "ə": "e", "æ": "a", "œ": "o", "ð": "d", "þ": "t", "ħ": "h"}


@lru_cache(maxsize=4096)
def lower_letter(letter: str) -> str:
    """The lower-case letter in Turkish; always one code point."""
    if letter in _SINGLE:
        return _SINGLE[letter]
    lowered = letter.lower()
    return lowered if len(lowered) == 1 else letter


@lru_cache(maxsize=4096)
def bare_letter(letter: str) -> str:
    """The letter without its diacritics (ş → s, ı → i, é → e); always one code point."""
    if letter in _BASES:
        return _BASES[letter]
    base = unicodedata.normalize("NFD", letter)[0]
    return base if base.isascii() and base.isalpha() else letter


def _table(letters: range) -> dict[int, str]:
    return {code: lower_letter(chr(code)) for code in letters if lower_letter(chr(code)) != chr(code)}


# Latin, Greek, Cyrillic and Armenian capitals; scripts without case need no entry.
_LOWER = _table(range(0x41, 0x590)) | _table(range(0x1E00, 0x2000))
_BARE = {
    code: bare_letter(chr(code))
    for code in (*range(0xC0, 0x250), *range(0x1E00, 0x1F00), 0x259)
    if bare_letter(chr(code)) != chr(code)
}


def lower_turkish(text: str) -> str:
    """`text` in lower case by Turkish rules; code points keep their places."""
    return text.translate(_LOWER)


def strip_diacritics(text: str) -> str:
    """`text` as someone without a Turkish keyboard types it; code points keep their places."""
    return text.translate(_BARE)


def has_turkish_letters(text: str) -> bool:
    """Whether the writer uses letters that ASCII lacks, so that a plain `i` or `s` is meant as such."""
    return any(letter in "çğıöşüâîû" for letter in text)
