"""Which workers run, and with which policy each; by the database's clock, since they may be on many machines."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from app.decisions.model import PolicyVersion

# Silent for so long, a worker is taken for dead.
SILENT = timedelta(seconds=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerReport:
    """What a worker said of itself last; `policy_since`: since when it runs this version."""

    name: str
    policy_version: PolicyVersion
    started_at: datetime
    policy_since: datetime
    seen_at: datetime


async def report(session: AsyncSession, name: str, version: PolicyVersion) -> None:
    """Record that the worker lives and what it runs; those that have been silent for a day are forgotten."""
    await session.execute(
        text(
            "insert into workers (name, policy_version) values (:name, :version) on conflict (name) do update set "
            "seen_at = now(), policy_version = excluded.policy_version, "
            "policy_since = case when workers.policy_version = excluded.policy_version "
            "then workers.policy_since else now() end"
        ),
        {"name": name, "version": version},
    )
    await session.execute(text("delete from workers where seen_at < now() - interval '1 day'"))


async def forget(session: AsyncSession, name: str) -> None:
    """Take a worker off the list."""
    await session.execute(text("delete from workers where name = :name"), {"name": name})


async def alive(session: AsyncSession) -> Sequence[WorkerReport]:
    """The workers that reported lately, the oldest first."""
    rows = await session.execute(
        text(
            "select name, policy_version, started_at, policy_since, seen_at from workers "
            "where seen_at > now() - cast(:silent as interval) order by started_at, name"
        ),
        {"silent": SILENT},
    )
    return [
        WorkerReport(
            name=row.name,
            policy_version=PolicyVersion(row.policy_version),
            started_at=row.started_at,
            policy_since=row.policy_since,
            seen_at=row.seen_at,
        )
        for row in rows
    ]


async def is_late(session: AsyncSession, *, after: timedelta) -> bool:
    """Whether the active policy has been so for longer than `after`: whoever runs another by now is behind."""
    late: bool | None = await session.scalar(
        text("select activated_at < now() - cast(:after as interval) from policy_activations order by id desc limit 1"),
        {"after": after},
    )
    return bool(late)
