"""Content expires where a platform limits how long it may be stored; a person's hold stops that (policy section 8)."""

from migrations.script import run_sql

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add when content expired, and the holds."""
    run_sql(
        """
        alter table messages add column expired_at timestamptz;
        alter table revisions add column expired_at timestamptz;
        alter table deliveries add column expired_at timestamptz;
        create index messages_stored on messages (platform, received_at) where expired_at is null;
        create index deliveries_stored on deliveries (platform, received_at) where expired_at is null;

        create table content_holds (
            id bigint generated always as identity primary key,
            message_id bigint not null references messages (id),
            reason text not null,
            case_number text,
            opened_at timestamptz not null,
            opened_by bigint not null references people (id),
            released_at timestamptz,
            released_by bigint references people (id)
        );
        create unique index content_holds_once on content_holds (message_id) where released_at is null;
        """
    )


def downgrade() -> None:
    """Drop both; what has expired stays gone."""
    run_sql(
        """
        drop table content_holds;
        drop index messages_stored, deliveries_stored;
        alter table messages drop column expired_at;
        alter table revisions drop column expired_at;
        alter table deliveries drop column expired_at;
        """
    )
