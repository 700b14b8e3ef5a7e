"""Notifications: queued with what they are about, sent by the worker, acknowledged by people."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.decisions.model import UnitKey, Urgency
from app.messages import AccountId, ActionId, DecisionId, MessageId, PersonId
from app.records.jobs import Job, enqueue
from app.records.tables import accounts, messages, notification_reports, notifications, people, units


@dataclass(frozen=True, slots=True, kw_only=True)
class Notification:
    """A notification on its way out, with what its text may say: kind, urgency, place; and where it goes.

    `person_id`: it is for this person alone, and `email` is theirs; `unit` is then where they belong.
    """

    id: int
    kind: str
    urgency: Urgency
    state: str
    unit: UnitKey
    person_id: PersonId | None
    email: str | None
    hook_url: str | None
    message_id: MessageId | None
    decision_id: DecisionId | None
    platform: str | None
    account_handle: str | None
    account_unit: str | None
    attempts: int
    created_at: datetime


async def queue(
    session: AsyncSession,
    *,
    key: str,
    kind: str,
    unit: UnitKey,
    urgency: Urgency,
    message_id: MessageId | None = None,
    action_id: ActionId | None = None,
    decision_id: DecisionId | None = None,
    account_id: AccountId | None = None,
    person_id: PersonId | None = None,
) -> bool:
    """Queue a notification once for its key; False where it was queued before.

    `account_id` is for what is about an account and no message of it. With `person_id` it goes to this person of the
    unit and to nobody else.
    """
    notification_id = await session.scalar(
        insert(notifications)
        .values(
            key=key,
            kind=kind,
            unit=unit,
            urgency=urgency,
            message_id=message_id,
            action_id=action_id,
            decision_id=decision_id,
            account_id=account_id,
            person_id=person_id,
            state="queued",
        )
        .on_conflict_do_nothing()
        .returning(notifications.c.id)
    )
    if notification_id is None:
        return False
    await enqueue(session, Job.NOTIFICATION, notification_id)
    return True


async def is_unit(session: AsyncSession, unit: UnitKey) -> bool:
    """Whether there is such a unit; policy data may name one that there is not."""
    return await session.scalar(select(units.c.key).where(units.c.key == unit)) is not None


async def load(session: AsyncSession, notification_id: int) -> Notification:
    """Load what is to be sent. Raises NoResultFound."""
    row = (
        await session.execute(
            select(
                notifications,
                case((notifications.c.person_id.is_(None), units.c.email), else_=people.c.email).label("email"),
                case((notifications.c.person_id.is_(None), units.c.hook_url)).label("hook_url"),
                accounts.c.platform,
                accounts.c.handle.label("account_handle"),
                accounts.c.unit.label("account_unit"),
            )
            .join(units, units.c.key == notifications.c.unit)
            .outerjoin(people, (people.c.id == notifications.c.person_id) & people.c.is_active)
            .outerjoin(messages, messages.c.id == notifications.c.message_id)
            .outerjoin(accounts, accounts.c.id == func.coalesce(notifications.c.account_id, messages.c.account_id))
            .where(notifications.c.id == notification_id)
        )
    ).one()
    return Notification(
        id=row.id,
        kind=row.kind,
        urgency=Urgency(row.urgency),
        state=row.state,
        unit=UnitKey(row.unit),
        person_id=PersonId(row.person_id) if row.person_id is not None else None,
        email=row.email,
        hook_url=row.hook_url,
        message_id=row.message_id,
        decision_id=row.decision_id,
        platform=row.platform,
        account_handle=row.account_handle,
        account_unit=row.account_unit,
        attempts=row.attempts,
        created_at=row.created_at,
    )


async def mark_sent(session: AsyncSession, notification_id: int, *, channel: str, at: datetime) -> None:
    """It was handed to its channel."""
    await session.execute(
        update(notifications)
        .where(notifications.c.id == notification_id)
        .values(
            state="sent",
            channel=channel,
            sent_at=at,
            attempts=notifications.c.attempts + 1,
            problem=None,
        )
    )


async def leave_to_digest(session: AsyncSession, notification_id: int) -> None:
    """It is not sent by itself: the next digest of its unit has it."""
    await session.execute(
        update(notifications)
        .where(notifications.c.id == notification_id, notifications.c.state == "queued")
        .values(in_digest=True)
    )


async def snooze(session: AsyncSession, notification_id: int, *, by: PersonId, until: datetime) -> bool:
    """Put an ordinary notice off until then; False for an urgent one, or one that is dealt with."""
    row = await session.execute(
        update(notifications)
        .where(
            notifications.c.id == notification_id,
            notifications.c.urgency == Urgency.NORMAL,
            notifications.c.handled_at.is_(None),
        )
        .values(snoozed_until=until, snoozed_by=by)
        .returning(notifications.c.id)
    )
    return row.first() is not None


async def mark_failed(session: AsyncSession, notification_id: int, *, problem: str, final: bool) -> None:
    """A sending failed; `final` where nobody tries again by itself."""
    await session.execute(
        update(notifications)
        .where(notifications.c.id == notification_id)
        .values(
            state="failed" if final else "queued",
            attempts=notifications.c.attempts + 1,
            problem=problem,
        )
    )


async def acknowledge(session: AsyncSession, notification_id: int, *, by: PersonId, at: datetime) -> bool:
    """A person has seen it, and nobody is told any more.

    The first acknowledgement counts; False where there is nothing (left) to acknowledge.
    """
    row = await session.execute(
        update(notifications)
        .where(notifications.c.id == notification_id, notifications.c.acknowledged_at.is_(None))
        .values(acknowledged_at=at, acknowledged_by=by, escalate_at=None)
        .returning(notifications.c.id)
    )
    return row.first() is not None


async def all_sent(session: AsyncSession, decision_id: DecisionId, kind: str) -> bool:
    """Whether every notification of this decision and kind was handed to its channel (T1 waits for it)."""
    unsent = await session.scalar(
        select(func.count())
        .select_from(notifications)
        .where(
            notifications.c.decision_id == decision_id,
            notifications.c.kind == kind,
            notifications.c.state != "sent",
        )
    )
    return not unsent


async def report(
    session: AsyncSession, notification_id: int, *, by: PersonId, text: str, is_done: bool, at: datetime
) -> None:
    """Record what a unit has to say on what it was told; `is_done`: that is dealt with. Whoever reports has seen it."""
    await session.execute(
        insert(notification_reports).values(
            notification_id=notification_id, person_id=by, text=text, is_done=is_done, at=at
        )
    )
    await acknowledge(session, notification_id, by=by, at=at)
    if is_done:
        await session.execute(
            update(notifications)
            .where(notifications.c.id == notification_id, notifications.c.handled_at.is_(None))
            .values(handled_at=at, handled_by=by)
        )
