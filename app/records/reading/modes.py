"""Switching modes one person at a time, and what was switched."""

from typing import Any

from sqlalchemy import Select, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from app.records.reading.pages import Page, Row, newest_first
from app.records.tables import people, silences

SWITCHING = 0x6E6F6265745F6D6F


async def one_at_a_time(session: AsyncSession) -> None:
    """Wait until nobody else is switching a mode; holds until the transaction ends."""
    await session.execute(text("select pg_advisory_xact_lock(:key)"), {"key": SWITCHING})


async def silences_page(session: AsyncSession, *, limit: int, after: tuple[int, ...] | None) -> Page:
    """Every silence there was, is or is to come, newest first."""
    return await newest_first(session, _silences(), silences.c.id, limit=limit, after=after)


async def silence(session: AsyncSession, silence_id: int) -> Row:
    """One of them, with who began it and who ended it. Raises NoResultFound."""
    return dict((await session.execute(_silences().where(silences.c.id == silence_id))).mappings().one())


def _silences() -> Select[Any]:
    starter, ender = people.alias("starter"), people.alias("ender")
    return (
        select(silences, starter.c.name.label("started_by_name"), ender.c.name.label("ended_by_name"))
        .join(starter, starter.c.id == silences.c.started_by)
        .outerjoin(ender, ender.c.id == silences.c.ended_by)
    )
