"""Builds a sandbox and runs it: the platforms' API, the visitors' pages, the control API, and the mail sink."""

import asyncio
import socket
from collections.abc import AsyncIterator, Generator
from contextlib import ExitStack, asynccontextmanager, contextmanager, suppress
from pathlib import Path
from typing import Final

import httpx
import structlog
import uvicorn
from fastapi import FastAPI
from starlette.staticfiles import StaticFiles

from app.outward import trust
from app.sandbox import control, mailbox
from app.sandbox.ground import Ground, build
from app.sandbox.pages import routes as pages
from app.sandbox.platforms import SIMULATED
from app.sandbox.settings import SandboxSettings
from app.sandbox.world.clock import Clock
from app.sandbox.world.refusals import RefusedError

log = structlog.get_logger(__name__)

STATIC: Final = Path(__file__).parent / "static"
CONNECTIONS: Final = httpx.Limits(max_connections=32, max_keepalive_connections=16)


def create_app(
    settings: SandboxSettings, *, clock: Clock | None = None, mail_socket: socket.socket | None = None
) -> FastAPI:
    """The application. Webhooks and mails move while its lifespan runs; `clock` is the platforms' own.

    Mails come in at `mail_socket`; without one, at the settings' port.
    """
    http = httpx.AsyncClient(verify=trust(), limits=CONNECTIONS, timeout=settings.webhook_timeout.total_seconds())
    ground = build(settings, SIMULATED, http, clock)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with _running(ground, http, mail_socket):
            yield

    app = FastAPI(title="Nöbet sandbox", lifespan=lifespan, docs_url=None, redoc_url=None, openapi_url=None)
    app.state.ground = ground
    app.add_exception_handler(RefusedError, control.answer_refusal)
    for simulated in ground.simulated.values():
        app.router.routes.extend(simulated.api(ground))
    app.include_router(control.router(ground))
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    app.include_router(pages.router(ground))
    return app


@asynccontextmanager
async def running(settings: SandboxSettings, *, clock: Clock | None = None) -> AsyncIterator[Ground]:
    """A sandbox that listens until the block ends; a port of 0 takes a free one (see the ground's settings).

    Raises OSError if a port is taken. Signals are left to the caller.
    """
    with listen(settings.host, settings.port) as listening, ExitStack() as stack:
        settings = settings.model_copy(update={"port": listening.getsockname()[1]})
        mail_socket = None
        if settings.smtp_port is not None:
            mail_socket = stack.enter_context(listen(settings.host, settings.smtp_port))
            settings = settings.model_copy(update={"smtp_port": mail_socket.getsockname()[1]})
        app = create_app(settings, clock=clock, mail_socket=mail_socket)
        server = _Server(_uvicorn(app, settings))
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(server.serve(sockets=[listening]))
            await server.is_up.wait()
            try:
                ground: Ground = app.state.ground
                yield ground
            finally:
                server.should_exit = True


def listen(host: str, port: int) -> socket.socket:
    """A listening socket that is known to be TCP.

    `socket.create_server` leaves the protocol open, and asyncio sets TCP_NODELAY on known TCP sockets alone; without
    it an answer in two writes waits 40 ms for the other side's acknowledgement.
    """
    family, kind, protocol, _, address = socket.getaddrinfo(
        host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP
    )[0]
    listening = socket.socket(family, kind, protocol)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
        listening.listen(2048)
        listening.setblocking(False)
    except OSError:
        listening.close()
        raise
    return listening


def run(settings: SandboxSettings) -> None:
    """Run a sandbox in the foreground until it is interrupted."""
    uvicorn.Server(_uvicorn(create_app(settings), settings)).run()


@asynccontextmanager
async def _running(ground: Ground, http: httpx.AsyncClient, mail_socket: socket.socket | None) -> AsyncIterator[None]:
    settings = ground.settings
    if mail_socket is None and settings.smtp_port is not None:
        mail_socket = listen(settings.host, settings.smtp_port)
    sink = await mailbox.receive(ground.world, mail_socket) if mail_socket is not None else None
    delivering = asyncio.create_task(ground.deliverer.run())
    log.info("sandbox_started", url=settings.base_url, webhook_url=settings.webhook_url, smtp_port=settings.smtp_port)
    try:
        yield
    finally:
        delivering.cancel()
        with suppress(asyncio.CancelledError):
            await delivering
        if sink is not None:
            sink.close()
            await sink.wait_closed()
        await http.aclose()
        if ground.journal is not None:
            ground.journal.close()


class _Server(uvicorn.Server):
    """A server inside of someone else's event loop."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.is_up = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, and say so."""
        await super().startup(sockets=sockets)
        self.is_up.set()

    @contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        """Leave signals alone."""
        yield


def _uvicorn(app: FastAPI, settings: SandboxSettings) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=2,
        server_header=False,
        ws="none",
    )
