"""Urgent notices go from person to person until somebody acknowledges them; every step is on record."""

from migrations.script import run_sql

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the steps. Notices from before are where they were: nobody is woken for what is long over."""
    run_sql(
        """
        alter table notifications
            add column step integer not null default 0,
            add column escalate_at timestamptz,
            add column handled_at timestamptz,
            add column handled_by bigint references people (id);
        update notifications set step = 1;
        create index notifications_to_escalate on notifications (escalate_at)
            where urgency = 'urgent' and acknowledged_at is null and (escalate_at is not null or step = 0);

        create table notification_steps (
            id bigint generated always as identity primary key,
            notification_id bigint not null references notifications (id),
            number integer not null check (number > 0),
            recipient text not null,
            unit text references units (key),
            person_id bigint references people (id),
            channel text,
            state text not null default 'planned'
                check (state in ('planned', 'running', 'sent', 'failed', 'unknown', 'nobody', 'cancelled')),
            attempts integer not null default 0,
            planned_at timestamptz not null,
            started_at timestamptz,
            finished_at timestamptz,
            problem text,
            unique (notification_id, number, recipient)
        );
        create index notification_steps_of_person on notification_steps (person_id, notification_id)
            where person_id is not null;

        create table notification_reports (
            id bigint generated always as identity primary key,
            notification_id bigint not null references notifications (id),
            person_id bigint not null references people (id),
            text text not null,
            is_done boolean not null,
            at timestamptz not null
        );
        create index notification_reports_of on notification_reports (notification_id, id);
        create index notifications_open on notifications (kind, id desc) where handled_at is null;
        """
    )


def downgrade() -> None:
    """Drop them; urgent notices are then sent once."""
    run_sql(
        """
        drop table notification_reports, notification_steps;
        drop index notifications_open;
        alter table notifications
            drop column step, drop column escalate_at, drop column handled_at, drop column handled_by;
        """
    )
