-- Three years of a university's messages, a million of them, spread evenly over the months; one in three of the deliveries
-- is still there. Written past triggers and foreign keys, which hold for what this writes; checks are made.
set session_replication_role = replica;
set synchronous_commit = off;

do $$
declare present bigint := nobet_month(now());
begin
    for month in present - :months + 1 .. present loop
        call nobet_make_month(month);
    end loop;
end $$;

create temporary table own as select row_number() over (order by id) - 1 as number, id, platform from accounts;
create temporary table place as
    select n, own.id as account_id, own.platform, month << 40 | n as id,
        least(now() - interval '1 minute',
            make_timestamptz(2020 + (month / 12)::int, (month % 12)::int + 1, 1, 0, 0, 0, 'UTC')
                + (n % (:messages / :months)) * (interval '2583000 seconds' / (:messages / :months))) as at,
        -- What a thousand messages are, roughly as the validation set has them.
        case when n % 1000 < 30 then 'insult' when n % 1000 < 40 then 'privacy' when n % 1000 < 60 then 'advertisement'
            when n % 1000 < 64 then 'threat' when n % 1000 < 67 then 'self_harm' when n % 1000 < 160 then 'complaint'
            when n % 1000 < 230 then 'criticism' when n % 1000 < 330 then 'admission_question'
            when n % 1000 < 530 then 'praise' else '' end as kind
    from generate_series(1::bigint, :messages) as n
    cross join lateral (select nobet_month(now()) - :months + 1 + (n - 1) * :months / :messages as month) as given
    join own on own.number = n % (select count(*) from own);

insert into deliveries (id, platform, received_at, correlation_id, headers, body, digest, state, summary, parsed_at)
select id, platform, at, md5(n::text), '{"content-type": "application/json"}',
    convert_to(repeat('{"object": "page", "entry": [' || n || ']} ', 20), 'UTF8'), sha256(n::text::bytea),
    case when n % 20000 = 0 then 'quarantined' else 'parsed' end, '{"created": 1}', at
from place where n > :messages * 2 / 3;
insert into delivery_keys select platform, digest, id from deliveries;

insert into messages (id, account_id, platform, channel, external_id, post_external_id, author_external_id, author_name, text,
    sent_at, received_at, state, delivery_id, correlation_id)
select id, account_id, platform, case when n % 20 = 0 then 'mention' when n % 6 = 0 then 'dm' else 'comment' end,
    'grown_' || n, 'post_' || n / 200, 'author_' || (n * 7919) % 60000, 'Deneme Kişi ' || n % 60000,
    'Bu mesaj ' || n || ' numaralı deneme mesajıdır, ' || md5(n::text), at, at,
    case when kind in ('insult', 'privacy', 'advertisement') then 'deleted' when kind = 'threat' then 'hidden' else 'visible' end,
    id, md5(n::text)
from place;
insert into message_keys select account_id, external_id, id from messages;
insert into revisions (message_id, revision, text, media, delivery_id, received_at)
select id, 1, text, '[]', delivery_id, received_at from messages;

insert into decisions (id, message_id, revision, made_by, disposition, labels, articles, language, findings, policy_version,
    decided_at)
select id, id, 1, 'machine',
    case when kind in ('insult', 'privacy', 'advertisement') then 'remove' when kind = 'threat' then 'contain'
        when kind = 'criticism' then 'review' else 'keep' end,
    case when kind = '' then '{}' else array[kind] end, case when kind = '' then '{}' else array['6.4'] end, 'tr',
    case when kind = '' then '[]' else jsonb_build_array(jsonb_build_object('label', kind, 'article', '6.4', 'rule', kind || '.test',
        'tier', 'certain', 'score', 0.9, 'stage', 'act', 'spans', '[[0, 5]]'::jsonb, 'kinds', '[""]'::jsonb, 'reasons', '["seen"]'::jsonb)) end,
    (select version from policies limit 1), at
from place;

