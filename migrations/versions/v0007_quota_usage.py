"""What was spent of a platform's daily quota, shared by all processes."""

from migrations.script import run_sql

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table, empty: the first day begins as if nothing had been spent."""
    run_sql(
        """
        create table quota_usage (
            project text not null,
            day date not null,
            purpose text not null,
            units integer not null default 0,
            is_closed boolean not null default false,
            primary key (project, day, purpose)
        );
        """
    )


def downgrade() -> None:
    """Drop it."""
    run_sql("drop table quota_usage;")
