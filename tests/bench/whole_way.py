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
from tests.bench.processes import SECRET, free_port, fresh_database, listening, process

MESSAGES = 1_500
ROUNDS = 3


async def bench_whole_way(server_url: str, folder: Path) -> None:
    """Fill the queue, then time one worker emptying it; the same with bare jobs. Print the ratio of the medians."""
    url = await fresh_database(server_url)
    dsn = url.replace("postgresql+asyncpg://", "postgresql://")
    connection = await asyncpg.connect(dsn)
    await connection.execute("create table bare (id bigint generated always as identity primary key, body bytea)")
    ours, bare = [], []
    for round_ in range(ROUNDS):
        bare.append(await _bare_round(connection, dsn, folder))
        ours.append(await _our_round(connection, url, folder, round_))
    await connection.close()
    ratio = statistics.median(ours) / statistics.median(bare)
    print(
        f"whole way     ratio {ratio:.2f}   {statistics.median(ours):.0f} messages/s decided "
        f"against {statistics.median(bare):.0f} bare jobs/s (one worker each)"
    )


async def _bare_round(connection: asyncpg.Connection, dsn: str, folder: Path) -> float:
    await Queries(AsyncpgDriver(connection)).enqueue(["bare"] * MESSAGES, [webhook(1)] * MESSAGES, [0] * MESSAGES)
    await connection.execute("truncate bare")
    async with process("-m", "tests.bench.bare", "work", environment={"BENCH_DSN": dsn}, log=folder / "way.log"):
        return await _rate(connection, "select count(*) from bare", MESSAGES)


async def _our_round(connection: asyncpg.Connection, url: str, folder: Path, round_: int) -> float:
    port = free_port()
    environment = {
        "NOBET_DATABASE_URL": url,
        "NOBET_DATA_DIR": str(folder),
        "NOBET_FACEBOOK__APP_SECRET": SECRET,
        "NOBET_LOG_LEVEL": "info",
    }
    first = round_ * MESSAGES
    async with process("-m", "app", "serve", "--port", str(port), environment=environment, log=folder / "way.log"):
        await listening(port)
        await send_all(port, [signed("/webhooks/facebook", webhook(n)) for n in range(first, first + MESSAGES)])
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