-- One removal in a few makes evidence, hide, delete and notify; a complaint a notice and a reply, a question a reply.
create temporary table deed as
    select p.id as message_id, p.n, p.at, step.position, step.kind, row_number() over (order by p.n, step.position) as number
    from place p join lateral (values
        (0, 'evidence', p.kind in ('insult', 'privacy', 'advertisement', 'threat', 'self_harm')),
        (1, 'hide', p.kind in ('insult', 'privacy', 'advertisement', 'threat')),
        (2, 'notify', p.kind in ('complaint', 'threat', 'self_harm', 'criticism')),
        (3, 'reply', p.kind in ('complaint', 'admission_question')),
        (4, 'delete', p.kind in ('insult', 'privacy', 'advertisement'))) as step(position, kind, is_taken) on step.is_taken;
insert into actions (id, message_id, revision, decision_id, position, kind, purpose, label, state, due_at, attempts, started_at,
    finished_at, created_at, text, held_because)
select nobet_first_id(message_id) | number, message_id, 1, message_id, position, kind, kind, 'complaint',
    case when n % 4000 = 60 then 'held' when n % 9000 = 70 then 'withheld' when n % 5000 = 25 then 'task'
        when n % 700 = 30 then 'cancelled' else 'done' end,
    at, 1, at, at, at, case when kind = 'reply' then 'Merhabalar' end, case when n % 4000 = 60 then 'over_quota' end
from deed;
insert into attempts (action_id, number, started_at, ended_at, outcome)
select nobet_first_id(message_id) | number, 1, at, at, 'done' from deed;

insert into evidence (message_id, revision, sequence, digests, previous_hash, hash, version, sealed_at)
select message_id, 1, row_number() over (order by number), '{}', 'before ' || number, 'hash ' || number, 1, at
from deed where kind = 'evidence';
insert into evidence_contents (evidence_id, fields, salts)
select id, '{"link": "https://platform.test/1", "author_link_missing": "none"}', '{}' from evidence;
insert into evidence_images (evidence_id, kind, object_key, sha256, media_type, size)
select id, 'card', 'grown/' || id, 'sha256', 'image/png', 20000 from evidence;

insert into reviews (message_id, revision, reason, labels, priority, state, opened_at, decided_at)
select id, 1, 'criticism', array[kind], n % 5 * 20, case when n % 40000 = 160 or n > :messages - 1000 then 'open' else 'decided' end, at, at
from place where kind in ('criticism', 'threat', 'self_harm');
insert into tasks (message_id, action_id, kind, urgency, reason, state, created_at, due_at, confirmed_at)
select message_id, nobet_first_id(message_id) | number, kind, case when n % 3 = 0 then 'urgent' else 'normal' end,
    'not_possible', case when n > :messages * 99 / 100 then 'open' else 'done' end, at, at + interval '24 hours', at
from deed where n % 50 = 25;
insert into notifications (key, message_id, action_id, decision_id, kind, unit, urgency, state, channel, attempts, created_at,
    sent_at, acknowledged_at)
select 'grown_' || number, message_id, nobet_first_id(message_id) | number, message_id, 'complaint',
    (select key from units order by key offset n % (select count(*) from units) limit 1),
    case when n % 40 = 0 then 'urgent' else 'normal' end, 'sent', 'smtp', 1, at, at, case when n < :messages * 995 / 1000 then at end
from deed where kind = 'notify';
insert into audit (at, person_id, act, subject, detail)
select at, 1 + n % 9, 'message.show', 'message/' || id, '{}' from place where n % 12 = 0;

select setval('deliveries_numbers', 10 * :messages), setval('messages_numbers', 10 * :messages), setval('decisions_numbers', 10 * :messages),
    setval('actions_numbers', 10 * :messages);
insert into message_marks
    select 'label:' || label, message_id from decisions, unnest(labels) as label
    union select 'disposition:' || disposition, message_id from decisions where disposition <> 'keep'
    union select 'unit:' || unit, message_id from notifications
    on conflict do nothing;
set session_replication_role = origin;
