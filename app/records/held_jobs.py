"""Jobs that failed for good: a person looks at them, has them tried again, or lets them go (I8)."""

from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from app.records.database import job_queries
from app.records.reading.pages import Page


async def page(session: AsyncSession, *, limit: int, after: tuple[int, ...] | None) -> Page:
    """Failed jobs, newest first."""
    rows = await session.execute(
        text(
            "select id, entrypoint as kind, convert_from(payload, 'UTF8') as subject, attempts, "
            "created as created_at, updated as failed_at from pgqueuer "
            "where status = 'failed' and id < :before order by id desc limit :limit"
        ),
        {"before": after[0] if after else 2**63 - 1, "limit": limit + 1},
    )
    found: list[dict[str, Any]] = [dict(row) for row in rows.mappings()]
    return Page(rows=found[:limit], next=(found[limit - 1]["id"],) if len(found) > limit else None)


async def retry(session: AsyncSession, job_id: int) -> bool:
    """Queue a failed job anew; False where there is no such failed job."""
    if not await _is_held(session, job_id):
        return False
    queries = await job_queries(session)
    await queries.requeue_jobs([job_id])  # type: ignore[list-item]  # the engine's ids are ints by another name
    return True


async def discard(session: AsyncSession, job_id: int) -> bool:
    """Let a failed job go; False where there is no such failed job."""
    gone = await session.execute(
        text("delete from pgqueuer where id = :id and status = 'failed' returning id"), {"id": job_id}
    )
    return gone.first() is not None


async def _is_held(session: AsyncSession, job_id: int) -> bool:
    held = await session.execute(
        text("select id from pgqueuer where id = :id and status = 'failed' for update"), {"id": job_id}
    )
    return held.first() is not None
