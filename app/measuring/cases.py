"""Labelled messages as cases: what was written, what is known beside it, and what it must be taken for."""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from app.decisions.model import Disposition
from app.messages import Account, AccountId, AccountKind, Channel, ExternalId, Message, MessageId, PlatformName
from app.rules.model import Label, Scored, Signals
from app.rules.text import read
from app.signals.gather import Classify, DetectLanguage


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One labelled message with what is known beside it.

    `optional` labels are acceptable but not demanded: they count for neither side. `private` are the places of private
    data, None where nobody marked them.
    """

    id: str
    message: Message
    signals: Signals
    labels: frozenset[Label]
    optional: frozenset[Label] = frozenset()
    disposition: Disposition = Disposition.KEEP
    language: str | None = None
    private: tuple[tuple[int, int], ...] | None = None


# The share of the project's own messages that the classifier is not trained on: rules and classifier are weighed on it.
HELD_BACK = 0.12
# Read together: the classifier takes texts of like length at once.
_TOGETHER = 512


def load_cases(
    paths: Iterable[Path],
    detect_language: DetectLanguage,
    classify: Classify,
    contacts: tuple[str, ...] = (),
    *,
    wanted: Callable[[str], bool] = lambda case_id: True,
) -> list[Case]:
    """Read labelled messages, one JSON object a line, and gather the signals of each that is `wanted` by its id.

    `contacts`: the University's own, allowed beside those that a message's context names.
    """
    lines = (line for path in paths for line in path.read_text(encoding="utf-8").splitlines() if line)
    rows = [row for row in map(json.loads, lines) if wanted(row["id"])]
    return cases_of(rows, detect_language, classify, contacts)


def cases_of(
    rows: Sequence[Mapping[str, Any]],
    detect_language: DetectLanguage,
    classify: Classify,
    contacts: tuple[str, ...] = (),
) -> list[Case]:
    """The cases of labelled messages (shape: `training/README.md`), with the signals of each."""
    cases: list[Case] = []
    for first in range(0, len(rows), _TOGETHER):
        part = rows[first : first + _TOGETHER]
        scores = classify([(row["text"], (row.get("context") or {}).get("parent_text")) for row in part])
        cases += [_case(row, detect_language, scored, contacts) for row, scored in zip(part, scores, strict=True)]
    return cases


def unscored(texts: Sequence[tuple[str, str | None]]) -> list[Mapping[Label, Scored]]:
    """For `load_cases`: leave the classifier out, where only the lists are measured."""
    return [{} for _ in texts]


def is_held_back(case_id: str, share: float) -> bool:
    """Whether a message is kept from training, by a hash of its id: the same one in every run."""
    digest = hashlib.sha256(case_id.encode()).digest()
    return int.from_bytes(digest[:4], "big") / 2**32 < share


def _case(
    row: Mapping[str, object],
    detect_language: DetectLanguage,
    scores: Mapping[Label, Scored],
    contacts: tuple[str, ...],
) -> Case:
    context = row.get("context") or {}
    assert isinstance(context, dict)  # noqa: S101  (a file of our own)
    text, day = str(row["text"]), context.get("date")
    account = Account(
        id=AccountId(0),
        platform=PlatformName(str(row["platform"])),
        external_id=ExternalId("0"),
        handle="",
        kind=AccountKind(context.get("account_kind", "official")),
    )
    message = Message(
        id=MessageId(0),
        platform=account.platform,
        account=account,
        channel=Channel(str(row["channel"])),
        external_id=ExternalId(str(row["id"])),
        text=text,
    )
    signals = Signals(
        forms=read(text),
        language=detect_language(text),
        in_dialogue=bool(context.get("in_dialogue")),
        parent_text=context.get("parent_text"),
        today=date.fromisoformat(day) if day else None,
        admission_period=bool(context.get("admission_period")),
        account_kind=account.kind,
        allowed_contacts=(*contacts, *context.get("allowed_contacts", ())),
        scores=scores or None,
    )
    return Case(
        id=str(row["id"]),
        message=message,
        signals=signals,
        labels=_labels(row["labels"]),
        optional=_labels(row.get("optional_labels") or []),
        disposition=Disposition(str(row["disposition"])),
        language=str(row["lang"]),
        private=_places(row.get("spans")),
    )


def _labels(names: object) -> frozenset[Label]:
    assert isinstance(names, list)  # noqa: S101  (a file of our own)
    return frozenset(Label(name) for name in names)


def _places(spans: object) -> tuple[tuple[int, int], ...] | None:
    if spans is None:
        return None
    assert isinstance(spans, list)  # noqa: S101  (a file of our own)
    return tuple((int(start), int(end)) for start, end in spans)
