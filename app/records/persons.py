"""What is stored of one person from outside, found by their ids and names, and erased (policy section 9).

The places that hang on a person's messages are known; beside them every text, JSON and byte column is searched, also
those of tables that came after this module was written, so that nothing is left unsaid.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from app.messages import EvidenceId, MessageId
from app.records.actions import IS_OWED
from app.records.pseudonyms import Pseudonyms
from app.records.retention import IS_HELD

# A shorter word is found everywhere and says nothing of anybody.
SHORTEST_ID = 6
SHORTEST_WORDS = 3
MOST_WORDS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Whom a request is about: (platform, author's id), and free identifiers such as a name as it is shown."""

    authors: tuple[tuple[str, str], ...] = ()
    identifiers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Theirs:
    """A message of theirs; `because` says why its words must stay for now (None: they may go)."""

    id: MessageId
    platform: str
    external_id: str
    author_id: str | None
    because: str | None


_THEIRS = text(
    f"""
    select m.id, m.platform, m.external_id, m.author_external_id, case
        when {IS_HELD} then 'held'
        when exists (select from actions a where a.message_id = m.id and {IS_OWED}) then 'act_open'
        when exists (select from tasks t where t.message_id = m.id and t.state = 'open') then 'act_open'
        when exists (select from reviews r where r.message_id = m.id and r.state = 'open') then 'review_open'
        when m.revision > 0 and m.expired_at is null and not exists (
            select from decisions d where d.message_id = m.id) then 'not_judged'
        when exists (
            select from decisions d where d.message_id = m.id and d.made_by = 'machine'
            and (d.disposition in ('contain', 'remove') or d.labels && array['self_harm', 'threat'])
            and not exists (select from decisions p where p.message_id = m.id and p.made_by = 'person' and p.id > d.id)
        ) then 'review_open'
    end as because
    from messages m
    where (m.platform, m.author_external_id) in (
        select * from unnest(cast(:platforms as text[]), cast(:authors as text[])))
    or m.author_external_id = any(:identifiers) or m.author_name = any(:identifiers)
    order by m.id
    """  # noqa: S608  (our own words)
)


_THEIRS_LOCKED = text(f"{_THEIRS.text} for update of m")


async def messages_of(session: AsyncSession, person: Person, *, locked: bool = False) -> list[Theirs]:
    """All messages of theirs, the oldest first; `locked` keeps others away until the transaction ends."""
    given = {
        "platforms": [platform for platform, _ in person.authors],
        "authors": [author for _, author in person.authors],
        "identifiers": list(person.identifiers),
    }
    return [
        Theirs(
            id=MessageId(row.id),
            platform=row.platform,
            external_id=row.external_id,
            author_id=row.author_external_id,
            because=row.because,
        )
        for row in await session.execute(_THEIRS_LOCKED if locked else _THEIRS, given)
    ]


# What is shown and handed over of each place: the key under which it stands in the export, and its rows.
_PLACES: Mapping[str, str] = {
    "messages": "select to_jsonb(x) from messages x where x.id = any(:ids)",
    "revisions": "select to_jsonb(x) from revisions x where x.message_id = any(:ids)",
    "decisions": (
        "select jsonb_build_object('message_id', message_id, 'revision', revision, 'made_by', made_by, "
        "'labels', labels, 'articles', articles, 'disposition', disposition, 'explanation', explanation, "
        "'reason', reason, "
        "'policy_version', policy_version, 'decided_at', decided_at) from decisions where message_id = any(:ids)"
    ),
    "actions": (
        "select jsonb_build_object('message_id', message_id, 'kind', kind, 'state', state, 'text', text, "
        "'created_at', created_at, 'finished_at', finished_at) from actions where message_id = any(:ids)"
    ),
    "tasks": (
        "select jsonb_build_object('message_id', message_id, 'kind', kind, 'state', state, 'detail', detail, "
        "'note', note, 'created_at', created_at) from tasks where message_id = any(:ids)"
    ),
    "notes": (
        "select jsonb_build_object('message_id', message_id, 'text', text, 'written_at', written_at) "
        "from review_notes where message_id = any(:ids)"
    ),
    "notifications": (
        "select jsonb_build_object('message_id', message_id, 'kind', kind, 'unit', unit, 'created_at', created_at, "
        "'reports', (select coalesce(jsonb_agg(r.text), '[]') from notification_reports r "
        "where r.notification_id = notifications.id)) from notifications where message_id = any(:ids)"
    ),
    "evidence": (
        "select jsonb_build_object('message_id', e.message_id, 'sequence', e.sequence, 'sealed_at', e.sealed_at, "
        "'hash', e.hash, 'erased_at', c.erased_at, "
        # The delivery it came in may hold what others said.
        "'fields', c.fields - 'delivery') from evidence e join evidence_contents c on c.evidence_id = e.id "
        "where e.message_id = any(:ids)"
    ),
    "objects": (
        "select jsonb_build_object('message_id', e.message_id, 'kind', i.kind, 'sha256', i.sha256, 'size', i.size, "
        "'taken_at', i.taken_at) from evidence_images i join evidence e on e.id = i.evidence_id "
        "where e.message_id = any(:ids)"
    ),
    "deliveries": (
        "select jsonb_build_object('id', d.id, 'platform', d.platform, 'received_at', d.received_at, "
        "'bytes', length(d.body)) from deliveries d where d.id = any(:deliveries)"
    ),
}


