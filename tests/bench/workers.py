"""Two workers against one: what is gained by starting another."""

import os
import statistics
from contextlib import AsyncExitStack
from pathlib import Path

import asyncpg

from tests.bench.filling import ENCODER_READS, LISTS_DECIDE, fill, rate, service_environment
from tests.bench.page import Figure, Section
from tests.processes import fresh_database, process

ROUNDS = 3
# More of what goes fast, so that both workers are long past their start.
KINDS = {"the lists decide": (LISTS_DECIDE, 3_000), "the encoder reads it": (ENCODER_READS, 1_500)}
ABOUT = (
    "The same backlog, worked off by one worker and by two, each a process of its own. A worker is one core's "
    "work; the database and the encoder want some beside it. Where there are fewer than four cores, two workers "
    "share what there is, and the figure says little of a larger machine."
)


async def bench_workers(server_url: str, folder: Path) -> Section:
    """Fill the queue and time its emptying, by one worker and by two by turns."""
    url = await fresh_database(server_url)
    connection = await asyncpg.connect(url.replace("postgresql+asyncpg://", "postgresql://"))
    rates: dict[tuple[str, int], list[float]] = {(kind, workers): [] for kind in KINDS for workers in (1, 2)}
    first = 0
    for _ in range(ROUNDS):
        for (kind, workers), found in rates.items():
            words, messages = KINDS[kind]
            await fill(url, folder, [words], range(first, first + messages))
            first += messages
            found.append(await _emptied(connection, url, folder, workers, wanted=first, of=messages))
    await connection.close()
    per_second = {measured: statistics.median(found) for measured, found in rates.items()}
    figures = [
        Figure(
            what=f"two workers against one, {kind}",
            measured=f"{per_second[kind, 2] / per_second[kind, 1]:.2f}",
            aim="at least 1.6 with cores for it",
            numbers=f"{per_second[kind, 2]:.0f} a second against {per_second[kind, 1]:.0f}, on {os.cpu_count()} cores",
        )
        for kind in KINDS
    ]
    return Section(name="workers", title="Two workers", about=ABOUT, figures=figures)


async def _emptied(
    connection: asyncpg.Connection, url: str, folder: Path, workers: int, *, wanted: int, of: int
) -> float:
    async with AsyncExitStack() as running:
        for _ in range(workers):
            environment = service_environment(url, folder)
            await running.enter_async_context(
                process("-m", "app", "worker", environment=environment, log=folder / "bench.log")
            )
        return await rate(connection, "select count(*) from decisions", wanted, of)
