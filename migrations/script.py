"""Running whole SQL scripts from a migration.

A script holds many statements, which the driver takes only outside prepared statements, and inside the migration's
own transaction.
"""

from pathlib import Path
from typing import Any

from alembic import op


def run_sql(script: str) -> None:
    """Run a script of many statements in the migration's transaction."""
    bind = op.get_bind()
    bind.exec_driver_sql("set local lock_timeout = '5s'")  # also opens the transaction at the driver
    connection: Any = bind.connection.dbapi_connection
    connection.run_async(lambda raw: raw.execute(script))


def sql_beside(migration: str) -> str:
    """The SQL file that lies beside a migration under the same name."""
    return Path(migration).with_suffix(".sql").read_text(encoding="utf-8")