async def rows_of(session: AsyncSession, theirs: Sequence[Theirs]) -> dict[str, list[dict[str, Any]]]:
    """Everything stored of these messages, by place."""
    given = {
        "ids": [message.id for message in theirs],
        "deliveries": [delivery for delivery, _ in await _deliveries_of(session, theirs)],
    }
    return {place: list(await session.scalars(text(statement), given)) for place, statement in _PLACES.items()}


async def _deliveries_of(session: AsyncSession, theirs: Sequence[Theirs]) -> list[tuple[int, str]]:
    """The deliveries whose bodies hold words or ids of theirs, with their states."""
    ids = {name for message in theirs for name in (message.external_id, message.author_id) if name}
    rows = await session.execute(
        text(
            """
            select d.id, d.state from deliveries d where length(d.body) > 0 and (
                d.id in (select r.delivery_id from revisions r where r.message_id = any(:messages)
                    union select m.delivery_id from messages m where m.id = any(:messages))
                or exists (select from unnest(cast(:names as text[])) as name
                    where position(convert_to(name, 'UTF8') in d.body) > 0))
            order by d.id
            """
        ),
        {
            "messages": [message.id for message in theirs],
            "names": sorted(name for name in ids if len(name) >= SHORTEST_ID),
        },
    )
    return [(row.id, row.state) for row in rows]


async def labels_of(session: AsyncSession, ids: Collection[MessageId]) -> dict[EvidenceId, tuple[datetime, list[str]]]:
    """The records of these messages that still have contents: when each was sealed, and its message's labels."""
    rows = await session.execute(
        text(
            "select e.id, e.sealed_at, array(select distinct unnest(d.labels) from decisions d "
            "where d.message_id = e.message_id and d.made_by = 'machine') as labels "
            "from evidence e join evidence_contents c on c.evidence_id = e.id "
            "where e.message_id = any(:ids) and c.erased_at is null order by e.id"
        ),
        {"ids": list(ids)},
    )
    return {EvidenceId(row.id): (row.sealed_at, list(row.labels)) for row in rows}


_ERASURES: Mapping[str, str] = {
    "revisions": "update revisions set text = '', media = '[]', expired_at = coalesce(expired_at, :at) "
    "where message_id = any(:ids)",
    "offers": "update actions set state = 'cancelled', finished_at = :at "
    "where message_id = any(:ids) and state = 'held'",
    "actions": "update actions set text = null, problem = null where message_id = any(:ids)",
    "attempts": "update attempts set detail = null "
    "where action_id in (select id from actions where message_id = any(:ids))",
    "tasks": "update tasks set detail = '{}', note = null where message_id = any(:ids)",
    "notes": "update review_notes set text = '' where message_id = any(:ids) and text <> ''",
    "reviews": "update reviews set parked_because = null where message_id = any(:ids)",
    "reports": "update notification_reports set text = '' "
    "where notification_id in (select id from notifications where message_id = any(:ids))",
    "reasons": "update decisions set reason = '' where message_id = any(:ids) and made_by = 'person' and reason <> ''",
    "approvals": "update approvals set text = null, reason = '', answer_reason = null where message_id = any(:ids)",
    "appeals": "update appeals set reason = '' where message_id = any(:ids) and reason is not null",
    # Who an author is goes with the author; before the ids are replaced, by which it is found.
    "authors": "delete from author_attributes where (platform, author_external_id) in ("
    "select platform, author_external_id from messages where id = any(:ids))",
    "captures": "update page_captures set address = null, detail = null "
    "where evidence_id in (select id from evidence where message_id = any(:ids))",
    "messages": "update messages set text = '', media = '[]', author_name = null, link = null, "
    "expired_at = coalesce(expired_at, :at) where id = any(:ids)",
}


