-- The way of a message: deliveries, messages, decisions, actions, evidence; the people and their queue.
-- Times are timestamptz (UTC). Texts of enumerations are checked here, so that no other value can get in.

create table units (
    key text primary key,
    name_tr text not null,
    name_en text not null,
    email text,
    hook_url text
);

create table people (
    id bigint generated always as identity primary key,
    name text not null,
    email text not null unique,
    role text not null check (role in (
        'responsible', 'specialist', 'director', 'top_management', 'security', 'sks', 'service_unit', 'agency', 'auditor')),
    unit text references units (key),
    is_active boolean not null default true,
    created_at timestamptz not null default now()
);

create table accounts (
    id bigint generated always as identity primary key,
    platform text not null,
    external_id text not null,
    page_id text,
    handle text not null,
    kind text not null check (kind in ('official', 'unit', 'club')),
    unit text references units (key),
    is_active boolean not null default true,
    created_at timestamptz not null default now(),
    unique (platform, external_id)
);

create table responsibilities (
    person_id bigint not null references people (id),
    account_id bigint not null references accounts (id),
    primary key (person_id, account_id)
);

create table api_tokens (
    id bigint generated always as identity primary key,
    person_id bigint not null references people (id),
    digest bytea not null unique,
    label text not null,
    created_at timestamptz not null default now(),
    expires_at timestamptz,
    revoked_at timestamptz
);

create table policies (
    version text primary key,
    document jsonb not null,
    created_at timestamptz not null default now(),
    created_by bigint references people (id)
);

create table policy_activations (
    id bigint generated always as identity primary key,
    version text not null references policies (version),
    activated_at timestamptz not null default now(),
    activated_by bigint references people (id)
);

create table template_approvals (
    template text not null,
    texts_digest text not null,
    approved_by bigint not null references people (id),
    approved_at timestamptz not null default now(),
    primary key (template, texts_digest)
);

create table silences (
    id bigint generated always as identity primary key,
    reason text not null,
    includes_support boolean not null default false,
    started_at timestamptz not null default now(),
    started_by bigint not null references people (id),
    until_at timestamptz,
    ended_at timestamptz,
    ended_by bigint references people (id)
);

create table deliveries (
    id bigint generated always as identity primary key,
    platform text not null,
    received_at timestamptz not null default now(),
    correlation_id text not null,
    headers jsonb not null,
    body bytea not null,
    digest bytea not null,
    state text not null default 'received' check (state in ('received', 'parsed', 'quarantined')),
    problem text,
    summary jsonb,
    parsed_at timestamptz
);
-- A byte-identical delivery is a retry of the platform: taken once.
create unique index deliveries_once on deliveries (platform, digest);
create index deliveries_newest on deliveries (state, id desc);

-- Events may come twice, in other batches: their own keys live here, apart from the messages.
create table event_keys (
    platform text not null,
    account_external_id text not null,
    key text not null,
    primary key (platform, account_external_id, key)
);

-- What our accounts said themselves, by hand or by machine.
create table echoes (
    account_id bigint not null references accounts (id),
    external_id text not null,
    primary key (account_id, external_id)
);

create table messages (
    id bigint generated always as identity primary key,
    account_id bigint not null references accounts (id),
    platform text not null,
    channel text not null check (channel in ('comment', 'mention', 'dm')),
    external_id text not null,
    parent_external_id text,
    post_external_id text,
    author_external_id text,
    author_name text,
    text text not null,
    media jsonb not null default '[]',
    link text,
    sent_at timestamptz,
    received_at timestamptz not null default now(),
    revision integer not null default 1,
    state text not null default 'visible' check (state in ('visible', 'hidden', 'deleted', 'removed_by_author')),
    kept_by_person boolean not null default false,
    delivery_id bigint references deliveries (id),
    correlation_id text not null,
    busy_until timestamptz,
    busy_with text
);
create unique index messages_once on messages (account_id, external_id);
create index messages_of_author on messages (account_id, author_external_id, id desc);
create index messages_of_account on messages (account_id, id desc);
create index messages_by_arrival on messages (received_at);

create table revisions (
    message_id bigint not null references messages (id),
    revision integer not null,
    text text not null,
    media jsonb not null,
    delivery_id bigint references deliveries (id),
    received_at timestamptz not null default now(),
    primary key (message_id, revision)
);
create index revisions_of_delivery on revisions (delivery_id);

