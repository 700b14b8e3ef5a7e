"""Notifications as the people of a unit see them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, false, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.decisions.model import UnitKey
from app.messages import MessageId, PersonId
from app.records.reading.messages import ACCOUNT
from app.records.reading.pages import Page, all_rows, newest_first, one_row
from app.records.tables import accounts, messages, notification_reports, notification_steps, notifications, people

# The account is shown as it is known by the message or by the notification itself.
OWN = [column for column in notifications.c if column.name != "account_id"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """Whose notifications somebody sees: those of their unit (None: of all), and those that either was told of."""

    unit: UnitKey | None
    person_id: PersonId


def _shown(told: Told) -> Select[Any]:
    handler, addressee = people.alias("handler"), people.alias("addressee")
    statement = (
        select(
            *OWN,
            *ACCOUNT,
            people.c.name.label("acknowledged_by_name"),
            handler.c.name.label("handled_by_name"),
            addressee.c.name.label("person_name"),
        )
        .outerjoin(messages, messages.c.id == notifications.c.message_id)
        .outerjoin(accounts, accounts.c.id == func.coalesce(notifications.c.account_id, messages.c.account_id))
        .outerjoin(people, people.c.id == notifications.c.acknowledged_by)
        .outerjoin(handler, handler.c.id == notifications.c.handled_by)
        .outerjoin(addressee, addressee.c.id == notifications.c.person_id)
    )
    if told.unit is None:
        return statement
    steps = notification_steps.c
    own = select(steps.notification_id).where((steps.person_id == told.person_id) | (steps.unit == told.unit))
    of_unit = (notifications.c.unit == told.unit) & notifications.c.person_id.is_(None)
    return statement.where(of_unit | (notifications.c.person_id == told.person_id) | notifications.c.id.in_(own))


async def page(
    session: AsyncSession,
    told: Told,
    *,
    acknowledged: bool | None,
    is_open: bool = False,
    snoozed_at: tuple[datetime, bool] | None = None,
    kind: str | None = None,
    of_unit: str | None = None,
    spare_unit: str | None = None,
    urgency: str | None,
    limit: int,
    after: tuple[int, ...] | None,
) -> Page:
    """Notifications, newest first. `is_open`: only those that nobody has dealt with yet.

    `snoozed_at`: at that time, only those that are put off, or only those that are not.
    """
    statement = _shown(told)
    if snoozed_at is not None:
        now, is_snoozed = snoozed_at
        later = func.coalesce(notifications.c.snoozed_until > now, false())
        statement = (
            statement.where(later, notifications.c.snoozed_until.is_not(None))
            if is_snoozed
            else statement.where(~later)
        )
    if is_open:
        statement = statement.where(notifications.c.handled_at.is_(None))
    if kind is not None:
        statement = statement.where(notifications.c.kind == kind)
    if of_unit is not None:
        statement = statement.where(notifications.c.unit == of_unit)
    if spare_unit is not None:
        statement = statement.where(notifications.c.unit != spare_unit)
    if acknowledged is not None:
        at = notifications.c.acknowledged_at
        statement = statement.where(at.is_not(None) if acknowledged else at.is_(None))
    if urgency is not None:
        statement = statement.where(notifications.c.urgency == urgency)
    return await newest_first(session, statement, notifications.c.id, limit=limit, after=after)


async def find(session: AsyncSession, told: Told, notification_id: int) -> dict[str, Any] | None:
    """One notification; None where there is none for them."""
    return await one_row(session, _shown(told).where(notifications.c.id == notification_id))


async def of_message(session: AsyncSession, told: Told, message_id: MessageId) -> list[dict[str, Any]]:
    """The notifications about a message."""
    return await all_rows(
        session, _shown(told).where(notifications.c.message_id == message_id).order_by(notifications.c.id)
    )


async def steps_of(session: AsyncSession, notification_id: int) -> list[dict[str, Any]]:
    """Who was told of it, in order, and how that came out."""
    return await all_rows(
        session,
        select(notification_steps, people.c.name.label("person_name"))
        .outerjoin(people, people.c.id == notification_steps.c.person_id)
        .where(notification_steps.c.notification_id == notification_id)
        .order_by(notification_steps.c.number, notification_steps.c.id),
    )


async def reports_of(session: AsyncSession, notification_ids: Sequence[int]) -> list[dict[str, Any]]:
    """What units reported back on these notifications, in order."""
    return await all_rows(
        session,
        select(notification_reports, people.c.name.label("person_name"))
        .join(people, people.c.id == notification_reports.c.person_id)
        .where(notification_reports.c.notification_id.in_(notification_ids))
        .order_by(notification_reports.c.id),
    )
