"""Letting a fault happen, and undoing it when its time is over."""

import asyncio
import signal
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from tests.chaos.faults import OF_PLATFORMS, Fault, Kind
from tests.chaos.stage import FULL_DISK_BYTES, SHUTDOWN_GRACE, UNLIMITED, Part, Stage

# What the platforms' clock is put forward by: beyond no window that a run depends on.
FORWARD_SECONDS = 600


@dataclass(slots=True, kw_only=True)
class Striking:
    """Who strikes. `is_losing`: webhooks get lost just now, so nothing may be written that no poll would find."""

    stage: Stage
    is_losing: bool = False
    _database: asyncio.Lock = field(default_factory=asyncio.Lock)
    _webhooks: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def strike_all(self, faults: Sequence[Fault]) -> None:
        """Let every fault come at its time, whatever the others are at."""
        begun = time.monotonic()
        async with asyncio.TaskGroup() as tasks:
            for fault in faults:
                await asyncio.sleep(max(0.0, begun + fault.at - time.monotonic()))
                tasks.create_task(self._strike(fault))

    async def _strike(self, fault: Fault) -> None:
        self.stage.seen[fault.kind] += 1
        if fault.kind in OF_PLATFORMS:
            await self.stage.order(
                "/control/faults",
                {
                    "platform": fault.platform,
                    "kind": fault.kind,
                    "rate": fault.rate,
                    "for_seconds": fault.seconds,
                    "slow_seconds": 3 + fault.number % 4,
                    "seed": fault.number,
                },
            )
            return
        match fault.kind:
            case Kind.KILL_WORKER:
                _one(self.stage.workers, fault).send(signal.SIGKILL)
            case Kind.KILL_API:
                _one(self.stage.services, fault).send(signal.SIGKILL)
            case Kind.STOP_WORKER:
                await _one(self.stage.workers, fault).stop(within=SHUTDOWN_GRACE + 5)
            case Kind.FREEZE_WORKER:
                await _freeze(_one(self.stage.workers, fault), fault.seconds)
            case Kind.POSTGRES:
                await self._strike_database(fault.seconds)
            case Kind.DISK:
                await self._fill_disk(fault.seconds)
            case Kind.CLOCK:
                # It never goes back while people write: by its times the platform tells which words are newer.
                await self.stage.order("/control/clock", {"shift_seconds": FORWARD_SECONDS})
            case _:
                await self._mislead_webhooks(fault)

    async def _strike_database(self, seconds: float) -> None:
        async with self._database:
            await asyncio.to_thread(self.stage.postgres.strike_down)
            await asyncio.sleep(seconds)
            await asyncio.to_thread(self.stage.postgres.bring_back)

    async def _fill_disk(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            for worker in self.stage.workers:  # again and again: a worker that was started anew has the disk as well
                worker.limit_files(FULL_DISK_BYTES)
            await asyncio.sleep(0.2)
        for worker in self.stage.workers:
            worker.limit_files(UNLIMITED)

    async def _mislead_webhooks(self, fault: Fault) -> None:
        async with self._webhooks:
            try:
                match fault.kind:
                    case Kind.COPIES:
                        await self.stage.order("/control/webhooks", {"copies": 2 + fault.number % 2})
                    case Kind.HOLD:
                        await self.stage.order("/control/webhooks", {"mode": "hold"})
                    case _:
                        self.is_losing = True
                        await self.stage.order("/control/webhooks", {"mode": "lose"})
                await asyncio.sleep(fault.seconds)
            finally:
                await self.stage.order(
                    "/control/webhooks", {"mode": "send", "copies": 1, "release": True, "reverse": True}
                )
                self.is_losing = False

    async def lift_all(self) -> None:
        """End what may still be in force."""
        for part in (*self.stage.workers, *self.stage.services):
            part.send(signal.SIGCONT)
            part.limit_files(UNLIMITED)
        for order in await _in_force(self.stage):
            await self.stage.order("/control/faults", order | {"rate": 0})
        await self.stage.order("/control/clock", {"reset": True})
        await self.stage.order("/control/webhooks", {"mode": "send", "copies": 1, "release": True, "reverse": False})


async def _in_force(stage: Stage) -> list[dict[str, object]]:
    answer = await stage.sandbox.get("/control/faults")
    return [{"platform": order["platform"], "kind": order["kind"]} for order in answer.json()]


def _one(parts: Sequence[Part], fault: Fault) -> Part:
    return parts[fault.number % len(parts)]


async def _freeze(part: Part, seconds: float) -> None:
    process = part.running
    if not part.send(signal.SIGSTOP):
        return
    await asyncio.sleep(seconds)
    if part.running is process:
        part.send(signal.SIGCONT)
