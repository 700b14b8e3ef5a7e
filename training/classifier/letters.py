"""Small networks over n-grams for every head, and how they are mixed with the encoder.

A vector per n-gram, their sum normalised, one hidden layer. Unlike a weight per n-gram it knows which of them stand
together ("ip" beside "getiriyorum"), and it learns in minutes what no pretrained encoder brings: how people spell.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import torch
from sklearn.linear_model import LogisticRegression
from torch import Tensor, nn

from app.signals.classifier.encoder import Encoder
from app.signals.classifier.letters import FILE
from app.signals.classifier.ngrams import SIZE, ngrams
from training.classifier.tasks import HEADS, UNKNOWN, Example

Table: TypeAlias = "np.ndarray[Any, np.dtype[np.float64]]"
Numbers: TypeAlias = "np.ndarray[Any, np.dtype[np.int32]]"
# N-grams of many texts one after the other, where each text begins, and the weight of each n-gram.
Bags: TypeAlias = tuple[Tensor, Tensor, Tensor]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How to train; chosen on the validation messages' mean average precision beside the encoder.

    `networks`: so many, of other beginnings, of which the mean counts. `left_out`: the share of a text's n-grams that
    are left out each time it is shown; without, they are learnt by heart. `of_corpora`: how much an example of the
    corpora weighs beside one of our own.
    """

    networks: int = 2
    size: int = 20
    hidden: int = 128
    epochs: int = 5
    together: int = 128
    rate: float = 3e-3
    warmup: int = 200
    left_out: float = 0.5
    of_corpora: float = 0.4
    dropout: float = 0.2
    seed: int = 1


class Network(nn.Module):
    """Bags of n-grams to a score per head."""

    def __init__(self, plan: Plan) -> None:
        super().__init__()
        self.vectors = nn.EmbeddingBag(SIZE, plan.size, mode="sum")
        nn.init.normal_(self.vectors.weight, std=0.02)
        self.norm = nn.LayerNorm(plan.size)
        self.hidden = nn.Linear(plan.size, plan.hidden)
        self.dropout = nn.Dropout(plan.dropout)
        self.heads = nn.Linear(plan.hidden, len(HEADS))

    def forward(self, numbers: Tensor, starts: Tensor, weights: Tensor) -> Tensor:
        """Logits: texts × heads."""
        summed = self.norm(self.vectors(numbers, starts, per_sample_weights=weights))
        logits: Tensor = self.heads(self.dropout(torch.relu(self.hidden(summed))))
        return logits


def write(learnt: Sequence[Example], held_back: Sequence[Example], folder: Path, plan: Plan | None = None) -> None:
    """Train on `learnt`, mix on `held_back` (which the encoder was not made from either), write into `folder`."""
    plan = plan or Plan()
    seen = [ngrams(example.text).astype(np.int32) for example in learnt]
    networks = [train(seen, learnt, replace(plan, seed=plan.seed + number)) for number in range(plan.networks)]
    stored = [_stored(network) for network in networks]
    mix = _mix(np.mean([scores(network, held_back) for network in networks], axis=0), held_back)
    np.savez_compressed(
        folder / FILE,
        mix=mix.astype(np.float32),
        **{name: np.stack([arrays[name] for arrays in stored]) for name in stored[0]},
    )


@torch.no_grad()
def _stored(network: Network) -> dict[str, Any]:
    """The network's numbers, its vectors rounded to int8; in place too, so that it is measured as it is stored."""
    vectors = network.vectors.weight.detach().numpy()
    scale = np.maximum(np.abs(vectors).max(axis=0), 1e-6) / 127
    rounded = np.clip(np.round(vectors / scale), -127, 127).astype(np.int8)
    network.vectors.weight.copy_(torch.from_numpy(rounded * scale))
    rest = {
        "gain": network.norm.weight,
        "shift": network.norm.bias,
        "hidden": network.hidden.weight,
        "hidden_bias": network.hidden.bias,
        "heads": network.heads.weight,
        "heads_bias": network.heads.bias,
    }
    return {
        "vectors": rounded,
        "scale": scale.astype(np.float32),
        **{name: tensor.detach().numpy() for name, tensor in rest.items()},
    }


def train(seen: "Sequence[Numbers]", learnt: Sequence[Example], plan: Plan) -> Network:
    """Train on the n-grams `seen` in the examples. Same examples, same plan, same machine: the same network."""
    torch.manual_seed(plan.seed)
    chance = np.random.default_rng(plan.seed)
    network = Network(plan)
    optimiser = torch.optim.Adam(network.parameters(), lr=plan.rate)
    targets = torch.tensor([example.targets for example in learnt])
    weighs = torch.tensor([1.0 if example.source in ("own", "development") else plan.of_corpora for example in learnt])
    steps = plan.epochs * (len(learnt) // plan.together)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda step: min(1.0, (step + 1) / plan.warmup) * max(0.02, 1 - step / steps)
    )
    begun = time.monotonic()
    network.train()
    for epoch in range(plan.epochs):
        order = chance.permutation(len(learnt))
        total = 0.0
        for first in range(0, len(order) - plan.together + 1, plan.together):
            shown = order[first : first + plan.together]
            logits = network(*_bags([_thinned(seen[place], plan, chance) for place in shown]))
            known = (targets[shown] != UNKNOWN).float()
            each = nn.functional.binary_cross_entropy_with_logits(logits, targets[shown].clamp(min=0), reduction="none")
            loss = ((each * known).sum(1) * weighs[shown]).mean()
            optimiser.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            optimiser.step()
            schedule.step()
            total += float(loss.detach())
        mean = total * plan.together / len(learnt)
        print(f"n-grams, epoch {epoch}: loss {mean:.4f}, {time.monotonic() - begun:.0f} s", flush=True)
    return network.eval()


@torch.no_grad()
def scores(network: Network, examples: Sequence[Example]) -> Table:
    """Log odds: examples × heads."""
    bags = [ngrams(example.text).astype(np.int32) for example in examples]
    parts = [network(*_bags(bags[first : first + 256])).numpy() for first in range(0, len(bags), 256)]
    return np.concatenate(parts).astype(np.float64)


def _thinned(numbers: "Numbers", plan: Plan, chance: np.random.Generator) -> "Numbers":
    kept = numbers[chance.random(len(numbers)) > plan.left_out]
    return kept if len(kept) else numbers


def _bags(texts: "Sequence[Numbers]") -> Bags:
    """Every text's n-grams weigh so that its vector is as long whether it is short or long."""
    lengths = [len(numbers) for numbers in texts]
    starts = np.cumsum([0, *lengths[:-1]])
    weights = np.repeat(np.array(lengths, dtype=np.float32) ** -0.5, lengths)
    return torch.from_numpy(np.concatenate(texts).astype(np.int64)), torch.from_numpy(starts), torch.from_numpy(weights)


def _mix(of_ngrams: Table, held_back: Sequence[Example]) -> Table:
    """Per head: the weight of the encoder, of the n-grams, and a shift. Without messages, the encoder alone."""
    readings = Encoder().read([(example.text, example.parent) for example in held_back])
    of_encoder = np.array([reading.logits for reading in readings])
    targets = np.array([example.targets for example in held_back])
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
