"""Policy versions are proposed, tried on cases and on what was, and activated by two people."""

from migrations.script import run_sql

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables, empty. Versions from before were proposed by nobody and may be rolled back to all the same."""
    run_sql(
        """
        create table policy_proposals (
            version text primary key references policies (version),
            base_version text references policies (version),
            reason text not null,
            proposed_by bigint not null references people (id),
            proposed_at timestamptz not null default now()
        );

        -- What a version must get right. Free of names, so it may outlive the message that it was made of.
        create table policy_cases (
            id bigint generated always as identity primary key,
            message_id bigint not null,
            text text not null,
            channel text not null,
            platform text not null,
            account_kind text not null,
            in_dialogue boolean not null,
            parent_text text,
            expects text not null check (expects in ('left', 'taken_down')),
            must_find text[] not null default '{}',
            note text not null,
            created_by bigint not null references people (id),
            created_at timestamptz not null default now(),
            retired_at timestamptz,
            retired_by bigint references people (id),
            retired_because text,
            constraint retired_by_somebody check (
                (retired_at is null) = (retired_by is null) and (retired_at is null) = (retired_because is null))
        );
        create table policy_case_runs (
            id bigint generated always as identity primary key,
            version text not null references policies (version),
            ran_at timestamptz not null default now(),
            total integer not null,
            failed jsonb not null
        );
        create index policy_case_runs_of_version on policy_case_runs (version, id desc);

        create table backtests (
            id bigint generated always as identity primary key,
            version text not null references policies (version),
            against text not null references policies (version),
            days integer not null,
            first_id bigint not null,
            position bigint not null,
            total integer not null,
            done integer not null default 0,
            started_by bigint not null references people (id),
            started_at timestamptz not null default now(),
            finished_at timestamptz
        );
        create index backtests_of_version on backtests (version, id desc);
        create table backtest_results (
            backtest_id bigint not null references backtests (id) on delete cascade,
            message_id bigint not null,
            account_id bigint not null references accounts (id),
            was text not null,
            was_labels text[] not null,
            would text not null,
            would_labels text[] not null,
            person text check (person in ('kept', 'taken_down')),
            primary key (backtest_id, message_id)
        );

        create table policy_wishes (
            id bigint generated always as identity primary key,
            version text not null references policies (version),
            from_version text not null references policies (version),
            is_roll_back boolean not null,
            reason text not null,
            wished_by bigint not null references people (id),
            wished_at timestamptz not null default now(),
            approved_by bigint references people (id),
            approved_at timestamptz,
            withdrawn_at timestamptz,
            constraint approved_by_somebody check ((approved_at is null) = (approved_by is null)),
            -- The machine's powers are given by two people.
            constraint approved_by_another check (approved_by <> wished_by)
        );
        create unique index policy_wishes_once on policy_wishes (version)
            where approved_at is null and withdrawn_at is null;
        """
    )


def downgrade() -> None:
    """Drop them; the active version stays active."""
    run_sql(
        """
        drop table policy_wishes, backtest_results, backtests, policy_case_runs, policy_cases, policy_proposals;
        """
    )
