"""What people write to each other beside a message: a thread to which is only added."""

from datetime import datetime

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.messages import MessageId, PersonId
from app.records.tables import review_notes


async def write(session: AsyncSession, message_id: MessageId, words: str, *, by: PersonId, at: datetime) -> int:
    """Add a note; returns its id."""
    note_id: int = (
        await session.execute(
            insert(review_notes)
            .values(message_id=message_id, person_id=by, text=words, written_at=at)
            .returning(review_notes.c.id)
        )
    ).scalar_one()
    return note_id
