"""A platform's API on loopback, whichever it is: a real HTTP server before what answers in a test."""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route


@dataclass(frozen=True, slots=True)
class Answer:
    """What a test wants to be answered; `hang`: the call is taken and never answered."""

    body: Any
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    hang: bool = False


@asynccontextmanager
async def listening(api: Callable[[Request], Awaitable[Response]]) -> AsyncIterator[str]:
    """Serve on a free port until the block ends; gives the address, without a slash at its end."""

    async def every(request: Request) -> Response:
        return await api(request)

    app = Starlette(routes=[Route("/{path:path}", every, methods=["GET", "POST", "PUT", "DELETE"])])
    config = uvicorn.Config(app, log_config=None, lifespan="off", ws="none", timeout_graceful_shutdown=0)
    server = uvicorn.Server(config)
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        running = asyncio.create_task(server.serve(sockets=[bound]))
        while not server.started:  # noqa: ASYNC110 # uvicorn sets a flag and no event
            await asyncio.sleep(0.005)
        try:
            yield f"http://127.0.0.1:{bound.getsockname()[1]}"
        finally:
            server.should_exit = True
            await running
