"""Ten thousand webhooks in a minute: all are taken, and the backlog is worked off."""

import asyncio
import time
from pathlib import Path

import asyncpg

from tests.bench.filling import ENCODER_READS, LISTS_DECIDE, deliveries, service_environment
from tests.bench.load import send_all
from tests.bench.page import Figure, Section
from tests.processes import free_port, fresh_database, listening, process

WEBHOOKS = 10_000
SECONDS = 60
CONNECTIONS = 64
ABOUT = (
    "Signed webhooks come evenly for a minute, whether or not earlier ones are answered, while one worker is at "
    "work; every second comment must be read by the encoder. What the worker cannot keep up with waits in the "
    "queue, durably."
)


async def bench_burst(server_url: str, folder: Path) -> Section:
    """Send the burst; time the answers, and how long the backlog lasts after it."""
    url = await fresh_database(server_url)
    environment, log = service_environment(url, folder), folder / "bench.log"
    port = free_port()
    connection = await asyncpg.connect(url.replace("postgresql+asyncpg://", "postgresql://"))
    async with (
        process("-m", "app", "serve", "--port", str(port), environment=environment, log=log),
        process("-m", "app", "worker", environment=environment, log=log),
    ):
        await listening(port)
        requests = deliveries([LISTS_DECIDE, ENCODER_READS], range(WEBHOOKS))
        begun = time.perf_counter()
        load = await send_all(
            port, requests, connections=CONNECTIONS, per_second=WEBHOOKS / SECONDS, may_be_refused=True
        )
        sent_in = time.perf_counter() - begun
        waiting = WEBHOOKS - load.refused - await _decided(connection)
        while await _decided(connection) < WEBHOOKS - load.refused:
            await asyncio.sleep(0.1)
        worked_off = time.perf_counter() - begun - sent_in
    await connection.close()
    figures = [
        Figure(
            what=f"{WEBHOOKS} webhooks, refused or not answered",
            measured=str(load.refused),
            aim="0",
            numbers=f"sent in {sent_in:.0f} s; answered in {load.percentile(0.5) * 1000:.0f} ms (half), "
            f"{load.percentile(0.99) * 1000:.0f} ms (99 of 100)",
        ),
        Figure(
            what="from the last webhook to the last decision",
            measured=f"{worked_off:.0f} s",
            aim="it ends",
            numbers=f"{waiting} waited when the last came; one worker",
        ),
    ]
    return Section(name="burst", title="A burst", about=ABOUT, figures=figures)


async def _decided(connection: asyncpg.Connection) -> int:
    return int(await connection.fetchval("select count(*) from decisions"))
