"""Who opened what: content that is shown blurred, and an author's earlier messages (6.3.2)."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.messages import MessageId, PersonId
from app.records.tables import openings, reviews


class Opened(StrEnum):
    """What can be opened."""

    CONTENT = "content"
    EARLIER = "earlier"


async def note(
    session: AsyncSession,
    message_id: MessageId,
    what: Opened,
    *,
    revision: int,
    by: PersonId,
    is_grave: bool,
    at: datetime,
) -> None:
    """Somebody opened it."""
    values = {"message_id": message_id, "revision": revision, "person_id": by, "what": what}
    await session.execute(insert(openings).values(**values, is_grave=is_grave, opened_at=at))


async def suspected_labels(session: AsyncSession, message_id: MessageId) -> Sequence[str]:
    """What a message is in the queue for, or was last: also what is not sure enough to be a label of it."""
    found: Sequence[str] | None = await session.scalar(
        select(reviews.c.labels).where(reviews.c.message_id == message_id).order_by(reviews.c.id.desc()).limit(1)
    )
    return found or ()


async def has_opened(session: AsyncSession, message_id: MessageId, what: Opened, *, by: PersonId) -> bool:
    """Whether this person has opened it, in whatever revision of the message."""
    columns = openings.c
    found = await session.scalar(
        select(columns.id)
        .where(columns.message_id == message_id, columns.person_id == by, columns.what == what)
        .limit(1)
    )
    return found is not None
