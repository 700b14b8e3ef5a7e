"""Evidence rows: the chain of seals, their contents, their images. What goes into them is `app.evidence`'s business."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert as plain_insert
from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.messages import DeliveryId, EvidenceId, MessageId, PersonId
from app.records.months import in_month_of
from app.records.tables import (
    decisions,
    deliveries,
    evidence,
    evidence_addenda,
    evidence_contents,
    evidence_images,
    revisions,
)

# What shows the message itself; what came with it does not.
SCREENSHOTS = ("page", "page_viewport", "page_full", "upload")
# Any constant will do, as long as nothing else in this database uses it.
CHAIN_LOCK = 0x6E6F6265745F6576


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedEvidence:
    """Proof that evidence of one revision is stored and committed; a removing call asks for it."""

    id: EvidenceId
    message_id: MessageId
    revision: int
    hash: str
    has_card: bool


async def find(session: AsyncSession, message_id: MessageId, revision: int) -> SealedEvidence | None:
    """The seal of a revision, if there is one."""
    has_card = (
        select(evidence_images.c.id)
        .where(evidence_images.c.evidence_id == evidence.c.id, evidence_images.c.kind == "card")
        .exists()
    )
    row = (
        await session.execute(
            select(evidence.c.id, evidence.c.hash, has_card.label("has_card")).where(
                evidence.c.message_id == message_id, evidence.c.revision == revision
            )
        )
    ).one_or_none()
    if row is None:
        return None
    return SealedEvidence(
        id=EvidenceId(row.id), message_id=message_id, revision=revision, hash=row.hash, has_card=row.has_card
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A place in the chain, as the columns of both its tables."""

    sequence: int
    previous_hash: str
    hash: str
    version: int
    sealed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainEnd:
    """The last link of the chain."""

    sequence: int
    hash: str


_END = text(
    """
    (select sequence, hash from evidence order by sequence desc limit 1)
    union all (select sequence, hash from evidence_addenda order by sequence desc limit 1)
    order by sequence desc limit 1
    """
)


async def lock_chain(session: AsyncSession) -> ChainEnd | None:
    """Take the chain's end for this transaction; None for an empty chain."""
    await session.execute(text("select pg_advisory_xact_lock(:key)"), {"key": CHAIN_LOCK})
    row = (await session.execute(_END)).one_or_none()
    return ChainEnd(sequence=row.sequence, hash=row.hash) if row is not None else None


async def append(
    session: AsyncSession,
    message_id: MessageId,
    revision: int,
    link: Link,
    *,
    digests: Mapping[str, str],
    fields: Mapping[str, Any],
    salts: Mapping[str, bytes],
) -> EvidenceId:
    """Append a sealed record with its contents. The chain must be locked by this transaction."""
    evidence_id = await session.scalar(
        plain_insert(evidence)
        .values(message_id=message_id, revision=revision, digests=dict(digests), **asdict(link))
        .returning(evidence.c.id)
    )
    await session.execute(
        plain_insert(evidence_contents).values(
            evidence_id=evidence_id, fields=dict(fields), salts={name: salt.hex() for name, salt in salts.items()}
        )
    )
    return EvidenceId(evidence_id)


async def append_addendum(
    session: AsyncSession, evidence_id: EvidenceId, kind: str, content: Mapping[str, Any], link: Link
) -> None:
    """Append what comes to a record. The chain must be locked by this transaction."""
    await session.execute(
        plain_insert(evidence_addenda).values(evidence_id=evidence_id, kind=kind, content=dict(content), **asdict(link))
    )


async def hash_of(session: AsyncSession, evidence_id: EvidenceId) -> str:
    """The hash by which addenda name a record."""
    found: str = (await session.scalars(select(evidence.c.hash).where(evidence.c.id == evidence_id))).one()
    return found


async def fields_of(session: AsyncSession, evidence_id: EvidenceId) -> dict[str, Any] | None:
    """The sealed fields; None where they have been erased."""
    row = (
        await session.execute(
            select(evidence_contents.c.fields, evidence_contents.c.erased_at).where(
                evidence_contents.c.evidence_id == evidence_id
            )
        )
    ).one()
    return None if row.erased_at is not None else dict(row.fields)


async def add_image(
    session: AsyncSession,
    evidence_id: EvidenceId,
    *,
    kind: str,
    object_key: str,
    sha256: str,
    media_type: str,
    size: int,
    taken_at: datetime,
    taken_by: PersonId | None = None,
) -> bool:
    """Record an image whose object is stored already; False where the record has this one."""
    added = await session.scalar(
        insert(evidence_images)
        .values(
            evidence_id=evidence_id,
            kind=kind,
            object_key=object_key,
            sha256=sha256,
            media_type=media_type,
            size=size,
            taken_at=taken_at,
            taken_by=taken_by,
        )
        .on_conflict_do_nothing()
        .returning(evidence_images.c.id)
    )
    return added is not None


async def arrival_of(
    session: AsyncSession, message_id: MessageId, revision: int
) -> tuple[DeliveryId | None, datetime] | None:
    """In which delivery the words of this revision came, and when; None where nobody noted it."""
    columns = revisions.c
    row = (
        await session.execute(
            select(columns.delivery_id, columns.received_at).where(
                columns.message_id == message_id, columns.revision == revision
            )
        )
    ).one_or_none()
    return (row.delivery_id, row.received_at) if row is not None else None


async def delivery_of(session: AsyncSession, delivery_id: DeliveryId, *, whole_up_to: int) -> dict[str, Any]:
    """A delivery as evidence keeps it: id, hash, and its body where it has no more than `whole_up_to` bytes."""
    columns = deliveries.c
    row = (
        await session.execute(select(columns.id, columns.digest, columns.body).where(columns.id == delivery_id))
    ).one()
    whole = len(row.body) <= whole_up_to
    # PostgreSQL's jsonb holds no NUL.
    body = row.body.decode("utf-8", "replace").replace("\x00", "\ufffd") if whole else None
    return {"id": row.id, "sha256": row.digest.hex(), "body": body}


async def latest_decision(session: AsyncSession, message_id: MessageId, revision: int) -> dict[str, Any]:
    """What was decided last on a revision of a message, as evidence keeps it."""
    row = (
        await session.execute(
            select(decisions)
            .where(
                decisions.c.message_id == message_id,
                decisions.c.revision == revision,
                in_month_of(decisions.c.id, message_id),
            )
            .order_by(decisions.c.id.desc())
            .limit(1)
        )
    ).one_or_none()
    if row is None:
        return {}
    return {
        "id": row.id,
        "made_by": row.made_by,
        "labels": row.labels,
        "articles": row.articles,
        "disposition": row.disposition,
        "policy_version": row.policy_version,
    }
