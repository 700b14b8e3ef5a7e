"""Proves sealed evidence, or says what is wrong with it and from where on. Pure: rows in, findings out."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from app.evidence.canonical import JsonValue
from app.evidence.seal import (
    FIRST_SEQUENCE,
    GENESIS_HASH,
    Addendum,
    Seal,
    SealedField,
    field_digest,
    sha256,
)


class FlawKind(StrEnum):
    """What can be wrong."""

    RECORD_CHANGED = "record_changed"
    FIELD_CHANGED = "field_changed"
    FIELD_ADDED = "field_added"
    FIELD_MISSING = "field_missing"
    LINK_BROKEN = "link_broken"
    RECORDS_MISSING = "records_missing"
    OUT_OF_ORDER = "out_of_order"
    ANCHOR_BROKEN = "anchor_broken"
    IMAGE_CHANGED = "image_changed"
    IMAGE_ADDED = "image_added"
    IMAGE_MISSING = "image_missing"
    OBJECT_DAMAGED = "object_damaged"
    NOT_DESTROYED = "not_destroyed"
    ROOT_CHANGED = "root_changed"
    STAMP_BROKEN = "stamp_broken"


@dataclass(frozen=True, slots=True, kw_only=True)
class Flaw:
    """One thing wrong, at the record with this sequence; `field` where it is about one, `detail` for the operator."""

    kind: FlawKind
    sequence: int
    detail: str
    field: str | None = None

    def __str__(self) -> str:
        place = f"record {self.sequence}" + (f", field {self.field}" if self.field else "")
        return f"{place}: {self.detail}"


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredRecord:
    """A seal with what is left of its content; `expired` are the fields whose destruction is certified in the chain."""

    seal: Seal
    contents: Mapping[str, SealedField]
    expired: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageLink:
    """An image as its row says (`row`) and as its addendum sealed it (`sealed`): None where there is no such thing.

    `sequence` is the addendum's, or that of the record which the row says it belongs to.
    """

    sequence: int
    row: Mapping[str, JsonValue] | None
    sealed: Mapping[str, JsonValue] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainReport:
    """What a chain proved; `records` counts its links.

    Everything before `broken_from` is as it was sealed; from there on nothing is proven by the chain alone.
    `last_sequence` and `last_hash` are those of the last record read, to be kept as an anchor when all is intact.
    """

    records: int
    last_sequence: int
    last_hash: str
    flaws: tuple[Flaw, ...] = field(default=())

    @property
    def is_intact(self) -> bool:
        """Whether every record and field is as it was sealed."""
        return not self.flaws

    @property
    def broken_from(self) -> int | None:
        """The first sequence that is not proven."""
        return min((flaw.sequence for flaw in self.flaws), default=None)


def verify_record(record: StoredRecord) -> tuple[Flaw, ...]:
    """Check one record by itself: its hash, and each field against its digest."""
    return (*_verify_hash(record.seal), *_verify_fields(record))


def verify_image(image: ImageLink) -> tuple[Flaw, ...]:
    """Check an image's row against what was sealed when it was taken."""
    if image.sealed is None:
        return (Flaw(kind=FlawKind.IMAGE_ADDED, sequence=image.sequence, detail="has an image that nobody sealed"),)
    if image.row is None:
        return (Flaw(kind=FlawKind.IMAGE_MISSING, sequence=image.sequence, detail="the row of its image was removed"),)
    if image.row != image.sealed:
        return (Flaw(kind=FlawKind.IMAGE_CHANGED, sequence=image.sequence, detail="the row of its image was changed"),)
    return ()


def _verify_hash(link: Seal | Addendum) -> Iterator[Flaw]:
    if not _is_hash_of(link):
        yield Flaw(
            kind=FlawKind.RECORD_CHANGED,
            sequence=link.sequence,
            detail="its number, time, digests, previous hash or hash was changed after sealing",
        )


def _is_hash_of(link: Seal | Addendum) -> bool:
    try:
        return sha256(link.hashed) == link.record_hash
    except (TypeError, ValueError):  # content that could never have been sealed
        return False


