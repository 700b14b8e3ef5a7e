"""What may keep a word from being said at the moment of sending, not of planning (I6)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from app.decisions.model import SUPPORT
from app.messages import Message
from app.records import actions, crises, modes, suggestions
from app.records.actions import Action

ONCE_IN = timedelta(hours=24)
# While a crisis is open, the directorate approves what is said to its messages (6.3).
AWAITS_APPROVAL = "crisis:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """A closed gate: the state the action comes to, and why."""

    state: str
    because: str


async def closed_gate(session: AsyncSession, action: Action, message: Message, *, now: datetime) -> Gate | None:
    """The gate that keeps this word from being said now; None where it may go out."""
    is_support = action.template in SUPPORT
    if action.expires_at is not None and now > action.expires_at:
        # Never sent stale (policy section 5): a person takes over at once.
        return Gate(state="task", because="expired")
    silence = await modes.current_silence(session, now=now)
    if silence is not None and (not is_support or silence.includes_support):
        return Gate(state="withheld", because=f"silence:{silence.id}")
    if is_support:
        return await _said_lately(session, action, message, now=now)
    if action.requested_by is None and (pause := await suggestions.pausing(session)) is not None:
        return Gate(state="withheld", because=f"pause:{pause}")
    if (crisis := await crises.holding(session, action.id, message.id)) is not None:
        return Gate(state="withheld", because=f"{AWAITS_APPROVAL}{crisis}")
    return await _said_lately(session, action, message, now=now)


async def _said_lately(session: AsyncSession, action: Action, message: Message, *, now: datetime) -> Gate | None:
    """One automatic text for an author in a day (policy section 5)."""
    if action.requested_by is not None or not action.template or not message.author_id:
        return None
    # Two messages of one author may be answered at the same time; one of them waits here for the other's beginning.
    await actions.lock_conversation(session, message.account.id, message.author_id, action.template)
    if await actions.said_lately(
        session, action, account_id=message.account.id, author_id=message.author_id, since=now - ONCE_IN
    ):
        return Gate(state="cancelled", because="said_within_24_hours")
    return None
