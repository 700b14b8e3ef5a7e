"""Ordinary notices are bundled once a working day, and may be put off until a time."""

from migrations.script import run_sql

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the digests, empty. What is queued by now goes out by itself, as it was meant to."""
    run_sql(
        """
        create table digests (
            id bigint generated always as identity primary key,
            unit text references units (key),
            person_id bigint references people (id),
            day date not null,
            since_at timestamptz,
            until_at timestamptz not null,
            lines jsonb not null,
            state text not null default 'planned'
                check (state in ('planned', 'running', 'sent', 'failed', 'unknown')),
            channel text,
            attempts integer not null default 0,
            started_at timestamptz,
            finished_at timestamptz,
            problem text,
            constraint for_a_unit_or_a_person check ((unit is null) <> (person_id is null))
        );
        create unique index digests_of_unit on digests (unit, day) where unit is not null;
        create unique index digests_of_person on digests (person_id, day) where person_id is not null;

        alter table notifications
            add column in_digest boolean not null default false,
            add column digest_id bigint references digests (id),
            add column snoozed_until timestamptz,
            add column snoozed_by bigint references people (id),
            add constraint urgent_waits_for_nothing check (
                urgency <> 'urgent' or (not in_digest and snoozed_until is null)),
            add constraint snoozed_by_somebody check (snoozed_until is null or snoozed_by is not null);
        create index notifications_for_digest on notifications (unit) where in_digest and digest_id is null;
        create index notifications_snoozed on notifications (snoozed_until) where snoozed_until is not null;
        """
    )


def downgrade() -> None:
    """Drop them; what waited for a digest stays visible in the API and is not sent."""
    run_sql(
        """
        alter table notifications
            drop constraint urgent_waits_for_nothing, drop constraint snoozed_by_somebody,
            drop column in_digest, drop column digest_id, drop column snoozed_until, drop column snoozed_by;
        drop table digests;
        """
    )
