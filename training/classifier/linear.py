"""A logistic regression over n-grams for every head, and how it is mixed with the encoder."""

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from app.signals.classifier.encoder import Encoder
from app.signals.classifier.linear import FILE
from app.signals.classifier.ngrams import SIZE, ngrams
from training.classifier.tasks import HEADS, UNKNOWN, Example

Table: TypeAlias = "np.ndarray[Any, np.dtype[np.float64]]"

# Chosen on the messages kept from training.
STRENGTH = 20.0
# Beyond this share of an n-gram's weights int8 is spent on outliers.
KEPT = 0.9995


def write(learnt: Sequence[Example], held_back: Sequence[Example], folder: Path) -> None:
    """Fit on `learnt`, mix on `held_back` (which the encoder was not made from either), write into `folder`."""
    begun = time.monotonic()
    seen, targets = _table(learnt), _targets(learnt)
    weights = np.zeros((SIZE, len(HEADS)))
    bias = np.zeros(len(HEADS))
    for head in range(len(HEADS)):
        known = targets[:, head] != UNKNOWN
        if not known.any():
            continue
        fitted = LogisticRegression(solver="liblinear", C=STRENGTH, random_state=0).fit(
            seen[known], targets[known, head]
        )
        weights[:, head], bias[head] = fitted.coef_[0], fitted.intercept_[0]
        print(f"{HEADS[head]} after {time.monotonic() - begun:.0f} s", flush=True)
    scale = np.maximum(np.quantile(np.abs(weights), KEPT, axis=0), 1e-6) / 127
    rounded = np.clip(np.round(weights / scale), -127, 127).astype(np.int8)
    mix = _mix(_table(held_back) @ (rounded * scale) + bias, held_back)
    np.savez_compressed(
        folder / FILE,
        weights=rounded,
        scale=scale.astype(np.float32),
        bias=bias.astype(np.float32),
        mix=mix.astype(np.float32),
    )


def _mix(of_ngrams: Table, held_back: Sequence[Example]) -> Table:
    """Per head: the weight of the encoder, of the n-grams, and a shift. Without messages, the encoder alone."""
    readings = Encoder().read([(example.text, example.parent) for example in held_back])
    of_encoder = np.array([reading.logits for reading in readings])
    targets = _targets(held_back)
    mix = np.zeros((3, len(HEADS)))
    mix[0] = 1.0
    for head in range(len(HEADS)):
        known = targets[:, head] != UNKNOWN
        if not known.any():
            continue
        both = np.column_stack([of_encoder[known, head], of_ngrams[known, head]])
        fitted = LogisticRegression(C=100.0).fit(both, targets[known, head])
        mix[:, head] = (*fitted.coef_[0], fitted.intercept_[0])
        print(f"{HEADS[head]}: {mix[:, head].round(2)}", flush=True)
    return mix


def _table(examples: Sequence[Example]) -> csr_matrix:
    """Examples × n-grams, every row of length one."""
    rows = [ngrams(example.text) for example in examples]
    ends = np.cumsum([0, *(len(row) for row in rows)])
    values = np.concatenate([np.full(len(row), len(row) ** -0.5) for row in rows])
    return csr_matrix((values, np.concatenate(rows), ends), shape=(len(rows), SIZE))


def _targets(examples: Sequence[Example]) -> Table:
    return np.array([example.targets for example in examples])
