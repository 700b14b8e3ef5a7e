"""Running the whole way in one test: the service's parts, the simulated platforms, and a hand on the queue."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
from pydantic import SecretStr
from sqlalchemy import insert, select, text

from app.main import Service, running_service
from app.messages import DeliveryId, MessageId
from app.records.database import Sessions
from app.records.tables import accounts
from app.sandbox.main import running as running_sandbox
from app.sandbox.seed import ACCOUNTS
from app.sandbox.settings import SandboxSettings
from app.settings import MetaSettings, Settings


class MovedClock:
    """The real time, moved by hand."""

    def __init__(self) -> None:
        self.shift = timedelta(0)

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.shift


@dataclass(slots=True)
class Flow:
    """The service on a database of its own, with the sandbox as its platforms; jobs are run when the test says so."""

    service: Service
    sandbox: httpx.AsyncClient
    clock: MovedClock
    received: list[tuple[str, bytes, Mapping[str, str]]] = field(default_factory=list)

    async def post(self, platform: str, kind: str, **body: Any) -> str:
        """Write a comment or DM as a visitor; returns its id."""
        answer = await self.sandbox.post(f"/control/{platform}/{kind}", json=body)
        answer.raise_for_status()
        return str(answer.json()["id"])

    async def item(self, platform: str, item_id: str) -> dict[str, Any]:
        """What the platform shows of an item."""
        answer = await self.sandbox.get(f"/control/{platform}/items/{item_id}")
        answer.raise_for_status()
        return dict(answer.json())