async def erase_words(session: AsyncSession, ids: Collection[MessageId], *, at: datetime) -> dict[str, int]:
    """Empty all words and names of and about these messages. Returns how many rows of each place."""
    done = {}
    for place, statement in _ERASURES.items():
        given = {"ids": list(ids)} | ({"at": at} if ":at" in statement else {})
        found = await session.execute(text(statement), given)
        done[place] = int(getattr(found, "rowcount", 0))
    return done


async def erase_bodies(session: AsyncSession, theirs: Sequence[Theirs], *, at: datetime) -> tuple[int, list[int]]:
    """Empty the bodies that hold theirs, whole, once they are read; returns how many, and which could not be yet."""
    found = await _deliveries_of(session, theirs)
    read = [delivery for delivery, state in found if state == "parsed"]
    await session.execute(
        text("update deliveries set body = '', expired_at = :at where id = any(:ids)"), {"ids": read, "at": at}
    )
    return len(read), [delivery for delivery, state in found if state != "parsed"]


async def forget_quotes(session: AsyncSession, ids: Collection[MessageId], words: "Words") -> None:
    """Empty what quotes them: findings of these messages, and answers that are kept for a day to be repeated.

    A decision's labels and articles stay, and the keys of those answers stay taken.
    """
    if words.found:
        await session.execute(
            text(
                "update decisions set findings = '[]' where message_id = any(:ids) "
                "and cast(findings as text) like any(cast(:words as text[]))"
            ),
            {"ids": list(ids), "words": words.patterns},
        )
        await session.execute(
            text(
                "update idempotency_keys set status = null, body = null "
                "where cast(body as text) like any(cast(:words as text[]))"
            ),
            {"words": words.patterns},
        )


async def replace_ids(
    session: AsyncSession, erased: Sequence[Theirs], kept: Sequence[Theirs], made: Pseudonyms
) -> list[str]:
    """Put pseudonyms in the place of the ids of what is erased, wherever one stands as such.

    Whose other messages are kept keeps their id beside these. Returns the pseudonyms of the messages.
    """
    remembered = {message.external_id: made.of(message.platform, message.external_id) for message in erased}
    taken = set(
        await session.scalars(
            text("select pseudonym from erased_ids where pseudonym = any(:names)"), {"names": list(remembered.values())}
        )
    )
    # Edited after an erasure, a message comes back under its id, and gives way to a name of its own the second time.
    of_messages = {
        message.external_id: made.of(message.platform, f"{message.external_id}\n{message.id}")
        if remembered[message.external_id] in taken
        else remembered[message.external_id]
        for message in erased
    }
    of_authors = {
        message.author_id: made.of(message.platform, message.author_id) for message in erased if message.author_id
    }
    await session.execute(
        text(
            "update messages m set author_external_id = n.becomes "
            "from unnest(cast(:was as text[]), cast(:becomes as text[])) as n (was, becomes) "
            "where m.id = any(:ids) and m.author_external_id = n.was"
        ),
        {
            "ids": [message.id for message in erased],
            "was": list(of_authors),
            "becomes": list(of_authors.values()),
        },
    )
    known = {message.author_id for message in kept}
    names = of_messages | {author: name for author, name in of_authors.items() if author not in known}
    given = {"was": list(names), "becomes": list(names.values())}
    for table, column in await _id_columns(session):
        await session.execute(
            text(
                f'update "{table}" x set "{column}" = n.becomes '  # noqa: S608  (names from the catalogue)
                "from unnest(cast(:was as text[]), cast(:becomes as text[])) as n (was, becomes) "
                f'where x."{column}" = n.was'
            ),
            given,
        )
    # The events are told by the pseudonyms from now on.
    await session.execute(
        text(
            "delete from event_keys k using unnest(cast(:names as text[])) as name "
            "where length(name) >= :shortest and position(name in k.key) > 0"
        ),
        {"names": list(of_messages), "shortest": SHORTEST_ID},
    )
    return list(remembered.values())


