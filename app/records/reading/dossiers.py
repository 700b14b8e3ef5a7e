"""What an evidence file for the court or the security office is made of: everything about some messages."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from app.messages import MessageId
from app.records.reading import actions, messages
from app.records.reading.pages import Row, all_rows
from app.records.reading.sight import Viewer, visible
from app.records.tables import (
    crisis_messages,
    evidence,
    evidence_addenda,
    evidence_contents,
    evidence_images,
    page_captures,
    people,
)
from app.records.tables import messages as message_table


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageFile:
    """A message and everything that happened to it, as rows."""

    message: Row
    revisions: Sequence[Row]
    decisions: Sequence[Row]
    actions: Sequence[Row]
    attempts: Sequence[Row]
    reviews: Sequence[Row]
    records: Sequence[Row]
    addenda: Sequence[Row]
    images: Sequence[Row]
    pages: Sequence[Row]


async def of_author(session: AsyncSession, viewer: Viewer, message_id: int, *, limit: int) -> list[MessageId]:
    """The messages that the author of this one wrote to the same account, the oldest first."""
    columns = message_table.c
    one = (
        await session.execute(
            select(columns.account_id, columns.author_external_id).where(columns.id == message_id, visible(viewer))
        )
    ).one_or_none()
    if one is None or one.author_external_id is None:
        return []
    newest = await session.scalars(
        select(columns.id)
        .where(
            columns.account_id == one.account_id,
            columns.author_external_id == one.author_external_id,
            columns.revision > 0,
            visible(viewer),
        )
        .order_by(columns.id.desc())
        .limit(limit)
    )
    return [MessageId(found) for found in reversed(newest.all())]


async def of_crisis(session: AsyncSession, viewer: Viewer, crisis_id: int, *, limit: int) -> list[MessageId]:
    """The messages that a crisis gathered, the oldest first; the newest where there are more than `limit`."""
    newest = await session.scalars(
        select(message_table.c.id)
        .join(crisis_messages, crisis_messages.c.message_id == message_table.c.id)
        .where(crisis_messages.c.crisis_id == crisis_id, visible(viewer))
        .order_by(message_table.c.id.desc())
        .limit(limit)
    )
    return [MessageId(found) for found in reversed(newest.all())]


async def message_file(session: AsyncSession, viewer: Viewer, message_id: MessageId) -> MessageFile | None:
    """All of one message; None where there is none that this viewer may know of."""
    found = await messages.find(session, viewer, message_id)
    if found is None:
        return None
    records = await all_rows(
        session,
        select(evidence, evidence_contents.c.fields, evidence_contents.c.salts, evidence_contents.c.erased_at)
        .join(evidence_contents, evidence_contents.c.evidence_id == evidence.c.id)
        .where(evidence.c.message_id == message_id)
        .order_by(evidence.c.sequence),
    )
    ids = [row["id"] for row in records]
    return MessageFile(
        message=found,
        revisions=await messages.revisions_of(session, viewer, message_id),
        decisions=await messages.decisions_of(session, message_id),
        actions=await actions.of_message(session, viewer, message_id),
        attempts=await messages.attempts_of(session, message_id),
        reviews=await messages.reviews_of(session, message_id),
        records=records,
        addenda=await all_rows(
            session,
            select(evidence_addenda)
            .where(evidence_addenda.c.evidence_id.in_(ids))
            .order_by(evidence_addenda.c.sequence),
        ),
        images=await all_rows(
            session,
            select(evidence_images).where(evidence_images.c.evidence_id.in_(ids)).order_by(evidence_images.c.id),
        ),
        pages=await all_rows(
            session,
            select(page_captures, people.c.name.label("waived_by_name"))
            .join(people, people.c.id == page_captures.c.waived_by, isouter=True)
            .where(page_captures.c.evidence_id.in_(ids))
            .order_by(page_captures.c.evidence_id),
        ),
    )


_ROOTS_OVER = text(
    """
    select r.*, s.response, s.stamped_at, s.authority
    from evidence_roots r left join evidence_stamps s on s.day = r.day
    where exists (
        select from unnest(cast(:sequences as bigint[])) wanted
        where wanted between r.first_sequence and r.last_sequence)
    order by r.day
    """
)


async def roots_over(session: AsyncSession, sequences: Sequence[int]) -> list[Row]:
    """The closed days that name any of these links, the oldest first, each with its stamp if it has one."""
    found = await session.execute(_ROOTS_OVER, {"sequences": list(sequences)})
    return [dict(row) for row in found.mappings()]
