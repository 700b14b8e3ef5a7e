"""The whole way, webhook to committed decision, against a bare job that does one INSERT."""

import asyncio
import statistics
import time
from pathlib import Path

import asyncpg
from pgqueuer.db import AsyncpgDriver
from pgqueuer.queries import Queries

from tests.bench.accepting import signed, webhook
from tests.bench.load import send_all
from tests.processes import SECRET, free_port, fresh_database, listening, process

MESSAGES = 1_500
ROUNDS = 3
# What is written decides how much of the judgement is needed.
WORDS = {"lists decide": "günaydın, iyi haftalar", "encoder reads": "yarın hava güzel olacakmış"}


async def bench_whole_way(server_url: str, folder: Path) -> None:
    """Fill the queue, then time one worker emptying it; the same with bare jobs. Print the ratios of the medians."""
    url = await fresh_database(server_url)
    dsn = url.replace("postgresql+asyncpg://", "postgresql://")
    connection = await asyncpg.connect(dsn)
    await connection.execute("create table bare (id bigint generated always as identity primary key, body bytea)")
    bare: list[float] = []
    ours: dict[str, list[float]] = {kind: [] for kind in WORDS}
    first = 0
    for _ in range(ROUNDS):
        bare.append(await _bare_round(connection, dsn, folder))
        for kind, words in WORDS.items():
            ours[kind].append(await _our_round(connection, url, folder, words, first))
            first += MESSAGES
    await connection.close()
    at_best = statistics.median(bare)
    for kind, rates in ours.items():
        rate = statistics.median(rates)
        print(
            f"whole way     ratio {rate / at_best:.2f}   {kind}: {rate:.0f} messages/s decided "
            f"against {at_best:.0f} bare jobs/s (one worker each)",
            flush=True,
        )


async def _bare_round(connection: asyncpg.Connection, dsn: str, folder: Path) -> float:
    await Queries(AsyncpgDriver(connection)).enqueue(["bare"] * MESSAGES, [webhook(1)] * MESSAGES, [0] * MESSAGES)
    await connection.execute("truncate bare")
    async with process("-m", "tests.bench.bare", "work", environment={"BENCH_DSN": dsn}, log=folder / "way.log"):
        return await _rate(connection, "select count(*) from bare", MESSAGES)


async def _our_round(connection: asyncpg.Connection, url: str, folder: Path, words: str, first: int) -> float:
    port = free_port()
    environment = {
        "NOBET_DATABASE_URL": url,
        "NOBET_DATA_DIR": str(folder),
        "NOBET_FACEBOOK__APP_SECRET": SECRET,
        "NOBET_LOG_LEVEL": "info",
    }
    async with process("-m", "app", "serve", "--port", str(port), environment=environment, log=folder / "way.log"):
        await listening(port)
        bodies = [webhook(number, words) for number in range(first, first + MESSAGES)]
        await send_all(port, [signed("/webhooks/facebook", body) for body in bodies])
    async with process("-m", "app", "worker", environment=environment, log=folder / "way.log"):
        return await _rate(connection, "select count(*) from decisions", first + MESSAGES)


async def _rate(connection: asyncpg.Connection, count: str, wanted: int) -> float:
    """Rows per second, from a tenth of the work done to all of it done: how a process starts is not measured here."""
    begin_at = wanted - MESSAGES + MESSAGES // 10
    while (seen := await connection.fetchval(count)) < begin_at:
        await asyncio.sleep(0.005)
    begun = time.perf_counter()
    while await connection.fetchval(count) < wanted:
        await asyncio.sleep(0.005)
    return float(wanted - seen) / (time.perf_counter() - begun)
