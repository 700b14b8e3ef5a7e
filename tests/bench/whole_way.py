"""The whole way, webhook to committed decision, against a bare job that does one INSERT."""

import statistics
from pathlib import Path

import asyncpg
from pgqueuer.db import AsyncpgDriver
from pgqueuer.queries import Queries

from tests.bench.accepting import webhook
from tests.bench.filling import ENCODER_READS, LISTS_DECIDE, fill, rate, service_environment
from tests.bench.page import Figure, Section
from tests.processes import fresh_database, process

MESSAGES = 1_500
ROUNDS = 3
KINDS = {"the lists decide": (LISTS_DECIDE, "at least 0.5"), "the encoder reads it": (ENCODER_READS, "none")}
ABOUT = (
    "One worker reads, judges and records comments that wait in the queue, against a worker of the same job "
    "engine whose jobs do one INSERT each. Small talk, greetings and what has no words is decided by the lists "
    "alone; everything else is read by the encoder on the same cores, which is most of the time it takes."
)


async def bench_whole_way(server_url: str, folder: Path) -> Section:
    """Fill the queue, then time one worker emptying it; the same with bare jobs, by turns."""
    url = await fresh_database(server_url)
    dsn = url.replace("postgresql+asyncpg://", "postgresql://")
    connection = await asyncpg.connect(dsn)
    await connection.execute("create table bare (id bigint generated always as identity primary key, body bytea)")
    bare: list[float] = []
    ours: dict[str, list[float]] = {kind: [] for kind in KINDS}
    first = 0
    for _ in range(ROUNDS):
        bare.append(await _bare_round(connection, dsn, folder))
        for kind, (words, _) in KINDS.items():
            ours[kind].append(await _our_round(connection, url, folder, words, first))
            first += MESSAGES
    await connection.close()
    at_best = statistics.median(bare)
    figures = [
        Figure(
            what=f"a comment, {kind}",
            measured=f"{statistics.median(rates) / at_best:.2f}",
            aim=KINDS[kind][1],
            numbers=f"{statistics.median(rates):.0f} a second against {at_best:.0f} bare jobs",
        )
        for kind, rates in ours.items()
    ]
    return Section(name="way", title="The whole way", about=ABOUT, figures=figures)


async def _bare_round(connection: asyncpg.Connection, dsn: str, folder: Path) -> float:
    await Queries(AsyncpgDriver(connection)).enqueue(["bare"] * MESSAGES, [webhook(1)] * MESSAGES, [0] * MESSAGES)
    await connection.execute("truncate bare")
    async with process("-m", "tests.bench.bare", "work", environment={"BENCH_DSN": dsn}, log=folder / "bench.log"):
        return await rate(connection, "select count(*) from bare", MESSAGES, MESSAGES)


async def _our_round(connection: asyncpg.Connection, url: str, folder: Path, words: str, first: int) -> float:
    await fill(url, folder, [words], range(first, first + MESSAGES))
    environment = service_environment(url, folder)
    async with process("-m", "app", "worker", environment=environment, log=folder / "bench.log"):
        return await rate(connection, "select count(*) from decisions", first + MESSAGES, MESSAGES)
