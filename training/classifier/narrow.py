"""Makes a trained encoder cheaper: of each layer's inner places only those that say most are kept.

Two thirds of what a layer computes lies between its inner places. What is cut is made good by learning on, beside the
encoder as it was (`learn.train` with a teacher).
"""

from collections.abc import Iterable, Sequence
from functools import partial

import torch
from torch import Tensor, nn

from training.classifier.encoder import Layer
from training.classifier.learn import Judge

Texts = Iterable[tuple[Tensor, Tensor, Tensor]]


@torch.no_grad()
def narrow(judge: Judge, inner: int, shown: Texts) -> None:
    """Keep in place `inner` of each layer's inner places: those that move its output most for the texts `shown`.

    Each text is shown by itself. What the others add on average stays, in the bias.
    """
    layers = [layer for layer in judge.encoder.layers if isinstance(layer, Layer)]
    for layer, (squares, means) in zip(layers, _activity(judge, layers, shown), strict=True):
        moved = squares * layer.outer.weight.square().sum(0)
        kept = moved.topk(inner).indices.sort().values
        dropped = torch.ones_like(moved, dtype=torch.bool)
        dropped[kept] = False
        bias = layer.outer.bias + layer.outer.weight[:, dropped] @ means[dropped]
        layer.inner = _linear(layer.inner.weight[kept], layer.inner.bias[kept])
        layer.outer = _linear(layer.outer.weight[:, kept], bias)


def _activity(judge: Judge, layers: Sequence[Layer], shown: Texts) -> list[tuple[Tensor, Tensor]]:
    """Per layer: the variance and the mean of what comes out of each inner place, over all tokens."""
    sums = [torch.zeros(3, layer.inner.out_features, dtype=torch.float64) for layer in layers]

    def note(gathered: Tensor, _module: nn.Module, inputs: tuple[Tensor, ...]) -> None:
        states = inputs[0].flatten(0, -2).double()
        gathered += torch.stack((states.square().sum(0), states.sum(0), torch.full_like(gathered[2], len(states))))

    hooks = [
        layer.outer.register_forward_pre_hook(partial(note, gathered))
        for layer, gathered in zip(layers, sums, strict=True)
    ]
    judge.eval()
    for ids, mask, own in shown:
        judge(ids, mask, own)
    for hook in hooks:
        hook.remove()
    found = []
    for squares, total, count in sums:
        mean = total / count
        found.append(((squares / count - mean.square()).float(), mean.float()))
    return found


def _linear(weight: Tensor, bias: Tensor) -> nn.Linear:
    made = nn.Linear(weight.shape[1], weight.shape[0])
    made.weight.copy_(weight)
    made.bias.copy_(bias)
    return made
