"""Crises (6.3): what belongs to one, and what may be said while it is open."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, DateTime, and_, any_, func, literal, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.messages import ActionId, MessageId, PersonId
from app.records.months import in_month_of
from app.records.tables import (
    actions,
    crises,
    crisis_approvals,
    crisis_messages,
    crisis_notes,
    decisions,
    messages,
    people,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Which messages belong to a crisis: of these accounts (none named: all), from a time on, until a time.

    And with one of these labels or words; where neither is named, every message of that time.
    """

    accounts: Sequence[int] = ()
    labels: Sequence[str] = ()
    keywords: Sequence[str] = ()
    since: datetime
    until: datetime | None = None


def _belongs() -> ColumnElement[bool]:
    """The condition on `messages` and `crises` for what belongs to a crisis by its choice."""
    word = func.unnest(crises.c.keywords).column_valued("word")
    said = select(word).where(func.strpos(_folded(messages.c.text), _folded(word)) > 0)
    labelled = select(decisions.c.id).where(
        decisions.c.message_id == messages.c.id,
        in_month_of(decisions.c.id, messages.c.id),
        decisions.c.labels.bool_op("&&")(crises.c.labels),
    )
    chooses_nothing = (func.cardinality(crises.c.labels) == 0) & (func.cardinality(crises.c.keywords) == 0)
    return and_(
        messages.c.revision > 0,
        messages.c.received_at >= crises.c.since_at,
        crises.c.until_at.is_(None) | (messages.c.received_at <= crises.c.until_at),
        crises.c.closed_at.is_(None) | (messages.c.received_at <= crises.c.closed_at),
        (func.cardinality(crises.c.accounts) == 0) | (messages.c.account_id == any_(crises.c.accounts)),
        chooses_nothing | labelled.exists() | said.exists(),
    )


def _folded(text: ColumnElement[str]) -> ColumnElement[str]:
    """For comparing alone: "İSTANBUL" is found by "istanbul", whatever language the server's lower() follows."""
    return func.lower(func.translate(text, "İIıĞğÜüŞşÖöÇç", "iiigguussoocc"))


async def open_crisis(
    session: AsyncSession, choice: Choice, *, title: str, reason: str, by: PersonId, at: datetime
) -> int:
    """Open a crisis and gather what belongs to it by now."""
    crisis_id = int(
        (
            await session.execute(
                insert(crises)
                .values(
                    title=title,
                    reason=reason,
                    accounts=list(choice.accounts),
                    labels=list(choice.labels),
                    keywords=list(choice.keywords),
                    since_at=choice.since,
                    until_at=choice.until,
                    opened_at=at,
                    opened_by=by,
                )
                .returning(crises.c.id)
            )
        ).scalar_one()
    )
    await gather(session, crisis_id, at=at)
    return crisis_id


async def gather(session: AsyncSession, crisis_id: int, *, at: datetime) -> None:
    """Add what has come since. What belongs once stays, though its text should expire."""
    found = (
        select(crises.c.id, messages.c.id, literal(at, DateTime(timezone=True)))
        .select_from(crises)
        .join(messages, _belongs())
        .where(crises.c.id == crisis_id)
    )
    await session.execute(
        insert(crisis_messages).from_select(["crisis_id", "message_id", "added_at"], found).on_conflict_do_nothing()
    )


async def gather_all(session: AsyncSession, *, at: datetime) -> None:
    """Add to every open crisis what has come since."""
    for crisis_id in await session.scalars(select(crises.c.id).where(crises.c.closed_at.is_(None))):
        await gather(session, crisis_id, at=at)


async def add(
    session: AsyncSession, crisis_id: int, message_ids: Sequence[int], *, by: PersonId, at: datetime
) -> list[int]:
    """Add messages by hand; returns those that exist and were not in it."""
    existing = select(messages.c.id).where(messages.c.id.in_(message_ids))
    rows = [
        {"crisis_id": crisis_id, "message_id": found, "added_by": by, "added_at": at}
        for found in await session.scalars(existing)
    ]
    if not rows:
        return []
    new = await session.scalars(
        insert(crisis_messages).values(rows).on_conflict_do_nothing().returning(crisis_messages.c.message_id)
    )
    return sorted(new)


async def holding(session: AsyncSession, action_id: ActionId, message_id: MessageId) -> int | None:
    """The open crisis that keeps a word back until the directorate approves it; None where it may be said."""
    was_gathered = select(crisis_messages.c.crisis_id).where(
        crisis_messages.c.crisis_id == crises.c.id, crisis_messages.c.message_id == messages.c.id
    )
    was_approved = select(crisis_approvals.c.action_id).where(crisis_approvals.c.action_id == action_id)
    # A director who writes it has approved it.
    is_the_directors = (
        select(actions.c.id)
        .join(people, people.c.id == actions.c.requested_by)
        .where(actions.c.id == action_id, people.c.role == "director")
    )
    found = await session.scalar(
        select(crises.c.id)
        .select_from(crises)
        .join(messages, was_gathered.exists() | _belongs())
        .where(
            crises.c.closed_at.is_(None),
            messages.c.id == message_id,
            ~was_approved.exists(),
            ~is_the_directors.exists(),
        )
        .order_by(crises.c.id)
        .limit(1)
    )
    return int(found) if found is not None else None


async def approve(session: AsyncSession, action_id: ActionId, crisis_id: int, *, by: PersonId, at: datetime) -> None:
    """The directorate lets this word be said although the crisis is open."""
    await session.execute(
        insert(crisis_approvals)
        .values(action_id=action_id, crisis_id=crisis_id, person_id=by, at=at)
        .on_conflict_do_nothing()
    )


async def note(session: AsyncSession, crisis_id: int, *, by: PersonId, text: str, at: datetime) -> None:
    """Write a note into a crisis."""
    await session.execute(insert(crisis_notes).values(crisis_id=crisis_id, person_id=by, text=text, at=at))


async def close(session: AsyncSession, crisis_id: int, *, by: PersonId, summary: str, at: datetime) -> bool:
    """Close a crisis, with what belongs to it until now; False where it is closed already."""
    await gather(session, crisis_id, at=at)
    closed = await session.scalar(
        update(crises)
        .where(crises.c.id == crisis_id, crises.c.closed_at.is_(None))
        .values(closed_at=at, closed_by=by, summary=summary)
        .returning(crises.c.id)
    )
    return closed is not None
