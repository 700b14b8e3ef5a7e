"""Sign-ins under way, how each account's subscription stands, and which account a notice is about."""

from migrations.script import run_sql

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables, empty: every active account's subscription is looked at when a worker begins."""
    run_sql(
        """
        -- A state is kept as its digest and a verifier sealed: who reads the table can finish no sign-in.
        create table sign_ins (
            state_digest bytea primary key,
            account_id bigint not null references accounts (id),
            person_id bigint not null references people (id),
            verifier bytea not null,
            created_at timestamptz not null,
            expires_at timestamptz not null,
            used_at timestamptz
        );
        create index sign_ins_expires on sign_ins (expires_at);

        create table subscriptions (
            account_id bigint primary key references accounts (id),
            state text not null default 'unknown' check (state in ('unknown', 'stands', 'asked', 'broken')),
            problem text,
            broken_since timestamptz,
            checked_at timestamptz,
            stood_at timestamptz,
            asked_at timestamptz,
            ends_at timestamptz,
            renew_at timestamptz,
            failures integer not null default 0,
            due_at timestamptz not null
        );
        create index subscriptions_due on subscriptions (due_at);

        -- A notice about an account has no message to tell its place by.
        alter table notifications add column account_id bigint references accounts (id);
        """
    )


def downgrade() -> None:
    """Drop them: sign-ins under way are begun anew, subscriptions at the platforms stay as they are."""
    run_sql(
        """
        alter table notifications drop column account_id;
        drop table subscriptions;
        drop table sign_ins;
        """
    )
