"""Accepting a webhook: prove it, store it raw, queue its reading, all in one short transaction. Judges nothing."""

import hashlib
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from secrets import token_hex

import structlog

from app.batching import Batcher
from app.clock import Clock
from app.connectors.base import Inbound, Keys, WebhookRequest
from app.errors import DeliveryRejectedError
from app.messages import DeliveryId, PlatformName
from app.metrics import accept_seconds, deliveries_total
from app.records import deliveries
from app.records.database import Sessions
from app.records.deliveries import NewDelivery
from app.records.jobs import Job, enqueue_many

log = structlog.get_logger(__name__)

# Kept with the delivery: enough to understand it later; nothing that signs in anyone.
KEPT_HEADERS = frozenset({"content-type", "user-agent", "x-hub-signature-256", "x-hub-signature"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A platform as ingest sees it: how its deliveries are proven, and what proves them.

    The settings' names are for whoever must set them; `verify_setting` is None where subscribing needs no word.
    """

    inbound: Inbound
    keys: Keys
    proof_setting: str
    verify_setting: str | None = None


class Ingest:
    """Takes deliveries of all platforms."""

    def __init__(self, sessions: Sessions, sources: Mapping[PlatformName, Source], clock: Clock) -> None:
        self._sessions = sessions
        self._sources = sources
        self._clock = clock
        self._batches = Batcher(self._store, at_once=3, size=lambda delivery: len(delivery.body))

    def source(self, platform: str) -> Source | None:
        """The platform's source; None for a platform that we do not know."""
        return self._sources.get(PlatformName(platform))

    async def accept(self, platform: PlatformName, headers: Mapping[str, str], body: bytes) -> DeliveryId | None:
        """Store a delivery and queue its reading; when this returns, both are committed (I1).

        None where the same bytes were stored before. Raises DeliveryRejectedError for a delivery that is not proven.
        """
        begun = time.perf_counter()
        source = self._sources[platform]
        try:
            source.inbound.verify(WebhookRequest(headers=headers, body=body), secrets=source.keys.secrets)
        except DeliveryRejectedError:
            deliveries_total.labels(platform, "rejected").inc()
            raise
        correlation_id = token_hex(16)
        delivery_id = await self._batches.ask(
            NewDelivery(
                platform=platform,
                body=body,
                digest=hashlib.sha256(body).digest(),
                headers={name: headers[name] for name in KEPT_HEADERS if name in headers},
                received_at=self._clock(),
                correlation_id=correlation_id,
            )
        )
        known = log.bind(platform=platform, correlation_id=correlation_id, size=len(body))
        if delivery_id is None:
            deliveries_total.labels(platform, "duplicate").inc()
            known.info("delivery_duplicate")
        else:
            deliveries_total.labels(platform, "received").inc()
            known.info("delivery_received", delivery_id=delivery_id)
        accept_seconds.labels(platform).observe(time.perf_counter() - begun)
        return delivery_id

    async def _store(self, new: Sequence[NewDelivery]) -> Sequence[DeliveryId | None]:
        """Store deliveries and queue their reading in one transaction."""
        async with self._sessions.begin() as session:
            # In one order everywhere: two that store the same bytes then wait in turn, never for each other.
            stored = await deliveries.store(session, sorted(new, key=lambda delivery: delivery.digest))
            await enqueue_many(session, Job.DELIVERY, list(stored.values()))
        return [stored.get(delivery.correlation_id) for delivery in new]
