"""Crises, what suggests them or silence, and who approved what is said while one is open."""

from migrations.script import run_sql

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables, empty. Messages and actions are named by their ids alone: they may be kept in parts by month."""
    run_sql(
        """
        create table crises (
            id bigint generated always as identity primary key,
            title text not null,
            reason text not null,
            accounts bigint[] not null default '{}',
            labels text[] not null default '{}',
            keywords text[] not null default '{}',
            since_at timestamptz not null,
            until_at timestamptz,
            opened_at timestamptz not null,
            opened_by bigint not null references people (id),
            closed_at timestamptz,
            closed_by bigint references people (id),
            summary text,
            constraint closed_by_somebody check (
                (closed_at is null) = (closed_by is null) and (closed_at is null) = (summary is null))
        );
        create index crises_open on crises (id) where closed_at is null;

        create table crisis_messages (
            crisis_id bigint not null references crises (id),
            message_id bigint not null,
            added_by bigint references people (id),
            added_at timestamptz not null,
            primary key (crisis_id, message_id)
        );
        create index crisis_messages_of on crisis_messages (message_id);

        create table crisis_notes (
            id bigint generated always as identity primary key,
            crisis_id bigint not null references crises (id),
            person_id bigint not null references people (id),
            text text not null,
            at timestamptz not null
        );
        create index crisis_notes_of on crisis_notes (crisis_id, id);

        create table crisis_approvals (
            action_id bigint primary key,
            crisis_id bigint not null references crises (id),
            person_id bigint not null references people (id),
            at timestamptz not null
        );

        create table suggestions (
            id bigint generated always as identity primary key,
            kind text not null check (kind in ('crisis', 'silence')),
            account_id bigint references accounts (id),
            counted integer not null,
            usual double precision not null,
            allowed integer not null,
            since_at timestamptz not null,
            made_at timestamptz not null,
            decided_at timestamptz,
            decided_by bigint references people (id),
            is_accepted boolean,
            reason text,
            silence_id bigint references silences (id),
            crisis_id bigint references crises (id),
            constraint decided_by_somebody check (
                (decided_at is null) = (decided_by is null) and (decided_at is null) = (is_accepted is null))
        );
        create unique index suggestions_one_open on suggestions (kind, coalesce(account_id, 0))
            where decided_at is null;

        create table rise_hours (
            subject text not null,
            hour timestamptz not null,
            authors integer not null,
            primary key (subject, hour)
        );
        """
    )


def downgrade() -> None:
    """Drop them; what was withheld for a crisis waits for a person all the same."""
    run_sql(
        """
        drop table rise_hours, suggestions, crisis_approvals, crisis_notes, crisis_messages, crises;
        """
    )
