"""Reading a stored delivery: the connector's events become messages. Commits by itself; may run twice."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import structlog
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from app.clock import Clock
from app.connectors.base import Inbound
from app.decisions.model import ActionKind
from app.errors import UnreadableDeliveryError
from app.messages import Account, Channel, DeliveryId, Event, EventKind, ExternalId, MessageId, PlatformName
from app.records import accounts, actions, deliveries, messages
from app.records.database import Sessions
from app.records.deliveries import Delivery
from app.records.jobs import Job, enqueue_many

log = structlog.get_logger(__name__)

REPLIES = (ActionKind.REPLY, ActionKind.PRIVATE_MESSAGE)
SUPPORT = ("support", "support_other")
UNKNOWN_ACCOUNT = ExternalId("")


@dataclass(slots=True)
class Reading:
    """What came of a delivery: messages to judge, and how many events of which kind."""

    messages: list[MessageId] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)


class Reader:
    """Turns deliveries into messages."""

    def __init__(self, sessions: Sessions, inbounds: Mapping[PlatformName, Inbound], clock: Clock) -> None:
        self._sessions = sessions
        self._inbounds = inbounds
        self._clock = clock

    async def read(self, delivery_id: DeliveryId) -> list[MessageId]:
        """Read a delivery and return the messages that are to be judged now.

        Of many in one delivery each gets a job of its own, so that a large batch is worked off side by side; then the
        list is empty. A delivery that cannot be read is quarantined, visible and replayable.
        """
        async with self._sessions.begin() as session:
            delivery = await deliveries.load(session, delivery_id)
            structlog.contextvars.bind_contextvars(correlation_id=delivery.correlation_id, platform=delivery.platform)
            if delivery.state == "parsed":
                return await messages.of_delivery(session, delivery_id)
            try:
                events = list(self._inbounds[delivery.platform].parse(delivery.body, received_at=delivery.received_at))
            except UnreadableDeliveryError as error:
                await deliveries.mark_quarantined(session, delivery_id, problem=error.reason)
                log.warning("delivery_quarantined", delivery_id=delivery_id, reason=error.reason)
                return []
            reading = await self._record(session, delivery, events)
            await deliveries.mark_parsed(session, delivery_id, summary=dict(reading.counts), at=self._clock())
            if failed := reading.counts["failed"]:
                await deliveries.mark_quarantined(
                    session, delivery_id, problem=f"{failed} of {len(events)} events could not be stored"
                )
            touched = list(dict.fromkeys(reading.messages))
            if len(touched) > 1:
                await enqueue_many(session, Job.MESSAGE, [int(message) for message in touched])
                touched_now: list[MessageId] = []
            else:
                touched_now = touched
        log.info("delivery_parsed", delivery_id=delivery_id, events=dict(reading.counts), messages=len(touched))
        return touched_now

    async def _record(self, session: AsyncSession, delivery: Delivery, events: Iterable[Event]) -> Reading:
        events = list(events)
        reading = Reading()
        named = {event.account_id for event in events if event.account_id is not None}
        ours = await accounts.by_external_ids(session, delivery.platform, named)
        own_ids = await accounts.own_author_ids(session, delivery.platform) if ours else frozenset()
        new = await deliveries.claim_events(
            session,
            delivery.platform,
            [
                (event.account_id, event.key)
                for event in events
                if event.event is not EventKind.OTHER and event.account_id in ours and event.account_id is not None
            ],
        )
        for event in events:
            account = ours.get(event.account_id) if event.account_id is not None else None
            if event.event is EventKind.OTHER:
                reading.counts[f"other:{event.detail}"] += 1
            elif account is None:
                reading.counts["unknown_account"] += 1
            elif (event.account_id, event.key) not in new:
                reading.counts["seen_before"] += 1
            else:
                new.discard((str(event.account_id), event.key))
                try:
                    async with session.begin_nested():
                        touched = await self._apply(session, account, event, delivery, own_ids)
                except DBAPIError as error:
                    # One odd item never fails its batch: the rest is read, the delivery stays visible as quarantined.
                    reading.counts["failed"] += 1
                    log.warning("event_not_stored", delivery_id=delivery.id, error=type(error.orig).__name__)
                    continue
                reading.counts[str(event.event)] += 1
                if touched is not None:
                    reading.messages.append(touched)
        return reading

    async def _apply(
        self, session: AsyncSession, account: Account, event: Event, delivery: Delivery, own_ids: frozenset[str]
    ) -> MessageId | None:
        """Bring one event into the records; returns a message that is to be judged."""
        kind = event.event
        if kind in (EventKind.CREATED, EventKind.EDITED) and event.author_id in own_ids:
            kind = EventKind.ECHO
        match kind:
            case EventKind.CREATED:
                return await messages.record_created(
                    session, account, event, delivery_id=delivery.id, correlation_id=delivery.correlation_id
                )
            case EventKind.EDITED:
                return await messages.record_edited(
                    session, account, event, delivery_id=delivery.id, correlation_id=delivery.correlation_id
                )
            case EventKind.REMOVED:
                return await self._removed(session, account, event, delivery)
            case EventKind.ECHO:
                await self._echo(session, account, event)
                return None
            case EventKind.OTHER:
                return None

    async def _removed(
        self, session: AsyncSession, account: Account, event: Event, delivery: Delivery
    ) -> MessageId | None:
        """Its author (or the platform) took it away: nothing is left to hide, delete or answer in public."""
        message_id = await messages.record_removed(
            session, account, event, delivery_id=delivery.id, correlation_id=delivery.correlation_id
        )
        if message_id is not None:
            await actions.cancel_open(
                session,
                message_id,
                (ActionKind.HIDE, ActionKind.UNHIDE, ActionKind.DELETE, ActionKind.REPLY),
                at=self._clock(),
                because="removed_by_author",
                automatic_only=False,
            )
        return None

    async def _echo(self, session: AsyncSession, account: Account, event: Event) -> None:
        """A reply written by hand on the platform settles what still waits to be said (policy section 5)."""
        await messages.record_echo(session, account, event)
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
                session, message_id, REPLIES, at=self._clock(), because="answered_by_hand", spare_templates=SUPPORT
            )
            if cancelled:
                log.info("replies_cancelled", message_id=message_id, because="answered_by_hand", count=len(cancelled))
