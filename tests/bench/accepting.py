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
from tests.processes import SECRET, free_port, fresh_database, listening, process

REQUESTS = 2_000
ROUNDS = 5
# How many deliveries are under way at the same time: some, and a storm.
AT_ONCE = (16, 64)


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


async def bench_accepting(server_url: str, folder: Path) -> None:
    """Measure both by turns; print the ratios of the medians."""
    url = await fresh_database(server_url)
    dsn = url.replace("postgresql+asyncpg://", "postgresql://")
    connection = await asyncpg.connect(dsn)
    await connection.execute("create table bare (id bigint generated always as identity primary key, body bytea)")
    ours, bare = free_port(), free_port()
    log = folder / "accept.log"
    service = {
        "NOBET_DATABASE_URL": url,
        "NOBET_DATA_DIR": str(folder),
        "NOBET_FACEBOOK__APP_SECRET": SECRET,
        "NOBET_LOG_LEVEL": "info",
    }
    baseline = {"BENCH_DSN": dsn, "BENCH_SECRET": SECRET}
    async with (
        process("-m", "app", "serve", "--port", str(ours), environment=service, log=log),
        process("-m", "tests.bench.bare", "accept", str(bare), environment=baseline, log=log),
    ):
        await listening(ours)
        await listening(bare)
        number = 0
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
            _tell(at_once, results)
    await connection.close()


def _tell(at_once: int, results: Mapping[str, Sequence[Load]]) -> None:
    per_second = {name: statistics.median(load.per_second for load in loads) for name, loads in results.items()}
    p99 = {name: statistics.median(load.percentile(0.99) for load in loads) for name, loads in results.items()}
    print(
        f"accept        ratio {per_second['ours'] / per_second['bare']:.2f}   {at_once} at once: "
        f"{per_second['ours']:.0f}/s against {per_second['bare']:.0f}/s bare; "
        f"p99 {p99['ours'] * 1000:.1f} ms against {p99['bare'] * 1000:.1f} ms",
        flush=True,
    )
