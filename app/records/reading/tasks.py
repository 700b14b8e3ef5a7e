"""Manual tasks as people see them."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Select, func, literal_column, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from app.messages import MessageId
from app.records.reading.messages import ACCOUNT
from app.records.reading.pages import Page, all_rows, one_row
from app.records.reading.sight import Viewer, closed, visible
from app.records.tables import accounts, evidence, evidence_contents, messages, people, tasks

# As the index has it: open before done, urgent before others.
_RANK: Any = literal_column(
    "(case when tasks.state = 'open' then 0 else 2 end + case when tasks.urgency = 'urgent' then 0 else 1 end)"
)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
_LINKS = ("link", "link_missing", "post_link", "author_link", "author_link_missing")


def _shown(viewer: Viewer) -> Select[Any]:
    seen = visible(viewer)
    if viewer.accounts is None and viewer.unit is None:
        seen = tasks.c.message_id.is_(None) | seen
    fields = evidence_contents.c.fields
    # What the platform said when the evidence was taken, which may be after the task was opened.
    links = (
        select(func.jsonb_build_object(*(part for name in _LINKS for part in (name, fields[name]))))
        .join(evidence, evidence.c.id == evidence_contents.c.evidence_id)
        .where(evidence.c.message_id == tasks.c.message_id)
        .order_by(evidence.c.revision.desc())
        .limit(1)
        .scalar_subquery()
    )
    return (
        select(
            tasks,
            *ACCOUNT,
            closed(viewer),
            people.c.name.label("confirmed_by_name"),
            links.label("links"),
            _RANK.label("rank"),
        )
        .outerjoin(messages, messages.c.id == tasks.c.message_id)
        .outerjoin(accounts, accounts.c.id == messages.c.account_id)
        .outerjoin(people, people.c.id == tasks.c.confirmed_by)
        .where(seen)
    )


async def page(
    session: AsyncSession, viewer: Viewer, *, state: str | None, limit: int, after: tuple[int, ...] | None
) -> Page:
    """Tasks as people work through them: open ones first, the urgent before others, then the one due first.

    `after` is (rank, microseconds of the due time since 1970, id).
    """
    statement = _shown(viewer)
    if state is not None:
        statement = statement.where(tasks.c.state == state)
    if after is not None:
        rank, due, task_id = after
        place = (_RANK, tasks.c.due_at, tasks.c.id)
        statement = statement.where(tuple_(*place) > tuple_(rank, _EPOCH + due * MICROSECOND, task_id))
    rows = await all_rows(session, statement.order_by(_RANK, tasks.c.due_at, tasks.c.id).limit(limit + 1))
    last = rows[limit - 1] if len(rows) > limit else None
    place_of_last = (last["rank"], (last["due_at"] - _EPOCH) // MICROSECOND, last["id"]) if last else None
    return Page(rows=rows[:limit], next=place_of_last)


async def find(session: AsyncSession, viewer: Viewer, task_id: int) -> dict[str, Any] | None:
    """One task; None where there is none that this viewer may know of."""
    return await one_row(session, _shown(viewer).where(tasks.c.id == task_id))


async def of_message(session: AsyncSession, viewer: Viewer, message_id: MessageId) -> list[dict[str, Any]]:
    """Every task about a message."""
    return await all_rows(session, _shown(viewer).where(tasks.c.message_id == message_id).order_by(tasks.c.id))
