"""Who asked for the picture of a page again."""

from migrations.script import run_sql

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add it; what the machine wanted by itself has nobody there."""
    run_sql("alter table page_captures add column wanted_by bigint references people (id);")


def downgrade() -> None:
    """Take it away; the audit still says who asked."""
    run_sql("alter table page_captures drop column wanted_by;")
