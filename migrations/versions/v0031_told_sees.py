"""Whoever is told of a message beside or after its unit sees the message behind the notice, as the unit does."""

from migrations.script import run_sql

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Mark messages for everybody whose turn came so far; a trigger does it from now on."""
    run_sql(
        """
        create function nobet_mark_for_step() returns trigger language plpgsql as $$
        begin
            insert into message_marks
                select coalesce('person:' || new.person_id, 'unit:' || new.unit), n.message_id
                from notifications n where n.id = new.notification_id and n.message_id is not null
                on conflict do nothing;
            return null;
        end $$;
        create trigger notification_steps_mark_message after insert on notification_steps
            for each row when (new.person_id is not null or new.unit is not null)
            execute function nobet_mark_for_step();
        insert into message_marks
            select distinct coalesce('person:' || s.person_id, 'unit:' || s.unit), n.message_id
            from notification_steps s join notifications n on n.id = s.notification_id
            where n.message_id is not null and (s.person_id is not null or s.unit is not null)
            on conflict do nothing;
        create index notification_steps_of_unit on notification_steps (unit, notification_id) where unit is not null;
        """
    )


def downgrade() -> None:
    """Drop the trigger; marks that are there stay, since nobody could tell them from a unit's own."""
    run_sql(
        """
        drop index notification_steps_of_unit;
        drop trigger notification_steps_mark_message on notification_steps;
        drop function nobet_mark_for_step;
        """
    )
