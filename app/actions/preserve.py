"""Taking evidence as an action: the sealed record at once, the image when its turn comes."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta

import structlog

from app.actions.captures import Captures
from app.clock import Clock
from app.connectors.base import Outbound
from app.errors import ConnectorError
from app.evidence.keep import add_card, record_fields, seal_record
from app.evidence.objects import ObjectStore
from app.messages import LookUp, Message
from app.records import evidence
from app.records.database import Sessions
from app.records.evidence import SealedEvidence
from app.records.messages import Loaded

log = structlog.get_logger(__name__)

# Hiding must not wait for a slow platform: without its answer the record says so.
LOOK_UP_LIMIT = timedelta(seconds=2)
# A batch of many updates is referred to by its hash; a delivery of its own is kept whole beside the record.
WHOLE_DELIVERY = 64 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Preserver:
    """Seals what was said, and draws it."""

    sessions: Sessions
    objects: ObjectStore
    captures: Captures
    clock: Clock

    async def preserve(self, loaded: Loaded, outbound: Outbound, *, image: bool) -> SealedEvidence:
        """Make sure of the sealed record, and of an image where asked. May run again; the first seal counts.

        The image is the rendered card, drawn also where the page's picture is there: the one shows what we were sent,
        the other what stood in public. That picture is wanted once the record is sealed, and comes beside it.

        Raises EvidenceError where the image cannot be drawn or stored.
        """
        message = loaded.message
        async with self.sessions() as session:
            sealed = await evidence.find(session, message.id, message.revision)
        if sealed is None:
            sealed = await self._seal(loaded, outbound)
        await self.captures.want(loaded, sealed.id)
        if image and not sealed.has_card:
            await add_card(self.sessions, self.objects, sealed, message, now=self.clock())
        return sealed

    async def _seal(self, loaded: Loaded, outbound: Outbound) -> SealedEvidence:
        look_up = await self._look_up(loaded.message, outbound)
        async with self.sessions() as session:
            came = await evidence.arrival_of(session, loaded.message.id, loaded.message.revision)
            delivery_id, received_at = came or (loaded.delivery_id, loaded.received_at)
            delivery = (
                await evidence.delivery_of(session, delivery_id, whole_up_to=WHOLE_DELIVERY)
                if delivery_id is not None
                else {}
            )
            decision = await evidence.latest_decision(session, loaded.message.id, loaded.message.revision)
        fields = record_fields(loaded.message, look_up, received_at=received_at, delivery=delivery, decision=decision)
        sealed = await seal_record(self.sessions, loaded.message, fields, now=self.clock())
        log.info("evidence_sealed", message_id=loaded.message.id, evidence_id=sealed.id, hash=sealed.hash)
        return sealed

    async def _look_up(self, message: Message, outbound: Outbound) -> LookUp | None:
        try:
            async with asyncio.timeout(LOOK_UP_LIMIT.total_seconds()):
                return await outbound.look_up(message)
        except (ConnectorError, TimeoutError) as error:
            log.warning("look_up_failed", message_id=message.id, error=type(error).__name__)
            return None
