"""The processes that everything happens to: several workers and services, the sandbox, one PostgreSQL."""

import asyncio
import json
import os
import resource
import signal
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from app.sandbox.platforms import SIMULATED
from tests.processes import Postgres, free_port, fresh_database, listening

UNLIMITED = resource.RLIM_INFINITY
# No picture of evidence is smaller.
FULL_DISK_BYTES = 1_000
SHUTDOWN_GRACE = 8


@dataclass(slots=True, kw_only=True)
class Part:
    """A process that is started again whenever it ends, as a supervisor would."""

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str]
    log: Path
    running: asyncio.subprocess.Process | None = None
    # Ends that nobody of ours brought about, each with its exit code.
    own_ends: list[int] = field(default_factory=list)
    stops: list[float] = field(default_factory=list)
    is_struck: bool = False
    is_over: bool = False

    async def keep_running(self) -> None:
        """Start it, and start it again, until it is over."""
        while not self.is_over:
            self.is_struck = False
            self.running = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "app",
                *self.command,
                env=dict(os.environ) | dict(self.environment),
                stdin=asyncio.subprocess.DEVNULL,
                # Through us into the log: a disk that is full for the process is none for what it tells.
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.STDOUT,
                start_new_session=True,
            )
            telling = asyncio.create_task(self._tell(self.running))
            code = await self.running.wait()
            await telling
            if not self.is_struck and not self.is_over:
                self.own_ends.append(code)
            await asyncio.sleep(0.3)

    async def _tell(self, running: asyncio.subprocess.Process) -> None:
        assert running.stdout is not None
        with self.log.open("ab") as log:
            while chunk := await running.stdout.read(65536):
                log.write(chunk)

    def send(self, which: signal.Signals) -> bool:
        """Send a signal; False where the process just is not there."""
        if self.running is None or self.running.returncode is not None:
            return False
        self.is_struck = self.is_struck or which in (signal.SIGKILL, signal.SIGTERM)
        with suppress(ProcessLookupError):
            self.running.send_signal(which)
        return True

    async def stop(self, *, within: float) -> None:
        """Ask it to stop, note how long that took, and kill it where it does not."""
        process, begun = self.running, time.monotonic()
        if process is None or not self.send(signal.SIGTERM):
            return
        try:
            await asyncio.wait_for(process.wait(), within)
        except TimeoutError:
            with suppress(ProcessLookupError):
                process.kill()
        self.stops.append(time.monotonic() - begun)

    def limit_files(self, size: int) -> None:
        """Let the process write files of this size at most; its disk is full, as far as it can tell."""
        if self.running is not None and self.running.returncode is None:
            with suppress(ProcessLookupError):
                resource.prlimit(self.running.pid, resource.RLIMIT_FSIZE, (size, UNLIMITED))


@dataclass(slots=True, kw_only=True)
class Stage:
    """Everything running. `seen` counts what was done to it."""

    folder: Path
    database_url: str
    postgres: Postgres
    sandbox: httpx.AsyncClient
    workers: list[Part]
    services: list[Part]
    seen: Counter[str] = field(default_factory=Counter)

    async def order(self, path: str, body: Mapping[str, Any]) -> Any:
        """Give the sandbox an order."""
        answer = await self.sandbox.post(path, json=dict(body))
        answer.raise_for_status()
        return answer.json()


class Balancer:
    """Stands before the services, as a load balancer would; a service that is not there is passed over."""

    def __init__(self, ports: list[int]) -> None:
        self._ports = ports
        self._next = 0

    @asynccontextmanager
    async def listening(self, port: int) -> AsyncIterator[None]:
        """Take connections until the block ends."""
        server = await asyncio.start_server(self._pass_on, "127.0.0.1", port)
        try:
            yield
        finally:
            server.close()

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            opened = await self._open()
            if opened is not None:
                there, back = opened
                await asyncio.gather(_copy(reader, back), _copy(there, writer))
        finally:
            writer.close()

    async def _open(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter] | None:
        for _ in self._ports:
            self._next = (self._next + 1) % len(self._ports)
            with suppress(OSError):
                return await asyncio.open_connection("127.0.0.1", self._ports[self._next])
        return None


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while chunk := await reader.read(65536):
            writer.write(chunk)
            await writer.drain()
    with suppress(OSError):
        writer.close()


