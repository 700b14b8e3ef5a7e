"""The review queue: at most one open item per message, with who works on it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, case, func, null, or_, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.decisions.model import UnitKey
from app.messages import DecisionId, MessageId, PersonId
from app.records.tables import people, reviews, units


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """An item as it stands, with the names of those who had to do with it.

    `version` goes up with everything that somebody who decides should have seen. `decided_as`: what was decided, as in
    an override.
    """

    id: int
    message_id: MessageId
    revision: int
    version: int
    priority: int
    state: str
    opened_at: datetime
    decided_at: datetime | None
    decided_by: PersonId | None
    decided_by_name: str | None
    decided_as: str | None
    claimed_by: PersonId | None
    claimed_by_name: str | None
    claimed_until: datetime | None
    parked_until: datetime | None

    def is_claimed_by_another(self, person: PersonId, *, at: datetime) -> bool:
        """Whether somebody else has this in hand now."""
        return self.claimed_until is not None and self.claimed_until > at and self.claimed_by != person


async def open_review(
    session: AsyncSession, message_id: MessageId, *, revision: int, reason: str, labels: Sequence[str], priority: int
) -> None:
    """Put a message into the queue; one that waits there already takes the graver reason and the higher place.

    Who waits for advice about it need not wait on: what is new comes back to the queue.
    """
    statement = insert(reviews).values(
        message_id=message_id, revision=revision, reason=reason, labels=list(labels), priority=priority, state="open"
    )
    new = statement.excluded
    graver = new.priority >= reviews.c.priority
    is_news = or_(
        new.revision != reviews.c.revision,
        and_(graver, or_(new.reason != reviews.c.reason, new.labels != reviews.c.labels)),
        new.priority > reviews.c.priority,
    )
    await session.execute(
        statement.on_conflict_do_update(
            index_elements=[reviews.c.message_id],
            # A literal: with a parameter here, the generic plan of a prepared statement no longer finds the index.
            index_where=text("state = 'open'"),
            set_={
                "revision": new.revision,
                "reason": case((graver, new.reason), else_=reviews.c.reason),
                "labels": case((graver, new.labels), else_=reviews.c.labels),
                "priority": func.greatest(reviews.c.priority, new.priority),
                "version": reviews.c.version + case((is_news, 1), else_=0),
                "parked_until": case((is_news, null()), else_=reviews.c.parked_until),
            },
        )
    )


async def close_review(
    session: AsyncSession,
    message_id: MessageId,
    *,
    by: PersonId,
    decision_id: DecisionId,
    decided_as: str,
    at: datetime,
) -> bool:
    """A person decided: the open item, if there is one, is done."""
    closed = await session.execute(
        update(reviews)
        .where(reviews.c.message_id == message_id, reviews.c.state == "open")
        .values(
            state="decided",
            decided_at=at,
            decided_by=by,
            decision_id=decision_id,
            decided_as=decided_as,
            version=reviews.c.version + 1,
            **_NOBODYS,
        )
        .returning(reviews.c.id)
    )
    return closed.first() is not None


async def waits(session: AsyncSession, message_id: MessageId) -> bool:
    """Whether the message is in the queue."""
    found = await session.scalar(
        select(reviews.c.id).where(reviews.c.message_id == message_id, text("reviews.state = 'open'")).limit(1)
    )
    return found is not None


async def last_place(session: AsyncSession, message_id: MessageId) -> tuple[Sequence[str], int] | None:
    """Labels and priority with which the message was in the queue last; None where it never was."""
    row = (
        await session.execute(
            select(reviews.c.labels, reviews.c.priority)
            .where(reviews.c.message_id == message_id)
            .order_by(reviews.c.id.desc())
            .limit(1)
        )
    ).one_or_none()
    return (row.labels, row.priority) if row is not None else None


_NOBODYS = {"claimed_by": None, "claimed_until": None, "parked_until": None}
_decider, _claimer = people.alias("decider"), people.alias("claimer")


async def message_of(session: AsyncSession, review_id: int) -> MessageId:
    """The message that an item is about, to be locked before it. Raises NoResultFound."""
    found = await session.execute(select(reviews.c.message_id).where(reviews.c.id == review_id))
    return MessageId(found.scalar_one())


async def load(session: AsyncSession, review_id: int) -> Item:
    """An item, which nobody else changes until the transaction ends. Raises NoResultFound."""
    columns = [reviews.c[name] for name in Item.__dataclass_fields__ if not name.endswith("_name")]
    row = (
        await session.execute(
            select(*columns, _decider.c.name.label("decided_by_name"), _claimer.c.name.label("claimed_by_name"))
            .outerjoin(_decider, _decider.c.id == reviews.c.decided_by)
            .outerjoin(_claimer, _claimer.c.id == reviews.c.claimed_by)
            .where(reviews.c.id == review_id)
            .with_for_update(of=reviews)
        )
    ).one()
    return Item(**row._mapping)


async def claim(session: AsyncSession, review_id: int, *, by: PersonId, until: datetime) -> None:
    """Somebody takes it in hand until then."""
    await _change(session, reviews.c.id == review_id, claimed_by=by, claimed_until=until)


async def release(session: AsyncSession, review_id: int) -> None:
    """Nobody has it in hand any more."""
    await _change(session, reviews.c.id == review_id, claimed_by=None, claimed_until=None)


async def park(
    session: AsyncSession,
    review_id: int,
    *,
    by: PersonId,
    until: datetime,
    because: str,
    person: PersonId | None,
    unit: UnitKey | None,
) -> None:
    """It waits for advice until then, in nobody's hand."""
    await _change(
        session,
        reviews.c.id == review_id,
        parked_until=until,
        parked_by=by,
        parked_because=because,
        asked_person=person,
        asked_unit=unit,
        claimed_by=None,
        claimed_until=None,
        version=reviews.c.version + 1,
    )


async def unpark(session: AsyncSession, review_id: int) -> None:
    """It is back in the queue; who was asked for what stays on it."""
    await _change(session, reviews.c.id == review_id, parked_until=None, version=reviews.c.version + 1)


async def answered(
    session: AsyncSession, message_id: MessageId, *, by: PersonId, unit: UnitKey | None, at: datetime
) -> list[int]:
    """Whoever was asked about a message has answered: its item is back. None where nobody waits for their answer."""
    asked = reviews.c.asked_person == by
    if unit is not None:
        asked |= reviews.c.asked_unit == unit
    found = await session.scalars(
        update(reviews)
        .where(reviews.c.message_id == message_id, reviews.c.state == "open", reviews.c.parked_until > at, asked)
        .values(parked_until=None, version=reviews.c.version + 1)
        .returning(reviews.c.id)
    )
    return list(found)


async def _change(session: AsyncSession, which: ColumnElement[bool], **values: object) -> None:
    await session.execute(update(reviews).where(which).values(**values))


async def unit_of(session: AsyncSession, person: PersonId) -> UnitKey | None:
    """The unit to which a person belongs; None where they belong to none."""
    found = await session.scalar(select(people.c.unit).where(people.c.id == person))
    return UnitKey(found) if found is not None else None


async def is_unit(session: AsyncSession, unit: UnitKey) -> bool:
    """Whether there is such a unit."""
    return await session.scalar(select(units.c.key).where(units.c.key == unit)) is not None
