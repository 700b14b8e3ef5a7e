"""Fixtures for everything that needs a database: real PostgreSQL, migrated once, a fresh copy for each test."""

import asyncio
import itertools
import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from fasteners import InterProcessLock
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from app.embedded import start_postgres
from app.records.database import Sessions, create_engine, create_sessions
from tests.databases import Database, forget_power_cuts, make_template
from tests.flow import Flow, running_flow

_numbers = itertools.count()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Deal out the tests of the whole way, which wait more than they compute, evenly among the others.

    Together at the end, as their names would have it, they leave cores idle.
    """
    whole_way = [item for item in items if item.path.parent == Path(__file__).parent]
    others = [item for item in items if item.path.parent != Path(__file__).parent]
    placed = [((place + 0.5) / len(group), item) for group in (whole_way, others) for place, item in enumerate(group)]
    items[:] = [item for _, item in sorted(placed, key=lambda entry: entry[0])]


@pytest.fixture(scope="session")
def server_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A PostgreSQL server: the one of NOBET_DATABASE_URL, or an embedded one for all test processes."""
    given = os.environ.get("NOBET_DATABASE_URL")
    if given:
        yield create_engine(given).url.render_as_string(hide_password=False)
        return
    url, server = start_postgres(_shared(tmp_path_factory) / "pg")
    asyncio.run(forget_power_cuts(url))
    yield url
    del server


@pytest.fixture(scope="session")
def template_database(server_url: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A database with the whole schema, from which each test process gets its copy; made once for all of them."""
    shared = _shared(tmp_path_factory)
    made = shared / "template"
    with InterProcessLock(str(made) + ".lock"):
        if not made.exists():
            name = f"nobet_template_{uuid4().hex[:12]}"
            asyncio.run(_make_template(server_url, name))
            made.write_text(name)
    return made.read_text()


@pytest.fixture(scope="session")
def databases() -> list[Database]:
    """The databases that this process has and no test uses: one, once the first test is through."""
    return []


@pytest.fixture
async def database_url(server_url: str, template_database: str, databases: list[Database]) -> AsyncIterator[str]:
    """A database for this test, as the migrations leave it."""
    if databases:
        database = databases.pop()
    else:
        name = f"nobet_test_{os.getpid()}_{next(_numbers)}_{uuid4().hex[:6]}"
        database = Database(server_url, template_database, name)
        await database.make()
    yield database.url
    if await database.is_put_back():
        databases.append(database)
    else:
        await database.drop()


@pytest.fixture
async def engine(database_url: str) -> AsyncIterator[AsyncEngine]:
    """An engine on this test's database."""
    made = create_engine(database_url)
    yield made
    await made.dispose()


@pytest.fixture
def sessions(engine: AsyncEngine) -> Sessions:
    """Sessions on this test's database."""
    return create_sessions(engine)


async def _make_template(server_url: str, name: str) -> None:
    admin = create_async_engine(server_url, isolation_level="AUTOCOMMIT")
    await make_template(admin, server_url, name)
    await admin.dispose()


def _shared(factory: pytest.TempPathFactory) -> Path:
    """A folder that all processes of one test run share."""
    base = factory.getbasetemp()
    return base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base


@pytest.fixture
async def flow(database_url: str, tmp_path: Path) -> AsyncIterator[Flow]:
    """Everything running: service, worker, simulated platforms; every rule counts as certain."""
    async with running_flow(database_url, tmp_path) as running:
        yield running
