"""Scores a message for every label, and says which of its words count most for it."""

from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import exp

import numpy as np

from app.rules.classified import is_worth_telling
from app.rules.model import Label, Scored
from app.signals.classifier.encoder import Encoder, Reading
from app.signals.classifier.letters import Letters
from app.signals.classifier.small_talk import is_small_talk
from app.signals.classifier.wording import Worded, in_pieces, sounding, wording

# A word counts where it moves the score at least by this share of what the weightiest word does.
_SHARE = 0.45
# Digits enough that a score reads the same wherever it is computed.
_DIGITS = 2
# Log odds of the head `offensive` from which most who were asked called a tweet offensive (OffensEval 2020): the place
# of the best macro F1 on the tenth of the training tweets that was kept back.
_OFFENSIVE_FROM = -0.45
# Texts come again and again ("harika", "tebrikler", one advertisement under every post): these are read once. At most
# 10 kB each.
_REMEMBERED = 2048


@dataclass(frozen=True, slots=True, kw_only=True)
class _Piece:
    message: int
    start: int
    worded: Worded
    parent: str

    @property
    def read(self) -> tuple[str, str]:
        return self.worded.text, self.parent


class Classifier:
    """Scores texts. Make it once: the model is read from disk. Safe to use from one thread at a time."""

    def __init__(self) -> None:
        self._encoder = Encoder()
        self._letters = Letters()
        self._columns = {label: self._encoder.heads.index(label) for label in Label}
        self._remembered: OrderedDict[tuple[str, str], Reading] = OrderedDict()

    def score(self, texts: Sequence[tuple[str, str | None]]) -> list[Mapping[Label, Scored]]:
        """Score texts, each with what it answers, as they sound where letters are disguised. A long text is read in
        pieces, and counts by its worst.

        A text without a word (emoji, numbers, signs alone) has no scores, nor has small talk: the lists decide those.
        """
        pieces = [
            _Piece(message=number, start=start, worded=worded, parent=wording(parent or "").text)
            for number, (text, parent) in enumerate(texts)
            for start, part in in_pieces(text)
            for worded in [sounding(part) or wording(part)]
        ]
        pieces = [piece for piece in pieces if _is_worth_reading(piece)]
        scores: list[dict[Label, Scored]] = [{} for _ in texts]
        for piece, reading in zip(pieces, self._readings([piece.read for piece in pieces]), strict=True):
            of_message = scores[piece.message]
            for label, column in self._columns.items():
                log_odds = round(float(reading.logits[column]), _DIGITS)
                if label in of_message and of_message[label].log_odds >= log_odds:
                    continue
                spans = tuple(_spans(piece, reading, column)) if is_worth_telling(label, log_odds) else ()
                of_message[label] = Scored(log_odds=log_odds, spans=spans)
        return list(scores)

    def offence(self, text: str) -> float:
        """How likely strangers would call the text offensive, 0 to 1; from 0.5 on most do. No label of ours."""
        ((log_odds,),) = self.heads([text], ("offensive",))
        return 1 / (1 + exp(_OFFENSIVE_FROM - log_odds))

    def heads(self, texts: Sequence[str], names: Sequence[str]) -> list[list[float]]:
        """The log odds of some of the model's heads, also of those that are no labels of ours, for texts alone."""
        columns = [self._encoder.heads.index(name) for name in names]
        readings = self._readings([(wording(text).text, "") for text in texts])
        return [[float(reading.logits[column]) for column in columns] for reading in readings]

    def _readings(self, texts: Sequence[tuple[str, str]]) -> list[Reading]:
        """Read worded texts, each with what it answers; what was read lately is not read again."""
        known = {text: self._remembered[text] for text in texts if text in self._remembered}
        unknown = list(dict.fromkeys(text for text in texts if text not in known))
        fresh = dict(zip(unknown, self._read(unknown), strict=True))
        self._remembered |= fresh
        while len(self._remembered) > _REMEMBERED:
            self._remembered.popitem(last=False)
        known |= fresh
        return [known[text] for text in texts]

    def _read(self, texts: Sequence[tuple[str, str]]) -> list[Reading]:
        """Both halves of the classifier; why is what the encoder says."""
        return [
            replace(reading, logits=self._letters.mixed(reading.logits, text))
            for (text, _), reading in zip(texts, self._encoder.read(texts), strict=True)
        ]


def _is_worth_reading(piece: _Piece) -> bool:
    text = piece.worded.text
    return any(letter.isalpha() for letter in text) and (bool(piece.parent) or not is_small_talk(text))


def _spans(piece: _Piece, reading: Reading, column: int) -> Iterable[tuple[int, int]]:
    """The words that move the score most, neighbours joined, as places of the text as given."""
    words = _words(piece.worded.text, reading.places)
    if not words:
        return
    moves = [float(np.sum(reading.moves[first:last, column])) for first, last, _, _ in words]
    enough = max(moves) * _SHARE
    joined: list[tuple[int, int]] = []
    last_taken = -2
    for number, (_, _, start, end) in enumerate(words):
        if moves[number] < enough or moves[number] <= 0:
            continue
        if number - last_taken <= 2 and joined:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
        last_taken = number
    for start, end in joined:
        while end > start + 1 and not piece.worded.text[end - 1].isalnum():
            end -= 1
        first, last = piece.worded.original(start, end)
        yield piece.start + first, piece.start + last


def _words(text: str, places: Sequence[tuple[int, int]]) -> list[tuple[int, int, int, int]]:
    """Tokens put together to words: first token, behind the last, and the word's place without its spaces."""
    words: list[tuple[int, int, int, int]] = []
    for number, (start, end) in enumerate(places):
        while start < end and text[start] == " ":
            start += 1
        if start == end:
            continue
        if words and start > 0 and text[start - 1] != " " and words[-1][3] == start:
            words[-1] = (words[-1][0], number + 1, words[-1][2], end)
        else:
            words.append((number, number + 1, start, end))
    return words
