"""Requests that must be carried out once, however often they are sent."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.messages import PersonId
from app.records.tables import idempotency_keys as keys

KEPT_FOR = timedelta(hours=24)


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """The same key, seen before. `status` None: that request still runs, or nobody knows how it ended."""

    request_digest: bytes
    status: int | None
    body: Any


async def claim(
    session: AsyncSession, person_id: PersonId, key: str, *, request_digest: bytes, now: datetime
) -> Earlier | None:
    """Take the key for this request; what was there before where it is taken."""
    mine = (keys.c.person_id == person_id) & (keys.c.key == key)
    await session.execute(delete(keys).where(mine, keys.c.created_at < now - KEPT_FOR))
    taken = await session.scalar(
        insert(keys)
        .values(person_id=person_id, key=key, request_digest=request_digest, created_at=now)
        .on_conflict_do_nothing()
        .returning(keys.c.person_id)
    )
    if taken is not None:
        return None
    row = (await session.execute(select(keys.c.request_digest, keys.c.status, keys.c.body).where(mine))).one_or_none()
    if row is None:  # given back in this very moment
        return Earlier(request_digest=request_digest, status=None, body=None)
    return Earlier(request_digest=row.request_digest, status=row.status, body=row.body)


async def keep_answer(session: AsyncSession, person_id: PersonId, key: str, *, status: int, body: Any) -> None:
    """The request was carried out: this is what it was answered."""
    await session.execute(
        update(keys).where(keys.c.person_id == person_id, keys.c.key == key).values(status=status, body=body)
    )


async def give_back(session: AsyncSession, person_id: PersonId, key: str) -> None:
    """The request was refused and changed nothing: the key may be used again."""
    await session.execute(delete(keys).where(keys.c.person_id == person_id, keys.c.key == key, keys.c.status.is_(None)))


async def prune(session: AsyncSession, *, now: datetime) -> None:
    """Forget the keys whose time is over, and with them what their requests were answered."""
    await session.execute(delete(keys).where(keys.c.created_at < now - KEPT_FOR))
