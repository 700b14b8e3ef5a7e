"""Words that people hide: starred (``s*lak``), broken into syllables (``sa lak``), glued to others (``#salakhoca``)."""

import re
from collections.abc import Iterable, Sequence

from app.rules.forms.casing import strip_diacritics
from app.rules.lexicon.morphology import Ending, can_follow, last_vowel

# A run of stars may stand for this many letters more than there are stars, where the whole word fits.
_MORE = 2
# The longest first part of a broken word.
_LONGEST_FIRST = 4
_LONGEST_ENDING = 26
_ENDINGS = (Ending.NOMINAL, Ending.ADDRESS)


class HiddenWords:
    """Finds hidden words. All it is given, and all it is asked, is in lower case; what it is asked is folded.

    `starred`: words written with stars in them; the first that fits completes the word. `broken`: those written in
    three parts or more; `halved`: halves of words, with a space between, that are no words of their own.
    `glued`: regular expressions for those found inside hashtags and words run together.
    """

    def __init__(
        self,
        starred: Iterable[str],
        *,
        broken: Iterable[str] = (),
        halved: Iterable[str] = (),
        glued: Iterable[str] = (),
    ) -> None:
        self._starred: dict[str, list[tuple[str, str]]] = {}
        for word in starred:
            folded = strip_diacritics(word)
            self._starred.setdefault(folded[0], []).append((folded, word))
        self._halved = {tuple(strip_diacritics(word).split()): last_vowel(word) for word in halved}
        # By what they may begin with.
        self._broken: dict[str, list[tuple[str, str]]] = {}
        for word in broken:
            folded = strip_diacritics(word)
            for length in range(1, _LONGEST_FIRST + 1):
                self._broken.setdefault(folded[:length], []).append((folded, last_vowel(word)))
        self._openings = frozenset((*self._broken, *(first for first, _ in self._halved)))
        self._glued = re.compile("|".join(map(strip_diacritics, glued)) or r"(?!)")

    def completed(self, starred: str) -> str:
        """The word that `starred` (with ``*``) or a misspelt one is, as it is spelled; empty where none fits."""
        # "mal*" is a footnote; who hides a word hides its middle, or most of it.
        if starred.endswith("*") and starred.count("*") < 2:
            return ""
        known = self._starred.get(starred[0], ())
        for folded, word in known:
            rest = _rest_after(starred, folded, more=0)
            if rest is not None:
                return word + rest
        return next((word for folded, word in known if _rest_after(starred, folded, more=_MORE) == ""), "")

    def is_hidden(self, folded: str) -> bool:
        """Whether `folded` is one of the starred words with what Turkish can add to it."""
        return any(
            folded.startswith(stem) and _is_ending(folded[len(stem) :], last_vowel(word))
            for stem, word in self._starred.get(folded[:1], ())
        )

    def broken(self, parts: Sequence[str]) -> int:
        """How many of `parts`, from the first on, are the syllables of one word and its endings. 0: none."""
        if len(parts) < 2 or parts[0] not in self._openings:
            return 0
        return next((count for count in range(len(parts), 1, -1) if self._is_broken(parts[:count])), 0)

    def _is_broken(self, parts: Sequence[str]) -> bool:
        if len(parts) == 2:
            first, second = parts
            return any(
                first == one and second.startswith(other) and _is_said(second[len(other) :], vowel)
                for (one, other), vowel in self._halved.items()
            )
        joined = "".join(parts)
        return any(
            joined.startswith(stem) and len(stem) > len(parts[0]) and _is_said(joined[len(stem) :], vowel)
            for stem, vowel in self._broken.get(parts[0], ())
        )

    def glued(self, folded: str) -> tuple[int, int] | None:
        """Where such a word stands inside `folded`, if one does; with what follows, where that is its ending."""
        found = self._glued.search(folded)
        if found is None:
            return None
        start, end = found.span()
        return start, len(folded) if _is_ending(folded[end:], last_vowel(found[0])) else end


def _is_ending(rest: str, vowel: str) -> bool:
    return len(rest) <= _LONGEST_ENDING and any(can_follow(rest, ending, vowel) for ending in _ENDINGS)


def _is_said(rest: str, vowel: str) -> bool:
    """Whether it stands bare, in the plural or said to somebody. More endings make other words of what is apart:
    "sa lakin", "Bey in size"."""
    return rest in {"", "lar", "ler"} or (len(rest) <= _LONGEST_ENDING and can_follow(rest, Ending.ADDRESS, vowel))


def _rest_after(starred: str, word: str, *, more: int) -> str | None:
    """What follows `word` in `starred`, where stars stand for letters; None where it does not fit."""
    reached = {0}  # places in `word`
    for place, sign in enumerate(starred):
        if len(word) in reached and "*" not in starred[place:]:
            return starred[place:]
        if sign == "*":
            longest = 1 + (more if starred[place - 1] != "*" else 0)
            reached = {r + step for r in reached for step in range(1, longest + 1) if r + step <= len(word)}
        else:
            reached = {r + 1 for r in reached if r < len(word) and word[r] == sign}
        if not reached:
            return None
    return "" if len(word) in reached else None
