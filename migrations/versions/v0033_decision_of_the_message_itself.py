"""What takes a message away was decided on that very message: a slip that mixes two of them ends here (I5)."""

from migrations.script import run_sql

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the trigger; the bounds of the machine are those of the decision that an action names."""
    run_sql(
        """
        create function nobet_decided_on_itself() returns trigger language plpgsql as $$
        begin
            if not exists (
                select from decisions d where d.id = new.decision_id and d.message_id = new.message_id
            ) then
                raise exception 'action %: decision % is not about message %',
                    new.kind, new.decision_id, new.message_id
                    using errcode = 'check_violation', constraint = 'decided_on_itself';
            end if;
            return new;
        end $$;
        create trigger actions_decided_on_itself before insert or update of message_id, decision_id on actions
            for each row when (new.kind in ('hide', 'delete', 'block'))
            execute function nobet_decided_on_itself();
        """
    )


def downgrade() -> None:
    """Drop it."""
    run_sql(
        """
        drop trigger actions_decided_on_itself on actions;
        drop function nobet_decided_on_itself();
        """
    )
