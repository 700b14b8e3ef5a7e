"""One run: people write while everything goes wrong; then quiet; then the books."""

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from math import ceil
from pathlib import Path

from app.connectors.youtube.poll import IDS_AT_ONCE as THREADS_AT_ONCE
from app.sandbox.platforms import HABITS
from tests.chaos.books import last_asked, moving, read_books
from tests.chaos.faults import CLOSES_FOR_THE_DAY, Fault, Kind, make_faults
from tests.chaos.invariants import ONLY_ASKED, Evening, Violation, check_all, is_only_asked
from tests.chaos.stage import SHUTDOWN_GRACE, Stage, end, set_up
from tests.chaos.stream import make_stream
from tests.chaos.strike import Striking
from tests.chaos.writing import Item, Writing

# The newest threads are listed by each poll.
LISTED = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a run is to be like, on all platforms but those it is `without`.

    `settle_seconds` bounds the quiet time; `speed` above 1 brings more faults.
    """

    seed: int
    messages: int
    seconds: float
    settle_seconds: float
    workers: int = 3
    services: int = 2
    speed: float = 1.0
    allowed: Callable[[Kind], bool] = lambda _: True
    without: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What came of it."""

    wanted: Wanted
    items: list[Item]
    faults: Counter[str]
    states: Counter[tuple[str, str, str]]
    refused: int
    seconds: float
    settled_after: float | None
    still_moving: dict[str, int]
    violations: dict[str, list[Violation]]


async def run(wanted: Wanted, folder: Path, *, tell: Callable[[str], None] = lambda _: None) -> Result:
    """Run it all in this folder, which is kept."""
    begun = time.monotonic()
    habits = {platform: ways for platform, ways in HABITS.items() if platform not in wanted.without}
    steps = make_stream(wanted.seed, messages=wanted.messages, habits=habits)
    faults = make_faults(
        wanted.seed, seconds=wanted.seconds, platforms=sorted(habits), allowed=wanted.allowed, speed=wanted.speed
    )
    async with set_up(folder, workers=wanted.workers, services=wanted.services) as stage:
        striking = Striking(stage=stage)
        writing = Writing(stage=stage, striking=striking)
        tell(f"everything runs after {time.monotonic() - begun:.0f} s; {len(steps)} steps, {len(faults)} faults")
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(writing.write_all(steps, seconds=wanted.seconds))
            tasks.create_task(striking.strike_all(faults))
        await striking.lift_all()
        tell(f"all is written and every fault lifted after {time.monotonic() - begun:.0f} s")
        closed = _closed(faults)
        items = list(writing.items.values())
        has_untold = stage.seen[Kind.LOSE] > 0 or any(map(is_only_asked, items))
        polls = polls_needed(items) if has_untold else {}
        settled, left = await _settle(stage, wanted.settle_seconds, polls=polls, tell=tell)
        # Now and then a living worker has something in hand; what ended ones still have is what nobody would finish.
        await end(stage.workers)
        books = await read_books(stage, items)
        parts = [*stage.workers, *stage.services]
        violations = check_all(
            Evening(
                items=items,
                books=books,
                evidence=folder / "evidence",
                own_ends={part.name: part.own_ends for part in parts},
                stops={part.name: part.stops for part in parts},
                grace=SHUTDOWN_GRACE,
                closed=closed,
            )
        )
    return Result(
        wanted=wanted,
        items=items,
        faults=stage.seen,
        states=Counter((row["platform"], row["kind"], row["state"]) for row in books.actions),
        refused=writing.refused,
        seconds=time.monotonic() - begun,
        settled_after=settled,
        still_moving=left,
        violations=violations,
    )


async def _settle(
    stage: Stage, limit: float, *, polls: Mapping[str, int], tell: Callable[[str], None]
) -> tuple[float | None, dict[str, int]]:
    """Wait until nothing moves any more; None where the limit came first.

    `polls`: how often each platform's accounts must have been asked until all that was not told is found.
    """
    lifted, begun, quiet, told = datetime.now(UTC), time.monotonic(), 0, 0.0
    asked: dict[tuple[str, int], set[datetime]] = {}
    while (passed := time.monotonic() - begun) < limit:
        left = await moving(stage)
        if polls:
            last = await last_asked(stage)
            for account, at in last.items():
                asked.setdefault(account, set()).update({at} if at is not None and at >= lifted else ())
            left["unasked"] = sum(len(asked[account]) < polls[account[0]] for account in last)
        quiet = quiet + 1 if not any(left.values()) else 0
        if quiet >= 3:
            return passed, left
        if passed - told > 30:
            tell(f"  still moving after {passed:.0f} s: { ({name: n for name, n in left.items() if n}) }")
            told = passed
        await asyncio.sleep(1)
    return None, left


def polls_needed(items: Sequence[Item]) -> dict[str, int]:
    """Once, for most platforms; where edits are seen only by looking at older threads in turns, until each had its."""
    threads = Counter(item.platform for item in items if item.parent is None)
    return {
        platform: 1 + (ceil(max(0, threads[platform] - LISTED) / THREADS_AT_ONCE) if platform in ONLY_ASKED else 0)
        for platform in HABITS
    }


def _closed(faults: list[Fault]) -> frozenset[str]:
    return frozenset(
        str(fault.platform) for fault in faults if fault.kind is Kind.LIMIT and fault.platform in CLOSES_FOR_THE_DAY
    )