create table decisions (
    id bigint generated always as identity primary key,
    message_id bigint not null references messages (id),
    revision integer not null,
    made_by text not null check (made_by in ('machine', 'person')),
    person_id bigint references people (id),
    disposition text not null check (disposition in ('remove', 'contain', 'review', 'keep')),
    labels text[] not null default '{}',
    articles text[] not null default '{}',
    language text,
    findings jsonb not null default '[]',
    context jsonb not null default '{}',
    incomplete text[] not null default '{}',
    review_reason text,
    explanation jsonb,
    reason text,
    policy_version text not null references policies (version),
    decided_at timestamptz not null default now(),
    check (made_by = 'machine' or (person_id is not null and reason is not null)),
    -- 6.4.15 and 6.4.12, by construction: the machine never takes self-harm down and never removes a threat.
    constraint machine_spares_self_harm check (
        made_by = 'person' or disposition not in ('remove', 'contain') or not labels @> array['self_harm']),
    constraint machine_never_removes_threats check (
        made_by = 'person' or disposition <> 'remove' or not labels @> array['threat']),
    -- 6.4.3, 6.4.5: nothing is taken down for criticism, praise, complaint or misinformation alone.
    constraint machine_needs_a_removing_label check (
        made_by = 'person' or disposition not in ('remove', 'contain')
        or labels && array['threat', 'violence_drugs', 'hate', 'harassment', 'privacy', 'insult', 'litigation', 'advertisement'])
);
create unique index decisions_once on decisions (message_id, revision) where made_by = 'machine';
create index decisions_of_message on decisions (message_id, id desc);

create table evidence (
    id bigint generated always as identity primary key,
    message_id bigint not null references messages (id),
    revision integer not null,
    sequence bigint not null unique,
    digests jsonb not null,
    previous_hash text not null,
    hash text not null unique,
    version integer not null,
    sealed_at timestamptz not null,
    unique (message_id, revision)
);

create table evidence_contents (
    evidence_id bigint primary key references evidence (id),
    fields jsonb not null,
    salts jsonb not null,
    erased_at timestamptz,
    -- A link, or why the platform gives none: to the message and to its author.
    constraint links_or_reasons check (
        erased_at is not null
        or ((fields ->> 'link' is not null or fields ->> 'link_missing' is not null)
            and (fields ->> 'author_link' is not null or fields ->> 'author_link_missing' is not null)))
);

create table evidence_images (
    id bigint generated always as identity primary key,
    evidence_id bigint not null references evidence (id),
    kind text not null check (kind in ('card', 'page', 'upload')),
    object_key text not null,
    sha256 text not null,
    media_type text not null,
    size bigint not null,
    taken_at timestamptz not null default now(),
    taken_by bigint references people (id),
    unique (evidence_id, kind, sha256)
);

create table actions (
    id bigint generated always as identity primary key,
    message_id bigint not null references messages (id),
    revision integer not null,
    decision_id bigint not null references decisions (id),
    position integer not null,
    kind text not null check (kind in (
        'evidence', 'hide', 'unhide', 'delete', 'reply', 'private_message', 'block', 'report_to_platform', 'notify')),
    purpose text not null,
    label text,
    template text,
    language text,
    text text,
    recipient text,
    urgency text not null default 'normal' check (urgency in ('urgent', 'normal')),
    needs_image boolean not null default false,
    state text not null default 'planned' check (state in (
        'planned', 'running', 'done', 'refused', 'task', 'held', 'withheld', 'cancelled')),
    held_because text,
    requested_by bigint references people (id),
    due_at timestamptz not null,
    expires_at timestamptz,
    attempts integer not null default 0,
    started_at timestamptz,
    finished_at timestamptz,
    external_id text,
    problem text,
    created_at timestamptz not null default now()
);
-- Speech is said at most once for a purpose (I4); every other act once for a decision.
create unique index actions_speech_once on actions (message_id, purpose) where kind in ('reply', 'private_message');
create unique index actions_once on actions (decision_id, kind, purpose);
create index actions_of_message on actions (message_id, id);
create index actions_waiting on actions (state, due_at) where state in ('planned', 'running');
create index actions_by_state on actions (state, id desc);
create index actions_said_to_author on actions (template, finished_at) where kind in ('reply', 'private_message') and state = 'done';

create table attempts (
    id bigint generated always as identity primary key,
    action_id bigint not null references actions (id),
    number integer not null,
    started_at timestamptz not null,
    ended_at timestamptz,
    outcome text,
    code text,
    detail text,
    unique (action_id, number)
);

create table reviews (
    id bigint generated always as identity primary key,
    message_id bigint not null references messages (id),
    revision integer not null,
    reason text not null,
    labels text[] not null default '{}',
    priority integer not null,
    state text not null default 'open' check (state in ('open', 'decided')),
    opened_at timestamptz not null default now(),
    decided_at timestamptz,
    decided_by bigint references people (id),
    decision_id bigint references decisions (id)
);
create unique index reviews_one_open on reviews (message_id) where state = 'open';
create index reviews_queue on reviews (state, priority desc, id);

create table tasks (
    id bigint generated always as identity primary key,
    message_id bigint references messages (id),
    action_id bigint unique references actions (id),
    kind text not null,
    urgency text not null default 'normal' check (urgency in ('urgent', 'normal')),
    reason text not null,
    detail jsonb not null default '{}',
    state text not null default 'open' check (state in ('open', 'done')),
    created_at timestamptz not null default now(),
    confirmed_at timestamptz,
    confirmed_by bigint references people (id),
    note text
);
create index tasks_open on tasks (state, id desc);

