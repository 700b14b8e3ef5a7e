"""The audit: who did what to what, when. Append only."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.messages import PersonId
from app.records.tables import audit


async def note(
    session: AsyncSession, *, by: PersonId | None, act: str, subject: str, detail: Mapping[str, Any] | None = None
) -> None:
    """Record one act of a person (None: the service itself) on `subject`, such as ``message/17``."""
    await session.execute(insert(audit).values(person_id=by, act=act, subject=subject, detail=dict(detail or {})))
