"""Silence mode (6.4.7): who switched it on, why, from when, until when. Read at the moment of sending."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.messages import PersonId
from app.records.tables import actions, silences


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """One time of silence. While it lasts nothing is said; `includes_support`: not even the support message."""

    id: int
    reason: str
    includes_support: bool
    started_at: datetime
    started_by: PersonId
    until_at: datetime | None


async def current_silence(session: AsyncSession, *, now: datetime) -> Silence | None:
    """The silence that holds now, if one does."""
    columns = silences.c
    row = (
        await session.execute(
            select(*(columns[name] for name in Silence.__dataclass_fields__))
            .where(
                columns.ended_at.is_(None),
                columns.started_at <= now,
                or_(columns.until_at.is_(None), columns.until_at > now),
            )
            .order_by(columns.id.desc())
            .limit(1)
        )
    ).one_or_none()
    return Silence(**row._mapping) if row is not None else None


async def standing_silence(session: AsyncSession, *, now: datetime) -> Silence | None:
    """The silence that holds now, or is to begin: the next of those that are not over."""
    columns = silences.c
    row = (
        await session.execute(
            select(*(columns[name] for name in Silence.__dataclass_fields__))
            .where(columns.ended_at.is_(None), or_(columns.until_at.is_(None), columns.until_at > now))
            .order_by(columns.started_at, columns.id)
            .limit(1)
        )
    ).one_or_none()
    return Silence(**row._mapping) if row is not None else None


async def ended_with_withheld(session: AsyncSession, *, now: datetime, since: datetime) -> list[int]:
    """Silences that ended by themselves since then, and of which something still waits for a person."""
    waits = select(actions.c.id).where(
        actions.c.state == "withheld", actions.c.held_because == func.concat("silence:", silences.c.id)
    )
    found = await session.scalars(
        select(silences.c.id).where(
            silences.c.ended_at.is_(None),
            silences.c.until_at <= now,
            silences.c.until_at > since,
            waits.exists(),
        )
    )
    return list(found)


async def start_silence(
    session: AsyncSession,
    *,
    reason: str,
    includes_support: bool,
    until: datetime | None,
    by: PersonId,
    at: datetime,
) -> int:
    """Switch silence mode on, from `at` on, which may be still to come."""
    return int(
        (
            await session.execute(
                insert(silences)
                .values(reason=reason, includes_support=includes_support, until_at=until, started_by=by, started_at=at)
                .returning(silences.c.id)
            )
        ).scalar_one()
    )


async def end_silence(session: AsyncSession, *, by: PersonId, at: datetime) -> bool:
    """Switch silence mode off, or call off one that is to come; False where there is none."""
    ended = await session.execute(
        update(silences)
        .where(silences.c.ended_at.is_(None), or_(silences.c.until_at.is_(None), silences.c.until_at > at))
        .values(ended_at=at, ended_by=by)
        .returning(silences.c.id)
    )
    return ended.first() is not None
