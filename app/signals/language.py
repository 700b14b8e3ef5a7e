"""The language of a message (6.4.16), as an ISO 639-1 code, or None where nothing tells it."""

import re
import tomllib
from collections.abc import Mapping
from importlib import resources

from lingua import Language, LanguageDetectorBuilder

# The languages we answer and the neighbours they are mistaken for, each with how much likelier we expect it to be than
# another: most who write to us write Turkish, and words of two or three letters look like many languages. Found on
# 9,000 of the messages in `training/messages`, as what mistakes fewest.
EXPECTED: Mapping[Language, float] = {
    Language.TURKISH: 40,
    Language.ENGLISH: 20,
    Language.GERMAN: 4,
    Language.ARABIC: 4,
    Language.RUSSIAN: 40,
    Language.FRENCH: 4,
    Language.AZERBAIJANI: 0.1,
    Language.PERSIAN: 1,
    Language.SPANISH: 0.1,
    Language.ITALIAN: 1,
    Language.DUTCH: 0.1,
    Language.UKRAINIAN: 0.1,
    Language.KAZAKH: 0.1,
    Language.GREEK: 1,
}
# How much likelier Turkish is yet, where letters stand that few others write, and in a short text.
_TURKISH_LETTERS = 16
_TURKISH_WHEN_SHORT = 8
_SHORT_AT_MOST = 20
# Nothing that is said in words of a language.
_NOISE = re.compile(r"https?://\S+|www\.\S+|[\w.+-]{1,64}@[\w.-]{1,120}|@[\w.]{1,40}|#\w+|[\d_]+|[^\w\s'’]+")
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_LAUGHTER = re.compile(
    r"(?:[hjs]?[aeıi]?)?(?:ha|he|ah|ja|sj|js|ks|sk|lo|xd|ke){2,}\w*|l+o+l+|x+d+|h+m+|o+f+|a+h*|ya+y*|w+o+w+"
)
_DATA = tomllib.loads(resources.files("app.signals").joinpath("words.toml").read_text(encoding="utf-8"))
_SHORT: Mapping[str, str] = {word: code for code, words in _DATA["short"].items() for word in words.split()}
_ANYWHERE = frozenset(_DATA["anywhere"]["words"].split())
_SURE_KURDISH = frozenset(_DATA["kurdish"]["sure"].split())
_KURDISH_OWN = frozenset(_DATA["kurdish"]["own"].split())
_KURDISH = _SURE_KURDISH | frozenset(_DATA["kurdish"]["small"].split())


def _lower(text: str) -> str:
    return text.replace("İ", "i").replace("I", "ı").lower()


def _by_script(text: str) -> str | None:
    """What the alphabet alone decides."""
    if any(c in "əƏ" for c in text):
        return "az"
    arabic = sum("\u0600" <= c <= "\u06ff" for c in text)
    if arabic * 2 > sum(c.isalpha() for c in text):
        if any(c in "ەێۆڕڵ" for c in text):
            return "ku"
        if any(c in "پچژگکی" for c in text):
            return "fa"
    return None


def _by_words(words: list[str]) -> str | None:
    """What well-known words decide, in a short text."""
    telling = [w for w in words if w not in _ANYWHERE]
    known = [_SHORT[w] for w in telling if w in _SHORT]
    if telling and len(known) == len(telling) and len(set(known)) == 1:
        return known[0]
    return "ku" if _is_kurdish(words) else None


def _is_kurdish(words: list[str]) -> bool:
    """By its small words: one that nobody else has, or two that Turkish lacks; more of them where few letters help."""
    kurdish = [w for w in words if w in _KURDISH]
    if any(w in _SURE_KURDISH for w in kurdish) and 5 * len(kurdish) >= 2 * len(words):
        return True
    own = sum(w in _KURDISH_OWN for w in words)
    looks = sum(any(c in "êîû" for c in w) or ("x" in w and w not in ("x", "xd")) or "w" in w for w in words)
    return (own >= 2 and 5 * (own + looks) >= 2 * len(words)) or (
        own >= 1 and 2 * looks >= len(words) and len(words) > 1
    )


class LanguageDetector:
    """Statistical detection by lingua, with rules for what it cannot know. Make it once."""

    def __init__(self) -> None:
        # By groups of three letters alone: 50 MB instead of 350, three times as fast, and as right with what we expect.
        self._detector = LanguageDetectorBuilder.from_languages(*EXPECTED).with_low_accuracy_mode().build()
        # The models load on first use; that is here, not at someone's message.
        self._detector.detect_language_of("Merhaba, bu bir denemedir")

    def __call__(self, text: str) -> str | None:
        """The language of `text`; None for emoji, numbers, names alone and laughter."""
        bare = _NOISE.sub(" ", text[:2000]).strip()
        spelled = [w for w in _WORD.findall(bare) if not _LAUGHTER.fullmatch(_lower(w))]
        words = [_lower(w) for w in spelled]
        letters = sum(len(w) for w in words)
        if letters < 2:
            return None
        decided = _by_script(bare) or _by_words(words) or _by_words([w.replace("ı", "i") for w in words])
        if decided:
            return decided
        if letters < 3 or all(w in _ANYWHERE for w in words):
            return None
        return self._guess(" ".join(spelled), letters)

    def _guess(self, text: str, letters: int) -> str | None:
        values = self._detector.compute_language_confidence_values(text)
        if values[0].value == 0.0:
            return None
        likely = {value.language: value.value * EXPECTED[value.language] for value in values}
        if any(c in "ğış" for c in text):
            likely[Language.TURKISH] *= _TURKISH_LETTERS
        if letters < _SHORT_AT_MOST:
            likely[Language.TURKISH] *= _TURKISH_WHEN_SHORT
        return max(likely, key=likely.__getitem__).iso_code_639_1.name.lower()
