"""A sandbox on loopback, a receiver for its webhooks, and a client that speaks Graph."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx
import pytest

from app.outward import trust
from app.sandbox.ground import Ground
from app.sandbox.main import running
from app.sandbox.meta import seed
from app.sandbox.platforms import ACCOUNTS, HABITS, SIMULATED
from app.sandbox.settings import SandboxSettings
from app.sandbox.world.begin import publish
from app.sandbox.world.clock import Clock
from app.sandbox.world.state import World
from tests.sandbox.clocks import HandClock
from tests.sandbox.receiver import Receiver, receiving

PAGE = seed.UNIVERSITY_PAGE
INSTAGRAM = seed.UNIVERSITY_INSTAGRAM
TOKEN = seed.ACCOUNTS[0].access_token
OTHER_TOKEN = seed.ACCOUNTS[1].access_token


@dataclass(slots=True)
class Client:
    """Calls to a running sandbox."""

    http: httpx.AsyncClient
    ground: Ground
    clock: HandClock
    token: str | None = TOKEN

    async def graph(self, method: str, path: str, **parameters: Any) -> httpx.Response:
        """A Graph call with form or query parameters."""
        headers = {"authorization": f"Bearer {self.token}"} if self.token else {}
        address = f"/graph/v25.0/{path}"
        if method == "POST":
            return await self.http.request(method, address, data=parameters, headers=headers)
        return await self.http.request(method, address, params=parameters, headers=headers)

    async def send(self, page: str = PAGE, **body: Any) -> httpx.Response:
        """A JSON call to the messages edge."""
        headers = {"authorization": f"Bearer {self.token}"}
        return await self.http.post(f"/graph/v25.0/{page}/messages", json=body, headers=headers)

    async def control(self, path: str, **body: Any) -> Any:
        """A control call that must succeed."""
        response = await self.http.post(f"/control/{path}", json=body)
        assert response.status_code == 200, response.text
        return response.json()

    async def comment(self, platform: str = "facebook", text: str = "Merhaba", **more: Any) -> str:
        """The id of a visitor's new comment."""
        asked = {"author": "Elif Şenel", "text": text, **more}
        created = await self.control(f"{platform}/comments", **asked)
        return str(created["id"])

    async def message(self, platform: str = "facebook", text: str = "Bir sorum var", **more: Any) -> str:
        """The id of a visitor's new direct message."""
        asked = {"author": "Elif Şenel", "text": text, **more}
        created = await self.control(f"{platform}/dms", **asked)
        return str(created["id"])

    async def item(self, item_id: str, platform: str = "facebook") -> Any:
        """What became of an item."""
        response = await self.http.get(f"/control/{platform}/items/{item_id}")
        assert response.status_code == 200, response.text
        return response.json()


def error_of(response: httpx.Response) -> tuple[int, int | None]:
    """Code and subcode of a refusal."""
    assert response.status_code >= 400, response.text
    error = response.json()["error"]
    assert {"message", "type", "code", "fbtrace_id"} <= set(error)
    return error["code"], error.get("error_subcode")


@pytest.fixture
def hand_clock() -> HandClock:
    """The platforms' time."""
    return HandClock()


@pytest.fixture
def world(hand_clock: HandClock) -> World:
    """The seeded world alone."""
    return seeded(World(ACCOUNTS, habits=HABITS, clock=Clock(hand_clock)))


def seeded(world: World) -> World:
    """The world with all that it begins with."""
    for simulated in SIMULATED.values():
        simulated.begin(world)
        publish(world, simulated.posts)
    return world


@asynccontextmanager
async def connected(settings: SandboxSettings, clock: HandClock) -> AsyncIterator[Client]:
    """A running sandbox with these settings, and the calls to it."""
    async with (
        running(settings, clock=Clock(clock)) as ground,
        httpx.AsyncClient(verify=trust(), base_url=ground.settings.base_url, timeout=20) as http,
    ):
        yield Client(http, ground, clock)


def some_settings(**changed: Any) -> SandboxSettings:
    """Settings of a sandbox that sends nothing and hangs for seconds only."""
    return SandboxSettings(**{"port": 0, "webhook_url": None, "hang_for": timedelta(seconds=2), **changed})


@pytest.fixture
async def client(hand_clock: HandClock) -> AsyncIterator[Client]:
    """A running sandbox that sends no webhooks."""
    async with connected(some_settings(), hand_clock) as made:
        yield made


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    """Where webhooks go."""
    async with receiving() as made:
        yield made


@pytest.fixture
async def linked(receiver: Receiver, hand_clock: HandClock) -> AsyncIterator[Client]:
    """A running sandbox that sends its webhooks to the receiver."""
    settings = some_settings(webhook_url=receiver.url, webhook_retry_for=timedelta(seconds=3))
    async with connected(settings, hand_clock) as made:
        yield made
