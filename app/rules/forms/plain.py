"""The plain form: composed, lower case, no invisible characters, no look-alikes, with a map back to the original."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from app.rules.forms.casing import lower_letter, lower_turkish
from app.rules.forms.lookalikes import DRAWN, unmask, unmask_capitals

# Text of these alone needs neither composing nor dropping, so every code point keeps its place.
_ORDINARY = re.compile("[\\n\\t -~çğıöşüÇĞİÖŞÜâîûÂÎÛ‘’“”–—•€₺£☀-➿\U0001f300-\U0001faff]*")
_TAG = re.compile(r"#[^\W_]\w+")
# More combining marks than this on one letter is decoration, and dropped unread.
_MARKS_READ = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Plain:
    """A form of a text. Code point i of `text` stands for code points [starts[i], ends[i]) of the original.

    Both maps are None where every code point kept its place.
    """

    text: str
    starts: Sequence[int] | None = None
    ends: Sequence[int] | None = None

    def original(self, start: int, end: int) -> tuple[int, int]:
        """The span of the original for [start, end) of this form; `end` is after `start`."""
        if self.starts is None or self.ends is None:
            return start, end
        return self.starts[start], self.ends[end - 1]


@lru_cache(maxsize=8192)
def _is_invisible(character: str) -> bool:
    # Cf: zero-width, direction marks, soft hyphen, tags; Cc: control; Mn: a mark without a letter; Cs: lone surrogates.
    return character not in "\n\t\r" and unicodedata.category(character) in {"Cf", "Cc", "Mn", "Me", "Cs"}


@lru_cache(maxsize=8192)
def _compose(cluster: str) -> str:
    """A letter with its marks, as compatibility-composed text in lower case."""
    if cluster[0] in DRAWN:
        return DRAWN[cluster[0]]
    # Lower case of the composed letter, so that `I` with a dot above is `İ` first and then `i`.
    composed = unicodedata.normalize("NFKC", cluster)
    kept = [lower_letter(c) for c in composed if c == "\n" or not _is_invisible(c)]
    return "".join(kept)


def _words_of_tags(text: str) -> frozenset[int]:
    """Where another word begins in a hashtag: at a capital behind a small letter (#GeriVerin)."""
    return frozenset(
        place
        for tag in _TAG.finditer(text)
        for place in range(tag.start() + 2, tag.end())
        if text[place].isupper() and text[place - 1].islower()
    )


def plain(text: str) -> Plain:
    """The plain form of `text`, in time linear in its length. The words of a hashtag stand apart."""
    text = unmask_capitals(text)
    apart = _words_of_tags(text) if "#" in text else frozenset()
    if not apart and _ORDINARY.fullmatch(text):
        return Plain(text=lower_turkish(text))
    unmasked = unmask(text)
    pieces: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    place, length = 0, len(unmasked)
    while place < length:
        end = place + 1
        while end < length and unmasked[end] > "\u02ff" and unicodedata.combining(unmasked[end]):
            end += 1
        if place in apart:
            pieces.append(" ")
            starts.append(place - 1)
            ends.append(place)
        if not _is_invisible(unmasked[place]):
            written = _compose(unmasked[place : min(end, place + 1 + _MARKS_READ)])
            pieces.append(written)
            starts += [place] * len(written)
            ends += [end] * len(written)
        place = end
    return Plain(text="".join(pieces), starts=starts, ends=ends)
