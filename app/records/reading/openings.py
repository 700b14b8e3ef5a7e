"""How much grave content each person opened, day by day."""

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Date, cast, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.records.reading.pages import all_rows
from app.records.tables import openings, people


async def grave_by_person_and_day(
    session: AsyncSession, *, first: date, last: date, zone: ZoneInfo
) -> list[dict[str, Any]]:
    """Different grave messages that each person opened on each day of `zone`, with all that day's; newest day first.

    A message that several people opened counts for each of them.
    """
    columns = openings.c
    day = cast(func.timezone(zone.key, columns.opened_at), Date)
    per_person = (
        select(day.label("day"), columns.person_id, func.count(columns.message_id.distinct()).label("opened"))
        .where(
            columns.is_grave,
            columns.what == "content",
            columns.opened_at >= datetime.combine(first, time.min, tzinfo=zone),
            columns.opened_at < datetime.combine(last + timedelta(days=1), time.min, tzinfo=zone),
        )
        .group_by(day, columns.person_id)
        .subquery()
    )
    return await all_rows(
        session,
        select(
            per_person.c.day,
            per_person.c.person_id,
            people.c.name.label("person_name"),
            per_person.c.opened,
            func.sum(per_person.c.opened).over(partition_by=per_person.c.day).label("of_all"),
        )
        .join(people, people.c.id == per_person.c.person_id)
        .order_by(per_person.c.day.desc(), per_person.c.opened.desc(), per_person.c.person_id),
    )
