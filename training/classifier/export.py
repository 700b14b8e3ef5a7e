"""The trained model as files that onnxruntime and tokenizers read: int8 weights, pruned vocabulary."""

from collections.abc import Iterable
from pathlib import Path

import onnx
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from tokenizers import Tokenizer
from torch import Tensor, nn

from training.classifier.learn import Judge
from training.classifier.levels import level
from training.classifier.tasks import HEADS, LABELS


class Explained(nn.Module):
    """Log odds per head, and how much each token moves those of the labels away from the mean."""

    def __init__(self, judge: Judge) -> None:
        super().__init__()
        self.judge = judge

    def forward(self, ids: Tensor, own: Tensor) -> tuple[Tensor, Tensor]:
        """One text, as no other stands beside it when it is read: ids (int64) and own (float32), 1 × length."""
        judge = self.judge
        states = judge.encoder.states(ids)
        pooled = judge.encoder.pooled(states, own)
        weights = judge.heads.weight[: len(LABELS)] * judge.scale
        return judge.heads((pooled - judge.center) * judge.scale), (states - pooled[:, None, :]) @ weights.T


def export(judge: Judge, tokens: Tokenizer, folder: Path, shown: Iterable[tuple[Tensor, Tensor, Tensor]]) -> None:
    """Write `encoder.onnx` and `tokenizer.json` into `folder`; levelled by texts `shown` (see `levels`)."""
    level(judge, shown)
    folder.mkdir(parents=True, exist_ok=True)
    plain = folder / "encoder.fp32.onnx"
    ids = torch.randint(4, 100, (1, 12))
    torch.onnx.export(
        Explained(judge).eval(),
        (ids, torch.ones((1, 12))),
        str(plain),
        dynamo=False,
        input_names=["ids", "own"],
        output_names=["logits", "moves"],
        dynamic_axes={name: {1: "length"} for name in ("ids", "own", "moves")},
        opset_version=20,
    )
    quantize_dynamic(
        plain,
        folder / "encoder.onnx",
        weight_type=QuantType.QInt8,
        per_channel=True,
        # Processors without VNNI add up pairs of products in 16 bits: with all eight, sums would be cut off there, and
        # the same message score otherwise than elsewhere.
        reduce_range=True,
        op_types_to_quantize=["MatMul", "Gemm", "Gather"],
        extra_options={"MatMulConstBOnly": True},
    )
    plain.unlink()
    model = onnx.load(folder / "encoder.onnx")
    entry = model.metadata_props.add()
    entry.key, entry.value = "heads", " ".join(HEADS)
    onnx.save(model, folder / "encoder.onnx")
    tokens.save(str(folder / "tokenizer.json"), pretty=False)
