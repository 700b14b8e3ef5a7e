"""What one person wants and another has to approve."""

from migrations.script import run_sql

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table; by construction nobody approves what they wanted themselves."""
    run_sql(
        """
        create table approvals (
            id bigint generated always as identity primary key,
            message_id bigint not null references messages (id),
            revision integer not null,
            wanted text not null,
            text text,
            reason text not null,
            wanted_by bigint not null references people (id),
            wanted_at timestamptz not null,
            state text not null default 'pending'
                check (state in ('pending', 'approved', 'refused', 'withdrawn', 'lapsed')),
            answered_by bigint references people (id),
            answered_at timestamptz,
            answer_reason text,
            decision_id bigint references decisions (id),
            constraint answered_by_somebody check (
                (state in ('pending', 'lapsed')) = (answered_by is null)
                and (state = 'pending') = (answered_at is null)),
            constraint second_person check (state not in ('approved', 'refused') or answered_by <> wanted_by),
            constraint decided_when_approved check ((state = 'approved') = (decision_id is not null))
        );
        create unique index approvals_one_pending on approvals (message_id) where state = 'pending';
        create index approvals_newest on approvals (state, id desc);
        create index approvals_of_message on approvals (message_id, id);
        """
    )


def downgrade() -> None:
    """Drop it; what was wanted and not approved is then wanted no more."""
    run_sql("drop table approvals;")
