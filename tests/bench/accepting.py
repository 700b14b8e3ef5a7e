"""Accepting webhooks, against a bare handler that checks the same signature and does one INSERT."""

import hashlib
import hmac
import json
import statistics
from collections.abc import Mapping, Sequence
from pathlib import Path

import asyncpg

from app.sandbox.meta.seed import UNIVERSITY_PAGE
from tests.bench.load import Load, request, send_all
from tests.bench.page import Figure, Section
from tests.processes import SECRET, free_port, fresh_database, listening, process

REQUESTS = 2_000
ROUNDS = 5
# How many deliveries are under way at the same time: some, and a storm.
AT_ONCE = (16, 64)
ABOUT = (
    "A signed webhook, answered once it is stored with its job, against a bare handler under the same server that "
    "checks the same signature and does one INSERT."
)


def webhook(number: int, words: str = "yarın hava güzel olacakmış") -> bytes:
    """A delivery with one new comment, as Facebook sends it."""
    post = f"{UNIVERSITY_PAGE}_700"
    value = {
        "item": "comment",
        "verb": "add",
        "from": {"id": f"55500{number}", "name": "Deneme Kişi"},
        "comment_id": f"700_{number}",
        "post_id": post,
        "parent_id": post,
        "message": f"{words} {number}",
        "created_time": 1_780_000_000,
    }
    entry = {"id": UNIVERSITY_PAGE, "time": 1_780_000_001, "changes": [{"field": "feed", "value": value}]}
    return json.dumps({"object": "page", "entry": [entry]}).encode()


def signed(path: str, body: bytes) -> bytes:
    """The request that brings it."""
    signature = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
    return request(path, [("X-Hub-Signature-256", f"sha256={signature}"), ("Content-Type", "application/json")], body)


async def bench_accepting(server_url: str, folder: Path) -> Section:
    """Measure both by turns; the ratios are those of the medians."""
    url = await fresh_database(server_url)
    dsn = url.replace("postgresql+asyncpg://", "postgresql://")
    connection = await asyncpg.connect(dsn)
    await connection.execute("create table bare (id bigint generated always as identity primary key, body bytea)")
    ours, bare = free_port(), free_port()
    log = folder / "bench.log"
    service = {
        "NOBET_DATABASE_URL": url,
        "NOBET_DATA_DIR": str(folder),
        "NOBET_FACEBOOK__APP_SECRET": SECRET,
        "NOBET_LOG_LEVEL": "info",
        "NOBET_CAPTURES_AT_ONCE": "0",
    }
    baseline = {"BENCH_DSN": dsn, "BENCH_SECRET": SECRET}
    async with (
        process("-m", "app", "serve", "--port", str(ours), environment=service, log=log),
        process("-m", "tests.bench.bare", "accept", str(bare), environment=baseline, log=log),
    ):
        await listening(ours)
        await listening(bare)
        number = 0
        figures = []
        for at_once in AT_ONCE:
            results: dict[str, list[Load]] = {"ours": [], "bare": []}
            for round_ in range(ROUNDS + 1):
                bodies = [webhook(number + n) for n in range(REQUESTS)]
                number += REQUESTS
                at_bare = await send_all(bare, [signed("/accept", body) for body in bodies], connections=at_once)
                at_ours = await send_all(
                    ours, [signed("/webhooks/facebook", body) for body in bodies], connections=at_once
                )
                if round_:  # the first round warms both up
                    results["bare"].append(at_bare)
                    results["ours"].append(at_ours)
            figures.append(_figure(at_once, results))
    await connection.close()
    return Section(name="accept", title="Accepting", about=ABOUT, figures=figures)


def _figure(at_once: int, results: Mapping[str, Sequence[Load]]) -> Figure:
    per_second = {name: statistics.median(load.per_second for load in loads) for name, loads in results.items()}
    p99 = {name: statistics.median(load.percentile(0.99) for load in loads) for name, loads in results.items()}
    return Figure(
        what=f"{at_once} deliveries under way at a time",
        measured=f"{per_second['ours'] / per_second['bare']:.2f}",
        aim="at least 0.7",
        numbers=f"{per_second['ours']:.0f} a second against {per_second['bare']:.0f} bare; "
        f"99 of 100 within {p99['ours'] * 1000:.0f} ms against {p99['bare'] * 1000:.0f} ms",
    )
