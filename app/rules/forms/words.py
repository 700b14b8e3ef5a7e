"""The words of a plain form, with what a reader sees of their place: sentence, quotation, kind of token."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from app.rules.forms.casing import strip_diacritics
from app.rules.forms.plain import Plain


class Word(NamedTuple):
    """One token. `start` and `end` are offsets in the plain form.

    `folded` is what lexicons match: no diacritics, no apostrophes; links, mentions and numbers as ``<url>``,
    ``<mention>``, ``<mail>``, ``<number>``. `altered` tells a word that was read through a disguise.
    """

    text: str
    folded: str
    start: int
    end: int
    sentence: int
    altered: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """All words of a form in order. `quoted` holds the places of those between quotation marks."""

    plain: Plain
    words: Sequence[Word]
    quoted: frozenset[int] = frozenset()
    questions: frozenset[int] = frozenset()

    def span(self, first: int, last: int) -> tuple[int, int]:
        """The span of the original from the first to the last of these words, both included."""
        return self.plain.original(self.words[first].start, self.words[last].end)


# Every repetition that could be tried anew from each place has a bound, so the whole stays linear.
TOKEN = re.compile(
    r"""
    (?P<url>(?:https?://|www\.)\S++
      | [a-z0-9-]{1,40}+\.(?:com|net|org|info|io|me|co|xyz|site|shop|club|bet|app|online)\b[^\s,;!?]*+)
  | (?P<mail>[\w.+-]{1,64}+@[\w-]{1,63}+(?:\.[\w-]{1,63}+){1,4}+)
  | (?P<mention>@[\w.]{2,40}+)
  | (?P<tag>\#[^\W_]\w*+)
  | (?P<number>\d++(?:[.,:]\d++){0,6}+)
  | (?P<word>[^\W\d_][^\W_]*+(?:['’`\u00b4][^\W_]++){0,3}+)
  | (?P<sign>[₺$€£%☀-➿\U0001f1e6-\U0001f1ff\U0001f300-\U0001faff])
  | (?P<question>[?؟][?!؟.]*+)
  | (?P<stop>[.!;\n…]++)
  | (?P<quote>["“”«»„‘’']|``|'')
    """,
    re.VERBOSE,
)
_APOSTROPHES = str.maketrans("", "", "'’`\u00b4")
_STANDING_FOR = {"url": "<url>", "mail": "<mail>", "mention": "<mention>", "number": "<number>"}
_OPENING, _CLOSING = "“«„‘", "”»’"
# A quotation longer than this is taken for a forgotten mark.
_QUOTED_AT_MOST = 60


class _Quotes:
    """Pairs quotation marks; a mark without a partner quotes nothing."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.opened: int | None = None
        self.quoted: set[int] = set()

    def meet(self, mark: str, at: int, count: int) -> None:
        """A mark at offset `at`, after `count` words."""
        if mark in "'’" and not self._is_mark(at):
            return
        if self.opened is not None and mark not in "“«„‘":
            if 0 < count - self.opened <= _QUOTED_AT_MOST:
                self.quoted.update(range(self.opened, count))
            self.opened = None
        elif mark not in _CLOSING:
            self.opened = count

    def _is_mark(self, at: int) -> bool:
        before = at > 0 and self.text[at - 1].isalnum()
        after = at + 1 < len(self.text) and self.text[at + 1].isalnum()
        return before != after


def words(plain: Plain) -> Words:
    """The words of `plain`, in time linear in its length."""
    found: list[Word] = []
    questions: set[int] = set()
    quotes = _Quotes(plain.text)
    folded_text = strip_diacritics(plain.text)
    sentence = 0
    for token in TOKEN.finditer(plain.text):
        kind = token.lastgroup or ""
        start, end = token.span()
        if kind == "word":
            text, folded = token[0], folded_text[start:end]
            if not folded.isalnum():
                folded = folded.translate(_APOSTROPHES)
            found.append(Word(text, folded, start, end, sentence))
        elif kind == "tag":
            found.append(Word(token[0][1:], folded_text[start + 1 : end].replace("_", ""), start, end, sentence))
        elif kind == "sign":
            found.append(Word(token[0], token[0], start, end, sentence))
        elif kind == "question":
            questions.add(sentence)
            sentence += 1
        elif kind == "stop":
            sentence += 1
        elif kind == "quote":
            quotes.meet(token[0], start, len(found))
        else:
            found.append(Word(token[0], _STANDING_FOR[kind], start, end, sentence))
    return Words(plain=plain, words=found, quoted=frozenset(quotes.quoted), questions=frozenset(questions))