@asynccontextmanager
async def set_up(folder: Path, *, workers: int, services: int) -> AsyncIterator[Stage]:
    """Start everything; stop it when the block ends."""
    postgres = await asyncio.to_thread(Postgres, folder / "pg")
    url = await fresh_database(postgres.url)
    sandbox_port, mail_port, front = free_port(), free_port(), free_port()
    ports = [free_port() for _ in range(services)]
    environment = settings(url, folder, sandbox_port=sandbox_port, mail_port=mail_port, front=front)
    parts = {"sandbox": Part(name="sandbox", command=("sandbox",), environment=environment, log=folder / "sandbox.log")}
    for number, port in enumerate(ports):
        parts[f"service-{number}"] = _part(folder, f"service-{number}", ("serve", "--port", str(port)), environment)
    for number in range(workers):
        parts[f"worker-{number}"] = _part(folder, f"worker-{number}", ("worker",), environment)
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(Balancer(ports).listening(front))
        sandbox = await stack.enter_async_context(
            httpx.AsyncClient(base_url=f"http://127.0.0.1:{sandbox_port}", timeout=60)
        )
        keeping = [asyncio.create_task(part.keep_running()) for part in parts.values()]
        try:
            for port in (sandbox_port, *ports):
                await listening(port)
            yield Stage(
                folder=folder,
                database_url=url,
                postgres=postgres,
                sandbox=sandbox,
                workers=[part for name, part in parts.items() if name.startswith("worker")],
                services=[part for name, part in parts.items() if name.startswith("service")],
            )
        finally:
            await end(list(parts.values()))
            await asyncio.gather(*keeping)
            await asyncio.to_thread(postgres.stop)


async def end(parts: list[Part]) -> None:
    """Ask them to stop, for good; those that have ended already stay so."""
    for part in parts:
        part.is_over = True
        part.send(signal.SIGCONT)
    await asyncio.gather(*(part.stop(within=SHUTDOWN_GRACE + 5) for part in parts))


def _part(folder: Path, name: str, command: tuple[str, ...], environment: Mapping[str, str]) -> Part:
    return Part(name=name, command=command, environment=environment, log=folder / f"{name}.log")


def settings(url: str, folder: Path, *, sandbox_port: int, mail_port: int, front: int) -> dict[str, str]:
    """The environment of every part: as for real, with every platform that the sandbox has."""
    base = f"http://127.0.0.1:{sandbox_port}"
    environment = {
        "NOBET_DATABASE_URL": url,
        "NOBET_DATA_DIR": str(folder),
        "NOBET_LOG_LEVEL": "info",
        "NOBET_CAPTURES_AT_ONCE": "0",
        "NOBET_LOG_FORMAT": "json",
        "NOBET_SHUTDOWN_GRACE": f"PT{SHUTDOWN_GRACE}S",
        "NOBET_WORKER_CONCURRENCY": "20",
        # What webhooks lost is asked for within the time that the run has.
        "NOBET_POLL_EVERY": json.dumps({platform: 30 for platform in SIMULATED}),
        # For asking YouTube so often its usual quota would not last, and the polls would be stretched.
        "NOBET_YOUTUBE__DAILY_UNITS": "200000",
        "NOBET_SANDBOX__YOUTUBE_DAILY_UNITS": "200000",
        # X takes fifty hides in a quarter of an hour, and a run has more: nothing would rest before the next quarter.
        "NOBET_SANDBOX__X_LIMITS_TIMES": "50",
        "NOBET_SMTP__HOST": "127.0.0.1",
        "NOBET_SMTP__PORT": str(mail_port),
        "NOBET_SMTP__SENDER": "nobet@ornek.edu.tr",
        "NOBET_SANDBOX__PORT": str(sandbox_port),
        "NOBET_SANDBOX__SMTP_PORT": str(mail_port),
        # The platforms call where they are told to, which is the door in front.
        "NOBET_PUBLIC_URL": f"http://127.0.0.1:{front}",
        "NOBET_SANDBOX__WEBHOOK_URL": f"http://127.0.0.1:{front}",
    }
    for platform, simulated in SIMULATED.items():
        for name, value in simulated.settings(base).items():
            told = value if isinstance(value, str) else json.dumps(value)
            environment[f"NOBET_{platform.upper()}__{name.upper()}"] = told
    return environment
