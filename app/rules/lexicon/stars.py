"""Completes starred words (``s*lak``) from a lexicon."""

from collections.abc import Callable, Iterable

from app.rules.forms.casing import strip_diacritics

# A run of stars may stand for this many letters more than there are stars, where the whole word fits.
_MORE = 2


def completer(words: Iterable[str]) -> Callable[[str], str]:
    """A function that completes a folded word with ``*`` by the first of `words` that fits, as it is spelled; or gives
    an empty text."""
    by_letter: dict[str, list[tuple[str, str]]] = {}
    for word in words:
        folded = strip_diacritics(word)
        by_letter.setdefault(folded[0], []).append((folded, word))

    def complete(starred: str) -> str:
        # "mal*" is a footnote; who hides a word hides its middle, or most of it.
        if starred.endswith("*") and starred.count("*") < 2:
            return ""
        known = by_letter.get(starred[0], ())
        for folded, word in known:
            rest = _rest_after(starred, folded, more=0)
            if rest is not None:
                return word + rest
        return next((word for folded, word in known if _rest_after(starred, folded, more=_MORE) == ""), "")

    return complete


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
