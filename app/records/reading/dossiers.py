"""What an evidence file for the court or the security office is made of: everything about some messages."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, Table, func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from app.messages import MessageId
from app.records.reading import actions, messages
from app.records.reading.pages import Row, all_rows
from app.records.reading.sight import Viewer, visible
from app.records.tables import (
    approvals,
    content_holds,
    crisis_messages,
    evidence,
    evidence_addenda,
    evidence_contents,
    evidence_images,
    notifications,
    page_captures,
    people,
    units,
)
from app.records.tables import messages as message_table


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageFile:
    """A message and everything that happened to it, as rows."""

    message: Row
    revisions: Sequence[Row]
    decisions: Sequence[Row]
    approvals: Sequence[Row]
    actions: Sequence[Row]
    attempts: Sequence[Row]
    reviews: Sequence[Row]
    notices: Sequence[Row]
    holds: Sequence[Row]
    records: Sequence[Row]
    addenda: Sequence[Row]
    images: Sequence[Row]
    pages: Sequence[Row]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """Messages, the oldest first: the newest of `total`."""

    ids: Sequence[MessageId]
    total: int


async def of_author(session: AsyncSession, viewer: Viewer, message_id: int, *, limit: int) -> Chosen:
    """The messages that the author of this one wrote to the same account."""
    columns = message_table.c
    one = (
        await session.execute(
            select(columns.account_id, columns.author_external_id).where(columns.id == message_id, visible(viewer))
        )
    ).one_or_none()
    if one is None or one.author_external_id is None:
        return Chosen(ids=(), total=0)
    return await _newest(
        session,
        select(columns.id).where(
            columns.account_id == one.account_id,
            columns.author_external_id == one.author_external_id,
            columns.revision > 0,
            visible(viewer),
        ),
        limit=limit,
    )


async def of_crisis(session: AsyncSession, viewer: Viewer, crisis_id: int, *, limit: int) -> Chosen:
    """The messages that a crisis gathered."""
    return await _newest(
        session,
        select(message_table.c.id)
        .join(crisis_messages, crisis_messages.c.message_id == message_table.c.id)
        .where(crisis_messages.c.crisis_id == crisis_id, visible(viewer)),
        limit=limit,
    )


async def _newest(session: AsyncSession, statement: Select[Any], *, limit: int) -> Chosen:
    total = await session.scalar(select(func.count()).select_from(statement.subquery()))
    newest = await session.scalars(statement.order_by(message_table.c.id.desc()).limit(limit))
    return Chosen(ids=[MessageId(found) for found in reversed(newest.all())], total=total or 0)


async def unit_names(session: AsyncSession) -> dict[str, str]:
    """The units' Turkish names, by their keys."""
    rows = await session.execute(select(units.c.key, units.c.name_tr))
    return {row.key: row.name_tr for row in rows}


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
        approvals=await all_rows(
            session,
            _named(approvals, "wanted_by", "answered_by")
            .where(approvals.c.message_id == message_id)
            .order_by(approvals.c.id),
        ),
        actions=await actions.of_message(session, viewer, message_id),
        attempts=await messages.attempts_of(session, message_id),
        reviews=await messages.reviews_of(session, message_id),
        notices=await all_rows(
            session,
            _named(notifications, "acknowledged_by")
            .where(notifications.c.message_id == message_id)
            .order_by(notifications.c.id),
        ),
        holds=await all_rows(
            session,
            _named(content_holds, "opened_by", "released_by")
            .where(content_holds.c.message_id == message_id)
            .order_by(content_holds.c.id),
        ),
        records=records,
        addenda=await all_rows(
            session,
            select(evidence_addenda)
            .where(evidence_addenda.c.evidence_id.in_(ids))
            .order_by(evidence_addenda.c.sequence),
        ),
        images=await all_rows(
            session,
            _named(evidence_images, "taken_by")
            .where(evidence_images.c.evidence_id.in_(ids))
            .order_by(evidence_images.c.id),
        ),
        pages=await all_rows(
            session,
            _named(page_captures, "waived_by")
            .where(page_captures.c.evidence_id.in_(ids))
            .order_by(page_captures.c.evidence_id),
        ),
    )


def _named(table: Table, *persons: str) -> Select[Any]:
    """The table's rows, with the names of the persons whose ids stand in these columns (``…_name``)."""
    named = {column: people.alias(column) for column in persons}
    statement = select(table, *(alias.c.name.label(f"{column}_name") for column, alias in named.items()))
    for column, alias in named.items():
        statement = statement.outerjoin(alias, alias.c.id == table.c[column])
    return statement


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
