-- What an account was found unable to do, or a person switched off for it. What the platform lacks by nature is not
-- here: the connector says it.
create table account_lacks (
    account_id bigint not null references accounts (id),
    capability text not null check (capability in (
        'hide', 'unhide', 'delete', 'reply', 'private_message', 'block', 'report_to_platform')),
    because text not null check (because in ('refused_lately', 'switched_off')),
    code text,
    since_at timestamptz not null,
    -- When it is tried again; what a person switched off stays so until they switch it on.
    until_at timestamptz,
    noted_by bigint references people (id),
    primary key (account_id, capability),
    check ((because = 'refused_lately') = (until_at is not null)),
    check ((because = 'switched_off') = (noted_by is not null))
);

alter table tasks add column due_at timestamptz;
update tasks set due_at = created_at + case urgency when 'urgent' then interval '15 minutes' else interval '24 hours' end;
alter table tasks alter column due_at set not null, alter column due_at set default now() + interval '24 hours';
-- The list as people work through it: open ones first, the urgent first among them, then the one due first.
create index tasks_to_do on tasks (
    (case when state = 'open' then 0 else 2 end + case when urgency = 'urgent' then 0 else 1 end), due_at, id);

-- I3: on YouTube a ban takes the message away with it, so it cannot start without what a deletion needs.
create function nobet_require_evidence_of_ban() returns trigger language plpgsql as $$
begin
    if not exists (select from messages m where m.id = new.message_id and m.platform = 'youtube') then
        return new;
    end if;
    if not exists (
        select from evidence e
        join evidence_contents c on c.evidence_id = e.id
        join evidence_images i on i.evidence_id = e.id
        where e.message_id = new.message_id and e.revision = new.revision and c.erased_at is null
    ) then
        raise exception 'action block: no sealed evidence with an image for message % revision %',
            new.message_id, new.revision
            using errcode = 'check_violation', constraint = 'evidence_before_removal';
    end if;
    return new;
end $$;
create trigger actions_require_evidence_of_ban before insert or update on actions
    for each row when (new.kind = 'block' and new.state in ('running', 'done'))
    execute function nobet_require_evidence_of_ban();
