"""The machine limits itself: what it did in each hour, what it left to people; and circuits of failing platforms."""

from migrations.script import run_sql

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the counters, empty: the first hour begins as if nothing had been done, and no account has a habit yet."""
    run_sql(
        """
        -- How many different people a label's rules acted on, by the hour of the decision: an account's habit.
        create table rule_hours (
            account_id bigint not null references accounts (id),
            label text not null,
            hour timestamptz not null,
            authors integer not null default 0,
            primary key (account_id, label, hour)
        );
        create table rule_hour_authors (
            account_id bigint not null references accounts (id),
            label text not null,
            hour timestamptz not null,
            author text not null,
            primary key (account_id, label, hour, author)
        );
        create index rule_hour_authors_old on rule_hour_authors (hour);
        -- How many acts of a kind the machine began, by the hour in which it began them.
        create table quota_hours (
            account_id bigint not null references accounts (id),
            label text not null,
            kind text not null,
            hour timestamptz not null,
            begun integer not null default 0,
            primary key (account_id, label, kind, hour)
        );
        create table limits (
            id bigint generated always as identity primary key,
            account_id bigint not null references accounts (id),
            label text not null,
            kind text not null check (kind in ('hide', 'delete', 'block', 'reply', 'private_message')),
            cause text not null check (cause in ('quota', 'unusual')),
            hour timestamptz not null,
            counted integer not null,
            allowed integer not null,
            reached_at timestamptz not null,
            ends_at timestamptz not null,
            lifted_at timestamptz,
            lifted_by bigint references people (id),
            lifted_until timestamptz,
            reason text,
            constraint lifted_by_somebody check (
                (lifted_at is null) = (lifted_by is null) and (lifted_at is null) = (lifted_until is null)
                and (lifted_at is null) = (reason is null))
        );
        create unique index limits_once on limits (account_id, label, kind, cause, hour) where lifted_at is null;
        create index actions_held_by_limit on actions (held_because)
            where state = 'held' and held_because like 'limit:%';

        -- Whether a failed attempt counts towards giving up: an outage is no fault of the act.
        alter table attempts add column counts boolean not null default true;

        create table circuits (
            account_id bigint primary key references accounts (id),
            failures integer not null default 0,
            opened_at timestamptz,
            probe_at timestamptz,
            is_probing boolean not null default false,
            problem text,
            constraint open_until_probed check ((opened_at is null) = (probe_at is null))
        );
        """
    )


def downgrade() -> None:
    """Drop them; what was left to people stays with them."""
    run_sql(
        """
        drop table circuits;
        alter table attempts drop column counts;
        drop index actions_held_by_limit;
        drop table limits, quota_hours, rule_hour_authors, rule_hours;
        """
    )
