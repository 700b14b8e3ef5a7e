"""`nobet verify`: proves all evidence from the database and the objects, or says what is wrong and from where on."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from app.errors import EvidenceError
from app.evidence.keep import image_content
from app.evidence.objects import ObjectRef, ObjectStore
from app.evidence.roots import DayRoot, RootReading
from app.evidence.seal import Addendum, AddendumKind, Seal, SealedField
from app.evidence.verify import ChainReading, Flaw, FlawKind, ImageLink, StoredRecord, verify_image
from app.records import chain
from app.records.database import Sessions
from app.records.reading.pages import Row

StampCheck = Callable[[bytes, bytes], datetime]


@dataclass(slots=True, kw_only=True)
class Proof:
    """What was read, and what is wrong. Everything before `broken_from` is as it was sealed."""

    links: int = 0
    images: int = 0
    destroyed: int = 0
    roots: int = 0
    stamped: int = 0
    last_sequence: int = 0
    last_hash: str = ""
    stamped_until: date | None = None
    flaws: list[Flaw] = field(default_factory=list)

    @property
    def broken_from(self) -> int | None:
        """The first sequence that is not proven; None where all is."""
        return min((flaw.sequence for flaw in self.flaws), default=None)

    def sentences(self) -> list[str]:
        """The proof as an operator reads it."""
        found = [
            f"{self.links} links of the chain, the last is {self.last_sequence} with hash {self.last_hash}",
            f"{self.images} images, {self.destroyed} records destroyed on record",
            f"{self.roots} days closed, {self.stamped} of them time-stamped"
            + (f", until {self.stamped_until}" if self.stamped_until else ""),
        ]
        if self.broken_from is None:
            return [*found, "Everything is as it was sealed."]
        wrong = [str(flaw) for flaw in sorted(self.flaws, key=lambda flaw: flaw.sequence)]
        return [*found, *wrong, f"NOT PROVEN from record {self.broken_from} on: {len(wrong)} flaws."]


async def prove(sessions: Sessions, objects: ObjectStore, check_stamp: StampCheck | None) -> Proof:
    """Read everything as it was at one moment, and check it.

    Without `check_stamp` (no authority's certificates are set) time stamps are counted, not checked.
    """
    proof = Proof()
    async with sessions() as session:
        await session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        await _chain_and_roots(session, proof, check_stamp)
        await _images(session, objects, proof)
    return proof


async def _chain_and_roots(session: AsyncSession, proof: Proof, check_stamp: StampCheck | None) -> None:
    stored = await chain.roots(session)
    stamps = {row["day"]: row for row in stored if row["response"] is not None}
    reading, roots = ChainReading(), RootReading([as_root(row) for row in stored])
    proof.roots, proof.stamped, proof.stamped_until = len(stored), len(stamps), max(stamps, default=None)
    async for row in chain.links(session):
        link = as_addendum(row) if row["kind"] else as_record(row)
        for root, document in roots.take(row["sequence"], row["hash"]):
            proof.flaws += _check_stamp(root, document, stamps.get(root.day), check_stamp)
        reading.take(link)
        proof.destroyed += bool(row["is_destroyed"])
        if row["is_left"]:
            detail = "its content is still there, though its destruction is on record"
            proof.flaws.append(Flaw(kind=FlawKind.NOT_DESTROYED, sequence=row["sequence"], detail=detail))
        if row["kind"] and row["content"].get("evidence") != row["named"]:
            proof.flaws.append(
                Flaw(kind=FlawKind.RECORD_CHANGED, sequence=row["sequence"], detail="was put to another record")
            )
    for root, document in roots.end():
        proof.flaws += _check_stamp(root, document, stamps.get(root.day), check_stamp)
    report = reading.report()
    proof.links, proof.last_sequence, proof.last_hash = report.records, report.last_sequence, report.last_hash
    proof.flaws += [*report.flaws, *roots.flaws, *_cut_off(stored, report.last_sequence)]


def _check_stamp(root: DayRoot, document: bytes, stamp: Row | None, check: StampCheck | None) -> list[Flaw]:
    if stamp is None or check is None:
        return []
    try:
        check(stamp["response"], document)
    except EvidenceError as error:
        detail = f"the time stamp of {root.day} does not belong to its records: {error}"
        return [Flaw(kind=FlawKind.STAMP_BROKEN, sequence=root.first_sequence, detail=detail)]
    return []


def _cut_off(roots: Sequence[Row], last_sequence: int) -> list[Flaw]:
    closed = max((row["last_sequence"] for row in roots), default=0)
    if closed <= last_sequence:
        return []
    detail = f"removed up to record {closed} at least, which a root names: the end of the chain was cut off"
    return [Flaw(kind=FlawKind.RECORDS_MISSING, sequence=last_sequence + 1, detail=detail)]


async def _images(session: AsyncSession, objects: ObjectStore, proof: Proof) -> None:
    async for row in chain.images(session):
        proof.images += 1
        proof.flaws += verify_image(as_image(row))
        if row["id"] is None:
            continue
        if not row["is_destroyed"]:
            proof.flaws += await _check_object(objects, row)
        elif not row["is_kept"]:
            proof.flaws += await _check_destroyed(objects, row)


async def _check_destroyed(objects: ObjectStore, row: Row) -> list[Flaw]:
    ref = ObjectRef.of(row)
    try:
        if not await objects.exists(ref):
            return []
        kind, detail = FlawKind.NOT_DESTROYED, f"evidence object {ref.key} is still there, though certified destroyed"
    except EvidenceError as error:
        kind, detail = FlawKind.OBJECT_DAMAGED, str(error)
    return [Flaw(kind=kind, sequence=row["sequence"], detail=detail)]


async def _check_object(objects: ObjectStore, row: Row) -> list[Flaw]:
    try:
        await objects.get(ObjectRef.of(row))
    except EvidenceError as error:
        return [Flaw(kind=FlawKind.OBJECT_DAMAGED, sequence=row["sequence"], detail=str(error))]
    return []


def as_root(row: Row) -> DayRoot:
    """A stored root."""
    return DayRoot(
        day=row["day"],
        first_sequence=row["first_sequence"],
        last_sequence=row["last_sequence"],
        previous_hash=row["previous_hash"],
        closed_at=row["closed_at"],
        hash=row["hash"],
        version=row["version"],
    )


def as_record(row: Row) -> StoredRecord:
    """A stored record with what is left of its content."""
    return StoredRecord(
        seal=Seal(
            sequence=row["sequence"],
            previous_hash=row["previous_hash"],
            sealed_at=row["sealed_at"],
            digests=row["digests"],
            record_hash=row["hash"],
            version=row["version"],
        ),
        contents={
            name: SealedField(value=value, salt=_salt(row["salts"], name))
            for name, value in (row["fields"] or {}).items()
        },
        expired=frozenset(row["digests"]) if row["is_destroyed"] else frozenset(),
    )


def _salt(salts: dict[str, Any], name: str) -> bytes:
    """A salt that is none proves nothing, and is found by that."""
    try:
        return bytes.fromhex(salts[name])
    except (KeyError, TypeError, ValueError):
        return b""


def as_addendum(row: Row) -> Addendum:
    """A stored addendum."""
    return Addendum(
        sequence=row["sequence"],
        previous_hash=row["previous_hash"],
        sealed_at=row["sealed_at"],
        kind=AddendumKind(row["kind"]),
        content=row["content"],
        record_hash=row["hash"],
        version=row["version"],
    )


def as_image(row: Row) -> ImageLink:
    """An image's row beside what was sealed of it."""
    said = None
    if row["id"] is not None:
        content = image_content(ObjectRef.of(row), kind=row["kind"], taken_at=row["taken_at"], taken_by=row["taken_by"])
        said = {"evidence": row["record"], **content}
    return ImageLink(sequence=row["sequence"], row=said, sealed=row["content"])
