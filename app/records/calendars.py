"""The directorate's calendar: every version of it, with who changed it and why; the newest holds."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.decisions.calendar import Calendar, under
from app.decisions.policy import Policy
from app.messages import PersonId
from app.records.reading.pages import Page, newest_first, one_row
from app.records.tables import calendars, people


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """The calendar that holds, and which version of it that is."""

    id: int
    calendar: Calendar


async def standing(session: AsyncSession) -> Standing | None:
    """The calendar that holds; None for as long as nobody has set one."""
    row = (
        await session.execute(select(calendars.c.id, calendars.c.document).order_by(calendars.c.id.desc()).limit(1))
    ).one_or_none()
    return Standing(id=row.id, calendar=Calendar.model_validate(row.document)) if row is not None else None


async def over(session: AsyncSession, policy: Policy) -> Policy:
    """The policy as it holds today: under the directorate's calendar, where one is set."""
    found = await standing(session)
    return under(policy, found.calendar) if found is not None else policy


async def change(session: AsyncSession, calendar: Calendar, *, by: PersonId, reason: str, at: datetime) -> int:
    """Set the calendar from now on; what was before stays on record."""
    return int(
        (
            await session.execute(
                insert(calendars)
                .values(document=calendar.model_dump(mode="json"), changed_by=by, changed_at=at, reason=reason)
                .returning(calendars.c.id)
            )
        ).scalar_one()
    )


async def newest(session: AsyncSession) -> dict[str, Any] | None:
    """The newest version with who set it."""
    return await one_row(session, _shown().order_by(calendars.c.id.desc()).limit(1))


async def page(session: AsyncSession, *, limit: int, after: tuple[int, ...] | None) -> Page:
    """Every version, newest first."""
    return await newest_first(session, _shown(), calendars.c.id, limit=limit, after=after)


def _shown() -> Select[Any]:
    return select(calendars, people.c.name.label("changed_by_name")).join(people, people.c.id == calendars.c.changed_by)
