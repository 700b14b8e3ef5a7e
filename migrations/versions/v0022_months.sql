-- Deliveries, messages and what hangs on messages lie in partitions of a month, so that a day costs the same after years.
--
-- An id carries its month: months since January 2020 (UTC), forty bits up, and a number that only rises below. Months are
-- therefore ranges of ids: primary keys and foreign keys stay as they were, and an id leads to its partition. It stays
-- below 2^53 for centuries, so that it is exact in JSON. What hangs on a message has the message's month in its id,
-- whenever it is made: it lies beside its message, is looked for in one partition, and goes with it.

create function nobet_month(at timestamptz) returns bigint language sql immutable parallel safe as $$
    select (extract(year from at at time zone 'UTC')::bigint - 2020) * 12
        + extract(month from at at time zone 'UTC')::bigint - 1
$$;
create function nobet_first_id(id bigint) returns bigint language sql immutable parallel safe as $$
    select id & -1099511627776
$$;
create function nobet_last_id(id bigint) returns bigint language sql immutable parallel safe as $$
    select id | 1099511627775
$$;
create function nobet_first_id_of(at timestamptz) returns bigint language sql immutable parallel safe as $$
    select nobet_month(at) << 40
$$;
create function nobet_new_id(numbers regclass, at timestamptz) returns bigint language sql volatile as $$
    select nobet_first_id_of(at) | nextval(numbers)
$$;
create function nobet_id_beside(numbers regclass, message_id bigint) returns bigint language sql volatile as $$
    select nobet_first_id(message_id) | nextval(numbers)
$$;

-- Deliveries go sooner than what they brought: messages and revisions keep a delivery's number after it.
alter table messages drop constraint messages_delivery_id_fkey;
alter table revisions drop constraint revisions_delivery_id_fkey;
-- The chain of evidence stays whole when its messages go.
alter table evidence drop constraint evidence_message_id_fkey;

-- What makes a delivery or a message one lies apart from the months, and stays when they go: a redelivery doubles
-- nothing, whenever it comes. Beside an event, a decision or an act no key table is needed: they have their message's
-- month, so what is unique in a month is unique.
create table delivery_keys (
    platform text not null,
    digest bytea not null,
    delivery_id bigint not null,
    primary key (platform, digest)
);
insert into delivery_keys select platform, digest, id from deliveries;
create table message_keys (
    account_id bigint not null references accounts (id),
    external_id text not null,
    message_id bigint not null,
    primary key (account_id, external_id)
);
insert into message_keys select account_id, external_id, id from messages;
drop index deliveries_once, messages_once;

create temporary table old_constraints on commit drop as
    select c.conrelid::regclass::text as owner, c.conname as name, pg_get_constraintdef(c.oid) as definition
    from pg_constraint c
    where c.contype = 'f' and (
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

-- What is there becomes the first partition as it lies: nothing is written anew.
create procedure nobet_split_by_month(name text, key text) language plpgsql as $$
declare
    one record;
    first_number bigint;
    primary_key text;
    old_table text := name || '_before';
begin
    select pg_get_constraintdef(oid) into primary_key
        from pg_constraint where conrelid = name::regclass and contype = 'p';
    create temporary table old_indexes on commit drop as
        select i.indexrelid::regclass::text as index, i.indisunique as is_unique, pg_get_indexdef(i.indexrelid) as definition
        from pg_index i where i.indrelid = name::regclass;
    execute format('alter table %I rename to %I', name, old_table);
    for one in select * from old_indexes loop
        execute format('alter index %I rename to %I', one.index, one.index || '_before');
    end loop;
    if key = 'id' then
        execute format('select greatest(coalesce(max(id), 0), (select last_value from %I)) + 1 from %I',
            pg_get_serial_sequence(old_table, 'id')::regclass::text, old_table) into first_number;
        execute format('alter table %I alter column id drop identity', old_table);
        execute format('create sequence %I start with %s maxvalue 1099511627775', name || '_numbers', first_number);
    end if;
    execute format('create table %I (like %I including defaults including constraints) partition by range (%I)',
        name, old_table, key);
    execute format('alter table %I add constraint %I %s', name, name || '_pkey', primary_key);
    for one in select * from old_indexes where not is_unique loop
        execute one.definition;
    end loop;
    execute format('alter table %I attach partition %I for values from (minvalue) to (1099511627776)', name, old_table);
    drop table old_indexes;
end $$;
call nobet_split_by_month('deliveries', 'id');
call nobet_split_by_month('messages', 'id');
call nobet_split_by_month('revisions', 'message_id');
call nobet_split_by_month('decisions', 'id');
call nobet_split_by_month('actions', 'id');
drop procedure nobet_split_by_month;

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

-- For the code still running, which lets the database number its rows: the month is that of the database's clock, and
-- where that is not the message's, the row is refused and the job tried again.
alter table deliveries alter column id set default nobet_new_id('deliveries_numbers', now());
alter table messages alter column id set default nobet_new_id('messages_numbers', now());
alter table decisions alter column id set default nobet_new_id('decisions_numbers', now());
alter table actions alter column id set default nobet_new_id('actions_numbers', now());
alter table decisions add constraint decisions_lie_beside_message check (id >> 40 = message_id >> 40);
alter table actions add constraint actions_lie_beside_message
    check (id >> 40 = message_id >> 40 and id >> 40 = decision_id >> 40);

-- I2: as `on conflict do nothing` on an index over all months, which there cannot be. A second one is left out.
create function nobet_delivery_once() returns trigger language plpgsql as $$
begin
    insert into delivery_keys values (new.platform, new.digest, new.id) on conflict do nothing;
    if found then return new; else return null; end if;
end $$;
create trigger deliveries_once before insert on deliveries for each row execute function nobet_delivery_once();
create function nobet_message_once() returns trigger language plpgsql as $$
begin
    insert into message_keys values (new.account_id, new.external_id, new.id) on conflict do nothing;
    if found then return new; else return null; end if;
end $$;
create trigger messages_once before insert on messages for each row execute function nobet_message_once();

-- The partitions of a month, where they are missing. They are made beside the parents and then attached, which hinders
-- nobody who reads or writes.
create procedure nobet_make_month(month bigint) language plpgsql as $$
declare
    parent text;
    partition text;
    suffix text := to_char(make_date(2020, 1, 1) + make_interval(months => month::int), 'YYYY_MM');
begin
    foreach parent in array array['deliveries', 'messages', 'revisions', 'decisions', 'actions'] loop
        partition := parent || '_' || suffix;
        continue when to_regclass(partition) is not null;
        execute format('create table %I (like %I including defaults including constraints)', partition, parent);
        if parent = 'decisions' then
            execute format('create unique index %I on %I (message_id, revision) where made_by = ''machine''',
                'decisions_once_' || suffix, partition);
        elsif parent = 'actions' then
            -- Speech is said at most once for a purpose (I4); every other act once for a decision.
            execute format('create unique index %I on %I (message_id, purpose) where kind in (''reply'', ''private_message'')',
                'actions_speech_once_' || suffix, partition);
            execute format('create unique index %I on %I (decision_id, kind, purpose)',
                'actions_once_' || suffix, partition);
        end if;
        execute format('alter table %I attach partition %I for values from (%s) to (%s)',
            parent, partition, month << 40, (month + 1) << 40);
    end loop;
end $$;

-- A platform's last delivery, and the deliveries of one platform, newest first.
create index deliveries_of_platform on deliveries (platform, id desc);
