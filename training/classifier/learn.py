"""The training loop: one encoder, many heads, a masked loss."""

import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import Tensor, nn

from app.rules.forms.casing import strip_diacritics
from training.classifier.encoder import Encoder
from training.classifier.tasks import HEADS, UNKNOWN, Example, batches
from training.classifier.vocabulary import END, PAD, START

LONGEST = 96
# Half the bits, where the processor computes with them; one that only imitates it takes twenty times as long.
HALF = any(torch.cpu.get_capabilities().get(name) for name in ("avx512_bf16", "amx_bf16"))


class Judge(nn.Module):
    """The encoder with a score per head.

    The encoder's texts all lie close together (its training drew no zero), so each dimension is centred and scaled
    by what it shows on the messages to be learnt: the heads then see what differs.
    """

    center: Tensor
    scale: Tensor

    def __init__(self, encoder: Encoder, hidden: int) -> None:
        super().__init__()
        self.encoder = encoder
        self.register_buffer("center", torch.zeros(hidden))
        self.register_buffer("scale", torch.ones(hidden))
        self.heads = nn.Linear(hidden, len(HEADS))
        self.dropout = nn.Dropout(0.1)

    def seen(self, ids: Tensor, mask: Tensor, own: Tensor) -> Tensor:
        """What the heads see of each text: batch × hidden, centred and scaled."""
        pooled = self.encoder.pooled(self.encoder.states(ids, mask), own)
        return (pooled - self.center) * self.scale

    def forward(self, ids: Tensor, mask: Tensor, own: Tensor) -> Tensor:
        """Logits: batch × heads."""
        logits: Tensor = self.heads(self.dropout(self.seen(ids, mask, own)))
        return logits


@torch.no_grad()
def settle(judge: Judge, tokens: Tokenizer, examples: Sequence[Example]) -> None:
    """Set what the pooled texts are centred and scaled by."""
    judge.eval()
    pooled: list[Tensor] = []
    encoded = [encode(tokens, example.text, example.parent) for example in examples]
    for places in batches([len(ids) for ids, _ in encoded], tokens=4096, chance=None):
        ids, mask, own = collate([encoded[place] for place in places])
        pooled.append(judge.encoder.pooled(judge.encoder.states(ids, mask), own))
    gathered = torch.cat(pooled)
    judge.center.copy_(gathered.mean(0))
    judge.scale.copy_(1 / gathered.std(0).clamp(min=1e-3))


