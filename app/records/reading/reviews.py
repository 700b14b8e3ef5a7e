"""The review queue as people see it."""

from typing import Any

from sqlalchemy import or_
from sqlalchemy.ext.asyncio import AsyncSession

from app.records.reading.messages import summaries
from app.records.reading.pages import Page, all_rows
from app.records.reading.sight import Viewer
from app.records.tables import messages, people, reviews


async def queue(
    session: AsyncSession,
    viewer: Viewer,
    *,
    state: str,
    limit: int,
    after: tuple[int, ...] | None,
) -> Page:
    """Items with their messages: the most urgent first, the oldest first among equals.

    `after` is (priority, id).
    """
    columns = reviews.c
    statement = (
        summaries(viewer)
        .add_columns(
            columns.id.label("review_id"),
            columns.revision.label("review_revision"),
            columns.reason,
            columns.labels.label("review_labels"),
            columns.priority,
            columns.state.label("review_state"),
            columns.opened_at,
            columns.decided_at.label("review_decided_at"),
            columns.decided_by.label("decided_by_id"),
            columns.decision_id,
            people.c.name.label("decided_by_name"),
        )
        .join(reviews, columns.message_id == messages.c.id)
        .outerjoin(people, people.c.id == columns.decided_by)
        .where(columns.state == state)
        .order_by(columns.priority.desc(), columns.id)
        .limit(limit + 1)
    )
    if after is not None:
        priority, review_id = after
        statement = statement.where(
            columns.priority <= priority, or_(columns.priority < priority, columns.id > review_id)
        )
    rows: list[dict[str, Any]] = await all_rows(session, statement)
    last = rows[limit - 1] if len(rows) > limit else None
    return Page(rows=rows[:limit], next=(last["priority"], last["review_id"]) if last else None)
