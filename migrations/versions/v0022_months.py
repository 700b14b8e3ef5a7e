"""Deliveries, messages, revisions, decisions and actions lie in partitions of a month; keys of them all lie apart."""

from pathlib import Path

from migrations.script import run_sql, sql_beside

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make what is there the first partition; the months that come are made after the migrations.

    Code that knows no months goes on; what it cannot do for messages from before, its jobs try again.
    """
    run_sql(sql_beside(__file__))


def downgrade() -> None:
    """Put the months together again; ids stay as they are. For a database without much in it: every row is copied."""
    run_sql(sql_beside(str(Path(__file__).with_name("without_months.sql"))))
