"""Manual tasks as people see them."""

from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.messages import MessageId
from app.records.reading.messages import ACCOUNT
from app.records.reading.pages import Page, all_rows, newest_first, one_row
from app.records.reading.sight import Viewer, closed, visible
from app.records.tables import accounts, messages, people, tasks


def _shown(viewer: Viewer) -> Select[Any]:
    seen = visible(viewer)
    if viewer.accounts is None and viewer.unit is None:
        seen = tasks.c.message_id.is_(None) | seen
    return (
        select(tasks, *ACCOUNT, closed(viewer), people.c.name.label("confirmed_by_name"))
        .outerjoin(messages, messages.c.id == tasks.c.message_id)
        .outerjoin(accounts, accounts.c.id == messages.c.account_id)
        .outerjoin(people, people.c.id == tasks.c.confirmed_by)
        .where(seen)
    )


async def page(
    session: AsyncSession, viewer: Viewer, *, state: str | None, limit: int, after: tuple[int, ...] | None
) -> Page:
    """Tasks, newest first."""
    statement = _shown(viewer)
    if state is not None:
        statement = statement.where(tasks.c.state == state)
    return await newest_first(session, statement, tasks.c.id, limit=limit, after=after)


async def find(session: AsyncSession, viewer: Viewer, task_id: int) -> dict[str, Any] | None:
    """One task; None where there is none that this viewer may know of."""
    return await one_row(session, _shown(viewer).where(tasks.c.id == task_id))


async def of_message(session: AsyncSession, viewer: Viewer, message_id: MessageId) -> list[dict[str, Any]]:
    """Every task about a message."""
    return await all_rows(session, _shown(viewer).where(tasks.c.message_id == message_id).order_by(tasks.c.id))
