"""A worker says that it is there, and which policy it really runs."""

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import uuid4

import structlog
from sqlalchemy.exc import SQLAlchemyError

from app.errors import PolicyError
from app.records import workers
from app.records.database import Sessions
from app.signals.policies import PolicyStore

log = structlog.get_logger(__name__)

EVERY = timedelta(seconds=5)


@dataclass(slots=True, kw_only=True)
class Heartbeat:
    """One worker's reports. Its name is made up: health is open to all, and says nothing of our machines."""

    sessions: Sessions
    policies: PolicyStore
    every: timedelta = EVERY
    name: str = field(default_factory=lambda: uuid4().hex[:8])

    async def run(self) -> None:
        """Report until cancelled. A report that fails is only missed: its absence is what is seen."""
        while True:
            try:
                await self.beat()
            except (SQLAlchemyError, OSError, PolicyError) as error:
                log.warning("heartbeat_missed", error=type(error).__name__)
            await asyncio.sleep(self.every.total_seconds())

    async def beat(self) -> None:
        """Report once. An idle worker takes up a newly activated policy by it."""
        version = (await self.policies.current()).policy.version
        async with self.sessions.begin() as session:
            await workers.report(session, self.name, version)

    async def leave(self) -> None:
        """Take the worker off the list: it stops in order."""
        try:
            async with self.sessions.begin() as session:
                await workers.forget(session, self.name)
        except (SQLAlchemyError, OSError) as error:
            log.warning("heartbeat_missed", error=type(error).__name__)
