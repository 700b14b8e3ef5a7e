"""Access tokens of accounts, encrypted, with what renews them."""

from migrations.script import run_sql

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table, empty: tokens from settings go on working."""
    run_sql(
        """
        create table account_tokens (
            account_id bigint primary key references accounts (id),
            access bytea not null,
            refresh bytea,
            expires_at timestamptz,
            refresh_expires_at timestamptz,
            stored_at timestamptz not null,
            rejected_at timestamptz
        );
        """
    )


def downgrade() -> None:
    """Drop it: the accounts are connected anew."""
    run_sql("drop table account_tokens;")
