"""Digests: what a unit's ordinary notices, or a responsible's neutral messages, come to since the last one."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, exists, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.decisions.model import UnitKey, Urgency
from app.messages import PersonId
from app.records.jobs import Job, enqueue
from app.records.months import first_id, in_month_of
from app.records.tables import (
    accounts,
    decisions,
    digests,
    messages,
    notifications,
    people,
    responsibilities,
    units,
)

NEUTRAL = "neutral"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """So many of a kind, on one of our accounts (or about none of them)."""

    kind: str
    platform: str | None
    account: str | None
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """A digest on its way out, with where its recipient is reached now."""

    id: int
    unit: UnitKey | None
    person_id: PersonId | None
    until_at: datetime
    lines: tuple[Line, ...]
    state: str
    attempts: int
    started_at: datetime | None
    email: str | None
    hook_url: str | None


def _due(now: datetime) -> ColumnElement[bool]:
    """The condition on notifications for what the next digest has: what waited, and what was put off until now."""
    waits = and_(
        notifications.c.in_digest,
        notifications.c.digest_id.is_(None),
        notifications.c.acknowledged_at.is_(None),
        or_(notifications.c.snoozed_until.is_(None), notifications.c.snoozed_until <= now),
    )
    comes_again = and_(notifications.c.snoozed_until <= now, notifications.c.handled_at.is_(None))
    # What is for one person is no news for their unit.
    is_units = notifications.c.person_id.is_(None)
    return and_(notifications.c.urgency == Urgency.NORMAL, is_units, or_(waits, comes_again))


async def units_due(session: AsyncSession, *, now: datetime, day: date) -> list[UnitKey]:
    """Units for which there is something, and that have had no digest on this day."""
    had = exists().where(digests.c.unit == notifications.c.unit, digests.c.day == day)
    found = await session.scalars(
        select(notifications.c.unit)
        .where(_due(now), ~had)
        .group_by(notifications.c.unit)
        .order_by(notifications.c.unit)
    )
    return [UnitKey(unit) for unit in found]


async def make_for_unit(session: AsyncSession, unit: UnitKey, *, now: datetime, day: date) -> int | None:
    """Bundle what is there for a unit; None where another worker did, or nothing is there."""
    digest_id = await session.scalar(
        insert(digests)
        .values(unit=unit, day=day, until_at=now, lines=[], state="planned")
        .on_conflict_do_nothing()
        .returning(digests.c.id)
    )
    if digest_id is None:
        return None
    # A snooze that has ended has done what it was for.
    bundled = (
        update(notifications)
        .where(notifications.c.unit == unit, _due(now))
        .values(digest_id=digest_id, snoozed_until=None)
        .returning(notifications.c.kind, notifications.c.message_id, notifications.c.account_id)
        .cte("bundled")
    )
    rows = await session.execute(
        select(bundled.c.kind, accounts.c.platform, accounts.c.handle, func.count().label("number"))
        .select_from(bundled)
        .outerjoin(messages, messages.c.id == bundled.c.message_id)
        .outerjoin(accounts, accounts.c.id == func.coalesce(bundled.c.account_id, messages.c.account_id))
        .group_by(bundled.c.kind, accounts.c.platform, accounts.c.handle)
        .order_by(func.count().desc(), bundled.c.kind, accounts.c.platform, accounts.c.handle)
    )
    lines = [{"kind": row.kind, "platform": row.platform, "account": row.handle, "count": row.number} for row in rows]
    await session.execute(update(digests).where(digests.c.id == digest_id).values(lines=lines))
    await enqueue(session, Job.DIGEST, digest_id)
    return int(digest_id)


async def people_due(session: AsyncSession, *, day: date) -> list[PersonId]:
    """People who are responsible for an account and have had no digest on this day, not even an empty one."""
    had = exists().where(digests.c.person_id == people.c.id, digests.c.day == day)
    runs_one = exists().where(responsibilities.c.person_id == people.c.id)
    found = await session.scalars(select(people.c.id).where(people.c.is_active, runs_one, ~had).order_by(people.c.id))
    return [PersonId(person) for person in found]


async def make_for_person(
    session: AsyncSession, person_id: PersonId, *, now: datetime, day: date, first_since: datetime
) -> int | None:
    """Count the neutral messages on a person's accounts since their last digest (policy section 10, 6.4.3).

    None where another worker did, or there were none: nothing is sent then, which is on record too.
    """
    last = await session.scalar(select(func.max(digests.c.until_at)).where(digests.c.person_id == person_id))
    since = last or first_since
    judged = (
        select(decisions.c.labels, decisions.c.disposition)
        .where(
            decisions.c.message_id == messages.c.id,
            in_month_of(decisions.c.id, messages.c.id),
            decisions.c.made_by == "machine",
        )
        .order_by(decisions.c.id.desc())
        .limit(1)
        .lateral("judged")
    )
    rows = await session.execute(
        select(accounts.c.platform, accounts.c.handle, func.count().label("number"))
        .select_from(messages)
        .join(accounts, accounts.c.id == messages.c.account_id)
        .join(responsibilities, responsibilities.c.account_id == accounts.c.id)
        .join(judged, func.cardinality(judged.c.labels) == 0)
        .where(
            responsibilities.c.person_id == person_id,
            messages.c.id >= first_id(since),
            messages.c.received_at >= since,
            messages.c.received_at < now,
            judged.c.disposition == "keep",
        )
        .group_by(accounts.c.platform, accounts.c.handle)
        .order_by(accounts.c.platform, accounts.c.handle)
    )
    lines = [{"kind": NEUTRAL, "platform": row.platform, "account": row.handle, "count": row.number} for row in rows]
    digest_id = await session.scalar(
        insert(digests)
        .values(
            person_id=person_id,
            day=day,
            since_at=since,
            until_at=now,
            lines=lines,
            state="planned" if lines else "sent",
            finished_at=None if lines else now,
        )
        .on_conflict_do_nothing()
        .returning(digests.c.id)
    )
    if digest_id is None or not lines:
        return None
    await enqueue(session, Job.DIGEST, digest_id)
    return int(digest_id)


async def lock(session: AsyncSession, digest_id: int) -> Digest:
    """A digest, locked until the transaction ends. Raises NoResultFound."""
    row = (
        await session.execute(
            select(digests, func.coalesce(units.c.email, people.c.email).label("email"), units.c.hook_url)
            .outerjoin(units, units.c.key == digests.c.unit)
            .outerjoin(people, people.c.id == digests.c.person_id)
            .where(digests.c.id == digest_id)
            .with_for_update(of=digests)
        )
    ).one()
    return Digest(
        id=row.id,
        unit=UnitKey(row.unit) if row.unit is not None else None,
        person_id=row.person_id,
        until_at=row.until_at,
        lines=tuple(Line(**line) for line in row.lines),
        state=row.state,
        attempts=row.attempts,
        started_at=row.started_at,
        email=row.email,
        hook_url=row.hook_url,
    )


async def start(session: AsyncSession, digest_id: int, *, at: datetime) -> None:
    """Record the intent to send, before the call."""
    await session.execute(
        update(digests)
        .where(digests.c.id == digest_id)
        .values(state="running", started_at=at, attempts=digests.c.attempts + 1)
    )


async def finish(
    session: AsyncSession,
    digest_id: int,
    state: str,
    *,
    at: datetime,
    channel: str | None = None,
    problem: str | None = None,
) -> None:
    """Record how it came out. What may not have arrived is in the next one; the digest itself is not sent again."""
    await session.execute(
        update(digests)
        .where(digests.c.id == digest_id)
        .values(state=state, finished_at=at, channel=channel, problem=problem)
    )
    of_digest = notifications.c.digest_id == digest_id
    if state == "sent":
        await session.execute(
            update(notifications)
            .where(of_digest, notifications.c.state == "queued")
            .values(state="sent", channel=channel, sent_at=at)
        )
    if state in ("failed", "unknown"):
        await session.execute(update(notifications).where(of_digest).values(digest_id=None, in_digest=True))
