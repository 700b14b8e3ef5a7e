-- Every list and every filter of it over an index that is in the list's order, however rare what is asked for.

-- What a message was found to be, what was decided on it, whenever and by whom (`keep` is most of them and not noted), and
-- which units were told of it.
-- A list in the order of messages cannot be read from indexes on decisions, which lie in many partitions and hold many labels.
create table message_marks (
    mark text not null,
    message_id bigint not null,
    primary key (mark, message_id)
);
insert into message_marks
    select distinct 'label:' || label, message_id from decisions, unnest(labels) as label
    union select distinct 'disposition:' || disposition, message_id from decisions where disposition <> 'keep'
    union select distinct 'unit:' || unit, message_id from notifications where message_id is not null;
create function nobet_mark_message() returns trigger language plpgsql as $$
begin
    insert into message_marks
        select 'label:' || label, new.message_id from unnest(new.labels) as label
        union select 'disposition:' || new.disposition, new.message_id where new.disposition <> 'keep'
        on conflict do nothing;
    return null;
end $$;
create trigger decisions_mark_message after insert on decisions
    for each row when (new.labels <> '{}' or new.disposition <> 'keep') execute function nobet_mark_message();
create function nobet_mark_for_unit() returns trigger language plpgsql as $$
begin
    insert into message_marks values ('unit:' || new.unit, new.message_id) on conflict do nothing;
    return null;
end $$;
create trigger notifications_mark_message after insert or update of unit, message_id on notifications
    for each row when (new.message_id is not null) execute function nobet_mark_for_unit();
drop index decisions_by_label, decisions_by_disposition;

-- Who writes is the same person on all accounts of a platform.
create index messages_by_author on messages (author_external_id, id desc);
drop index messages_of_author;
create index messages_of_platform on messages (platform, id desc);
create index messages_by_channel on messages (channel, id desc) where channel <> 'comment';
create index actions_by_kind on actions (kind, state, id desc);
create index notifications_by_urgency on notifications (urgency, id desc);
create index notifications_not_done on notifications (id desc) where handled_at is null;
create index notifications_put_off on notifications (id desc) where snoozed_until is not null;
create index notifications_not_seen on notifications (id desc) where acknowledged_at is null;
