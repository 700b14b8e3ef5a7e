"""The machine's limits as people see them."""

from datetime import datetime
from typing import Any

from sqlalchemy import Text, cast, func, literal, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.records.limits import HELD
from app.records.reading.messages import ACCOUNT
from app.records.reading.pages import Page, newest_first, one_row
from app.records.tables import accounts, actions, limits, people

_waiting = (
    select(func.count(actions.c.message_id.distinct()))
    .where(actions.c.state == "held", actions.c.held_because == literal(HELD, Text) + cast(limits.c.id, Text))
    .scalar_subquery()
    .label("waiting")
)
_SHOWN = (
    select(
        *(column for column in limits.c if column.name != "account_id"),
        *ACCOUNT,
        people.c.name.label("lifted_by_name"),
        _waiting,
    )
    .join(accounts, accounts.c.id == limits.c.account_id)
    .outerjoin(people, people.c.id == limits.c.lifted_by)
)


async def page(
    session: AsyncSession, *, in_force_at: datetime | None, limit: int, after: tuple[int, ...] | None
) -> Page:
    """Limits that were reached, newest first; with `in_force_at` only those that still stand then."""
    statement = _SHOWN
    if in_force_at is not None:
        statement = statement.where(limits.c.ends_at > in_force_at, limits.c.lifted_at.is_(None))
    return await newest_first(session, statement, limits.c.id, limit=limit, after=after)


async def find(session: AsyncSession, limit_id: int) -> dict[str, Any] | None:
    """One limit; None where there is none."""
    return await one_row(session, _SHOWN.where(limits.c.id == limit_id))
