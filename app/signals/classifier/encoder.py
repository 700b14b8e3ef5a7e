"""Runs the trained encoder: worded texts in, log odds per head and the weight of each word out."""

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources
from typing import Any

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

# Ids of the tokenizer's own signs, and how much is read of a text and of what it answers.
START, PAD, END = 0, 1, 2
LONGEST = 96
PARENT_LONGEST = LONGEST // 2
# Texts of like length are run together, this many at most: more would only wait for each other.
TOGETHER = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Tokens:
    """A text as token ids, `own` of them its own and the rest of what it answers; where its own tokens stand in it."""

    ids: tuple[int, ...]
    own: int
    places: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """Log odds per head; `moves[t, h]` is how much the text's token t moves the log odds of head h; their places."""

    logits: "np.ndarray[Any, np.dtype[np.float32]]"
    moves: "np.ndarray[Any, np.dtype[np.float32]]"
    places: tuple[tuple[int, int], ...]


class Encoder:
    """The model in `model/`. Loads in half a second; one thread, so that workers do not fight over the cores."""

    def __init__(self) -> None:
        folder = resources.files("app.signals.classifier") / "model"
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        with resources.as_file(folder / "encoder.onnx") as path:
            self._session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        self._tokenizer = Tokenizer.from_str((folder / "tokenizer.json").read_text(encoding="utf-8"))
        self.heads: tuple[str, ...] = tuple(self._session.get_modelmeta().custom_metadata_map["heads"].split())

    def read(self, texts: Sequence[tuple[str, str]]) -> list[Reading]:
        """Read texts, each with what it answers ("" for nothing), both worded. In their order."""
        tokens = [self._tokens(text, parent) for text, parent in texts]
        readings: dict[int, Reading] = {}
        by_length = sorted(range(len(tokens)), key=lambda place: len(tokens[place].ids))
        for first in range(0, len(by_length), TOGETHER):
            places = by_length[first : first + TOGETHER]
            readings |= zip(places, self._run([tokens[place] for place in places]), strict=True)
        return [readings[place] for place in range(len(tokens))]

    def _tokens(self, text: str, parent: str) -> Tokens:
        encoded = self._tokenizer.encode(text, add_special_tokens=False)
        ids = encoded.ids[: LONGEST - 2]
        behind: list[int] = []
        if parent:
            behind = [*self._tokenizer.encode(parent, add_special_tokens=False).ids[:PARENT_LONGEST], END]
        return Tokens(ids=(START, *ids, END, *behind), own=len(ids) + 2, places=tuple(encoded.offsets[: LONGEST - 2]))

    def _run(self, tokens: Sequence[Tokens]) -> list[Reading]:
        longest = max(len(one.ids) for one in tokens)
        ids = np.full((len(tokens), longest), PAD, dtype=np.int64)
        mask = np.zeros((len(tokens), longest), dtype=np.float32)
        own = np.zeros((len(tokens), longest), dtype=np.float32)
        for row, one in enumerate(tokens):
            ids[row, : len(one.ids)] = one.ids
            mask[row, : len(one.ids)] = 1
            own[row, : one.own] = 1
        logits, moves = self._session.run(["logits", "moves"], {"ids": ids, "mask": mask, "own": own})
        return [
            # The sign at the start is no word.
            Reading(logits=logits[row], moves=moves[row, 1 : one.own - 1], places=one.places)
            for row, one in enumerate(tokens)
        ]
