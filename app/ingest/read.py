"""Reading stored deliveries: the connectors' events become messages. Commits by itself; may run twice."""

import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

import structlog
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from app.batching import Batcher
from app.clock import Clock
from app.connectors.base import Inbound
from app.errors import UnreadableDeliveryError
from app.ingest.changes import apply_change
from app.messages import DeliveryId, Event, EventKind, MessageId, PlatformName
from app.records import arrivals, deliveries, messages, pseudonyms
from app.records.accounts import Book, load_book
from app.records.arrivals import Arrival
from app.records.database import Sessions
from app.records.deliveries import Delivery
from app.records.jobs import Job, enqueue_many

log = structlog.get_logger(__name__)

ACCOUNTS_FRESH_FOR = timedelta(seconds=2)


@dataclass(slots=True)
class Reading:
    """What is read from one delivery: events of our accounts, messages to judge, and how many events of which kind."""

    delivery: Delivery
    arrivals: list[Arrival] = field(default_factory=list)
    touched: list[MessageId] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    events: int = 0


class Reader:
    """Turns deliveries into messages; those that wait at the same time in one transaction."""

    def __init__(
        self,
        sessions: Sessions,
        inbounds: Mapping[PlatformName, Inbound],
        clock: Clock,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._sessions = sessions
        self._inbounds = inbounds
        self._clock = clock
        self._monotonic = monotonic
        self._book: tuple[float, Book] | None = None
        self._batches = Batcher(self._read_many, at_most=60, at_once=3)

    async def read(self, delivery_id: DeliveryId) -> Sequence[MessageId]:
        """Read a delivery and return the messages that are to be judged now.

        Of many in one delivery each gets a job of its own, so that a large batch is worked off side by side; then the
        list is empty. A delivery that cannot be read is quarantined, visible and replayable.
        """
        return await self._batches.ask(delivery_id)

    async def _read_many(self, ids: Sequence[DeliveryId]) -> Sequence[Sequence[MessageId]]:
        try:
            return await self._read_all(ids, one_by_one=False)
        except DBAPIError:
            if len(ids) > 1:
                raise
            # One odd item never fails its delivery: the rest of it is read.
            return await self._read_all(ids, one_by_one=True)

    async def _read_all(self, ids: Sequence[DeliveryId], *, one_by_one: bool) -> Sequence[Sequence[MessageId]]:
        async with self._sessions.begin() as session:
            loaded = {delivery.id: delivery for delivery in await deliveries.load(session, ids)}
            again = [delivery.id for delivery in loaded.values() if delivery.state == "parsed"]
            judged_now: dict[DeliveryId, Sequence[MessageId]] = dict(await messages.of_deliveries(session, again))
            book = await self._accounts(session)
            parsed = [await self._parse(session, one, book) for one in loaded.values() if one.state != "parsed"]
            readings = [reading for reading in parsed if reading is not None]
            await self._record(session, readings, book, one_by_one=one_by_one)
            await deliveries.mark_parsed(
                session, {reading.delivery.id: reading.counts for reading in readings}, at=self._clock()
            )
            for reading in readings:
                judged_now[reading.delivery.id] = await self._finish(session, reading)
        for reading in readings:
            log.info(
                "delivery_parsed",
                correlation_id=reading.delivery.correlation_id,
                delivery_id=reading.delivery.id,
                events=dict(reading.counts),
                messages=len(reading.touched),
            )
        return [judged_now.get(delivery_id, ()) for delivery_id in ids]

    async def _accounts(self, session: AsyncSession) -> Book:
        now = self._monotonic()
        if self._book is None or now - self._book[0] > ACCOUNTS_FRESH_FOR.total_seconds():
            self._book = (now, await load_book(session))
        return self._book[1]

    async def _parse(self, session: AsyncSession, delivery: Delivery, book: Book) -> Reading | None:
        """The events of our accounts in a delivery; None where it cannot be read and was put aside."""
        reading = Reading(delivery)
        try:
            events = list(self._inbounds[delivery.platform].parse(delivery.body, received_at=delivery.received_at))
        except UnreadableDeliveryError as error:
            await deliveries.mark_quarantined(session, delivery.id, problem=error.reason)
            log.warning("delivery_quarantined", delivery_id=delivery.id, reason=error.reason)
            return None
        reading.events = len(events)
        for event in events:
            account = book.find(delivery.platform, event.account_id) or book.of_id(delivery.account_id)
            if event.event is EventKind.OTHER:
                reading.counts[f"other:{event.detail}"] += 1
            elif account is None:
                reading.counts["unknown_account"] += 1
            else:
                reading.arrivals.append(
                    Arrival(
                        account=account,
                        event=event,
                        delivery_id=delivery.id,
                        correlation_id=delivery.correlation_id,
                        read_at=self._clock(),
                    )
                )
        return reading

    async def _record(
        self, session: AsyncSession, readings: Iterable[Reading], book: Book, *, one_by_one: bool
    ) -> None:
        """Bring the events that were never seen before into the records."""
        readings = list(readings)
        await _leave_out_erased(session, readings)
        unseen = await deliveries.claim_events(
            session, [_key(arrival) for reading in readings for arrival in reading.arrivals]
        )
        fresh = [
            (reading, arrival)
            for reading in readings
            for arrival in reading.arrivals
            if _is_first(reading, arrival, unseen)
        ]
        written = [
            arrival
            for _, arrival in fresh
            if arrival.event.event is EventKind.CREATED and not _is_own(arrival.event, book)
        ]
        new = {} if one_by_one else await arrivals.record_new(session, written)
        for reading, arrival in fresh:
            is_new = arrival.event.event is EventKind.CREATED
            touched = new.get((arrival.account.id, str(arrival.event.external_id))) if is_new else None
            try:
                if touched is None:
                    async with session.begin_nested():
                        touched = await apply_change(session, arrival, book, at=self._clock())
            except DBAPIError as error:
                if not one_by_one:
                    raise
                reading.counts["failed"] += 1
                log.warning("event_not_stored", delivery_id=reading.delivery.id, error=type(error.orig).__name__)
                continue
            reading.counts[str(arrival.event.event)] += 1
            if touched is not None:
                reading.touched.append(touched)

    async def _finish(self, session: AsyncSession, reading: Reading) -> Sequence[MessageId]:
        """What is judged at once, after each of many got its own job; and what failed is told."""
        if failed := reading.counts["failed"]:
            await deliveries.mark_quarantined(
                session, reading.delivery.id, problem=f"{failed} of {reading.events} events could not be stored"
            )
        touched = list(dict.fromkeys(reading.touched))
        if len(touched) <= 1:
            return touched
        await enqueue_many(session, Job.MESSAGE, touched)
        return ()


async def _leave_out_erased(session: AsyncSession, readings: Sequence[Reading]) -> None:
    """What was erased at its author's request does not come back; an edit of it brings new words, which are judged."""
    told = {_named(arrival) for reading in readings for arrival in reading.arrivals if arrival.event.external_id}
    gone = await pseudonyms.erased(session, told)
    if not gone:
        return
    for reading in readings:
        stays = [
            arrival
            for arrival in reading.arrivals
            if _named(arrival) not in gone or arrival.event.event is EventKind.EDITED
        ]
        reading.counts["erased_before"] += len(reading.arrivals) - len(stays)
        reading.arrivals[:] = stays


def _named(arrival: Arrival) -> tuple[str, str]:
    return arrival.account.platform, str(arrival.event.external_id)


def _key(arrival: Arrival) -> deliveries.EventKey:
    return arrival.account.platform, arrival.account.external_id, arrival.event.key


def _is_first(reading: Reading, arrival: Arrival, unseen: set[deliveries.EventKey]) -> bool:
    """Whether this is the first we see of the event; the second of two in one delivery is not."""
    key = _key(arrival)
    if key in unseen:
        unseen.discard(key)
        return True
    reading.counts["seen_before"] += 1
    return False


def _is_own(event: Event, book: Book) -> bool:
    return book.is_ours(event.platform, event.author_id)
