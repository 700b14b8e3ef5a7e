-- I3: what is taken away is what was sealed. Evidence of an earlier revision does not cover what an edit put in its
-- place, so a removing call cannot begin for a revision that the message no longer has. A call that is on its way when
-- the edit comes may still be recorded as done.
create function nobet_remove_present_words() returns trigger language plpgsql as $$
declare present integer;
begin
    -- Locked, so that no edit gets between this look and the commit.
    select revision into present from messages where id = new.message_id for share;
    if new.revision <> present then
        raise exception 'action %: message % has revision %, not %', new.kind, new.message_id, present, new.revision
            using errcode = 'check_violation', constraint = 'removal_of_present_words';
    end if;
    return new;
end $$;
create trigger actions_begin_on_present_words before update on actions
    for each row
    when (new.kind in ('hide', 'delete') and new.state = 'running'
        and (old.state <> 'running' or old.attempts <> new.attempts))
    execute function nobet_remove_present_words();
create trigger actions_recorded_on_present_words before insert on actions
    for each row
    when (new.kind in ('hide', 'delete') and new.state = 'running')
    execute function nobet_remove_present_words();
