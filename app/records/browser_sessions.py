"""Sessions of browsers: begun by signing in, ended by signing out, by idleness, by age, or with their person."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.messages import PersonId
from app.records.reading.holders import HOLDER, Holder, as_holder
from app.records.tables import browser_sessions, people

# So long it can still be told that a cookie was good once.
KEPT_FOR = timedelta(days=30)
# Seen is written down this often, so that reading costs no write.
SEEN_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class BrowserSession:
    """A session that goes on, with its person; `method` is how they signed in."""

    id: int
    holder: Holder
    method: str
    last_seen_at: datetime
    ends_at: datetime


async def begin(
    session: AsyncSession, person_id: PersonId, digest: bytes, *, method: str, at: datetime, ends_at: datetime
) -> int:
    """Keep a new session's digest, and forget old ones; returns its id."""
    await session.execute(delete(browser_sessions).where(browser_sessions.c.ends_at < at - KEPT_FOR))
    return int(
        (
            await session.execute(
                insert(browser_sessions)
                .values(
                    person_id=person_id, digest=digest, method=method, created_at=at, last_seen_at=at, ends_at=ends_at
                )
                .returning(browser_sessions.c.id)
            )
        ).scalar_one()
    )


async def find(session: AsyncSession, digest: bytes, *, idle: timedelta, now: datetime) -> BrowserSession | None:
    """The session with this digest, if it goes on and its person is active; None otherwise."""
    columns = browser_sessions.c
    row = (
        await session.execute(
            select(*HOLDER, columns.id.label("session_id"), columns.method, columns.last_seen_at, columns.ends_at)
            .join(browser_sessions, columns.person_id == people.c.id)
            .where(
                columns.digest == digest,
                columns.ended_at.is_(None),
                columns.ends_at > now,
                columns.last_seen_at > now - idle,
                people.c.is_active,
            )
        )
    ).one_or_none()
    if row is None:
        return None
    return BrowserSession(
        id=row.session_id,
        holder=as_holder(row),
        method=row.method,
        last_seen_at=row.last_seen_at,
        ends_at=row.ends_at,
    )


async def was_known(session: AsyncSession, digest: bytes) -> bool:
    """Whether there was such a session at all: an old cookie is no guess."""
    found = await session.scalar(select(browser_sessions.c.id).where(browser_sessions.c.digest == digest))
    return found is not None


async def seen(session: AsyncSession, session_id: int, *, at: datetime) -> None:
    """The person is still there."""
    await session.execute(
        update(browser_sessions)
        .where(browser_sessions.c.id == session_id, browser_sessions.c.ended_at.is_(None))
        .values(last_seen_at=at)
    )


async def end(session: AsyncSession, session_id: int, *, at: datetime) -> None:
    """The session is over; over it stays."""
    await session.execute(
        update(browser_sessions)
        .where(browser_sessions.c.id == session_id, browser_sessions.c.ended_at.is_(None))
        .values(ended_at=at)
    )


async def end_all(session: AsyncSession, person_id: PersonId, *, at: datetime) -> int:
    """Every session of a person is over; returns how many went on until now."""
    ended = await session.execute(
        update(browser_sessions)
        .where(
            browser_sessions.c.person_id == person_id,
            browser_sessions.c.ended_at.is_(None),
            browser_sessions.c.ends_at > at,
        )
        .values(ended_at=at)
        .returning(browser_sessions.c.id)
    )
    return len(ended.all())
