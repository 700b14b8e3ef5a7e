-- The lists that people look at, each over an index. Partial ones leave the many harmless messages out.

create index decisions_by_label on decisions using gin (labels) where labels <> '{}';
create index decisions_by_disposition on decisions (disposition, message_id desc) where disposition <> 'keep';
create index messages_by_state on messages (state, id desc) where state <> 'visible';
create index reviews_of_message on reviews (message_id, id);
create index tasks_of_message on tasks (message_id, id) where message_id is not null;
create index audit_of_subject on audit (subject, id desc);
create index audit_of_person on audit (person_id, id desc);
