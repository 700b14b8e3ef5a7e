"""What a message's author wrote to us before (6.3.2), as far as the platform itself tells it."""

import asyncio
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from importlib import resources

import structlog

from app.connectors.base import Earlier, Outbound, Remembering
from app.errors import ConnectorError
from app.messages import Account, MessageId
from app.records import messages
from app.records.database import Sessions

log = structlog.get_logger(__name__)

# A person waits for it.
ASK_LIMIT = timedelta(seconds=5)
# How far back a platform tells, in words for whoever reads it (`limits.md` of each has the reasons).
COVERS: Mapping[str, str] = tomllib.loads((resources.files("app.actions") / "earlier.toml").read_text(encoding="utf-8"))


class Answered(StrEnum):
    """How a platform answered when it was asked for an author's earlier words."""

    TOLD = "told"
    NOT_OFFERED = "not_offered"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a platform told, newest first, without what came to us anyway."""

    answered: Answered
    words: tuple[Earlier, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierWords:
    """Asks platforms for them; nothing of it is stored."""

    sessions: Sessions
    outbound_for: Callable[[Account], Outbound]

    async def ask(self, message_id: MessageId) -> Told:
        """Ask the platform of a message, where it offers that; a failure is an answer too."""
        async with self.sessions() as session:
            message = (await messages.load(session, message_id)).message
        outbound = self.outbound_for(message.account)
        if not isinstance(outbound, Remembering) or message.author_id is None:
            return Told(answered=Answered.NOT_OFFERED)
        try:
            async with asyncio.timeout(ASK_LIMIT.total_seconds()):
                words = await outbound.earlier_of(message)
        except (ConnectorError, TimeoutError) as error:
            log.warning("earlier_words_not_told", message_id=message_id, error=type(error).__name__)
            return Told(answered=Answered.FAILED)
        async with self.sessions() as session:
            ids = [one.external_id for one in words]
            known = await messages.known(session, message.account, ids) | {message.external_id}
        return Told(answered=Answered.TOLD, words=tuple(one for one in words if one.external_id not in known))