async def _id_columns(session: AsyncSession) -> list[tuple[str, str]]:
    """The columns of texts that hold ids of platforms, save those of our own accounts, acts and words."""
    rows = await session.execute(
        text(
            """
            select c.relname, a.attname from pg_attribute a join pg_class c on c.oid = a.attrelid
            where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
            and a.attnum > 0 and not a.attisdropped and a.atttypid = 'text'::regtype
            and (a.attname like '%external_id' or a.attname in ('author', 'author_id'))
            and c.relname not in ('accounts', 'echoes', 'event_keys', 'actions')
            order by 1, 2
            """
        )
    )
    return [(row.relname, row.attname) for row in rows]


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """Rows of one column in which a word or id of theirs stands."""

    table: str
    column: str
    rows: int


@dataclass(slots=True)
class Words:
    """What to look for: names, ids, and whole texts."""

    found: set[str] = field(default_factory=set)

    def add(self, word: str | None, *, shortest: int = SHORTEST_WORDS) -> None:
        """Look for this too, unless it is too short to say anything."""
        if word is not None and len(word.strip()) >= shortest:
            self.found.add(word.strip())

    @property
    def patterns(self) -> list[str]:
        """As they stand in texts and in JSON, for LIKE; the longest first."""
        spelt = {form for word in self.found for form in (word, json.dumps(word, ensure_ascii=False)[1:-1])}
        return [f"%{_escaped(word)}%" for word in sorted(spelt, key=len, reverse=True)[:MOST_WORDS]]

    @property
    def spellings(self) -> list[bytes]:
        """As they stand in bytes: UTF-8, and JSON with and without escapes."""
        spelt = {form.encode() for word in self.found for form in (word, json.dumps(word)[1:-1])}
        return sorted(spelt, key=len, reverse=True)[:MOST_WORDS]


def _escaped(word: str) -> str:
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


async def words_of(session: AsyncSession, person: Person, theirs: Sequence[Theirs]) -> Words:
    """The names, ids and texts of a person, to be looked for everywhere."""
    words = Words()
    for identifier in person.identifiers:
        words.add(identifier)
    for _, author in person.authors:
        words.add(author, shortest=SHORTEST_ID)
    ids = [message.id for message in theirs]
    for message in theirs:
        words.add(message.external_id, shortest=SHORTEST_ID)
        words.add(message.author_id, shortest=SHORTEST_ID)
    for statement in (
        "select distinct author_name from messages where id = any(:ids)",
        "select distinct text from revisions where message_id = any(:ids)",
        "select distinct text from messages where id = any(:ids)",
    ):
        for word in await session.scalars(text(statement), {"ids": ids}):
            # A text of few letters is anybody's.
            words.add(word, shortest=SHORTEST_WORDS if "author_name" in statement else 12)
    return words


_COLUMNS = text(
    """
    select c.relname, a.attname, format_type(a.atttypid, null) as type
    from pg_attribute a join pg_class c on c.oid = a.attrelid
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
    and a.attnum > 0 and not a.attisdropped
    and format_type(a.atttypid, null) in ('text', 'text[]', 'jsonb', 'json', 'bytea', 'character varying')
    order by 1, 2
    """
)


async def search(session: AsyncSession, words: Words) -> list[Left]:
    """Every column of every table in which one of the words stands, with how many rows."""
    left: list[Left] = []
    if not words.found:
        return left
    for row in (await session.execute(_COLUMNS)).all():
        if row.type == "bytea":
            given_words = "unnest(cast(:words as bytea[])) as word"
            condition = f'exists (select from {given_words} where position(word in "{row.attname}") > 0)'
            given: list[Any] = words.spellings
        else:
            condition, given = f'cast("{row.attname}" as text) like any(cast(:words as text[]))', words.patterns
        statement = f'select count(*) from "{row.relname}" where {condition}'  # noqa: S608  (names from the catalogue)
        if (rows := await session.scalar(text(statement), {"words": given})) and row.relname != "privacy_requests":
            left.append(Left(table=row.relname, column=row.attname, rows=int(rows)))
    return left
