"""The root of a day: one document that names every link sealed since the last one, to be time-stamped. Pure.

Whoever has a root's document can look a record's hash up in it; whoever has the stamp of it knows that the record
existed then. Each root names the one before, so a root cannot be left out either.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from app.evidence.canonical import canonical_json
from app.evidence.seal import GENESIS_HASH, timestamp
from app.evidence.seal import sha256 as sha256_of
from app.evidence.verify import Flaw, FlawKind

ROOT_VERSION = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class DayRoot:
    """A root as stored. It covers the links from `first_sequence` to `last_sequence`; none, if the last is smaller."""

    day: date
    first_sequence: int
    last_sequence: int
    previous_hash: str
    closed_at: datetime
    hash: str
    version: int = ROOT_VERSION


def close_day(day: date, hashes: Sequence[str], *, after: DayRoot | None, closed_at: datetime) -> DayRoot:
    """The root of all links behind those of the root before (`after`), whose hashes these are."""
    first = after.last_sequence + 1 if after else 1
    last = first + len(hashes) - 1
    previous = after.hash if after else GENESIS_HASH
    document = _document(ROOT_VERSION, day, first, last, previous, closed_at, hashes)
    return DayRoot(
        day=day,
        first_sequence=first,
        last_sequence=last,
        previous_hash=previous,
        closed_at=closed_at,
        hash=sha256_of(document),
    )


def root_document(root: DayRoot, hashes: Sequence[str]) -> bytes:
    """What the root's hash is the SHA-256 of, and what is stamped."""
    return _document(
        root.version, root.day, root.first_sequence, root.last_sequence, root.previous_hash, root.closed_at, hashes
    )


def _document(
    version: int, day: date, first: int, last: int, previous: str, closed_at: datetime, hashes: Sequence[str]
) -> bytes:
    return canonical_json(
        {
            "version": version,
            "day": day.isoformat(),
            "first_sequence": first,
            "last_sequence": last,
            "previous_root": previous,
            "closed_at": timestamp(closed_at),
            "hashes": list(hashes),
        }
    )


@dataclass(slots=True)
class RootReading:
    """Checks roots beside the chain as its links are read in their order; hands each root's document on."""

    roots: Sequence[DayRoot]
    _at: int = 0
    _hashes: dict[int, str] = field(default_factory=dict)
    _flaws: list[Flaw] = field(default_factory=list)

    def take(self, sequence: int, record_hash: str) -> Iterator[tuple[DayRoot, bytes]]:
        """The next link; gives the roots that end before it, each with its document made from the links themselves."""
        while self._at < len(self.roots) and self.roots[self._at].last_sequence < sequence:
            yield self._close()
        self._hashes[sequence] = record_hash

    def end(self) -> Iterator[tuple[DayRoot, bytes]]:
        """No more links: gives the remaining roots."""
        while self._at < len(self.roots):
            yield self._close()

    @property
    def flaws(self) -> tuple[Flaw, ...]:
        """What is wrong with the roots, apart from their stamps."""
        return tuple(self._flaws)

    def _close(self) -> tuple[DayRoot, bytes]:
        root = self.roots[self._at]
        before = self.roots[self._at - 1] if self._at else None
        self._at += 1
        covered = _between(self._hashes, root.first_sequence, root.last_sequence)
        self._hashes = {sequence: link for sequence, link in self._hashes.items() if sequence > root.last_sequence}
        document = root_document(root, covered)
        if sha256_of(document) != root.hash:
            self._say(root, f"the root of {root.day} does not follow from the records: they or it were changed")
        if root.previous_hash != (before.hash if before else GENESIS_HASH):
            self._say(root, f"the root of {root.day} does not name the one before it: a root was changed or left out")
        if root.first_sequence != (before.last_sequence + 1 if before else 1):
            self._say(root, f"the root of {root.day} does not begin where the one before it ends")
        return root, document

    def _say(self, root: DayRoot, detail: str) -> None:
        self._flaws.append(Flaw(kind=FlawKind.ROOT_CHANGED, sequence=root.first_sequence, detail=detail))


def _between(hashes: Mapping[int, str], first: int, last: int) -> list[str]:
    """The hashes of these links, as far as they are there."""
    return [hashes[sequence] for sequence in range(first, last + 1) if sequence in hashes]
