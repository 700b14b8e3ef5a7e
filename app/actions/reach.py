"""What an account can do by API at this moment, for the machine or for a person who asks for it."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from app.connectors.base import ForPersons, Outbound
from app.decisions.by_platform import capability_of
from app.decisions.capabilities import Lack
from app.decisions.model import ActionKind
from app.messages import Message
from app.records import lacks


def as_asked_for(outbound: Outbound, *, by_person: bool) -> Outbound:
    """The connector, which may do more where a person asked for it."""
    return outbound.by_person() if by_person and isinstance(outbound, ForPersons) else outbound


async def out_of_reach(
    session: AsyncSession, kind: ActionKind, message: Message, outbound: Outbound, *, by_person: bool, now: datetime
) -> Lack | None:
    """Why the account cannot do it, known without a call; None where it is worth one, and for our own steps.

    What was merely refused lately a person may try all the same.
    """
    wanted = capability_of(kind, message.channel)
    if wanted is None:
        return None
    lack = as_asked_for(outbound, by_person=by_person).lacks(message.channel, message).get(wanted)
    if lack is not None:
        return lack
    found = (await lacks.of_accounts(session, [message.account.id], now=now))[message.account.id].get(wanted)
    return None if found is Lack.REFUSED_LATELY and by_person else found