def encode(tokens: Tokenizer, text: str, parent: str) -> tuple[list[int], int]:
    """Token ids, and how many of them are the text's own. What it answers comes behind it."""
    ids = [START, *tokens.encode(text, add_special_tokens=False).ids[: LONGEST - 2], END]
    own = len(ids)
    if parent:
        ids += [*tokens.encode(parent, add_special_tokens=False).ids[: LONGEST // 2], END]
    return ids, own


def one_by_one(tokens: Tokenizer, examples: Sequence[Example]) -> Iterator[tuple[Tensor, Tensor, Tensor]]:
    """Ids, mask and own mask of each example by itself, without padding."""
    for example in examples:
        yield collate([encode(tokens, example.text, example.parent)])


def collate(encoded: Sequence[tuple[list[int], int]]) -> tuple[Tensor, Tensor, Tensor]:
    """Ids, mask and own mask, padded to the longest."""
    longest = max(len(ids) for ids, _ in encoded)
    ids = torch.full((len(encoded), longest), PAD, dtype=torch.long)
    mask = torch.zeros((len(encoded), longest))
    own = torch.zeros((len(encoded), longest))
    for row, (tokens, mine) in enumerate(encoded):
        ids[row, : len(tokens)] = torch.tensor(tokens)
        mask[row, : len(tokens)] = 1
        own[row, :mine] = 1
    return ids, mask, own


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How to train."""

    epochs: int
    rate: float
    head_rate: float = 5e-4
    tokens: int = 1024
    warmup: float = 0.06
    folded: float = 0.12
    seed: int = 7
    smoothing: float = 0.005
    beside: float = 0.4
    # With a teacher: its share of what a known head should say, what an unknown head counts, and how much it counts at
    # the beginning that the heads see what the teacher's see.
    taught: float = 0.35
    unknown: float = 0.15
    alike: float = 2.0


def _altered(example: Example, plan: Plan, chance: random.Random) -> Example:
    """Now and then without diacritics, as a good part of people type."""
    if chance.random() < plan.folded:
        return replace(example, text=strip_diacritics(example.text), parent=strip_diacritics(example.parent))
    return example


def loss_of(logits: Tensor, targets: Tensor, plan: Plan, taught: Tensor | None = None) -> Tensor:
    """Binary cross-entropy over the heads that are known, summed per example.

    Where a teacher says what it thinks (`taught`: probabilities), it is asked for the heads that nobody knows, and has
    its share in the others; none where it errs.
    """
    known = targets != UNKNOWN
    wanted = targets.clamp(min=0) * (1 - 2 * plan.smoothing) + plan.smoothing
    weight = known.float()
    if taught is not None:
        agrees = (targets > 0.5) == (taught > 0.5)
        wanted = torch.where(agrees, wanted.lerp(taught, plan.taught), wanted)
        wanted = torch.where(known, wanted, taught)
        weight = torch.where(known, 1.0, plan.unknown)
    each = nn.functional.binary_cross_entropy_with_logits(logits, wanted, reduction="none") * weight
    return each.sum(1)


def train(
    judge: Judge,
    tokens: Tokenizer,
    examples: Sequence[Example],
    plan: Plan,
    *,
    beside: Sequence[Example] = (),
    teacher: Judge | None = None,
    report: int = 100,
) -> None:
    """Train in place: in every epoch on all `examples` and on another part of what is learnt `beside` them.

    A `teacher` is what the judge was before it was narrowed; it stays as it is.
    """
    chance = random.Random(plan.seed)
    torch.manual_seed(plan.seed)
    heads = list(judge.heads.parameters())
    optimiser = torch.optim.AdamW(
        [
            {"params": list(judge.encoder.parameters()), "lr": plan.rate},
            {"params": heads, "lr": plan.head_rate},
        ],
        weight_decay=0.01,
        fused=True,
    )
    order = list(range(len(beside)))
    chance.shuffle(order)
    share = int(plan.beside * len(order))
    parts = [
        [beside[place] for place in (order * 2)[share * n % max(1, len(order)) :][:share]] for n in range(plan.epochs)
    ]
    steps = sum(
        1
        for part in parts
        for _ in batches([_length(tokens, e) for e in (*examples, *part)], tokens=plan.tokens, chance=None)
    )
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser,
        lambda step: min(1.0, (step + 1) / (plan.warmup * steps)) * max(0.02, 1 - step / steps),
    )
    step, running, begun = 0, 0.0, time.monotonic()
    for epoch in range(plan.epochs):
        judge.train()
        shown = [_altered(example, plan, chance) for example in (*examples, *parts[epoch])]
        encoded = [encode(tokens, example.text, example.parent) for example in shown]
        for places in batches([len(ids) for ids, _ in encoded], tokens=plan.tokens, chance=chance):
            ids, mask, own = collate([encoded[place] for place in places])
            targets = torch.tensor([shown[place].targets for place in places])
            with torch.autocast("cpu", dtype=torch.bfloat16, enabled=HALF):
                seen = judge.seen(ids, mask, own)
                logits = judge.heads(judge.dropout(seen)).float()
            if teacher is None:
                loss = loss_of(logits, targets, plan).mean()
            else:
                shown_to_it, taught = _lesson(teacher, ids, mask, own)
                apart = (seen.float() - shown_to_it).square().mean()
                loss = loss_of(logits, targets, plan, taught).mean() + plan.alike * (1 - step / steps) * apart
            optimiser.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            nn.utils.clip_grad_norm_(judge.parameters(), 1.0)
            optimiser.step()
            schedule.step()
            step += 1
            running += float(loss.detach())
            if step % report == 0:
                spent = time.monotonic() - begun
                print(f"epoch {epoch} step {step}/{steps} loss {running / report:.4f} {spent:.0f} s", flush=True)
                running = 0.0


@torch.no_grad()
def _lesson(teacher: Judge, ids: Tensor, mask: Tensor, own: Tensor) -> tuple[Tensor, Tensor]:
    """What the teacher's heads see, and the probabilities that they say."""
    teacher.eval()
    with torch.autocast("cpu", dtype=torch.bfloat16, enabled=HALF):
        seen = teacher.seen(ids, mask, own)
        logits = teacher.heads(seen)
    return seen.float(), torch.sigmoid(logits.float())


def _length(tokens: Tokenizer, example: Example) -> int:
    return len(encode(tokens, example.text, example.parent)[0])


@torch.no_grad()
def scores(judge: Judge, tokens: Tokenizer, examples: Sequence[Example]) -> np.ndarray:
    """Probabilities: examples × heads."""
    judge.eval()
    encoded = [encode(tokens, example.text, example.parent) for example in examples]
    found = np.zeros((len(examples), len(HEADS)), dtype=np.float32)
    for places in batches([len(ids) for ids, _ in encoded], tokens=4096, chance=None):
        ids, mask, own = collate([encoded[place] for place in places])
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=HALF):
            logits = judge(ids, mask, own)
        found[places] = torch.sigmoid(logits.float()).numpy()
    return found
