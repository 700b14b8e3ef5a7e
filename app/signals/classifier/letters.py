"""The other half of the classifier: small networks over n-grams, which know spellings and set phrases, mixed with the
encoder.

What the encoder reads by meaning and this reads by letters goes wrong in different places: together they are better
than either (docs/decisions/0009).
"""

from importlib import resources
from typing import Any, TypeAlias

import numpy as np

from app.signals.classifier.ngrams import ngrams

LogOdds: TypeAlias = "np.ndarray[Any, np.dtype[np.float32]]"
FILE = "ngrams.npz"
# What LayerNorm adds to the variance.
EPSILON = np.float32(1e-5)


class Letters:
    """The networks in `model/`, along the first axis of each array; their mean counts.

    A vector per n-gram (int8, of `scale` per dimension), their sum normalised, one hidden layer, a score per head.
    `mix` joins it with the encoder's.
    """

    def __init__(self) -> None:
        with (resources.files("app.signals.classifier") / "model" / FILE).open("rb") as file:
            stored = np.load(file, allow_pickle=False)
            self._vectors = stored["vectors"]
            self._scale = stored["scale"]
            self._gain, self._shift = stored["gain"], stored["shift"]
            self._hidden, self._hidden_bias = stored["hidden"], stored["hidden_bias"]
            self._heads, self._heads_bias = stored["heads"], stored["heads_bias"]
            self._of_encoder, self._of_this, self._bias = stored["mix"]

    def log_odds(self, worded: str) -> LogOdds:
        """Log odds per head, by the n-grams alone."""
        numbers = ngrams(worded)
        summed = self._vectors[:, numbers].sum(axis=1, dtype=np.float32) * self._scale / np.float32(len(numbers)) ** 0.5
        centred = summed - summed.mean(axis=1, keepdims=True)
        normed = centred / np.sqrt((centred * centred).mean(axis=1, keepdims=True) + EPSILON) * self._gain + self._shift
        hidden = np.maximum(np.einsum("nhs,ns->nh", self._hidden, normed) + self._hidden_bias, 0)
        log_odds: LogOdds = (np.einsum("noh,nh->no", self._heads, hidden) + self._heads_bias).mean(axis=0)
        return log_odds

    def mixed(self, of_encoder: LogOdds, worded: str) -> LogOdds:
        """What both come to, as fitted on messages that neither was made from."""
        both: LogOdds = self._of_encoder * of_encoder + self._of_this * self.log_odds(worded) + self._bias
        return both
