"""Words end by rule: what is written once may be emptied, never altered; the audit ends after many years."""

from migrations.script import run_sql

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Let words be emptied, and notes of the audit go that are older than any rule may end them."""
    run_sql(
        """
        -- Of a record that is written once, the columns that it is called with may be emptied: nothing else is changed.
        create function nobet_only_emptied() returns trigger language plpgsql as $$
        declare was jsonb := to_jsonb(old);
        declare becomes jsonb;
        begin
            if tg_op = 'UPDATE' then
                becomes := to_jsonb(new);
                if was - tg_argv = becomes - tg_argv and not exists (
                    select from unnest(tg_argv) as name
                    where becomes -> name <> was -> name
                    and becomes -> name not in ('null'::jsonb, '""'::jsonb, '[]'::jsonb, '{}'::jsonb)
                ) then
                    return new;
                end if;
            end if;
            raise exception '% is written once and may only be emptied: % refused', tg_table_name, lower(tg_op)
                using errcode = 'restrict_violation', constraint = 'written_once';
        end $$;
        drop trigger decisions_written_once on decisions;
        create trigger decisions_written_once before update or delete on decisions
            for each row execute function nobet_only_emptied('reason');
        drop trigger review_notes_written_once on review_notes;
        create trigger review_notes_written_once before update or delete on review_notes
            for each row execute function nobet_only_emptied('text');

        create function nobet_audit_written_once() returns trigger language plpgsql as $$
        begin
            if tg_op = 'DELETE' and old.at < now() - interval '1825 days' then
                return old;
            end if;
            raise exception 'the audit is written once: % refused', lower(tg_op)
                using errcode = 'restrict_violation', constraint = 'written_once';
        end $$;
        drop trigger audit_written_once on audit;
        create trigger audit_written_once before update or delete on audit
            for each row execute function nobet_audit_written_once();
        """
    )


def downgrade() -> None:
    """Keep all of it for ever again; what was emptied stays empty."""
    run_sql(
        """
        drop trigger decisions_written_once on decisions;
        create trigger decisions_written_once before update or delete on decisions
            for each row execute function nobet_written_once();
        drop trigger review_notes_written_once on review_notes;
        create trigger review_notes_written_once before update or delete on review_notes
            for each row execute function nobet_written_once();
        drop trigger audit_written_once on audit;
        create trigger audit_written_once before update or delete on audit
            for each row execute function nobet_written_once();
        drop function nobet_audit_written_once();
        drop function nobet_only_emptied();
        """
    )
