"""How a text is put before the classifier. Training and running share it, or the scores would mean nothing."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.rules.forms.disguise import STARRED_NAMES
from app.rules.forms.plain import Plain, plain
from app.rules.forms.words import Word
from app.rules.lexicon.book import hidden_words
from app.rules.text import seen_and_heard

# Links, mailboxes and mentions say nothing by their letters; which number it is, is for the rules of personal data.
_REPLACED: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"[\w.+-]{1,64}@[\w-]{1,64}\.[\w.-]{2,64}"), " eposta "),
    (
        re.compile(
            r"(?:https?://|www\.)\S+"
            r"|\b[\w-]{1,64}\.(?:com|net|org|io|me|ly|tr|shop|xyz|site|online|club|bet)\b(?:/\S*)?"
        ),
        " url ",
    ),
    (re.compile(r"@\w[\w.]*"), " @user "),
    # Every digit of a run of five and more, so that such a run reads 00000.
    (re.compile(r"(?<=\d\d\d\d)\d|\d(?=\d\d\d\d)|(?<=\d)\d(?=\d\d\d)|(?<=\d\d)\d(?=\d\d)|(?<=\d\d\d)\d(?=\d)"), "0"),
    (re.compile(r"(.)(?<=\1\1\1)", re.DOTALL), ""),
    # English "I" after Turkish casing; `ı` is no word of Turkish.
    (re.compile(r"\bı\b"), "i"),
    (re.compile(r"\s+"), " "),
)
# Signs for letters, or letters with three joints and more.
_DISGUISE = re.compile(r"[\d@$€£!|¡§+*☀-➿\U0001f300-\U0001faff]|(?:\w[^\w']{1,3}){3}")
# What is no longer may be a code (AMK 101, A.M.K.), or short for something (IIIT).
_CODE, _INITIALS = 3, 2
_STRETCHED = re.compile(r"(.)\1\1")
# A longer text is read in pieces of this many code points: its first ones and its last ones.
PIECE = 400
FIRST, LAST = 4, 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Worded:
    """A text as the encoder reads it. Code point i stands for [starts[i], ends[i]) of the original."""

    text: str
    starts: Sequence[int]
    ends: Sequence[int]

    def original(self, start: int, end: int) -> tuple[int, int]:
        """The span of the original for [start, end) of this form; `end` is after `start`."""
        return self.starts[start], self.ends[end - 1]


def wording(text: str) -> Worded:
    """The text in plain form, with links and numbers as kinds and repetitions shortened."""
    return _shortened(_as_written(plain(_without_stars_of_names(text))))


def sounding(text: str) -> Worded | None:
    """The wording of the text as it sounds once letters spaced out, dotted, starred or written as signs are read.

    None where no word wears such a disguise. Stretched letters are none, nor is one joint ("AYM'nin", "e-posta"), nor
    what may be initials ("C.Y."), unless they make a word that people hide: `wording` reads them.
    """
    seen, heard = seen_and_heard(text)
    if heard is None:
        return None
    form = seen.plain
    altered = [
        (word.start, word.end, _apart(form.text, word))
        for word in heard.words
        if word.altered and (_DISGUISE.search(form.text, word.start, word.end) or _hides(form.text, word))
    ]
    return _shortened(_replaced(_as_written(form), altered)) if altered else None


def _hides(text: str, word: Word) -> bool:
    """Whether it is a word that people hide. A code is none, nor is a double vowel stretched ("books")."""
    written = text[word.start : word.end]
    if written.isalpha() and len(written) > len(word.text):
        return len(word.text) > _INITIALS and _STRETCHED.search(written) is not None and _is_hidden(word)
    return len(word.text) > _CODE and _is_hidden(word)


def _is_hidden(word: Word) -> bool:
    return hidden_words().is_hidden(word.folded)


def _apart(text: str, word: Word) -> str:
    """The word as it sounds, apart from the letters that it is glued to."""
    before = " " if text[word.start - 1 : word.start].isalnum() else ""
    behind = " " if text[word.end : word.end + 1].isalnum() else ""
    return f"{before}{word.text}{behind}"


def _without_stars_of_names(text: str) -> str:
    """Names in lists of results ("A** Y***") as initials. A plain form drops the joiners and keeps the places."""
    return STARRED_NAMES.sub(lambda names: names[0].replace("*", "\u200d"), text) if "**" in text else text


def _as_written(form: Plain) -> Worded:
    return Worded(
        text=form.text,
        starts=range(len(form.text)) if form.starts is None else form.starts,
        ends=range(1, len(form.text) + 1) if form.ends is None else form.ends,
    )


def _shortened(worded: Worded) -> Worded:
    for pattern, replacement in _REPLACED:
        found = [match.span() for match in pattern.finditer(worded.text)]
        if replacement == " " and all(worded.text[start:end] == " " for start, end in found):
            continue
        worded = _replaced(worded, [(start, end, replacement) for start, end in found])
    return worded


def in_pieces(text: str) -> Iterator[tuple[int, str]]:
    """The parts of a text that are read one by one, each with the place where it begins. Mostly that is all of it."""
    if len(text) <= PIECE:
        yield 0, text
        return
    cuts = [0]
    while len(text) - cuts[-1] > PIECE:
        space = text.rfind(" ", cuts[-1] + PIECE // 2, cuts[-1] + PIECE)
        cuts.append(space if space > 0 else cuts[-1] + PIECE)
        if len(cuts) == FIRST + 1 and len(text) - cuts[-1] > LAST * PIECE:
            cuts[-1:] = [cuts[-1], len(text) - LAST * PIECE]
    ends = [*cuts[1:], len(text)]
    for number, (start, end) in enumerate(zip(cuts, ends, strict=True)):
        # What lies between the first pieces and the last ones is left to the lists, which read everything.
        if number == FIRST and end - start > PIECE:
            continue
        yield start, text[start:end]


def _replaced(worded: Worded, parts: Sequence[tuple[int, int, str]]) -> Worded:
    """With other text for some parts (start, end, text), in their order."""
    if not parts:
        return worded
    pieces: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    at = 0
    for start, end, text in parts:
        pieces += (worded.text[at:start], text)
        starts += (*worded.starts[at:start], *[worded.starts[start]] * len(text))
        ends += (*worded.ends[at:start], *[worded.ends[end - 1]] * len(text))
        at = end
    return Worded(
        text="".join((*pieces, worded.text[at:])),
        starts=(*starts, *worded.starts[at:]),
        ends=(*ends, *worded.ends[at:]),
    )
