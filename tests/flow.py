"""Running the whole way in one test: the service over real HTTP, the simulated platforms, a real worker."""

import asyncio
import hashlib
import hmac
import json
import socket
from collections.abc import AsyncIterator, Callable, Generator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import uvicorn
from fastapi import FastAPI
from sqlalchemy import text, update

from app.api.app import create_app
from app.decisions.model import Tier
from app.decisions.policy import Measured, Policy, load_policy, shipped_document
from app.demo_seed import ROLES, VARIABLES, seed
from app.main import Service, running_service
from app.messages import MessageId
from app.outward import trust
from app.records import policies
from app.records.database import Sessions, create_engine
from app.records.tables import units
from app.rules.ruleset import RULES
from app.sandbox.main import listen
from app.sandbox.main import running as running_sandbox
from app.sandbox.meta.seed import ACCOUNTS
from app.sandbox.platforms import SIMULATED
from app.sandbox.settings import SandboxSettings
from app.settings import Settings
from app.signals.gather import Classify
from app.vault import new_key
from app.worker import Worker
from tests.connectors.youtube.spec import check_recorded
from tests.world import no_scores

WAIT = timedelta(seconds=30)
INSULT = "siz tam bir şerefsizsiniz, geri zekalılar"
PRIVATE_DATA = "Ahmet'in numarası 0532 412 67 89, arayın rahatsız edin"
COMPLAINT = "yemekhanede yemekler buz gibi, aylardır düzelmedi, şikayetçiyim"
SELF_HARM = "artık yaşamak istemiyorum, her şeye son vermeyi düşünüyorum"
THREAT = "okulu havaya uçuracağım, hepinizi öldüreceğim"
NEUTRAL = "yarın hava güzel olacakmış"


class MovedClock:
    """The real time, moved by hand."""

    def __init__(self) -> None:
        self.shift = timedelta(0)

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.shift


def measured_policy(tier: Tier = Tier.CERTAIN, **changes: Any) -> Policy:
    """The shipped policy with every rule at this tier: what is tested here is the way, not the judgement."""
    figures = Measured(tier=tier, hits=400, right=400, precision=1.0, lower=0.99).model_dump()
    document = shipped_document() | {
        "name": "test",
        "tiers": {rule.name: figures for rule in RULES},
        "variables": VARIABLES,
        "measured_languages": ["tr", "en"],
    }
    return load_policy(document | changes)


@dataclass(slots=True)
class Flow:
    """The service on a database of its own, with the sandbox as its platforms and its mail server."""

    service: Service
    worker: Worker
    api: httpx.AsyncClient
    sandbox: httpx.AsyncClient
    clock: MovedClock

    async def comment(self, words: str, *, platform: str = "facebook", author: str = "Ayşe Deneme", **more: Any) -> str:
        """Write a comment as a visitor; returns its id."""
        return await self._post(platform, "comments", {"text": words, "author": author, **more})

    async def dm(self, words: str, *, platform: str = "instagram", author: str = "Ayşe Deneme") -> str:
        """Write a DM as a visitor; returns its id."""
        return await self._post(platform, "dms", {"text": words, "author": author})

    async def shown_again(self, comment: str) -> None:
        """Let the platform show a hidden comment of its Page again, without our doing."""
        page = next(account for account in ACCOUNTS if account.platform == "facebook")
        answer = await self.sandbox.post(
            f"/graph/v25.0/{comment}", data={"is_hidden": "false", "access_token": page.access_token}
        )
        answer.raise_for_status()

    async def item(self, item_id: str, *, platform: str = "facebook") -> dict[str, Any]:
        """What the platform shows of an item: state, replies, private messages, calls."""
        answer = await self.sandbox.get(f"/control/{platform}/items/{item_id}")
        answer.raise_for_status()
        return dict(answer.json())

    async def faults(self, kind: str, *, platform: str = "facebook", rate: float = 1.0, seconds: float = 60) -> None:
        """Let the platform misbehave."""
        body = {"platform": platform, "kind": kind, "rate": rate, "for_seconds": seconds}
        (await self.sandbox.post("/control/faults", json=body)).raise_for_status()

    async def until(self, condition: Callable[[], Any], *, within: timedelta = WAIT) -> Any:
        """Wait until an async condition holds and return what it returned."""
        deadline = asyncio.get_running_loop().time() + within.total_seconds()
        while True:
            found = await condition()
            if found:
                return found
            if asyncio.get_running_loop().time() > deadline:
                raise AssertionError(f"did not come true within {within}: {await self.all_actions()}")
            await asyncio.sleep(0.05)

    async def until_state(self, item_id: str, state: str, *, platform: str = "facebook") -> dict[str, Any]:
        """Wait until the platform shows the item in this state."""

        async def reached() -> dict[str, Any] | None:
            shown = await self.item(item_id, platform=platform)
            return shown if shown["state"] == state else None

        return dict(await self.until(reached))

    async def decided(self, item_id: str, *, decisions: int = 1) -> MessageId:
        """Wait until the message is decided (that often) and nothing of it is due or running."""

        async def settled() -> int | None:
            found = await self.rows(
                "select m.id from messages m where m.external_id = :id and m.busy_until is null "
                "and (select count(*) from decisions d where d.message_id = m.id) >= :decisions "
                "and not exists (select from actions a where a.message_id = m.id "
                "and (a.state = 'running' or a.state = 'planned' and a.due_at <= now()))",
                id=item_id,
                decisions=decisions,
            )
            return int(found[0]["id"]) if found else None

        return MessageId(await self.until(settled))

    async def rows(self, statement: str, **values: Any) -> list[dict[str, Any]]:
        """Rows of the service's database."""
        async with self.service.sessions() as session:
            return [dict(row._mapping) for row in await session.execute(text(statement), values)]

    async def execute(self, statement: str, **values: Any) -> None:
        """Change the service's database behind its back."""
        async with self.service.sessions.begin() as session:
            await session.execute(text(statement), values)

    async def all_actions(self) -> list[tuple[Any, ...]]:
        """Every action, for the eye."""
        found = await self.rows(
            "select message_id, kind, purpose, state, held_because, problem from actions order by message_id, id"
        )
        return [tuple(row.values()) for row in found]

    async def states(self, message_id: MessageId) -> dict[tuple[str, str], str]:
        """State of each action of a message, by kind and purpose."""
        found = await self.rows(
            "select kind, purpose, state from actions where message_id = :id order by id", id=message_id
        )
        return {(row["kind"], row["purpose"]): row["state"] for row in found}

    async def activate(self, policy: Policy) -> None:
        """Make this policy the active one, at once."""
        await activate(self.service.sessions, policy)
        await self.service.policies.reload()

    async def deliver(
        self, platform: str, body: Mapping[str, Any] | bytes, *, secret: str | None = None
    ) -> httpx.Response:
        """Send a signed webhook as the platform would."""
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        key = secret or ACCOUNTS[0].app_secret
        signature = hmac.new(key.encode(), raw, hashlib.sha256).hexdigest()
        headers = {"X-Hub-Signature-256": f"sha256={signature}", "Content-Type": "application/json"}
        return await self.api.post(f"/webhooks/{platform}", content=raw, headers=headers)

    async def _post(self, platform: str, kind: str, body: Mapping[str, Any]) -> str:
        answer = await self.sandbox.post(f"/control/{platform}/{kind}", json=body)
        answer.raise_for_status()
        return str(answer.json()["id"])


