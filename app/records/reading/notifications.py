"""Notifications as the people of a unit see them."""

from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.decisions.model import UnitKey
from app.messages import MessageId
from app.records.reading.messages import ACCOUNT
from app.records.reading.pages import Page, all_rows, newest_first, one_row
from app.records.tables import accounts, messages, notifications, people

# The account is shown as it is known by the message or by the notification itself.
OWN = [column for column in notifications.c if column.name != "account_id"]


def _shown(unit: UnitKey | None) -> Select[Any]:
    statement = (
        select(*OWN, *ACCOUNT, people.c.name.label("acknowledged_by_name"))
        .outerjoin(messages, messages.c.id == notifications.c.message_id)
        .outerjoin(accounts, accounts.c.id == func.coalesce(notifications.c.account_id, messages.c.account_id))
        .outerjoin(people, people.c.id == notifications.c.acknowledged_by)
    )
    return statement if unit is None else statement.where(notifications.c.unit == unit)


async def page(
    session: AsyncSession,
    unit: UnitKey | None,
    *,
    acknowledged: bool | None,
    urgency: str | None,
    limit: int,
    after: tuple[int, ...] | None,
) -> Page:
    """Notifications of a unit (None: of all units), newest first."""
    statement = _shown(unit)
    if acknowledged is not None:
        at = notifications.c.acknowledged_at
        statement = statement.where(at.is_not(None) if acknowledged else at.is_(None))
    if urgency is not None:
        statement = statement.where(notifications.c.urgency == urgency)
    return await newest_first(session, statement, notifications.c.id, limit=limit, after=after)


async def find(session: AsyncSession, unit: UnitKey | None, notification_id: int) -> dict[str, Any] | None:
    """One notification; None where there is none for this unit."""
    return await one_row(session, _shown(unit).where(notifications.c.id == notification_id))


async def of_message(session: AsyncSession, unit: UnitKey | None, message_id: MessageId) -> list[dict[str, Any]]:
    """The notifications about a message."""
    return await all_rows(
        session, _shown(unit).where(notifications.c.message_id == message_id).order_by(notifications.c.id)
    )
