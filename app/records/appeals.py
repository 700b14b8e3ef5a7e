"""Authors who ask why a message of theirs was removed, each linked to the decision; upheld or restored by a person."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.messages import DecisionId, Message, MessageId, PersonId
from app.records.reading.messages import ACCOUNT
from app.records.reading.pages import Page, newest_first, one_row
from app.records.reading.sight import Viewer, closed, visible
from app.records.tables import accounts, appeals, messages, people


@dataclass(frozen=True, slots=True, kw_only=True)
class Removal:
    """A message of an author that was taken down, and by which decision; `explanation` was kept ready with it."""

    message_id: MessageId
    decision_id: DecisionId
    labels: Sequence[str]
    explanation: Mapping[str, str] | None


_LAST = text(
    """
    select m.id, d.id as decision_id, coalesce(machine.labels, '{}') as labels, machine.explanation
    from messages m
    join lateral (
        select id from decisions d
        where d.message_id = m.id and d.id between nobet_first_id(m.id) and nobet_last_id(m.id)
        and d.disposition in ('contain', 'remove') and d.decided_at >= :since order by d.id desc limit 1) d on true
    left join lateral (
        select labels, explanation from decisions x where x.message_id = m.id and x.made_by = 'machine'
        and x.id between nobet_first_id(m.id) and nobet_last_id(m.id)
        order by x.id desc limit 1) machine on true
    where m.account_id = :account and m.author_external_id = :author and m.id <> :asking
    and m.state in ('hidden', 'deleted')
    order by d.id desc limit 1
    """
)


async def last_removal(session: AsyncSession, asking: Message, *, since: datetime) -> Removal | None:
    """The message of the same author on the same account that was taken down last, if any was since then."""
    if asking.author_id is None:
        return None
    row = (
        await session.execute(
            _LAST,
            {"account": asking.account.id, "author": asking.author_id, "asking": asking.id, "since": since},
        )
    ).one_or_none()
    if row is None:
        return None
    return Removal(
        message_id=MessageId(row.id),
        decision_id=DecisionId(row.decision_id),
        labels=row.labels,
        explanation=row.explanation,
    )


async def open_appeal(session: AsyncSession, asking: MessageId, removal: Removal, *, at: datetime) -> None:
    """Record that an author asks; asking twice in one message is asking once."""
    await session.execute(
        insert(appeals)
        .values(
            message_id=asking,
            removed_message_id=removal.message_id,
            decision_id=removal.decision_id,
            state="open",
            opened_at=at,
        )
        .on_conflict_do_nothing()
    )


async def settle(
    session: AsyncSession,
    appeal_id: int,
    state: str,
    *,
    by: PersonId,
    reason: str,
    decided_by_decision: DecisionId,
    at: datetime,
) -> MessageId | None:
    """Record how an appeal ended; returns the message that asked, None where it has ended already."""
    settled = await session.scalar(
        update(appeals)
        .where(appeals.c.id == appeal_id, appeals.c.state == "open")
        .values(state=state, decided_by=by, decided_at=at, reason=reason, outcome_decision_id=decided_by_decision)
        .returning(appeals.c.message_id)
    )
    return MessageId(settled) if settled is not None else None


def _shown(viewer: Viewer) -> Any:
    explaining = text(
        "(select a.id from actions a where a.message_id = appeals.message_id and a.purpose = 'private:explanation' "
        "order by a.id desc limit 1) as action_id"
    )
    # What is said of an appeal is about both: the message that asks, and the one that was taken down.
    removed = (
        select(closed(viewer)).where(messages.c.id == appeals.c.removed_message_id).correlate(appeals).scalar_subquery()
    )
    why_closed = func.coalesce(closed(viewer), removed).label("closed")
    return (
        select(appeals, *ACCOUNT, why_closed, people.c.name.label("decided_by_name"), explaining)
        .select_from(appeals)
        .join(messages, messages.c.id == appeals.c.message_id)
        .join(accounts, accounts.c.id == messages.c.account_id)
        .outerjoin(people, people.c.id == appeals.c.decided_by)
        .where(visible(viewer))
    )


async def page(
    session: AsyncSession, viewer: Viewer, *, state: str | None, limit: int, after: tuple[int, ...] | None
) -> Page:
    """Appeals that this viewer may know of, newest first."""
    statement = _shown(viewer)
    if state is not None:
        statement = statement.where(appeals.c.state == state)
    return await newest_first(session, statement, appeals.c.id, limit=limit, after=after)


async def find(session: AsyncSession, viewer: Viewer, appeal_id: int) -> dict[str, Any] | None:
    """One appeal; None where there is none that this viewer may know of."""
    return await one_row(session, _shown(viewer).where(appeals.c.id == appeal_id))
