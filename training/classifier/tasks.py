"""What is learnt from: the project's own messages and corpora from a folder, each with the heads that it teaches."""

import gzip
import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from app.measuring import cases
from app.rules.model import Label
from app.signals.classifier.wording import wording

LABELS = tuple(str(label) for label in Label)
# Heads: one a label, one for offence as OffensEval 2020 defines it, five for the classes of TDDI 2023.
TDDI = ("OTHER", "INSULT", "PROFANITY", "RACIST", "SEXIST")
HEADS = (*LABELS, "offensive", *(f"tddi_{name.lower()}" for name in TDDI))
UNKNOWN = -1.0
# The share of the corpora that is not learnt from, for `make judge`.
CORPORA_HELD_BACK = 0.10


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A worded text with a target per head: 1, 0, or UNKNOWN where nobody said."""

    text: str
    parent: str = ""
    targets: tuple[float, ...]
    source: str
    key: str


def _targets(known: dict[str, float]) -> tuple[float, ...]:
    return tuple(known.get(head, UNKNOWN) for head in HEADS)


def _lines(path: Path) -> Iterator[dict[str, object]]:
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def offenseval(folder: Path) -> Iterator[Example]:
    """OffensEval 2020, Turkish (CC BY): 1 where the tweet is offensive."""
    for row in _lines(folder / "offenseval2020-tr" / "train.jsonl.gz"):
        yield Example(
            text=wording(str(row["text"]).replace("URL", "url")).text,
            targets=_targets({"offensive": float(row["label"] == "OFF")}),
            source="offenseval",
            key=f"offenseval-{row['id']}",
        )


def tddi(folder: Path) -> Iterator[Example]:
    """TDDI 2023, Turkish (Apache-2.0): insult, profanity, racist, sexist, or none of these."""
    for row in _lines(folder / "tddi2023-tr" / "train.jsonl.gz"):
        known = {f"tddi_{name.lower()}": float(row["label"] == name) for name in TDDI}
        yield Example(
            text=wording(str(row["text"])).text, targets=_targets(known), source="tddi", key=f"tddi-{row['id']}"
        )


def own(path: Path) -> Iterator[Example]:
    """Messages of the project's own: all labels known but the optional ones."""
    for row in _lines(path):
        optional = row.get("optional_labels") or []
        labels = row["labels"]
        assert isinstance(labels, list)
        assert isinstance(optional, list)
        known = {label: float(label in labels) for label in LABELS if label not in optional}
        context = row.get("context") or {}
        assert isinstance(context, dict)
        yield Example(
            text=wording(str(row["text"])).text,
            parent=wording(str(context.get("parent_text") or "")).text,
            targets=_targets(known),
            source="own",
            key=str(row["id"]),
        )


def is_held_back(example: Example, share: float) -> bool:
    """Whether the example belongs to the part that is measured on: the same one that `nobet measure` takes."""
    return cases.is_held_back(example.key, share)


def batches(lengths: list[int], *, tokens: int, chance: random.Random | None) -> Iterator[list[int]]:
    """Places of examples in batches of about `tokens` tokens, texts of like length together; shuffled by `chance`."""
    order = list(range(len(lengths)))
    if chance is not None:
        chance.shuffle(order)
    pools = [order[i : i + 2048] for i in range(0, len(order), 2048)]
    made: list[list[int]] = []
    for pool in pools:
        pool.sort(key=lambda place: lengths[place])
        batch: list[int] = []
        for place in pool:
            if batch and (len(batch) + 1) * lengths[place] > tokens:
                made.append(batch)
                batch = []
            batch.append(place)
        if batch:
            made.append(batch)
    if chance is not None:
        chance.shuffle(made)
    yield from made
