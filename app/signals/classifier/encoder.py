"""Runs the trained encoder: worded texts in, log odds per head and the weight of each word out."""

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources
from typing import Any

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

# Ids of the tokenizer's own signs, and how much is read of a text and of what it answers.
START, END = 0, 2
LONGEST = 96
PARENT_LONGEST = LONGEST // 2


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
        """Read texts, each with what it answers ("" for nothing), both worded. In their order.

        Each is run by itself: int8 activations are scaled by all that runs together, and a message must score the same
        whatever else waits beside it. Running them together would win a fifth of the time.
        """
        return [self._run(self._tokens(text, parent)) for text, parent in texts]

    def _tokens(self, text: str, parent: str) -> Tokens:
        encoded = self._tokenizer.encode(text, add_special_tokens=False)
        ids = encoded.ids[: LONGEST - 2]
        behind: list[int] = []
        if parent:
            behind = [*self._tokenizer.encode(parent, add_special_tokens=False).ids[:PARENT_LONGEST], END]
        return Tokens(ids=(START, *ids, END, *behind), own=len(ids) + 2, places=tuple(encoded.offsets[: LONGEST - 2]))

    def _run(self, tokens: Tokens) -> Reading:
        ids = np.array([tokens.ids], dtype=np.int64)
        own = np.zeros(ids.shape, dtype=np.float32)
        own[0, : tokens.own] = 1
        logits, moves = self._session.run(["logits", "moves"], {"ids": ids, "own": own})
        # The sign at the start is no word.
        return Reading(logits=logits[0], moves=moves[0, 1 : tokens.own - 1], places=tokens.places)
