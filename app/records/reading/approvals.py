"""What waits for a second person, as people see it."""

from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.records.reading.messages import ACCOUNT
from app.records.reading.pages import Page, newest_first, one_row
from app.records.reading.sight import Viewer, closed, visible
from app.records.tables import accounts, approvals, messages, people

_wisher, _answerer = people.alias("wisher"), people.alias("answerer")


async def page(
    session: AsyncSession, viewer: Viewer, *, state: str | None, limit: int, after: tuple[int, ...] | None
) -> Page:
    """Wishes, newest first."""
    statement = _shown(viewer)
    if state is not None:
        statement = statement.where(approvals.c.state == state)
    return await newest_first(session, statement, approvals.c.id, limit=limit, after=after)


async def find(session: AsyncSession, viewer: Viewer, approval_id: int) -> dict[str, Any] | None:
    """One wish; None where there is none that this viewer may know of."""
    return await one_row(session, _shown(viewer).where(approvals.c.id == approval_id))


def _shown(viewer: Viewer) -> Select[Any]:
    return (
        select(
            approvals,
            *ACCOUNT,
            closed(viewer),
            messages.c.revision.label("present_revision"),
            _wisher.c.name.label("wanted_by_name"),
            _answerer.c.name.label("answered_by_name"),
        )
        .join(messages, messages.c.id == approvals.c.message_id)
        .join(accounts, accounts.c.id == messages.c.account_id)
        .join(_wisher, _wisher.c.id == approvals.c.wanted_by)
        .outerjoin(_answerer, _answerer.c.id == approvals.c.answered_by)
        .where(visible(viewer))
    )
