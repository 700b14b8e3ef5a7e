"""Starting and stopping the processes that are measured."""

import asyncio
import os
import socket
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from uuid import uuid4

from sqlalchemy import text
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import create_async_engine

from app.demo_seed import ROLES, seed
from app.records.database import create_engine
from app.records.migrate import migrate

SECRET = "bench-secret"


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


async def fresh_database(server_url: str) -> str:
    """A migrated, seeded database; returns its URL."""
    name = f"bench_{uuid4().hex[:8]}"
    admin = create_async_engine(server_url, isolation_level="AUTOCOMMIT")
    async with admin.connect() as connection:
        await connection.execute(text(f'create database "{name}"'))
    await admin.dispose()
    url = make_url(server_url).set(database=name).render_as_string(hide_password=False)
    engine = create_engine(url)
    await migrate(engine)
    await seed(engine, {role: role for role in ROLES})
    await engine.dispose()
    return url


@asynccontextmanager
async def process(*command: str, environment: Mapping[str, str], log: Path) -> AsyncIterator[None]:
    """Run a Python process until the block ends."""
    with log.open("ab") as output:
        running = await asyncio.create_subprocess_exec(
            sys.executable, *command, env=dict(os.environ) | dict(environment), stdout=output, stderr=output
        )
    try:
        yield
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
