"""A hook's receiver on loopback, for tests."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response, StreamingResponse
from starlette.routing import Route


@dataclass
class Receiver:
    """A hook's receiver on loopback that keeps what it gets, and answers as it is told to."""

    status: int = 204
    url: str = ""
    bodies: list[bytes] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)

    async def take(self, request: Request) -> Response:
        self.bodies.append(await request.body())
        self.headers.append(dict(request.headers))
        return Response(status_code=self.status)

    async def endless(self, request: Request) -> Response:
        async def drip() -> AsyncIterator[bytes]:
            while True:
                yield b"."
                await asyncio.sleep(0.01)

        await self.take(request)
        return StreamingResponse(drip())

    async def sleep(self, request: Request) -> Response:
        await asyncio.sleep(1)
        return Response()

    async def redirect(self, request: Request) -> Response:
        return RedirectResponse("/hook", 307)


@asynccontextmanager
async def a_receiver() -> AsyncIterator[Receiver]:
    """A receiver that listens until the block ends."""
    receiver = Receiver()
    app = Starlette(
        routes=[
            Route("/hook", receiver.take, methods=["POST"]),
            Route("/endless", receiver.endless, methods=["POST"]),
            Route("/slow", receiver.sleep, methods=["POST"]),
            Route("/moved", receiver.redirect, methods=["POST"]),
        ]
    )
    async with _running(app) as receiver.url:
        yield receiver


@asynccontextmanager
async def _running(app: Starlette) -> AsyncIterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        config = uvicorn.Config(app, log_level="error", lifespan="off", timeout_graceful_shutdown=1)
        server = uvicorn.Server(config)
        serving = asyncio.create_task(server.serve(sockets=[listening]))
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        server.should_exit = True
        await serving
