"""Crises as the directorate sees them: the list, one with its authors, and what happened in it, in order."""

from typing import Any

from sqlalchemy import Select, func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from app.records.reading.pages import Page, newest_first, one_row
from app.records.tables import accounts, crises, crisis_messages, messages, people, suggestions

TIMELINE = 200
AUTHORS = 100

_AUTHORS = text(
    """
    select m.account_id, m.author_external_id as author_id, max(m.author_name) as author_name,
        count(*) as messages, min(m.received_at) as first_at, max(m.received_at) as last_at,
        count(*) filter (where m.state in ('hidden', 'deleted')) as taken_down,
        (select count(*) from messages e where e.account_id = m.account_id
            and e.author_external_id = m.author_external_id and e.received_at < :since) as earlier,
        (select count(*) from messages e where e.account_id = m.account_id
            and e.author_external_id = m.author_external_id and e.received_at < :since
            and e.state in ('hidden', 'deleted')) as earlier_taken_down
    from crisis_messages b join messages m on m.id = b.message_id
    where b.crisis_id = :crisis and m.author_external_id is not null
    group by m.account_id, m.author_external_id order by count(*) desc, m.author_external_id limit :most
    """
)
_TIMELINE = text(
    """
    select * from (
        select opened_at as at, 'opened' as what, opened_by as person_id, cast(null as bigint) as message_id,
            cast(null as bigint) as action_id, reason as detail from crises where id = :crisis
        union all
        select closed_at, 'closed', closed_by, null, null, summary from crises
            where id = :crisis and closed_at is not null
        union all
        select at, 'note', person_id, null, null, text from crisis_notes where crisis_id = :crisis
        union all
        select b.added_at, 'message_added', b.added_by, b.message_id, null, null from crisis_messages b
            where b.crisis_id = :crisis and b.added_by is not null
        union all
        select d.decided_at, 'decision', d.person_id, d.message_id, null, d.disposition
            from crisis_messages b join decisions d on d.message_id = b.message_id
            where b.crisis_id = :crisis and d.made_by = 'person'
        union all
        select p.at, 'approved', p.person_id, a.message_id, a.id, a.kind
            from crisis_approvals p join actions a on a.id = p.action_id where p.crisis_id = :crisis
        union all
        select a.finished_at, 'said', a.requested_by, a.message_id, a.id, a.kind
            from crisis_messages b join actions a on a.message_id = b.message_id
            where b.crisis_id = :crisis and a.kind in ('reply', 'private_message') and a.state = 'done'
        union all
        select s.started_at, 'silence', s.started_by, null, null, s.reason
            from silences s join crises c on c.id = :crisis where s.started_at <= coalesce(c.closed_at, 'infinity')
            and coalesce(s.ended_at, s.until_at, 'infinity') >= c.opened_at
    ) happened left join people on people.id = happened.person_id
    where at is not null order by at desc limit :most
    """
)


def _shown() -> Select[Any]:
    opener, closer = people.alias("opener"), people.alias("closer")
    gathered = select(func.count()).where(crisis_messages.c.crisis_id == crises.c.id).scalar_subquery()
    authors = (
        select(func.count(messages.c.author_external_id.distinct()))
        .join(crisis_messages, crisis_messages.c.message_id == messages.c.id)
        .where(crisis_messages.c.crisis_id == crises.c.id)
        .scalar_subquery()
    )
    return (
        select(
            crises,
            opener.c.name.label("opened_by_name"),
            closer.c.name.label("closed_by_name"),
            gathered.label("messages"),
            authors.label("authors"),
        )
        .join(opener, opener.c.id == crises.c.opened_by)
        .outerjoin(closer, closer.c.id == crises.c.closed_by)
    )


async def page(session: AsyncSession, *, is_open: bool | None, limit: int, after: tuple[int, ...] | None) -> Page:
    """Crises, newest first."""
    statement = _shown()
    if is_open is not None:
        statement = statement.where(crises.c.closed_at.is_(None) if is_open else crises.c.closed_at.is_not(None))
    return await newest_first(session, statement, crises.c.id, limit=limit, after=after)


async def find(session: AsyncSession, crisis_id: int) -> dict[str, Any] | None:
    """One crisis."""
    return await one_row(session, _shown().where(crises.c.id == crisis_id))


async def authors(session: AsyncSession, crisis: dict[str, Any]) -> list[dict[str, Any]]:
    """Who writes, the most frequent first, with what they wrote to that account before."""
    rows = await session.execute(_AUTHORS, {"crisis": crisis["id"], "since": crisis["since_at"], "most": AUTHORS})
    return [dict(row) for row in rows.mappings()]


async def timeline(session: AsyncSession, crisis_id: int) -> list[dict[str, Any]]:
    """What happened, the newest first."""
    rows = await session.execute(_TIMELINE, {"crisis": crisis_id, "most": TIMELINE})
    return [dict(row) for row in rows.mappings()]


async def suggestions_page(
    session: AsyncSession, *, is_open: bool | None, limit: int, after: tuple[int, ...] | None
) -> Page:
    """What was suggested, newest first."""
    statement = _suggested()
    if is_open is not None:
        decided = suggestions.c.decided_at
        statement = statement.where(decided.is_(None) if is_open else decided.is_not(None))
    return await newest_first(session, statement, suggestions.c.id, limit=limit, after=after)


async def find_suggestion(session: AsyncSession, suggestion_id: int) -> dict[str, Any] | None:
    """One suggestion."""
    return await one_row(session, _suggested().where(suggestions.c.id == suggestion_id))


def _suggested() -> Select[Any]:
    return (
        select(
            suggestions,
            accounts.c.platform,
            accounts.c.handle.label("account_handle"),
            accounts.c.kind.label("account_kind"),
            accounts.c.unit.label("account_unit"),
            people.c.name.label("decided_by_name"),
        )
        .outerjoin(accounts, accounts.c.id == suggestions.c.account_id)
        .outerjoin(people, people.c.id == suggestions.c.decided_by)
    )
