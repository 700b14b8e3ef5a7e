"""What is kept for a time and is past it, kind by kind (policy section 9): found, and ended.

Everything about a held message stays; see `app.records.retention` for what holds one. Statements end some rows at once
and say how many.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import TextClause, text
from sqlalchemy.ext.asyncio import AsyncSession

from app.decisions.retention import RecordKind
from app.messages import EvidenceId
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
        select from actions a where a.message_id = m.id
        and a.state in ('planned', 'running', 'held', 'withheld', 'task'))
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


def _some(table: str, key: str, change: str, due: str, *, message: str | None = None) -> TextClause:
    """End some rows of a table that are due; `message` names the column of the message that may be held."""
    free = f"and not {_OF_HELD.format(message=message)}" if message else ""
    chosen = f"select {key} from {table} where {due} {free} order by {key} limit :limit for update skip locked"  # noqa: S608  (our own words)
    return text(f"{change} where {key} in ({chosen})")


_ENDED = "('done', 'refused', 'cancelled')"
# In this order: what refers to others goes before them.
_STATEMENTS: Mapping[RecordKind, tuple[TextClause, ...]] = {
    RecordKind.ANSWERS: (
        _some(
            "actions",
            "id",
            "update actions set text = null, problem = null",
            f"created_at < :before and state in {_ENDED} and (text is not null or problem is not null)",
            message="actions.message_id",
        ),
        _some(
            "attempts",
            "id",
            "update attempts set detail = null",
            "started_at < :before and detail <> '' and exists (select from actions a "
            f"where a.id = attempts.action_id and a.state in {_ENDED} "
            f"and not {_OF_HELD.format(message='a.message_id')})",
        ),
    ),
    RecordKind.CASE_WORK: (
        _some(
            "review_notes",
            "id",
            "update review_notes set text = ''",
            "written_at < :before and text <> ''",
            message="review_notes.message_id",
        ),
        _some(
            "tasks",
            "id",
            "update tasks set detail = '{}', note = null",
            "created_at < :before and state = 'done' and (detail <> '{}' or note is not null)",
            message="tasks.message_id",
        ),
        _some(
            "reviews",
            "id",
            "update reviews set parked_because = null",
            "opened_at < :before and state = 'decided' and parked_because is not null",
            message="reviews.message_id",
        ),
        _some(
            "notification_reports",
            "id",
            "delete from notification_reports",
            "at < :before and not exists ("
            "select from notifications n where n.id = notification_reports.notification_id "
            f"and {_OF_HELD.format(message='n.message_id')})",
        ),
    ),
    RecordKind.NOTIFICATIONS: (
        _some(
            "notification_steps",
            "id",
            "delete from notification_steps",
            "exists (select from notifications n where n.id = notification_steps.notification_id "
            "and n.created_at < :before "
            f"and not {_OF_HELD.format(message='n.message_id')})",
        ),
        _some(
            "notifications",
            "id",
            "delete from notifications",
            "created_at < :before and not exists ("
            "select from notification_steps s where s.notification_id = notifications.id) and not exists ("
            "select from notification_reports r where r.notification_id = notifications.id)",
            message="notifications.message_id",
        ),
    ),
    RecordKind.DIGESTS: (
        _some(
            "digests",
            "id",
            "update digests set lines = '[]', problem = null",
            "until_at < :before and state in ('sent', 'failed', 'unknown') and lines <> '[]'",
        ),
    ),
    RecordKind.SIGN_INS: (_some("sign_ins", "state_digest", "delete from sign_ins", "expires_at < :before"),),
    # Its trigger goes by the database's own clock: what it would refuse is not due.
    RecordKind.AUDIT: (
        _some("audit", "id", "delete from audit", "at < :before and at < now() - interval '1825 days'"),
    ),
}
# These have ways of their own: `app.records.retention`.
BY_THEMSELVES = frozenset({RecordKind.MESSAGES, RecordKind.DELIVERIES})
IN_ORDER = tuple(_STATEMENTS)


async def end(session: AsyncSession, kind: RecordKind, *, before: datetime, limit: int) -> int:
    """End up to `limit` rows of each table of a kind. Returns how many; 0 where nothing is due any more."""
    ended = 0
    for statement in _STATEMENTS[kind]:
        found = await session.execute(statement, {"before": before, "limit": limit})
        ended += int(getattr(found, "rowcount", 0))
    return ended
