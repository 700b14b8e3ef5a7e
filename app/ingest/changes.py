"""One event that is more than a new message: an edit, a removal, an echo, or something that came out of order."""

from datetime import datetime

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from app.decisions.model import SUPPORT, ActionKind
from app.messages import Channel, EventKind, MessageId
from app.records import actions, arrivals, messages, removals
from app.records.accounts import Book
from app.records.arrivals import Arrival

log = structlog.get_logger(__name__)

REPLIES = (ActionKind.REPLY, ActionKind.PRIVATE_MESSAGE)
# What makes no sense any more once a message is gone.
MOOT = (ActionKind.HIDE, ActionKind.UNHIDE, ActionKind.DELETE, ActionKind.REPLY)


async def apply_change(session: AsyncSession, arrival: Arrival, book: Book, *, at: datetime) -> MessageId | None:
    """Bring one event into the records; returns a message that is to be judged."""
    event, kind = arrival.event, arrival.event.event
    if kind in (EventKind.CREATED, EventKind.EDITED) and book.is_ours(event.platform, event.author_id):
        kind = EventKind.ECHO
    match kind:
        case EventKind.CREATED:
            return await arrivals.record_created(session, arrival)
        case EventKind.EDITED:
            return await arrivals.record_edited(session, arrival)
        case EventKind.REMOVED:
            await _removed(session, arrival, at=at)
        case EventKind.ECHO:
            await _echo(session, arrival, at=at)
        case EventKind.OTHER:
            pass
    return None


async def _removed(session: AsyncSession, arrival: Arrival, *, at: datetime) -> None:
    """It is gone, by our own deletion or its author's: nothing is left to hide, delete or answer in public."""
    account, external_id = arrival.account, arrival.event.external_id
    if external_id is not None and await arrivals.is_echo(session, account, external_id):
        return  # an answer of ours: it never was a message, and does not become one by its end
    known = await messages.find(session, account, external_id) if external_id is not None else None
    because = "removed_by_author"
    if known is not None and await removals.settle_deletion(session, known, at=at):
        because = "deleted"
        log.info("deletion_told_by_platform", message_id=known)
    else:
        known = await arrivals.record_removed(session, arrival)
    if known is not None:
        await actions.cancel_open(session, known, MOOT, at=at, because=because, automatic_only=False)


async def _echo(session: AsyncSession, arrival: Arrival, *, at: datetime) -> None:
    """A reply written by hand on the platform settles what still waits to be said (policy section 5)."""
    account, event = arrival.account, arrival.event
    await arrivals.record_echo(session, account, event)
    if event.channel is Channel.DM:
        if event.counterpart_id is None:
            return
        answered = await messages.open_dms_of(session, account, event.counterpart_id)
    else:
        found = await messages.find(session, account, event.parent_id) if event.parent_id else None
        answered = [found] if found is not None else []
    for message_id in answered:
        if await actions.is_our_saying(session, message_id, external_id=event.external_id, text=event.text or ""):
            return
    for message_id in answered:
        cancelled = await actions.cancel_open(
            session, message_id, REPLIES, at=at, because="answered_by_hand", spare_templates=SUPPORT
        )
        if cancelled:
            log.info("replies_cancelled", message_id=message_id, because="answered_by_hand", count=len(cancelled))
