"""Pictures of pages beside the running service: how long one takes, and how long hiding waited for it."""

import asyncio
import statistics
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import text

from app.decisions.policy import shipped_policy
from app.records.database import create_engine
from app.rules.model import Label
from tests.bench.hiding import HARMFUL, everything_running, until_hidden, write
from tests.bench.page import Figure, Section
from tests.browser import BROWSER
from tests.processes import fresh_database

PER_SECOND = 5
SECONDS = 60
# Every two seconds one page; the shipped policy gives an insult's hiding three.
HARMFUL_EVERY = 10
# Written at once when that is over: more than can be captured in time.
RAID = 40
ENDS_WITHIN = 60
ABOUT = (
    "Everything runs on this machine: simulated platform, service, one worker with a Chromium that takes two pages at "
    "once. Comments come at a steady rate, most of them read by the encoder on the same cores; of each harmful one's "
    "page two pictures are taken before it is hidden, the message in its frame and the page as a whole. Hiding waits "
    "for them, and no longer than its label's time: what was not taken by then is hidden all the same, and its card "
    "stands in. Then comes a raid: more harmful comments at once than these cores judge, seal and capture in that "
    "time. Its lateness is counted from the decision, and so holds all that comes before hiding: the turn among the "
    "calls to the platform, the seal, and the browser's share of the processor."
)

_TIMES = text(
    """
    select c.state, c.problem, a.label,
        extract(epoch from c.ended_at - c.started_at)::float as took,
        extract(epoch from c.started_at - c.wanted_at)::float as stood_in_line,
        extract(epoch from a.started_at - a.created_at)::float as waited,
        a.started_at > c.ended_at as after_its_picture
    from page_captures c
    join evidence e on e.id = c.evidence_id
    join actions a on a.message_id = e.message_id and a.revision = e.revision and a.kind = 'hide' and a.state = 'done'
    where c.ended_at is not null
    order by c.wanted_at
    """
)


async def bench_captures(server_url: str, folder: Path) -> Section:
    """Write comments at a steady rate, one in ten harmful; measure how long their pictures took, and hiding waited."""
    url = await fresh_database(server_url)
    settings = {"NOBET_CAPTURES_AT_ONCE": "2", "NOBET_OUTWARD_PRIVATE_HOSTS": "127.0.0.1"}
    async with everything_running(url, folder, settings) as http:
        harmful = await _stream(http)
        for comment in harmful:
            await until_hidden(http, comment)
        await asyncio.gather(*(write(http, HARMFUL, f"Baskıncı {number}") for number in range(RAID)))
        # The first one found everything cold.
        times = (await _times(url, wanted=1 + len(harmful) + RAID))[1:]
    steady, raid = times[: len(harmful)], times[len(harmful) :]
    title = "Pictures of pages beside the service"
    return Section(name="captures", title=title, about=ABOUT, figures=_figures(steady, raid))


async def _stream(http: httpx.AsyncClient) -> list[str]:
    """Write on time; returns the harmful ones."""
    harmful = []
    begun = time.perf_counter()
    for number in range(PER_SECOND * SECONDS):
        await asyncio.sleep(max(0.0, begun + number / PER_SECOND - time.perf_counter()))
        is_harmful = number % HARMFUL_EVERY == 0
        comment = await write(http, HARMFUL if is_harmful else f"yarın hava güzel {number}", f"Kişi {number}")
        if is_harmful:
            harmful.append(comment)
    return harmful


async def _times(url: str, *, wanted: int) -> Sequence[Any]:
    """Of each harmful comment how its picture and its hiding went, once all have ended."""
    engine = create_engine(url)
    try:
        async with asyncio.timeout(ENDS_WITHIN), engine.connect() as connection:
            while len(rows := (await connection.execute(_TIMES)).all()) < wanted:
                await asyncio.sleep(0.2)
    finally:
        await engine.dispose()
    return rows


def _figures(steady: Sequence[Any], raid: Sequence[Any]) -> list[Figure]:
    if BROWSER is None:
        return [Figure(what="a capture", measured="no Chromium", aim="at most 1.50 s", numbers="none was taken")]
    took = sorted(row.took for row in steady if row.state == "taken")
    problems = ", ".join(sorted({row.problem for row in steady if row.problem}))
    return [
        Figure(
            what="half of the pages captured within",
            measured=f"{statistics.median(took):.2f} s" if took else "none taken",
            aim="at most 1.50 s",
            numbers=f"{len(took)} of {len(steady)} taken{f' ({problems})' if problems else ''}"
            + (f"; 99 of 100 within {_p99(took):.2f} s" if took else ""),
        ),
        _lateness("hiding began after its label's time, at a steady rate, at most by", steady),
        _lateness("the same in the raid", raid),
    ]


def _lateness(what: str, times: Sequence[Any]) -> Figure:
    """How much later than its label allows the last hiding began."""
    labels = shipped_policy().labels
    late = max(row.waited - labels[Label(row.label)].capture_within_seconds for row in times)
    waited = sorted(row.waited for row in times)
    return Figure(
        what=what,
        measured=f"{max(0.0, late):.2f} s",
        aim="0 s",
        numbers=f"half began {statistics.median(waited):.2f} s after their decision, 99 of 100 within "
        f"{_p99(waited):.2f} s; {sum(row.after_its_picture for row in times)} of {len(times)} after their picture",
    )


def _p99(ordered: Sequence[float]) -> float:
    return ordered[min(len(ordered) - 1, int(0.99 * len(ordered)))]
