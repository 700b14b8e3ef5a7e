"""The directorate's calendar: admission periods, office hours, days off; with who changed it and why."""

from migrations.script import run_sql

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table, empty: until the directorate sets a calendar, that of the policy holds."""
    run_sql(
        """
        create table calendars (
            id bigint generated always as identity primary key,
            document jsonb not null,
            changed_by bigint not null references people (id),
            changed_at timestamptz not null,
            reason text not null
        );
        """
    )


def downgrade() -> None:
    """Drop it; the policy's own calendar holds again."""
    run_sql("drop table calendars;")