def by(role: str) -> dict[str, str]:
    """The header that signs a person of this role in."""
    return {"Authorization": f"Bearer {role}"}


@asynccontextmanager
async def running_flow(
    database_url: str,
    folder: Path,
    *,
    policy: Policy | None = None,
    work: bool = True,
    classify: Classify = no_scores,
    settings_changed: Mapping[str, object] | None = None,
    worker_concurrency: int = 60,
    calls_at_once: int = 12,
) -> AsyncIterator[Flow]:
    """Start everything; stop it in order. `work`: whether the worker runs by itself."""
    engine = create_engine(database_url)
    await seed(engine, {role: role for role in ROLES})
    await engine.dispose()
    api_socket = listen("127.0.0.1", 0)
    api_url = f"http://127.0.0.1:{api_socket.getsockname()[1]}"
    sandbox_settings = SandboxSettings(port=0, smtp_port=0, webhook_url=api_url)
    clock = MovedClock()
    async with AsyncExitStack() as stack:
        ground = await stack.enter_async_context(running_sandbox(sandbox_settings))
        settings = Settings.model_validate(
            {
                "environment": "test",
                "captures_at_once": 0,
                "poll_every": {},
                "subscriptions_every": {},
                "database_url": database_url,
                "data_dir": folder,
                "public_url": api_url,
                "worker_concurrency": worker_concurrency,
                "token_keys": new_key(),
                "smtp": {"host": "127.0.0.1", "port": ground.settings.smtp_port, "sender": "nobet@ornek.edu.tr"},
            }
            | {
                platform: {**each.settings(ground.settings.base_url), "calls_at_once": calls_at_once}
                for platform, each in SIMULATED.items()
            }
        ).model_copy(update=dict(settings_changed or {}))
        service = await stack.enter_async_context(
            running_service(
                settings, clock=clock, jitter=lambda: 0.0, detect_language=lambda _: "tr", classify=classify
            )
        )
        await activate(service.sessions, policy or measured_policy())
        await stack.enter_async_context(serving(create_app(lambda: _opened(service)), api_socket))
        worker = Worker(service)
        if work:
            await stack.enter_async_context(working(worker))
        # No connection is kept: the servers close idle ones after five seconds.
        limits = httpx.Limits(max_keepalive_connections=0)
        api = await stack.enter_async_context(
            httpx.AsyncClient(verify=trust(), base_url=api_url, limits=limits, timeout=20)
        )
        sandbox = await stack.enter_async_context(
            httpx.AsyncClient(verify=trust(), base_url=ground.settings.base_url, limits=limits, timeout=20)
        )
        yield Flow(service=service, worker=worker, api=api, sandbox=sandbox, clock=clock)
        check_recorded(ground.calls.all())


async def activate(sessions: Sessions, policy: Policy) -> None:
    """Store a policy and make it the active one."""
    async with sessions.begin() as session:
        await policies.store(session, policy)
        await policies.activate(session, policy.version)


async def set_address(sessions: Sessions, unit: str, email: str | None) -> None:
    """Give a unit another address."""
    async with sessions.begin() as session:
        await session.execute(update(units).where(units.c.key == unit).values(email=email))


@asynccontextmanager
async def working(worker: Worker) -> AsyncIterator[None]:
    """Let a worker run until the block ends."""
    running = asyncio.create_task(worker.run())
    try:
        yield
    finally:
        worker.stop()
        await running


@asynccontextmanager
async def _opened(service: Service) -> AsyncIterator[Service]:
    yield service


class _Server(uvicorn.Server):
    @contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        """Signals are the test runner's."""
        yield


@asynccontextmanager
async def serving(app: FastAPI, listening: socket.socket) -> AsyncIterator[None]:
    """Serve an application on a socket of loopback."""
    server = _Server(uvicorn.Config(app, log_config=None, access_log=False, timeout_graceful_shutdown=2))
    running = asyncio.create_task(server.serve(sockets=[listening]))
    while not server.started:
        await asyncio.sleep(0.01)
        if running.done():
            running.result()
    try:
        yield
    finally:
        server.should_exit = True
        await running
