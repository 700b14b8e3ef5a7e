"""Workers report which policy version each of them really runs."""

from migrations.script import run_sql

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the reports, empty: each worker writes its own within seconds of its start."""
    run_sql(
        """
        create table workers (
            name text primary key,
            policy_version text not null,
            started_at timestamptz not null default now(),
            policy_since timestamptz not null default now(),
            seen_at timestamptz not null default now()
        );
        """
    )


def downgrade() -> None:
    """Drop them."""
    run_sql("drop table workers;")
