"""What the platforms and the database say in the end, read once, for the invariants to be checked against."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote

import asyncpg
import httpx

from tests.chaos.stage import Stage
from tests.chaos.writing import Item

Row = dict[str, Any]
Key = tuple[str, str]

MESSAGES = """
    select m.*, exists (select from reviews r where r.message_id = m.id and r.state = 'open') as is_asked_about
    from messages m
"""
ACTIONS = """
    select a.*, m.platform, m.external_id as item, m.channel, m.parent_external_id as parent,
        m.author_external_id as author,
        exists (select from tasks t where t.action_id = a.id) as has_task,
        (select min(t.started_at) from attempts t where t.action_id = a.id) as first_attempt,
        (select min(e.sealed_at) from evidence e
            where e.message_id = a.message_id and e.revision = a.revision) as sealed_at,
        (select min(i.taken_at) from evidence e join evidence_images i on i.evidence_id = e.id
            where e.message_id = a.message_id and e.revision = a.revision) as pictured_at,
        (select min(j.execute_after) from pgqueuer j where j.status = 'queued' and j.entrypoint = 'message'
            and convert_from(j.payload, 'UTF8') = a.message_id::text) as next_job
    from actions a join messages m on m.id = a.message_id
"""
UNJUDGED = """
    select m.platform, m.external_id as item, r.revision from revisions r join messages m on m.id = r.message_id
    where not exists (select from decisions d
        where d.message_id = r.message_id and d.revision = r.revision and d.made_by = 'machine')
"""
# What still moves, or should: nothing of it is left when all is quiet. Ordinary notices wait for the day's digest.
MOVING = """
    select
        (select count(*) from pgqueuer where status = 'picked') as picked,
        (select count(*) from pgqueuer where status = 'queued' and execute_after <= now()) as due_jobs,
        (select count(*) from actions where state = 'running') as running,
        (select count(*) from actions where state = 'planned' and due_at <= now() + interval '10 minutes') as planned,
        (select count(*) from messages where busy_until > now() - interval '10 seconds') as held,
        (select count(*) from notifications where state = 'queued' and not in_digest) as notices,
        (select count(*) from deliveries where state = 'received') as deliveries
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Books:
    """Everything that is known in the end. `shown` is what a platform shows of an item, by platform and id."""

    shown: dict[Key, Row]
    messages: list[Row]
    actions: list[Row]
    unjudged: list[Row]
    deliveries: list[Row]
    notifications: list[Row]
    jobs: list[Row]
    images: list[Row]
    now: Any


async def read_books(stage: Stage, items: Iterable[Item]) -> Books:
    """Ask the sandbox for every item, and the database for everything."""
    connection = await connect(stage.database_url)

    async def rows(statement: str) -> list[Row]:
        return [dict(row) for row in await connection.fetch(statement)]

    try:
        return Books(
            shown=await _shown(stage.sandbox, items),
            messages=await rows(MESSAGES),
            actions=await rows(ACTIONS),
            unjudged=await rows(UNJUDGED),
            deliveries=await rows("select id, platform, state, problem from deliveries where state <> 'parsed'"),
            notifications=await rows(
                "select id, kind, state, problem, attempts from notifications where state <> 'sent' and not in_digest"
            ),
            jobs=await rows(
                "select id, entrypoint, status::text as status, convert_from(payload, 'UTF8') as subject, attempts, "
                "execute_after from pgqueuer"
            ),
            images=await rows("select object_key, sha256 from evidence_images"),
            now=await connection.fetchval("select now()"),
        )
    finally:
        await connection.close()


async def moving(stage: Stage) -> dict[str, int]:
    """How much is still under way."""
    connection = await connect(stage.database_url)
    try:
        (row,) = await connection.fetch(MOVING)
        found = dict(row)
    finally:
        await connection.close()
    webhooks = (await stage.sandbox.get("/control/webhooks")).json()
    return {**found, "webhooks": int(webhooks["waiting"])}


async def last_asked(stage: Stage) -> dict[tuple[str, int], datetime | None]:
    """When each account was polled last, of those that may be asked at all; by platform and account."""
    connection = await connect(stage.database_url)
    try:
        rows = await connection.fetch(
            "select a.platform, a.id, p.polled_at from accounts a left join polls p on p.account_id = a.id "
            "where a.is_active and coalesce(p.due_at, '-infinity') < now() + interval '10 minutes'"
        )
    finally:
        await connection.close()
    return {(row["platform"], row["id"]): row["polled_at"] for row in rows}


async def connect(url: str) -> asyncpg.Connection:
    """A connection of the suite's own."""
    return await asyncpg.connect(url.replace("postgresql+asyncpg://", "postgresql://"))


async def _shown(sandbox: httpx.AsyncClient, items: Iterable[Item]) -> dict[Key, Row]:
    at_once = asyncio.Semaphore(8)

    async def one(item: Item) -> tuple[Key, Row]:
        async with at_once:
            answer = await sandbox.get(f"/control/{item.platform}/items/{quote(item.id, safe='')}")
            answer.raise_for_status()
            return (item.platform, item.id), answer.json()

    return dict(await asyncio.gather(*(one(item) for item in items)))
