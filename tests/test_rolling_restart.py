"""A new version comes while the one before works: the schema goes ahead, processes change over, nothing is lost."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from alembic.script import ScriptDirectory
from structlog.testing import capture_logs

from app.records.migrate import config
from app.worker import Worker
from tests.flow import INSULT, Flow, running_flow, working

# How long a worker that leaves may take in the end, on the slowest machine.
GRACE = timedelta(seconds=60)

# What a version to come may do while this one still works: it adds, and takes nothing away.
NEXT = (
    "alter table messages add column tone text",
    "alter table decisions add column tone text not null default ''",
    "alter table actions add column tone text",
    "alter table accounts add column tone text",
    "create table tones (name text primary key)",
    "create index tones_of_messages on messages (tone)",
    "update alembic_version set version_num = 'next'",
)


@pytest.fixture
async def quiet(database_url: str, tmp_path: Path) -> AsyncIterator[Flow]:
    """Everything but a worker."""
    async with running_flow(database_url, tmp_path, work=False) as running:
        yield running


async def test_the_schema_goes_ahead_and_workers_change_over_under_way(quiet: Flow) -> None:
    # With all the time it takes: what is not done by the end of the grace is given back and, where nobody knows how its
    # call ended, hidden once more (`test_outages`).
    patient = quiet.service.settings.model_copy(update={"shutdown_grace": GRACE})
    before, after = Worker(replace(quiet.service, settings=patient)), Worker(quiet.service)
    comments: list[str] = []
    changed_over = asyncio.Event()

    async def visitors() -> None:
        while not changed_over.is_set():
            comments.append(await quiet.comment(f"{INSULT} {len(comments)}"))
            await asyncio.sleep(0.1)

    leaving = asyncio.create_task(before.run())
    writing = asyncio.create_task(visitors())
    await quiet.until(lambda: quiet.rows("select id from actions where kind = 'hide' and state = 'done'"))
    for statement in NEXT:
        await quiet.execute(statement)
    seen = len(comments)
    async with working(after):
        await quiet.until(lambda: _is_there(after))
        before.stop()
        await leaving
        changed_over.set()
        await writing
        for comment in comments:
            await quiet.until_state(comment, "hidden")
        await quiet.until(lambda: _nothing_in_hand(quiet))

    assert seen < len(comments)
    assert [(await _calls(quiet, comment)).count("hide") for comment in comments] == [1] * len(comments)
    (counted,) = await quiet.rows("select count(*) decisions, count(distinct message_id) messages from decisions")
    assert counted == {"decisions": len(comments), "messages": len(comments)}
    assert await quiet.rows("select id from pgqueuer where status = 'failed'") == []


async def test_a_version_that_comes_before_its_schema_leaves_the_work_to_the_one_before_it(quiet: Flow) -> None:
    head, previous, *_ = (one.revision for one in ScriptDirectory.from_config(config()).walk_revisions())
    await quiet.execute("update alembic_version set version_num = :revision", revision=previous)
    early = Worker(quiet.service)
    with capture_logs() as logs:
        running = asyncio.create_task(early.run())
        comment = await quiet.comment(INSULT)
        await quiet.until(lambda: _waits(logs))
        untouched = await quiet.rows("select id from decisions")

    await quiet.execute("update alembic_version set version_num = :revision", revision=head)
    await quiet.until_state(comment, "hidden")
    early.stop()
    await running

    assert untouched == []


async def _is_there(worker: Worker) -> bool:
    """Whether a worker has begun."""
    return worker._queue is not None


async def _waits(logs: list[Any]) -> bool:
    return any(line["event"] == "worker_waits_for_database" and line["error"] == "NotMigratedError" for line in logs)


async def _calls(flow: Flow, comment: str) -> list[str]:
    return [call["call"] for call in (await flow.item(comment))["history"]]


async def _nothing_in_hand(flow: Flow) -> bool:
    return not await flow.rows("select id from pgqueuer where status = 'picked'")
