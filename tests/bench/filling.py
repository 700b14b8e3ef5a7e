"""Filling the queue with signed deliveries, and timing how fast it is emptied."""

import asyncio
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import asyncpg

from tests.bench.accepting import signed, webhook
from tests.bench.load import send_all
from tests.processes import SECRET, free_port, listening, process

# What is written decides how much of the judgement is needed.
LISTS_DECIDE, ENCODER_READS = "günaydın, iyi haftalar", "yarın hava güzel olacakmış"


def service_environment(url: str, folder: Path) -> Mapping[str, str]:
    """What a service or a worker needs to run on this database."""
    return {
        "NOBET_DATABASE_URL": url,
        "NOBET_DATA_DIR": str(folder),
        "NOBET_FACEBOOK__APP_SECRET": SECRET,
        "NOBET_LOG_LEVEL": "info",
        "NOBET_CAPTURES_AT_ONCE": "0",
    }


def deliveries(words: Sequence[str], numbers: range) -> list[bytes]:
    """Requests with one comment each, no two the same; the words take turns."""
    return [
        signed("/webhooks/facebook", webhook(number, words[place % len(words)])) for place, number in enumerate(numbers)
    ]


async def fill(url: str, folder: Path, words: Sequence[str], numbers: range) -> None:
    """Have a service accept so many comments, with no worker about."""
    port = free_port()
    log = folder / "bench.log"
    async with process(
        "-m", "app", "serve", "--port", str(port), environment=service_environment(url, folder), log=log
    ):
        await listening(port)
        await send_all(port, deliveries(words, numbers))


async def rate(connection: asyncpg.Connection, count: str, wanted: int, of: int) -> float:
    """Rows per second, from a tenth of the last `of` done to all of them: how a process starts is not measured here."""
    begin_at = wanted - of + of // 10
    while (seen := await connection.fetchval(count)) < begin_at:
        await asyncio.sleep(0.005)
    begun = time.perf_counter()
    while await connection.fetchval(count) < wanted:
        await asyncio.sleep(0.005)
    return float(wanted - seen) / (time.perf_counter() - begun)
