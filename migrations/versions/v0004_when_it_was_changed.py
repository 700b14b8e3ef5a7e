"""When the words of a message were changed, so that the newest edit wins and not the one that came last."""

from migrations.script import run_sql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns, empty: what is stored was ordered by arrival, and code that knows none of them goes on so."""
    run_sql(
        """
        alter table messages add column changed_at timestamptz, add column edit_number integer;
        alter table revisions add column changed_at timestamptz;
        """
    )


def downgrade() -> None:
    """Drop them."""
    run_sql(
        """
        alter table revisions drop column changed_at;
        alter table messages drop column changed_at, drop column edit_number;
        """
    )
