"""Whose removal it was: the platform tells that a message is gone, and not who took it away."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.messages import MessageId
from app.records.actions import OPEN_STATES, of_message
from app.records.tables import actions, attempts, messages

# How an attempt ends that the platform surely did not carry out; one without an end may have been.
NOT_CARRIED_OUT = ("refused", "token")


async def settle_deletion(session: AsyncSession, message_id: MessageId, *, at: datetime) -> bool:
    """The message is gone: where a deletion of ours may have done it, record that; False where none was attempted.

    Its answer was lost or is still under way. Were it recorded as the author's, it would stay so.
    """
    may_have_been = (
        select(attempts.c.id)
        .where(
            attempts.c.action_id == actions.c.id,
            attempts.c.outcome.is_(None) | attempts.c.outcome.not_in(NOT_CARRIED_OUT),
        )
        .exists()
    )
    settled = await session.scalars(
        update(actions)
        .where(
            of_message(message_id),
            actions.c.kind == "delete",
            actions.c.state.in_(OPEN_STATES),
            may_have_been,
        )
        .values(state="done", finished_at=at, problem="told by the platform")
        .returning(actions.c.id)
    )
    if not settled.all():
        return False
    await mark_deleted(session, message_id)
    return True


async def mark_deleted(session: AsyncSession, message_id: MessageId) -> None:
    """We deleted it, whatever was thought before of who did."""
    await session.execute(update(messages).where(messages.c.id == message_id).values(state="deleted"))
