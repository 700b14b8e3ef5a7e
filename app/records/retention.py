"""Content that a platform lets us store for a time only: what is due, what is held, and its end (policy section 8)."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.messages import EvidenceId, MessageId, PersonId, PlatformName
from app.records.tables import content_holds

# Held are: what a person holds with a reason; what nobody has judged yet; and what was taken down or speaks of
# self-harm or a threat, until a person has reviewed it; what was decided before an edit says nothing of the edit.
IS_HELD = "exists (select from content_holds h where h.message_id = m.id and h.released_at is null)"
IS_REVIEWED = """
    not exists (
        select from revisions r where r.message_id = m.id and not exists (
            select from decisions d
            where d.message_id = r.message_id and d.revision = r.revision and d.made_by = 'machine'
            and d.id between nobet_first_id(m.id) and nobet_last_id(m.id)))
    and not exists (
        select from decisions d where d.message_id = m.id and d.made_by = 'machine'
        and d.id between nobet_first_id(m.id) and nobet_last_id(m.id)
        and (d.disposition in ('contain', 'remove') or d.labels && array['self_harm', 'threat'])
        and not exists (
            select from decisions p where p.message_id = m.id and p.made_by = 'person'
            and p.id > d.id and p.id <= nobet_last_id(m.id)
            and p.decided_at < :reviewed_before))
    """
_DUE = text(
    f"""
    select m.id from messages m
    where m.platform = :platform and m.expired_at is null and m.received_at < :before
    and exists (
        select from revisions r where r.message_id = m.id and r.received_at < :before and r.expired_at is null)
    and not {IS_HELD}
    and {IS_REVIEWED}
    order by m.id limit :limit
    for no key update of m skip locked
    """  # noqa: S608  (our own words)
)

# An object may be the image of several records; it goes with the last of them.
_OBJECTS = text(
    """
    with gone as (
        select e.id from evidence e
        join revisions r on r.message_id = e.message_id and r.revision = e.revision
        where e.message_id = any(:ids) and r.received_at < :before)
    select distinct i.object_key from evidence_images i
    where i.evidence_id in (select id from gone) and not exists (
        select from evidence_images other join evidence_contents c on c.evidence_id = other.evidence_id
        where other.object_key = i.object_key and c.erased_at is null
        and other.evidence_id not in (select id from gone))
    """
)
_REVISIONS = text(
    "update revisions set text = '', media = '[]', expired_at = :at "
    "where message_id = any(:ids) and received_at < :before and expired_at is null"
)
_EVIDENCE = text(
    "update evidence_contents c set fields = '{}', salts = '{}', erased_at = :at from evidence e, revisions r "
    "where e.id = c.evidence_id and e.message_id = any(:ids) and c.erased_at is null "
    "and r.message_id = e.message_id and r.revision = e.revision and r.expired_at is not null returning e.id"
)
_MESSAGES = text(
    "update messages m set text = '', media = '[]', author_name = null, expired_at = :at from revisions r "
    "where m.id = any(:ids) and r.message_id = m.id and r.revision = m.revision and r.expired_at is not null"
)
_DELIVERIES = text(
    "update deliveries set body = '', expired_at = :at where id in ("
    "select id from deliveries where platform = :platform and received_at < :before and expired_at is null "
    "and state = 'parsed' order by id limit :limit for update skip locked) returning id"
)


async def due(
    session: AsyncSession, platform: PlatformName, *, before: datetime, reviewed_before: datetime, limit: int
) -> list[MessageId]:
    """Messages of which something came before then and nothing holds it; locked until the transaction ends."""
    given = {"platform": platform, "before": before, "reviewed_before": reviewed_before, "limit": limit}
    return [MessageId(row.id) for row in await session.execute(_DUE, given)]


async def objects_of(session: AsyncSession, ids: Sequence[MessageId], *, before: datetime) -> list[str]:
    """The keys of the evidence objects that go with these messages."""
    rows = await session.execute(_OBJECTS, {"ids": list(ids), "before": before})
    return [row.object_key for row in rows]


async def expire(
    session: AsyncSession, ids: Sequence[MessageId], *, before: datetime, at: datetime
) -> list[EvidenceId]:
    """Erase what of these messages came before then: words, media, author's name, sealed content.

    Ids, links, times, decisions, actions, and the seals with their digests stay. Returns the records that lost theirs.
    """
    await expire_words(session, ids, before=before, at=at)
    return [EvidenceId(row.id) for row in await session.execute(_EVIDENCE, {"ids": list(ids), "at": at})]


async def expire_words(session: AsyncSession, ids: Sequence[MessageId], *, before: datetime, at: datetime) -> None:
    """Erase words, media and author's name alone; evidence has a time of its own."""
    given = {"ids": list(ids), "at": at}
    await session.execute(_REVISIONS, given | {"before": before})
    await session.execute(_MESSAGES, given)


async def expire_deliveries(
    session: AsyncSession, platform: PlatformName, *, before: datetime, at: datetime, limit: int
) -> int:
    """Erase the bodies of deliveries that were read; their digests stay. Returns how many.

    What could not be read yet keeps its body: nobody knows what it says.
    """
    given = {"platform": platform, "before": before, "at": at, "limit": limit}
    return len((await session.execute(_DELIVERIES, given)).all())


async def open_hold(
    session: AsyncSession,
    message_id: MessageId,
    *,
    reason: str,
    case_number: str | None,
    by: PersonId,
    at: datetime,
) -> bool:
    """Keep a message's content beyond its time; False where a hold is open already."""
    opened = await session.scalar(
        insert(content_holds)
        .values(message_id=message_id, reason=reason, case_number=case_number, opened_by=by, opened_at=at)
        .on_conflict_do_nothing()
        .returning(content_holds.c.id)
    )
    return opened is not None


async def release_hold(session: AsyncSession, message_id: MessageId, *, by: PersonId, at: datetime) -> bool:
    """Let the content expire again; False where no hold is open."""
    released = await session.scalar(
        update(content_holds)
        .where(content_holds.c.message_id == message_id, content_holds.c.released_at.is_(None))
        .values(released_by=by, released_at=at)
        .returning(content_holds.c.id)
    )
    return released is not None