create table notifications (
    id bigint generated always as identity primary key,
    key text not null unique,
    message_id bigint references messages (id),
    action_id bigint references actions (id),
    decision_id bigint references decisions (id),
    kind text not null,
    unit text not null references units (key),
    urgency text not null check (urgency in ('urgent', 'normal')),
    state text not null default 'queued' check (state in ('queued', 'sent', 'failed')),
    channel text,
    attempts integer not null default 0,
    problem text,
    created_at timestamptz not null default now(),
    sent_at timestamptz,
    acknowledged_at timestamptz,
    acknowledged_by bigint references people (id)
);
create index notifications_of_unit on notifications (unit, id desc);
create index notifications_unacknowledged on notifications (urgency, id desc) where acknowledged_at is null;
create index notifications_of_message on notifications (message_id);

create table audit (
    id bigint generated always as identity primary key,
    at timestamptz not null default now(),
    person_id bigint references people (id),
    act text not null,
    subject text not null,
    detail jsonb not null default '{}'
);

create table idempotency_keys (
    person_id bigint not null references people (id),
    key text not null,
    request_digest bytea not null,
    status integer,
    body jsonb,
    created_at timestamptz not null default now(),
    primary key (person_id, key)
);

-- I3: a removing call cannot start without sealed evidence of the revision it removes: hiding needs the sealed record,
-- deleting an image reference too. Starting means entering the state 'running' (or claiming to be 'done').
create function nobet_require_evidence() returns trigger language plpgsql as $$
begin
    if new.kind in ('hide', 'delete') and new.state in ('running', 'done') then
        if not exists (
            select from evidence e join evidence_contents c on c.evidence_id = e.id
            where e.message_id = new.message_id and e.revision = new.revision and c.erased_at is null
        ) then
            raise exception 'action %: no sealed evidence for message % revision %', new.kind, new.message_id, new.revision
                using errcode = 'check_violation', constraint = 'evidence_before_removal';
        end if;
        if new.kind = 'delete' and not exists (
            select from evidence e join evidence_images i on i.evidence_id = e.id
            where e.message_id = new.message_id and e.revision = new.revision
        ) then
            raise exception 'action delete: no image in evidence for message % revision %', new.message_id, new.revision
                using errcode = 'check_violation', constraint = 'image_before_deletion';
        end if;
    end if;
    return new;
end $$;
create trigger actions_require_evidence before insert or update on actions
    for each row execute function nobet_require_evidence();

-- I5: what the machine plans must be within what its decision allows; a person may do more.
create function nobet_machine_within_bounds() returns trigger language plpgsql as $$
declare decision decisions;
begin
    if new.requested_by is null and new.kind in ('hide', 'delete', 'block') then
        select * into decision from decisions where id = new.decision_id;
        if decision.labels @> array['self_harm'] then
            raise exception 'the machine may not % a message that speaks of self-harm (6.4.15)', new.kind
                using errcode = 'check_violation', constraint = 'machine_spares_self_harm';
        end if;
        if new.kind = 'hide' and decision.disposition not in ('remove', 'contain')
            or new.kind = 'delete' and decision.disposition <> 'remove' then
            raise exception 'the machine may not % what was decided to %', new.kind, decision.disposition
                using errcode = 'check_violation', constraint = 'machine_within_decision';
        end if;
    end if;
    return new;
end $$;
create trigger actions_within_bounds before insert or update of kind, decision_id, requested_by on actions
    for each row execute function nobet_machine_within_bounds();

-- Records that count are written once.
create function nobet_written_once() returns trigger language plpgsql as $$
begin
    raise exception '% is written once: % refused', tg_table_name, lower(tg_op)
        using errcode = 'restrict_violation', constraint = 'written_once';
end $$;
create trigger evidence_written_once before update or delete on evidence
    for each row execute function nobet_written_once();
create trigger evidence_images_written_once before update or delete on evidence_images
    for each row execute function nobet_written_once();
create trigger decisions_written_once before update or delete on decisions
    for each row execute function nobet_written_once();
create trigger audit_written_once before update or delete on audit
    for each row execute function nobet_written_once();
create trigger policies_written_once before update or delete on policies
    for each row execute function nobet_written_once();
create trigger evidence_truncated before truncate on evidence for each statement execute function nobet_written_once();
create trigger evidence_images_truncated before truncate on evidence_images for each statement execute function nobet_written_once();
create trigger audit_truncated before truncate on audit for each statement execute function nobet_written_once();

-- Contents may be erased by the retention rule, never altered.
create function nobet_contents_only_erased() returns trigger language plpgsql as $$
begin
    if tg_op = 'UPDATE' and old.erased_at is null and new.erased_at is not null
        and new.fields = '{}'::jsonb and new.salts = '{}'::jsonb then
        return new;
    end if;
    raise exception 'evidence contents are written once and may only be erased as a whole'
        using errcode = 'restrict_violation', constraint = 'written_once';
end $$;
create trigger evidence_contents_only_erased before update or delete on evidence_contents
    for each row execute function nobet_contents_only_erased();
create trigger evidence_contents_truncated before truncate on evidence_contents for each statement execute function nobet_written_once();
