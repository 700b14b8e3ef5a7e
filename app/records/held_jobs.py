"""Jobs that failed for good: a person looks at them, has them tried again, or lets them go (I8)."""

import re
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from app.records.database import job_queries
from app.records.reading.pages import Page

# Where in our own code it was raised; an error's words are not shown, since they may hold what people wrote.
OURS = re.compile(r'File "[^"]*?/(app/[^"]+)", line (\d+)')


async def page(session: AsyncSession, *, limit: int, after: tuple[int, ...] | None) -> Page:
    """Failed jobs, newest first, each with the cause of its last failure."""
    rows = await session.execute(
        text(
            "select pgqueuer.id, entrypoint as kind, convert_from(payload, 'UTF8') as subject, attempts, "
            "created as created_at, updated as failed_at, "
            "failure.name, failure.place from pgqueuer left join lateral ("
            "select l.traceback ->> 'exception_type' as name, l.traceback ->> 'traceback' as place from pgqueuer_log l "
            "where l.job_id = pgqueuer.id and l.status = 'failed' order by l.id desc limit 1) failure on true "
            "where pgqueuer.status = 'failed' and pgqueuer.id < :before order by pgqueuer.id desc limit :limit"
        ),
        {"before": after[0] if after else 2**63 - 1, "limit": limit + 1},
    )
    found: list[dict[str, Any]] = [dict(row) for row in rows.mappings()]
    for row in found:
        row["problem"] = _cause(row.pop("name"), row.pop("place"))
    return Page(rows=found[:limit], next=(found[limit - 1]["id"],) if len(found) > limit else None)


async def count_by_kind(session: AsyncSession) -> dict[str, int]:
    """How many failed jobs wait for a person, by kind."""
    rows = await session.execute(
        text("select entrypoint as kind, count(*) as number from pgqueuer where status = 'failed' group by entrypoint")
    )
    return {row.kind: row.number for row in rows}


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


def _cause(name: str | None, traceback: str | None) -> str | None:
    """The error's name and the place in our code; None where the job engine did not note it."""
    places = OURS.findall(traceback or "")
    return f"{name} ({places[-1][0]}:{places[-1][1]})" if places else name
