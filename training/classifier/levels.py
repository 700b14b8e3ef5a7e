"""Levels what goes into the matrices, so that eight bits hold it.

As int8 the numbers that go into a matrix share one scale, and a few places of an encoder's states are many times as
large as the rest, which is then rounded away. Each place is divided by a level of its own beforehand, and the matrix's
weights for it multiplied by the same: nothing changes but what is lost by rounding (SmoothQuant, arXiv 2211.10438).
"""

from collections.abc import Iterable
from functools import partial

import torch
from torch import Tensor, nn

from training.classifier.learn import Judge

# How much of the unevenness the weights take over. Of 0.5, 0.75, 0.85 and 0.95 this moves scores least: by 0.3 instead
# of 0.75, the mean over messages of the head that is moved most.
SHARE = 0.75
_LEAST = 1e-5


class Levelled(nn.Module):
    """The same linear layer, its inputs divided by `level` (one per input) and its weights multiplied by it."""

    inverse: Tensor

    def __init__(self, linear: nn.Linear, level: Tensor) -> None:
        super().__init__()
        self.linear = nn.Linear(linear.in_features, linear.out_features)
        with torch.no_grad():
            self.linear.weight.copy_(linear.weight * level)
            self.linear.bias.copy_(linear.bias)
        self.register_buffer("inverse", 1 / level)

    def forward(self, x: Tensor) -> Tensor:
        """As the layer it was made from, but for rounding."""
        levelled: Tensor = self.linear(x * self.inverse)
        return levelled


@torch.no_grad()
def level(judge: Judge, shown: Iterable[tuple[Tensor, Tensor, Tensor]]) -> None:
    """Level the linear layers of the encoder in place, by what comes into them when the batches are `shown`."""
    largest: dict[str, Tensor] = {}

    def note(name: str, _module: nn.Module, inputs: tuple[Tensor, ...]) -> None:
        seen = inputs[0].abs().flatten(0, -2).amax(0)
        largest[name] = torch.maximum(largest[name], seen) if name in largest else seen

    linear = {name: one for name, one in judge.encoder.layers.named_modules() if isinstance(one, nn.Linear)}
    hooks = [one.register_forward_pre_hook(partial(note, name)) for name, one in linear.items()]
    judge.eval()
    for ids, mask, own in shown:
        judge(ids, mask, own)
    for hook in hooks:
        hook.remove()
    for name, one in linear.items():
        inputs, weights = largest[name].clamp(min=_LEAST), one.weight.abs().amax(0).clamp(min=_LEAST)
        uneven = inputs**SHARE / weights ** (1 - SHARE)
        place, _, last = name.rpartition(".")
        setattr(judge.encoder.layers.get_submodule(place), last, Levelled(one, uneven / uneven.log().mean().exp()))
