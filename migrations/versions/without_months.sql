-- Everything back into plain tables. Foreign keys, triggers and indexes are those of the partitioned ones.

drop index deliveries_of_platform;
drop trigger deliveries_once on deliveries;
drop trigger messages_once on messages;
alter table decisions drop constraint decisions_lie_beside_message;
alter table actions drop constraint actions_lie_beside_message;

create temporary table old_constraints on commit drop as
    select c.conrelid::regclass::text as owner, c.conname as name, pg_get_constraintdef(c.oid) as definition
    from pg_constraint c
    where c.contype = 'f' and c.conparentid = 0 and (
        c.conrelid in ('deliveries'::regclass, 'messages'::regclass, 'revisions'::regclass, 'decisions'::regclass, 'actions'::regclass)
        or c.confrelid in ('deliveries'::regclass, 'messages'::regclass, 'revisions'::regclass, 'decisions'::regclass, 'actions'::regclass));
create temporary table old_triggers on commit drop as
    select t.tgrelid::regclass::text as owner, t.tgname as name, pg_get_triggerdef(t.oid) as definition
    from pg_trigger t
    where not t.tgisinternal
    and t.tgrelid in ('deliveries'::regclass, 'messages'::regclass, 'revisions'::regclass, 'decisions'::regclass, 'actions'::regclass);

do $$
declare one record;
begin
    for one in select * from old_constraints loop
        execute format('alter table %s drop constraint %I', one.owner, one.name);
    end loop;
    for one in select * from old_triggers loop
        execute format('drop trigger %I on %s', one.name, one.owner);
    end loop;
end $$;

create procedure nobet_join_months(name text, key text) language plpgsql as $$
declare
    one record;
    primary_key text;
    next_number bigint;
begin
    select pg_get_constraintdef(oid) into primary_key
        from pg_constraint where conrelid = name::regclass and contype = 'p';
    create temporary table old_indexes on commit drop as
        select replace(pg_get_indexdef(indexrelid), ' ON ONLY ', ' ON ') as definition
        from pg_index where indrelid = name::regclass and not indisunique;
    execute format('alter table %I rename to %I', name, name || '_by_month');
    execute format('create table %I (like %I including defaults including constraints)', name, name || '_by_month');
    execute format('insert into %I select * from %I', name, name || '_by_month');
    execute format('drop table %I', name || '_by_month');
    execute format('alter table %I add constraint %I %s', name, name || '_pkey', primary_key);
    for one in select * from old_indexes loop
        execute one.definition;
    end loop;
    if key = 'id' then
        execute format('select coalesce(max(id), 0) + 1 from %I', name) into next_number;
        execute format('alter table %I alter column id drop default', name);
        execute format('alter table %I alter column id add generated always as identity (start with %s)', name, next_number);
        execute format('drop sequence %I', name || '_numbers');
    end if;
    drop table old_indexes;
end $$;
call nobet_join_months('actions', 'id');
call nobet_join_months('decisions', 'id');
call nobet_join_months('revisions', 'message_id');
call nobet_join_months('messages', 'id');
call nobet_join_months('deliveries', 'id');
drop procedure nobet_join_months;

update messages m set delivery_id = null where not exists (select from deliveries d where d.id = m.delivery_id);
update revisions r set delivery_id = null where not exists (select from deliveries d where d.id = r.delivery_id);
create unique index deliveries_once on deliveries (platform, digest);
create unique index messages_once on messages (account_id, external_id);
create unique index decisions_once on decisions (message_id, revision) where made_by = 'machine';
create unique index actions_speech_once on actions (message_id, purpose) where kind in ('reply', 'private_message');
create unique index actions_once on actions (decision_id, kind, purpose);

do $$
declare one record;
begin
    for one in select * from old_constraints loop
        execute format('alter table %s add constraint %I %s', one.owner, one.name, one.definition);
    end loop;
    for one in select * from old_triggers loop
        execute one.definition;
    end loop;
end $$;
alter table messages add constraint messages_delivery_id_fkey foreign key (delivery_id) references deliveries (id);
-- Evidence of what has gone is not held to a message that is there.
alter table evidence add constraint evidence_message_id_fkey foreign key (message_id) references messages (id) not valid;
alter table revisions add constraint revisions_delivery_id_fkey foreign key (delivery_id) references deliveries (id);

drop table delivery_keys, message_keys;
drop function nobet_delivery_once, nobet_message_once, nobet_id_beside, nobet_new_id, nobet_first_id_of, nobet_last_id,
    nobet_first_id, nobet_month;
drop procedure nobet_make_month;
