"""Taking evidence of a message: the sealed record first, then its images. Each commits by itself.

All are links of one chain, in the order in which they were committed.
"""

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from app.errors import EvidenceError
from app.evidence.canonical import JsonValue
from app.evidence.card import CardContent, render_card_in_thread
from app.evidence.objects import ObjectRef, ObjectStore
from app.evidence.seal import (
    FIRST_SEQUENCE,
    GENESIS_HASH,
    SALT_BYTES,
    Addendum,
    AddendumKind,
    Seal,
    seal,
    seal_addendum,
    timestamp,
)
from app.messages import EvidenceId, LookUp, Message, PersonId
from app.records import evidence as rows
from app.records.database import Sessions
from app.records.evidence import Link, SealedEvidence

NOT_ASKED = "the platform was not reachable when the evidence was taken"


def record_fields(
    message: Message,
    look_up: LookUp | None,
    *,
    received_at: datetime,
    delivery: Mapping[str, Any],
    decision: Mapping[str, Any],
) -> dict[str, Any]:
    """What the seal closes: links or why there is none, ids, content, the delivery it came in, the decision."""
    found = look_up or LookUp(link_missing=NOT_ASKED, author_link_missing=NOT_ASKED)
    link = found.link or message.link
    return {
        "platform": message.platform,
        "account": message.account.external_id,
        "account_handle": message.account.handle,
        "channel": str(message.channel),
        "message_id": message.external_id,
        "revision": message.revision,
        "parent_id": message.parent_id,
        "post_id": message.post_id,
        "author_id": message.author_id or found.author_id,
        "author_name": message.author_name or found.author_name,
        "link": link,
        "link_missing": None if link else found.link_missing or "the platform gives no link",
        "post_link": found.post_link,
        "author_link": found.author_link,
        "author_link_missing": None
        if found.author_link
        else found.author_link_missing or "the platform gives no link to its author",
        "text": message.text,
        "text_on_platform": found.text,
        "media": [{"kind": item.kind, "url": item.url} for item in message.media or found.media],
        "sent_at": message.sent_at.isoformat() if message.sent_at else None,
        "received_at": received_at.isoformat(),
        "delivery": dict(delivery),
        "decision": dict(decision),
    }


async def seal_record(
    sessions: Sessions, message: Message, fields: Mapping[str, Any], *, now: datetime
) -> SealedEvidence:
    """Seal the fields as the next link of the chain and commit.

    Returns the earlier seal where this revision has one: the first record is the one that counts.
    """
    async with sessions.begin() as session:
        if (earlier := await rows.find(session, message.id, message.revision)) is not None:
            return earlier
        last = await rows.lock_chain(session)
        if (earlier := await rows.find(session, message.id, message.revision)) is not None:
            return earlier
        sequence, previous_hash = (last.sequence + 1, last.hash) if last else (FIRST_SEQUENCE, GENESIS_HASH)
        salts = {name: secrets.token_bytes(SALT_BYTES) for name in fields}
        closed = seal(fields, salts=salts, previous_hash=previous_hash, sequence=sequence, sealed_at=now)
        evidence_id = await rows.append(
            session,
            message.id,
            message.revision,
            _link(closed),
            digests=closed.digests,
            fields=fields,
            salts=salts,
        )
    return SealedEvidence(
        id=evidence_id, message_id=message.id, revision=message.revision, hash=closed.record_hash, has_card=False
    )


async def add_card(
    sessions: Sessions, objects: ObjectStore, sealed: SealedEvidence, message: Message, *, now: datetime
) -> None:
    """Draw the card from the sealed fields, store it, and record it beside the seal.

    Raises EvidenceError where it cannot be drawn or stored.
    """
    async with sessions() as session:
        fields = await rows.fields_of(session, sealed.id)
    if fields is None:
        return
    image = await render_card_in_thread(_card(fields, message, now=now))
    stored = await objects.put(image, "image/png")
    async with sessions.begin() as session:
        await add_image(session, sealed.id, stored, kind="card", taken_at=now)


async def add_image(
    session: AsyncSession,
    evidence_id: EvidenceId,
    stored: ObjectRef,
    *,
    kind: str,
    taken_at: datetime,
    taken_by: PersonId | None = None,
) -> None:
    """Record an image whose object is stored already, and seal that it belongs to the record; twice is once."""
    is_new = await rows.add_image(
        session,
        evidence_id,
        kind=kind,
        object_key=stored.key,
        sha256=stored.sha256,
        media_type=stored.media_type,
        size=stored.size,
        taken_at=taken_at,
        taken_by=taken_by,
    )
    if is_new:
        image = image_content(stored, kind=kind, taken_at=taken_at, taken_by=taken_by)
        await add_to_chain(session, evidence_id, AddendumKind.IMAGE, image, now=taken_at)


def image_content(stored: ObjectRef, *, kind: str, taken_at: datetime, taken_by: int | None) -> dict[str, JsonValue]:
    """What is sealed of an image: all that its row says."""
    return {
        "kind": kind,
        "object_key": stored.key,
        "sha256": stored.sha256,
        "media_type": stored.media_type,
        "size": stored.size,
        "taken_at": timestamp(taken_at),
        "taken_by": taken_by,
    }


async def add_to_chain(
    session: AsyncSession,
    evidence_id: EvidenceId,
    kind: AddendumKind,
    content: Mapping[str, JsonValue],
    *,
    now: datetime,
) -> None:
    """Seal an addendum to a record as the chain's next link; the chain stays locked until the transaction ends."""
    last = await rows.lock_chain(session)
    if last is None:
        raise EvidenceError(f"the chain is empty, though there is evidence {evidence_id}")
    named = {"evidence": await rows.hash_of(session, evidence_id), **content}
    closed = seal_addendum(kind, named, previous_hash=last.hash, sequence=last.sequence + 1, sealed_at=now)
    await rows.append_addendum(session, evidence_id, kind, named, _link(closed))


def _link(closed: Seal | Addendum) -> Link:
    return Link(
        sequence=closed.sequence,
        previous_hash=closed.previous_hash,
        hash=closed.record_hash,
        version=closed.version,
        sealed_at=closed.sealed_at,
    )


def _card(fields: Mapping[str, Any], message: Message, *, now: datetime) -> CardContent:
    return CardContent(
        platform=fields["platform"],
        account=fields["account_handle"],
        account_id=fields["account"],
        channel=message.channel,
        message_id=fields["message_id"],
        revision=fields["revision"],
        text=fields["text"],
        delivery_sha256=fields["delivery"].get("sha256", ""),
        received_at=datetime.fromisoformat(fields["received_at"]),
        rendered_at=now,
        author_name=fields["author_name"],
        author_id=fields["author_id"],
        post_id=fields["post_id"],
        parent_id=fields["parent_id"],
        media=message.media,
        link=fields["link"],
        link_missing=fields["link_missing"],
        author_link=fields["author_link"],
        author_link_missing=fields["author_link_missing"],
        sent_at=datetime.fromisoformat(fields["sent_at"]) if fields["sent_at"] else None,
    )
