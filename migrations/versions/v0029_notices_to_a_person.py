"""A notice may be for one person, who then sees the message behind it as a unit does."""

from migrations.script import run_sql

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Name the person; what is for them marks the message for them and not for their whole unit."""
    run_sql(
        """
        alter table notifications add column person_id bigint references people (id);
        create index notifications_of_person on notifications (person_id, id desc) where person_id is not null;
        create or replace function nobet_mark_for_unit() returns trigger language plpgsql as $$
        begin
            insert into message_marks
                values (coalesce('person:' || new.person_id, 'unit:' || new.unit), new.message_id)
                on conflict do nothing;
            return null;
        end $$;
        """
    )


def downgrade() -> None:
    """Notices to a person end: nobody would know for whom they were."""
    run_sql(
        """
        delete from notification_reports where notification_id in (
            select id from notifications where person_id is not null);
        delete from notification_steps where notification_id in (
            select id from notifications where person_id is not null);
        delete from notifications where person_id is not null;
        delete from message_marks where mark like 'person:%';
        create or replace function nobet_mark_for_unit() returns trigger language plpgsql as $$
        begin
            insert into message_marks values ('unit:' || new.unit, new.message_id) on conflict do nothing;
            return null;
        end $$;
        alter table notifications drop column person_id;
        """
    )
