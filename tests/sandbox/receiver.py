"""A service on loopback that takes webhooks and remembers them."""

import asyncio
import base64
import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from app.sandbox.main import listen


@dataclass(slots=True)
class Received:
    """One webhook as it arrived."""

    platform: str
    body: bytes
    headers: dict[str, str]

    @property
    def signature(self) -> str:
        """Meta's."""
        return self.headers["x-hub-signature-256"]

    @property
    def payload(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)

    @property
    def entry(self) -> Any:
        """The only entry."""
        (entry,) = self.payload["entry"]
        return entry


@dataclass(slots=True)
class Receiver:
    """What arrived. `statuses` are the next answers; when they are used up, 200. X's challenges are signed."""

    url: str = ""
    webhooks: list[Received] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)
    handshakes: list[dict[str, str]] = field(default_factory=list)
    consumer_secret: str = ""

    async def wait_for(self, count: int, *, seconds: float = 20) -> list[Received]:
        """The webhooks once so many have arrived; fails if they do not."""
        async with asyncio.timeout(seconds):
            while len(self.webhooks) < count:  # noqa: ASYNC110 - the receiver runs in the same loop
                await asyncio.sleep(0.01)
        return self.webhooks

    def _proof(self, token: str) -> dict[str, str]:
        """What X wants to hear."""
        digest = hmac.new(self.consumer_secret.encode(), token.encode(), hashlib.sha256).digest()
        return {"response_token": f"sha256={base64.b64encode(digest).decode()}"}

    async def take(self, request: Request) -> Response:
        """Take a webhook or a handshake."""
        if request.method == "GET":
            self.handshakes.append(dict(request.query_params))
            if "crc_token" in request.query_params:
                return JSONResponse(self._proof(request.query_params["crc_token"]))
            return PlainTextResponse(request.query_params["hub.challenge"])
        body = await request.body()
        self.webhooks.append(Received(request.path_params["platform"], body, dict(request.headers)))
        return Response(status_code=self.statuses.pop(0) if self.statuses else 200)


@asynccontextmanager
async def receiving() -> AsyncIterator[Receiver]:
    """A receiver that listens until the block ends."""
    receiver = Receiver()
    app = Starlette(routes=[Route("/webhooks/{platform}", receiver.take, methods=["GET", "POST"])])
    config = uvicorn.Config(app, log_config=None, access_log=False, lifespan="off", ws="none")
    server = uvicorn.Server(config)
    with listen("127.0.0.1", 0) as listening:
        receiver.url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(server.serve(sockets=[listening]))
            while not server.started:  # noqa: ASYNC110 - the server has no event for it
                await asyncio.sleep(0.005)
            try:
                yield receiver
            finally:
                server.should_exit = True
