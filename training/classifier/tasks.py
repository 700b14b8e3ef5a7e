"""What is learnt from: the project's own messages and corpora from a folder, each with the heads that it teaches."""

import gzip
import json
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from app.decisions.safeguards import NEVER_TAKEN_DOWN
from app.measuring import cases
from app.rules.model import Label
from app.signals.classifier.wording import wording

LABELS = tuple(str(label) for label in Label)
# Heads: one a label, one for offence as OffensEval 2020 defines it, five for the classes of TDDI 2023.
TDDI = ("OTHER", "INSULT", "PROFANITY", "RACIST", "SEXIST")
HEADS = (*LABELS, "offensive", *(f"tddi_{name.lower()}" for name in TDDI))
UNKNOWN = -1.0
# What makes somebody act. A real text that was read carries none of it but for what is told.
GRAVE = tuple(
    str(label) for label in Label if label not in NEVER_TAKEN_DOWN or label in (Label.SELF_HARM, Label.MISINFORMATION)
)
READ = Path(__file__).parent.parent / "corpora_read.jsonl"
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Corpus:
    """Real texts that others labelled.

    `read`: the labels of those that were read by the policy as well (`training/corpora_read.jsonl`), every one or where
    the classifier suspected something; `heads`: what a label says of our heads.
    """

    folder: str
    read: tuple[object, ...]
    heads: Callable[[object], dict[str, float]] = lambda label: {}


CORPORA = {
    # Turkish tweets (CC BY).
    "offenseval": Corpus(
        folder="offenseval2020-tr", read=("NOT", "OFF"), heads=lambda label: {"offensive": float(label == "OFF")}
    ),
    # Turkish tweets (Apache-2.0): insult, profanity, racist, sexist, or none of these.
    "tddi": Corpus(
        folder="tddi2023-tr",
        read=("OTHER",),
        heads=lambda label: {f"tddi_{name.lower()}": float(label == name) for name in TDDI},
    ),
    # English text messages (free for all purposes), English tweets (MIT), English, French and Arabic tweets (MIT).
    "sms": Corpus(folder="sms-spam-en", read=("ham",)),
    "davidson": Corpus(folder="davidson-en", read=("neither",)),
    "mlma": Corpus(folder="mlma", read=(["normal"],)),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a real text carries by the policy: grave labels, and those of which it cannot be told without more of it."""

    labels: tuple[str, ...] = ()
    unsure: tuple[str, ...] = ()

    def targets(self) -> dict[str, float]:
        """The targets of the grave labels."""
        return {
            **dict.fromkeys(GRAVE, 0.0),
            **dict.fromkeys(self.unsure, UNKNOWN),
            **dict.fromkeys(self.labels, 1.0),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """A real text as it was posted, with what its corpus says of it, and our reading where there is one."""

    source: str
    key: str
    text: str
    known: dict[str, float]
    reading: Reading | None


def corpora(folder: Path) -> Iterator[Example]:
    """Real texts, most of them ordinary, with the heads of their corpus, and the grave labels where they were read."""
    for one in posted(folder):
        known = one.known | (one.reading.targets() if one.reading else {})
        if known:
            yield Example(text=wording(one.text).text, targets=_targets(known), source=one.source, key=one.key)


def posted(folder: Path) -> Iterator[Posted]:
    """All texts of the corpora."""
    named = {
        str(row["id"]): Reading(labels=_names(row["labels"]), unsure=_names(row.get("unsure"))) for row in _lines(READ)
    }
    for source, corpus in CORPORA.items():
        for row in _lines(folder / corpus.folder / "train.jsonl.gz"):
            key = f"{source}-{row['id']}"
            yield Posted(
                source=source,
                key=key,
                text=_as_posted(str(row["text"])),
                known=corpus.heads(row["label"]),
                reading=named.get(key, Reading()) if row["label"] in corpus.read else None,
            )


def held_back(folder: Path) -> Iterator[Posted]:
    """The texts of the corpora that are not learnt from."""
    return (one for one in posted(folder) if cases.is_held_back(one.key, CORPORA_HELD_BACK))


def _names(listed: object) -> tuple[str, ...]:
    return tuple(str(name) for name in listed) if isinstance(listed, list) else ()


def _as_posted(text: str) -> str:
    """With stand-ins for names and links as people write them."""
    return text.replace("@USER", "@user").replace("@URL", "url").replace("@url", "url").replace("URL", "url")


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
