"""What was spent of a platform's daily quota: every process adds to the same sums."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.records.tables import quota_usage


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """Units by purpose; `is_closed`: the platform said that nothing is left of the day."""

    units: dict[str, int]
    is_closed: bool


async def spent(session: AsyncSession, project: str, day: date) -> Spent:
    """What was spent on a day; nothing for a day that is not known."""
    rows = list(
        await session.execute(
            select(quota_usage.c.purpose, quota_usage.c.units, quota_usage.c.is_closed).where(
                quota_usage.c.project == project, quota_usage.c.day == day
            )
        )
    )
    return Spent(units={row.purpose: row.units for row in rows}, is_closed=any(row.is_closed for row in rows))


async def add(session: AsyncSession, project: str, day: date, purpose: str, units: int) -> None:
    """Add to a day's sum, in one step."""
    await session.execute(
        insert(quota_usage)
        .values(project=project, day=day, purpose=purpose, units=units)
        .on_conflict_do_update(
            index_elements=[quota_usage.c.project, quota_usage.c.day, quota_usage.c.purpose],
            set_={"units": quota_usage.c.units + units},
        )
    )


async def close(session: AsyncSession, project: str, day: date, purpose: str) -> None:
    """Remember that nothing is left of a day."""
    await session.execute(
        insert(quota_usage)
        .values(project=project, day=day, purpose=purpose, is_closed=True)
        .on_conflict_do_update(
            index_elements=[quota_usage.c.project, quota_usage.c.day, quota_usage.c.purpose],
            set_={"is_closed": True},
        )
    )
