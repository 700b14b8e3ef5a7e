"""From a comment to its hiding, with everything running: service, worker, simulated platforms."""

import asyncio
import json
import statistics
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from types import MappingProxyType

import httpx

from app.sandbox.meta.seed import ACCOUNTS
from tests.bench.page import Figure, Section
from tests.processes import free_port, fresh_database, listening, process

PER_SECOND = 50
SECONDS = 30
HARMFUL_EVERY = 10
ABOUT = (
    "Everything runs on this machine: simulated platform, service, one worker. Comments come at a steady rate, "
    "one in ten of them harmful, and are hidden by a call to the platform after their record is sealed; cards are "
    "drawn after that, and pages are not captured. The time is from the visitor's comment to the platform's own "
    "record of the hiding."
)
HARMFUL = "siz tam bir şerefsizsiniz, geri zekalılar"


async def bench_hiding(server_url: str, folder: Path) -> Section:
    """Write comments at a steady rate, one in ten harmful; measure how long the harmful ones stayed visible."""
    url = await fresh_database(server_url)
    async with everything_running(url, folder) as http:
        harmful = await _stream(http)
        for comment, _ in harmful:
            await until_hidden(http, comment)
        seconds = sorted([await _visible_for(http, comment, at) for comment, at in harmful])
    p50, p99 = statistics.median(seconds), seconds[min(len(seconds) - 1, int(0.99 * len(seconds)))]
    figures = [
        Figure(
            what=f"99 of 100 harmful comments hidden within, at {PER_SECOND} comments a second",
            measured=f"{p99 * 1000:.0f} ms",
            aim="at most 700 ms",
            numbers=f"half of them within {p50 * 1000:.0f} ms; {len(seconds)} harmful of {PER_SECOND * SECONDS}",
        )
    ]
    return Section(name="hide", title="From a comment to its hiding", about=ABOUT, figures=figures)


@asynccontextmanager
async def everything_running(
    url: str, folder: Path, settings: Mapping[str, str] = MappingProxyType({})
) -> AsyncIterator[httpx.AsyncClient]:
    """Service, worker and simulated platforms, warm: a first comment has been hidden. Yields the platforms' client.

    `settings` are put over those without pictures of pages.
    """
    api, sandbox = free_port(), free_port()
    environment = _environment(url, folder, api=api, sandbox=sandbox) | dict(settings)
    log = folder / "bench.log"
    async with (
        process("-m", "app", "sandbox", environment=environment, log=log),
        process("-m", "app", "serve", "--port", str(api), environment=environment, log=log),
        process("-m", "app", "worker", environment=environment, log=log),
        httpx.AsyncClient(base_url=f"http://127.0.0.1:{sandbox}", timeout=30) as http,
    ):
        await listening(sandbox)
        await listening(api)
        await until_hidden(http, await write(http, HARMFUL, "Isınma"))
        yield http


def _environment(url: str, folder: Path, *, api: int, sandbox: int) -> dict[str, str]:
    """The settings of the service with the sandbox as its platforms, without pictures of pages."""
    environment = {
        "NOBET_DATABASE_URL": url,
        "NOBET_DATA_DIR": str(folder),
        "NOBET_SANDBOX__PORT": str(sandbox),
        "NOBET_SANDBOX__WEBHOOK_URL": f"http://127.0.0.1:{api}",
        "NOBET_LOG_LEVEL": "info",
        "NOBET_CAPTURES_AT_ONCE": "0",
    }
    for platform in ("facebook", "instagram"):
        ours = [account for account in ACCOUNTS if account.platform == platform]
        environment |= {
            f"NOBET_{platform.upper()}__APP_SECRET": ours[0].app_secret,
            f"NOBET_{platform.upper()}__BASE_URL": f"http://127.0.0.1:{sandbox}/graph/v25.0",
            f"NOBET_{platform.upper()}__ACCESS_TOKENS": json.dumps({a.external_id: a.access_token for a in ours}),
        }
    return environment


async def write(http: httpx.AsyncClient, words: str, author: str) -> str:
    """Write a comment as a visitor; returns its id."""
    answer = await http.post("/control/facebook/comments", json={"text": words, "author": author})
    answer.raise_for_status()
    return str(answer.json()["id"])


async def until_hidden(http: httpx.AsyncClient, comment: str) -> None:
    """Wait until a comment is hidden. Raises TimeoutError where it is not within a minute."""
    for _ in range(600):
        if (await http.get(f"/control/facebook/items/{comment}")).json()["state"] == "hidden":
            return
        await asyncio.sleep(0.1)
    raise TimeoutError(f"comment {comment} was not hidden within a minute")


async def _stream(http: httpx.AsyncClient) -> list[tuple[str, float]]:
    """Write on time, whether or not earlier ones are answered; returns the harmful ones with their time."""
    harmful: list[tuple[str, float]] = []
    begun = time.perf_counter()
    async with asyncio.TaskGroup() as tasks:
        for number in range(PER_SECOND * SECONDS):
            await asyncio.sleep(max(0.0, begun + number / PER_SECOND - time.perf_counter()))
            tasks.create_task(_one(http, number, harmful))
    return harmful


async def _one(http: httpx.AsyncClient, number: int, harmful: list[tuple[str, float]]) -> None:
    is_harmful = number % HARMFUL_EVERY == 0
    at = time.time()
    comment = await write(http, HARMFUL if is_harmful else f"yarın hava güzel {number}", f"Kişi {number}")
    if is_harmful:
        harmful.append((comment, at))


async def _visible_for(http: httpx.AsyncClient, comment: str, at: float) -> float:
    history = (await http.get(f"/control/facebook/items/{comment}")).json()["history"]
    hidden = next((call for call in history if call["call"] == "hide" and call["status"] == 200), None)
    if hidden is None:
        raise RuntimeError(f"comment {comment} was never hidden: {history}")
    return datetime.fromisoformat(hidden["at"]).timestamp() - at
