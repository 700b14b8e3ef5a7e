"""Alembic's entry: takes the connection it is handed, or opens one to NOBET_DATABASE_URL."""

import asyncio
import os

from alembic import context
from sqlalchemy import Connection

from app.records.database import create_engine


def run(connection: Connection) -> None:
    """Run the migrations on an open connection, all in one transaction."""
    context.configure(connection=connection, transaction_per_migration=True)
    with context.begin_transaction():
        context.run_migrations()


async def connect_and_run() -> None:
    """For `alembic` on the command line."""
    engine = create_engine(os.environ["NOBET_DATABASE_URL"])
    async with engine.connect() as connection:
        await connection.run_sync(run)
        await connection.commit()
    await engine.dispose()


handed = context.config.attributes.get("connection")
if handed is not None:
    run(handed)
else:
    asyncio.run(connect_and_run())