def _verify_fields(record: StoredRecord) -> Iterator[Flaw]:
    sequence, digests, contents = record.seal.sequence, record.seal.digests, record.contents
    for name in sorted(digests.keys() | contents.keys()):
        if name not in digests:
            yield Flaw(kind=FlawKind.FIELD_ADDED, sequence=sequence, field=name, detail="was added after sealing")
        elif name not in contents:
            if name not in record.expired:
                yield Flaw(
                    kind=FlawKind.FIELD_MISSING,
                    sequence=sequence,
                    field=name,
                    detail="is gone, and its erasure is not on record",
                )
        elif not _matches(name, contents[name], digests[name]):
            yield Flaw(kind=FlawKind.FIELD_CHANGED, sequence=sequence, field=name, detail="was changed after sealing")


def _matches(name: str, content: SealedField, digest: str) -> bool:
    try:
        return field_digest(name, content) == digest
    except (TypeError, ValueError):  # a value or salt that could never have been sealed
        return False


def verify_chain(
    links: Iterable[StoredRecord | Addendum],
    *,
    anchors: Mapping[int, str] | None = None,
    start: tuple[int, str] = (FIRST_SEQUENCE - 1, GENESIS_HASH),
) -> ChainReport:
    """Check links in the order of their sequence, each by itself and its joint with the one before.

    `start` is the last link already proven (sequence and hash). `anchors` are hashes known from outside by sequence
    (a printed report, a time stamp): only they show that a chain was cut at its end or computed anew as a whole.
    """
    reading = ChainReading(anchors=anchors, start=start)
    for link in links:
        reading.take(link)
    return reading.report()


class ChainReading:
    """`verify_chain` for who has the links one after the other: a chain need not fit into memory."""

    def __init__(
        self,
        *,
        anchors: Mapping[int, str] | None = None,
        start: tuple[int, str] = (FIRST_SEQUENCE - 1, GENESIS_HASH),
    ) -> None:
        self._anchors = dict(anchors or {})
        self._last_sequence, self._last_hash = start
        self._flaws: list[Flaw] = []
        self._count = 0

    def take(self, link: StoredRecord | Addendum) -> None:
        """The next link."""
        sealed = link.seal if isinstance(link, StoredRecord) else link
        self._flaws += _verify_joint(sealed, self._last_sequence, self._last_hash)
        self._flaws += verify_record(link) if isinstance(link, StoredRecord) else _verify_hash(link)
        self._flaws += _verify_anchor(sealed, self._anchors.pop(sealed.sequence, None))
        # A link out of order is not what the next one was sealed behind.
        if sealed.sequence > self._last_sequence:
            self._last_sequence, self._last_hash = sealed.sequence, sealed.record_hash
        self._count += 1

    def report(self) -> ChainReport:
        """What the links proved, when all were taken."""
        flaws = (*self._flaws, *_cut_off(self._anchors, self._last_sequence))
        return ChainReport(
            records=self._count, last_sequence=self._last_sequence, last_hash=self._last_hash, flaws=flaws
        )


def _verify_joint(sealed: Seal | Addendum, last_sequence: int, last_hash: str) -> Iterator[Flaw]:
    expected = last_sequence + 1
    if sealed.sequence < expected:
        yield Flaw(
            kind=FlawKind.OUT_OF_ORDER,
            sequence=sealed.sequence,
            detail=f"stands behind record {last_sequence}: it was added, repeated or renumbered",
        )
    elif sealed.sequence > expected:
        yield Flaw(
            kind=FlawKind.RECORDS_MISSING,
            sequence=expected,
            detail=f"removed, {sealed.sequence - expected} in all, before record {sealed.sequence}",
        )
    elif sealed.previous_hash != last_hash:
        yield Flaw(
            kind=FlawKind.LINK_BROKEN,
            sequence=sealed.sequence,
            detail="does not follow from the record before it: one of the two was changed, added or exchanged",
        )


def _verify_anchor(sealed: Seal | Addendum, anchor: str | None) -> Iterator[Flaw]:
    if anchor is not None and anchor != sealed.record_hash:
        yield Flaw(
            kind=FlawKind.ANCHOR_BROKEN,
            sequence=sealed.sequence,
            detail="has another hash than the one kept outside: it, or the chain before it, was computed anew",
        )


def _cut_off(anchors: Mapping[int, str], last_sequence: int) -> Iterator[Flaw]:
    """Anchored records beyond the last one read."""
    if any(sequence > last_sequence for sequence in anchors):
        yield Flaw(
            kind=FlawKind.RECORDS_MISSING,
            sequence=last_sequence + 1,
            detail=f"removed up to record {max(anchors)} at least: the end of the chain was cut off",
        )
