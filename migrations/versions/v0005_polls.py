"""Asking platforms for what their webhooks missed: how far each account was asked, and whose page a poll brought."""

from migrations.script import run_sql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table, empty: every active account is asked for the first time when a worker begins."""
    run_sql(
        """
        -- A polled page does not name the account it is about.
        alter table deliveries add column account_id bigint references accounts (id);

        create table polls (
            account_id bigint primary key references accounts (id),
            position jsonb,
            due_at timestamptz not null,
            polled_at timestamptz,
            failures integer not null default 0,
            problem text
        );
        create index polls_due on polls (due_at);
        """
    )


def downgrade() -> None:
    """Drop them."""
    run_sql(
        """
        drop table polls;
        alter table deliveries drop column account_id;
        """
    )
