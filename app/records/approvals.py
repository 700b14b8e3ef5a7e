"""What one person wants and a second one has to approve: at most one wish a message waits."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, insert, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.messages import DecisionId, MessageId, PersonId
from app.records.tables import approvals, people, reviews


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What somebody wants done with one revision of a message. `wanted`: as in an override; `text` is what to say."""

    id: int
    message_id: MessageId
    revision: int
    wanted: str
    text: str | None
    reason: str
    wanted_by: PersonId
    wanted_by_name: str | None
    is_wisher_active: bool
    wanted_at: datetime
    state: str


async def wish(
    session: AsyncSession,
    message_id: MessageId,
    *,
    revision: int,
    wanted: str,
    words: str | None,
    reason: str,
    by: PersonId,
    at: datetime,
) -> int:
    """Record what somebody wants; returns the wish's id. The item of the queue is then not as others saw it."""
    made: int = (
        await session.execute(
            insert(approvals)
            .values(
                message_id=message_id,
                revision=revision,
                wanted=wanted,
                text=words,
                reason=reason,
                wanted_by=by,
                wanted_at=at,
            )
            .returning(approvals.c.id)
        )
    ).scalar_one()
    await _item_changed(session, message_id)
    return made


async def load(session: AsyncSession, approval_id: int) -> Wish:
    """A wish, which nobody else answers until the transaction ends. Raises NoResultFound."""
    return _as_wish((await session.execute(_wishes().where(approvals.c.id == approval_id))).one())


async def message_of(session: AsyncSession, approval_id: int) -> MessageId:
    """The message that a wish is about, to be locked before it. Raises NoResultFound."""
    found = await session.execute(select(approvals.c.message_id).where(approvals.c.id == approval_id))
    return MessageId(found.scalar_one())


async def pending(session: AsyncSession, message_id: MessageId) -> Wish | None:
    """The wish about a message that waits for a second person; None where none does."""
    statement = _wishes().where(approvals.c.message_id == message_id, text("approvals.state = 'pending'"))
    row = (await session.execute(statement)).one_or_none()
    return _as_wish(row) if row is not None else None


async def answer(
    session: AsyncSession,
    wish: Wish,
    state: str,
    *,
    by: PersonId,
    at: datetime,
    reason: str | None,
    decision_id: DecisionId | None = None,
) -> None:
    """A wish is answered: ``approved``, ``refused``, ``withdrawn``."""
    await session.execute(
        update(approvals)
        .where(approvals.c.id == wish.id)
        .values(state=state, answered_by=by, answered_at=at, answer_reason=reason, decision_id=decision_id)
    )
    await _item_changed(session, wish.message_id)


async def lapse(session: AsyncSession, message_id: MessageId, *, at: datetime) -> None:
    """What was wanted is void: somebody decided, or the words are others."""
    await session.execute(
        update(approvals)
        .where(approvals.c.message_id == message_id, text("approvals.state = 'pending'"))
        .values(state="lapsed", answered_at=at)
    )


def _wishes() -> Select[Any]:
    own = [approvals.c[name] for name in Wish.__dataclass_fields__ if name in approvals.c]
    return (
        select(*own, people.c.name.label("wanted_by_name"), people.c.is_active.label("is_wisher_active"))
        .join(people, people.c.id == approvals.c.wanted_by)
        .with_for_update(of=approvals)
    )


def _as_wish(row: Row[Any]) -> Wish:
    return Wish(**row._mapping)


async def _item_changed(session: AsyncSession, message_id: MessageId) -> None:
    await session.execute(
        update(reviews)
        .where(reviews.c.message_id == message_id, text("reviews.state = 'open'"))
        .values(version=reviews.c.version + 1)
    )
