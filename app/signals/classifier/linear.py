"""The other half of the classifier: a weight per n-gram, which knows spellings and set phrases, mixed with the encoder.

What the encoder reads by meaning and this reads by letters goes wrong in different places: together they are better
than either (docs/decisions/0009).
"""

from importlib import resources
from typing import Any, TypeAlias

import numpy as np

from app.signals.classifier.ngrams import ngrams

LogOdds: TypeAlias = "np.ndarray[Any, np.dtype[np.float32]]"
FILE = "ngrams.npz"


class Linear:
    """The weights in `model/`: `weights` (n-grams × heads, int8) of `scale` each, `bias`, and `mix` per head."""

    def __init__(self) -> None:
        with (resources.files("app.signals.classifier") / "model" / FILE).open("rb") as file:
            stored = np.load(file, allow_pickle=False)
            self._weights = stored["weights"]
            self._scale = stored["scale"]
            self._bias = stored["bias"]
            self._of_encoder, self._of_this, self._shift = stored["mix"]

    def log_odds(self, worded: str) -> LogOdds:
        """Log odds per head, by the n-grams alone."""
        numbers = ngrams(worded)
        summed = self._weights[numbers].sum(axis=0, dtype=np.float32)
        log_odds: LogOdds = summed * self._scale / np.float32(len(numbers)) ** 0.5 + self._bias
        return log_odds

    def mixed(self, of_encoder: LogOdds, worded: str) -> LogOdds:
        """What both come to, as fitted on messages that neither was made from."""
        both: LogOdds = self._of_encoder * of_encoder + self._of_this * self.log_odds(worded) + self._shift
        return both
