"""The review queue: at most one open item per message."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import case, func, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.messages import DecisionId, MessageId, PersonId
from app.records.tables import reviews


async def open_review(
    session: AsyncSession, message_id: MessageId, *, revision: int, reason: str, labels: Sequence[str], priority: int
) -> None:
    """Put a message into the queue; one that waits there already takes the graver reason and the higher place."""
    statement = insert(reviews).values(
        message_id=message_id, revision=revision, reason=reason, labels=list(labels), priority=priority, state="open"
    )
    new = statement.excluded
    graver = new.priority >= reviews.c.priority
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
            },
        )
    )


async def close_review(
    session: AsyncSession, message_id: MessageId, *, by: PersonId, decision_id: DecisionId, at: datetime
) -> bool:
    """A person decided: the open item, if there is one, is done."""
    closed = await session.execute(
        update(reviews)
        .where(reviews.c.message_id == message_id, reviews.c.state == "open")
        .values(state="decided", decided_at=at, decided_by=by, decision_id=decision_id)
        .returning(reviews.c.id)
    )
    return closed.first() is not None
