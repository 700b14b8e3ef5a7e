"""The audit: who did what to what, when. Append only."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.messages import PersonId
from app.records.tables import audit


async def note(
    session: AsyncSession, *, by: PersonId | None, act: str, subject: str, detail: Mapping[str, Any] | None = None
) -> None:
    """Record one act of a person (None: the service itself) on `subject`, such as ``message/17``."""
    await session.execute(insert(audit).values(person_id=by, act=act, subject=subject, detail=dict(detail or {})))


async def last_detail(session: AsyncSession, act: str, subject: str) -> dict[str, Any] | None:
    """What was last noted of this act on this subject; None where it never happened."""
    found: dict[str, Any] | None = await session.scalar(
        select(audit.c.detail)
        .where(audit.c.act == act, audit.c.subject == subject)
        .order_by(audit.c.id.desc())
        .limit(1)
    )
    return found
