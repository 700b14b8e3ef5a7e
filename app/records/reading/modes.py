"""Switching modes one person at a time."""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

SWITCHING = 0x6E6F6265745F6D6F


async def one_at_a_time(session: AsyncSession) -> None:
    """Wait until nobody else is switching a mode; holds until the transaction ends."""
    await session.execute(text("select pg_advisory_xact_lock(:key)"), {"key": SWITCHING})
