"""Engine, sessions, and the job queue inside the same transaction."""

import socket
from typing import Any

import asyncpg
from pgqueuer.db import AsyncpgDriver
from pgqueuer.queries import Queries
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine

Sessions = async_sessionmaker[AsyncSession]

# Statements are many and small: to compile one, or to start helpers for it, takes longer than the statement itself.
_SERVER_SETTINGS = {
    "application_name": "nobet",
    "timezone": "UTC",
    "jit": "off",
    "max_parallel_workers_per_gather": "0",
}


def create_engine(url: str, *, pool_size: int = 10) -> AsyncEngine:
    """An engine for `url` (``postgresql://`` is taken as ``postgresql+asyncpg://``)."""
    if url.startswith(("postgresql://", "postgres://")):
        url = "postgresql+asyncpg://" + url.split("://", 1)[1]
    return create_async_engine(
        url,
        pool_size=pool_size,
        # A connection opened for one burst and closed again costs more than it brings.
        max_overflow=0,
        pool_pre_ping=False,
        pool_recycle=1800,
        # The connection used last knows the statements and their plans; those that a burst opened may rest.
        pool_use_lifo=True,
        # Errors would otherwise carry what people wrote into the logs.
        hide_parameters=True,
        connect_args={"server_settings": _SERVER_SETTINGS},
    )


def is_postgresql(url: str) -> bool:
    """Whether this reads as the URL of a PostgreSQL; whether one answers there is not asked."""
    try:
        return make_url(url).get_backend_name() in ("postgresql", "postgres")
    except ArgumentError:
        return False


def create_sessions(engine: AsyncEngine) -> Sessions:
    """Sessions whose objects stay readable after their commit."""
    return async_sessionmaker(engine, expire_on_commit=False)


# What the driver raises where no connection comes about, or the one that there was is gone. A server on this machine
# has a socket among the files, which is missing while it is away.
_AWAY = (
    ConnectionError,
    FileNotFoundError,
    socket.gaierror,
    asyncpg.PostgresConnectionError,
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.InterfaceError,
)


def is_database_away(error: BaseException) -> bool:
    """Whether an error tells of the database being away, and nothing of what was asked of it."""
    if isinstance(error, DBAPIError):
        return error.connection_invalidated or isinstance(getattr(error.orig, "__cause__", None), _AWAY)
    return isinstance(error, _AWAY)


async def job_queries(session: AsyncSession) -> Queries:
    """The job engine on this session's own connection: what it enqueues commits with the session's data."""
    connection = await session.connection()
    raw = (await connection.get_raw_connection()).driver_connection
    return Queries(AsyncpgDriver(_as_asyncpg(raw)))


def _as_asyncpg(connection: Any) -> Any:
    return connection
