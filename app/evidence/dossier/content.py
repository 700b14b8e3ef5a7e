"""What goes into an evidence file, and the words that its pages are written in."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Any
from zoneinfo import ZoneInfo

from app.decisions.policy import Policy
from app.evidence.roots import DayRoot
from app.records.reading.dossiers import MessageFile
from app.records.reading.pages import Row

ISTANBUL = ZoneInfo("Europe/Istanbul")
# What a page can show; the original is in the file whatever its type.
SHOWN = {"image/png": "png", "image/jpeg": "jpg", "image/webp": "webp"}
SUFFIXES = SHOWN | {
    "application/pdf": "pdf",
    "video/mp4": "mp4",
    "video/webm": "webm",
    "image/gif": "gif",
    "image/svg+xml": "svg",
    "audio/mpeg": "mp3",
    "audio/ogg": "ogg",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosedDay:
    """A root that names some of the records, the document that was stamped, and the stamp where there is one."""

    root: DayRoot
    document: bytes
    stamp: bytes | None
    stamped_at: datetime | None
    authority: str | None

    @property
    def name(self) -> str:
        """Its document's name in the file."""
        return f"kokler/{self.root.day}.json"

    @property
    def stamp_name(self) -> str:
        """Its stamp's."""
        return f"kokler/{self.root.day}.tsr"

    def names(self, sequence: int) -> bool:
        """Whether this link's hash is in the document."""
        return self.root.first_sequence <= sequence <= self.root.last_sequence


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Which messages the file is about.

    `total` is how many there are; the newest are in the file where it cannot hold them all. `crisis` is its row, where
    the messages are a crisis's.
    """

    kind: str
    total: int
    crisis: Row | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Dossier:
    """What goes into the file.

    `objects` by SHA-256; None where the store does not give what was sealed. `units` are the units' names by their
    keys, `certificates` the stamping authority's (PEM), where one is set.
    """

    messages: Sequence[MessageFile]
    scope: Scope
    days: Sequence[ClosedDay]
    objects: Mapping[str, bytes | None]
    policy: Policy
    units: Mapping[str, str]
    certificates: bytes | None
    purpose: str
    case_number: str | None
    prepared_by: str
    prepared_at: datetime


@cache
def words() -> Mapping[str, Any]:
    """What the pages say."""
    return tomllib.loads(files("app.evidence").joinpath("dossier.toml").read_text(encoding="utf-8"))


def moment(at: datetime) -> str:
    """A time as the pages give it: by Turkish clocks, to the second."""
    return f"{at.astimezone(ISTANBUL):%d.%m.%Y %H:%M:%S}"


def original(image: Row) -> str:
    """The name of an image's original in the file: its SHA-256."""
    return f"goruntuler/{image['sha256']}.{SUFFIXES.get(image['media_type'], 'bin')}"


def record_name(sequence: int) -> str:
    """The name of a sealed link of the chain in the file."""
    return f"kayitlar/{sequence}.json"
