"""What is kept for a time and is past it, kind by kind (policy section 9): found, and ended.

Everything about a held message stays; see `app.records.retention` for what holds one. Statements end some rows at once
and say how many.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import TextClause, text
from sqlalchemy.ext.asyncio import AsyncSession

from app.decisions.retention import RecordKind
from app.messages import EvidenceId
from app.records.actions import IS_OWED
from app.records.retention import IS_HELD, IS_REVIEWED
from app.rules.model import Label


@dataclass(frozen=True, slots=True, kw_only=True)
class DueEvidence:
    """A sealed record past its time; `labels` are those that the machine gave to its message."""

    id: EvidenceId
    labels: frozenset[Label]


# Nothing is destroyed that a call still to be made must be able to show (architecture I3).
_DUE_EVIDENCE = text(
    f"""
    select e.id, m.id as message_id, array(
        select distinct unnest(d.labels) from decisions d where d.message_id = m.id and d.made_by = 'machine') as labels
    from evidence e
    join evidence_contents c on c.evidence_id = e.id and c.erased_at is null
    join messages m on m.id = e.message_id
    where e.sealed_at < :before
    and not exists (
        select from decisions d cross join unnest(d.labels) as given
        join unnest(cast(:labels as text[]), cast(:label_befores as timestamptz[])) as kept (label, before)
            on kept.label = given
        where d.message_id = m.id and d.made_by = 'machine' and e.sealed_at >= kept.before)
    and not exists (
        select from actions a where a.message_id = m.id and {IS_OWED})
    and not exists (select from tasks t where t.message_id = m.id and t.state = 'open')
    and not {IS_HELD}
    and {IS_REVIEWED}
    order by e.id limit :limit
    for no key update of m skip locked
    """  # noqa: S608  (our own words)
)


async def due_evidence(
    session: AsyncSession,
    *,
    before: datetime,
    before_by_label: Mapping[Label, datetime],
    reviewed_before: datetime,
    limit: int,
) -> list[DueEvidence]:
    """Records past their time that nothing holds, the oldest first; their messages are locked.

    `before`: sealed before then, where no label of the message has a time of its own; `before_by_label` has those.
    """
    given = {
        "before": before,
        "labels": list(before_by_label),
        "label_befores": list(before_by_label.values()),
        "reviewed_before": reviewed_before,
        "limit": limit,
    }
    rows = await session.execute(_DUE_EVIDENCE, given)
    return [DueEvidence(id=EvidenceId(row.id), labels=frozenset(map(Label, row.labels))) for row in rows]


# An object may be the image of several records; it goes with the last of them.
_OBJECTS = text(
    """
    select distinct i.evidence_id, i.object_key from evidence_images i
    where i.evidence_id = any(:ids) and not exists (
        select from evidence_images other join evidence_contents c on c.evidence_id = other.evidence_id
        where other.object_key = i.object_key and c.erased_at is null and other.evidence_id <> all(:ids))
    order by i.evidence_id, i.object_key
    """
)


async def objects_of(session: AsyncSession, ids: Sequence[EvidenceId]) -> dict[EvidenceId, list[str]]:
    """The keys of the objects that go with these records, by record."""
    found: dict[EvidenceId, list[str]] = {}
    for row in await session.execute(_OBJECTS, {"ids": list(ids)}):
        found.setdefault(EvidenceId(row.evidence_id), []).append(row.object_key)
    return found


async def erase_evidence(session: AsyncSession, ids: Sequence[EvidenceId], *, at: datetime) -> None:
    """Erase the contents of these records; seals and digests stay."""
    await session.execute(
        text(
            "update evidence_contents set fields = '{}', salts = '{}', erased_at = :at "
            "where evidence_id = any(:ids) and erased_at is null"
        ),
        {"ids": list(ids), "at": at},
    )


_OF_HELD = "exists (select from content_holds h where h.message_id = {message} and h.released_at is null)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """How rows of a table end that are `due`: their columns are emptied, or, where none is named, they are deleted.

    `message` names the column of the message that may be held; what hangs on a held one stays.
    """

    table: str
    key: str = "id"
    due: str
    empties: Mapping[str, str] = field(default_factory=dict)
    message: str | None = None

    def statement(self) -> TextClause:
        """Ends up to ``:limit`` rows that are older than ``:before``."""
        free = f"and not {_OF_HELD.format(message=self.message)}" if self.message else ""
        chosen = (
            f"select {self.key} from {self.table} where {self.due} {free} "  # noqa: S608  (our own words)
            f"order by {self.key} limit :limit for update skip locked"
        )
        emptied = ", ".join(f"{column} = {empty}" for column, empty in self.empties.items())
        change = f"update {self.table} set {emptied}" if emptied else f"delete from {self.table}"  # noqa: S608  (our own words)
        return text(f"{change} where ({self.key}) in ({chosen})")


_ENDED = "('done', 'refused', 'cancelled')"
# What a crisis gathered goes as long after its end as the crisis itself; the crisis goes last.
_OF_ENDED_CRISIS = "exists (select from crises c where c.id = {table}.crisis_id and c.closed_at < :before)"
# In this order: what refers to others goes before them.
ENDINGS: Mapping[RecordKind, tuple[Ending, ...]] = {
    RecordKind.ANSWERS: (
        Ending(
            table="actions",
            due=f"created_at < :before and state in {_ENDED} and (text is not null or problem is not null)",
            empties={"text": "null", "problem": "null"},
            message="actions.message_id",
        ),
        Ending(
            table="attempts",
            due="started_at < :before and detail <> '' and exists (select from actions a "
            f"where a.id = attempts.action_id and a.state in {_ENDED} "
            f"and not {_OF_HELD.format(message='a.message_id')})",
            empties={"detail": "null"},
        ),
    ),
    RecordKind.CASE_WORK: (
        Ending(
            table="review_notes",
            due="written_at < :before and text <> ''",
            empties={"text": "''"},
            message="review_notes.message_id",
        ),
        Ending(
            table="tasks",
            due="created_at < :before and state = 'done' and (detail <> '{}' or note is not null)",
            empties={"detail": "'{}'", "note": "null"},
            message="tasks.message_id",
        ),
        Ending(
            table="reviews",
            due="opened_at < :before and state = 'decided' and parked_because is not null",
            empties={"parked_because": "null"},
            message="reviews.message_id",
        ),
        Ending(
            table="notification_reports",
            due="at < :before and not exists ("
            "select from notifications n where n.id = notification_reports.notification_id "
            f"and {_OF_HELD.format(message='n.message_id')})",
        ),
        Ending(
            table="decisions",
            due="decided_at < :before and made_by = 'person' and reason <> ''",
            empties={"reason": "''"},
            message="decisions.message_id",
        ),
        Ending(
            table="approvals",
            due="wanted_at < :before and state <> 'pending' "
            "and (text is not null or reason <> '' or answer_reason is not null)",
            empties={"text": "null", "reason": "''", "answer_reason": "null"},
            message="approvals.message_id",
        ),
        Ending(
            table="appeals",
            due="decided_at < :before and reason <> ''",
            empties={"reason": "''"},
            message="appeals.message_id",
        ),
        Ending(
            table="page_captures",
            key="evidence_id",
            due="wanted_at < :before and state in ('taken', 'failed') "
            "and (address is not null or detail is not null or waived_because <> '') and not exists ("
            "select from evidence e where e.id = page_captures.evidence_id "
            f"and {_OF_HELD.format(message='e.message_id')})",
            empties={
                "address": "null",
                "detail": "null",
                "waived_because": "case when waived_at is not null then '' end",
            },
        ),
        Ending(
            table="content_holds",
            due="released_at < :before and (reason <> '' or case_number is not null)",
            empties={"reason": "''", "case_number": "null"},
        ),
    ),
    RecordKind.NOTIFICATIONS: (
        Ending(
            table="notification_steps",
            due="exists (select from notifications n where n.id = notification_steps.notification_id "
            "and n.created_at < :before "
            f"and not {_OF_HELD.format(message='n.message_id')})",
        ),
        Ending(
            table="notifications",
            due="created_at < :before and not exists ("
            "select from notification_steps s where s.notification_id = notifications.id) and not exists ("
            "select from notification_reports r where r.notification_id = notifications.id)",
            message="notifications.message_id",
        ),
    ),
    RecordKind.CRISES: (
        Ending(table="crisis_notes", due=_OF_ENDED_CRISIS.format(table="crisis_notes")),
        Ending(table="crisis_approvals", key="action_id", due=_OF_ENDED_CRISIS.format(table="crisis_approvals")),
        Ending(
            table="crisis_messages",
            key="crisis_id, message_id",
            due=_OF_ENDED_CRISIS.format(table="crisis_messages"),
        ),
        Ending(
            table="crises",
            due="closed_at < :before and (reason <> '' or summary <> '' or keywords <> '{}')",
            empties={"reason": "''", "summary": "''", "keywords": "'{}'"},
        ),
    ),
    # The newest is what the author is; it goes by its own time all the same.
    RecordKind.AUTHORS: (Ending(table="author_attributes", due="noted_at < :before"),),
    RecordKind.OPENINGS: (Ending(table="openings", due="opened_at < :before", message="openings.message_id"),),
    RecordKind.PRIVACY_REQUESTS: (
        Ending(
            table="privacy_requests",
            # One that nobody has carried out is still owed.
            due="coalesce(erased_at, exported_at) < :before and (note <> '' or authors <> '[]' or identifiers <> '{}' "
            "or reason <> '' or outcome is not null)",
            empties={
                "note": "''",
                "authors": "'[]'",
                "identifiers": "'{}'",
                "reason": "case when erased_at is not null then '' end",
                "outcome": "null",
            },
        ),
    ),
    RecordKind.DIGESTS: (
        Ending(
            table="digests",
            due="until_at < :before and state in ('sent', 'failed', 'unknown') and lines <> '[]'",
            empties={"lines": "'[]'", "problem": "null"},
        ),
    ),
    RecordKind.SIGN_INS: (Ending(table="sign_ins", key="state_digest", due="expires_at < :before"),),
    # Its trigger goes by the database's own clock: what it would refuse is not due.
    RecordKind.AUDIT: (Ending(table="audit", due="at < :before and at < now() - interval '1825 days'"),),
}
# These have ways of their own: `app.records.retention`. What of which table they empty.
BY_THEMSELVES: Mapping[RecordKind, Mapping[str, tuple[str, ...]]] = {
    RecordKind.MESSAGES: {"messages": ("text", "media", "author_name"), "revisions": ("text", "media")},
    RecordKind.DELIVERIES: {"deliveries": ("body",)},
}
IN_ORDER = tuple(ENDINGS)
_STATEMENTS = {kind: tuple(ending.statement() for ending in endings) for kind, endings in ENDINGS.items()}


async def end(session: AsyncSession, kind: RecordKind, *, before: datetime, limit: int) -> int:
    """End up to `limit` rows of each table of a kind. Returns how many; 0 where nothing is due any more."""
    ended = 0
    for statement in _STATEMENTS[kind]:
        found = await session.execute(statement, {"before": before, "limit": limit})
        ended += int(getattr(found, "rowcount", 0))
    return ended
