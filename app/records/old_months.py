"""The end of a month: its partitions are dropped whole, unless something in it is still held or open."""

from collections.abc import Sequence

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from app.records.actions import IS_OWED
from app.records.months import MONTH, name_of

OF_MESSAGES = ("actions", "decisions", "revisions", "messages")

# Whatever keeps a month of messages, each with the name under which it is told.
_KEEPS = text(
    f"""
    select 'holds' as what where exists (
        select from content_holds where message_id between :first and :last and released_at is null)
    union all select 'evidence' where exists (
        select from evidence e join evidence_contents c on c.evidence_id = e.id
        where e.message_id between :first and :last and c.erased_at is null)
    union all select 'reviews' where exists (
        select from reviews where message_id between :first and :last and state <> 'decided')
    union all select 'tasks' where exists (
        select from tasks where message_id between :first and :last and state = 'open')
    union all select 'actions' where exists (
        select from actions a where a.id between :first and :last and {IS_OWED})
    union all select 'notifications' where exists (
        select from notifications where message_id between :first and :last
        and urgency = 'urgent' and acknowledged_at is null)
    union all select 'approvals' where exists (
        select from approvals where message_id between :first and :last and state = 'pending')
    union all select 'crises' where exists (
        select from crisis_messages where message_id between :first and :last)
    union all select 'appeals' where exists (
        select from appeals where message_id between :first and :last and state = 'open')
        or exists (select from appeals where removed_message_id between :first and :last and message_id > :last)
    """  # noqa: S608  (our own words)
)
# What hangs on the month's messages outside of its partitions and says nothing without them.
_HANGS_ON = (
    "delete from message_marks where message_id between :first and :last",
    "delete from attempts where action_id between :first and :last",
    "delete from notification_reports r using notifications n "
    "where n.id = r.notification_id and n.message_id between :first and :last",
    "delete from notification_steps s using notifications n "
    "where n.id = s.notification_id and n.message_id between :first and :last",
    "delete from notifications where message_id between :first and :last",
    "delete from tasks where message_id between :first and :last",
    # Notes are written once; that their month ends is said to their trigger, for this transaction.
    "delete from review_notes where message_id between :first and :last "
    "and set_config('nobet.month_ends', 'yes', true) = 'yes'",
    "delete from openings where message_id between :first and :last",
    # What a crisis has not gathered; where it has, the month is kept.
    "delete from crisis_approvals where action_id between :first and :last",
    "delete from appeals where message_id between :first and :last",
    "delete from approvals where message_id between :first and :last",
    "delete from reviews where message_id between :first and :last",
    "delete from content_holds where message_id between :first and :last",
)
_PARTITIONED_MONTHS = text(
    """
    select distinct (substring(c.relname from '_(\\d{4})_\\d\\d$')::bigint - 2020) * 12
        + substring(c.relname from '_\\d{4}_(\\d\\d)$')::bigint - 1 as month
    from pg_inherits i join pg_class c on c.oid = i.inhrelid
    where i.inhparent = cast(:parent as regclass) and c.relname ~ '_\\d{4}_\\d\\d$'
    order by month
    """
)


async def months_before(session: AsyncSession, parent: str, month: int) -> Sequence[int]:
    """The months before that one in which a table has a partition."""
    return [found for found in await session.scalars(_PARTITIONED_MONTHS, {"parent": parent}) if found < month]


async def keeps_messages(session: AsyncSession, month: int) -> Sequence[str]:
    """What keeps a month's messages from being dropped: ``holds``, ``evidence``, ``reviews``, ``tasks`` …"""
    return list(await session.scalars(_KEEPS, _bounds(month)))


async def keeps_deliveries(session: AsyncSession, month: int) -> Sequence[str]:
    """``unread`` where a delivery of the month was never read: nobody knows what it says."""
    found = await session.scalars(
        text(
            "select 'unread' where exists (select from deliveries where id between :first and :last "
            "and state <> 'parsed')"
        ),
        _bounds(month),
    )
    return list(found)


async def drop_messages(session: AsyncSession, month: int) -> None:
    """Drop a month's messages with all that hangs on them. Their keys stay, and so does the chain of evidence.

    Raises IntegrityError where a record refers to them that is not for us to end: then nothing is dropped.
    """
    for statement in _HANGS_ON:
        await session.execute(text(statement), _bounds(month))
    for table in OF_MESSAGES:
        await _drop(session, table, month)


async def drop_deliveries(session: AsyncSession, month: int) -> None:
    """Drop a month's deliveries; their keys stay."""
    await _drop(session, "deliveries", month)


async def _drop(session: AsyncSession, table: str, month: int) -> None:
    partition = f"{table}_{name_of(month).replace('-', '_')}"
    await session.execute(text("set local lock_timeout = '5s'"))
    await session.execute(text(f"alter table {table} detach partition {partition}"))
    await session.execute(text(f"drop table {partition}"))


def _bounds(month: int) -> dict[str, int]:
    return {"first": month * MONTH, "last": (month + 1) * MONTH - 1}
