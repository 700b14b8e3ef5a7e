"""Working at the review queue: claiming an item, waiting for advice, notes. Deciding is `by_hand`'s."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from app.actions.alarms import DIRECTORATE
from app.actions.not_possible import NotPossibleError, decided_meanwhile, in_anothers_hand
from app.clock import Clock
from app.decisions.model import UnitKey, Urgency
from app.decisions.queue import QueuePolicy
from app.messages import MessageId, PersonId
from app.notices.model import SystemNotice
from app.records import audit, messages, notifications, review_notes, reviews
from app.records.database import Sessions
from app.records.reviews import Item
from app.signals.policies import PolicyStore


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """Why an item waits, for whose advice, and until when it does. At least one of person and unit is asked."""

    because: str
    until: datetime
    person: PersonId | None = None
    unit: UnitKey | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What people do with an item before they decide. All of it raises NotPossibleError where it makes no sense."""

    sessions: Sessions
    policies: PolicyStore
    clock: Clock
    zone: ZoneInfo

    async def claim(self, review_id: int, *, by: PersonId) -> None:
        """Take an item in hand, for as long as policy data allows; again to have it longer."""
        queue = await self._queue()
        async with self.sessions.begin() as session:
            item = await self._waiting(session, review_id, by)
            until = self.clock() + queue.claim_for(item.priority)
            await reviews.claim(session, review_id, by=by, until=until)
            await audit.note(session, by=by, act="review.claim", subject=f"review/{review_id}")

    async def release(self, review_id: int, *, by: PersonId, of_another: bool) -> None:
        """Give an item back; with `of_another` also one that somebody else has in hand."""
        async with self.sessions.begin() as session:
            item = await self._item(session, review_id)
            if item.claimed_until is None:
                raise NotPossibleError("Bu kaydı kimse üzerine almamış.", "Nobody has claimed this item.")
            if item.is_claimed_by_another(by, at=self.clock()) and not of_another:
                raise in_anothers_hand(item, self.zone)
            await reviews.release(session, review_id)
            await audit.note(
                session, by=by, act="review.release", subject=f"review/{review_id}", detail={"of": item.claimed_by}
            )

    async def park(self, review_id: int, advice: Advice, *, by: PersonId, although_urgent: bool) -> None:
        """Let an item wait for advice; it comes back by itself when the time is over, or when something new happens.

        What is due at once waits only where whoever may say so says it: `although_urgent`. Who is asked is told: the
        unit, the person, or both.
        """
        queue = await self._queue()
        async with self.sessions.begin() as session:
            item = await self._waiting(session, review_id, by)
            self._check_time(advice.until, queue)
            if queue.is_at_once(item.priority) and not although_urgent:
                raise NotPossibleError(
                    "Hemen karar bekleyen kayıt bekletilemez; gerekiyorsa direktör bekletebilir.",
                    "What is due at once does not wait; where it must, a director may let it.",
                )
            await self._check_asked(session, advice)
            await reviews.park(
                session,
                review_id,
                by=by,
                until=advice.until,
                because=advice.because,
                person=advice.person,
                unit=advice.unit,
            )
            await self._tell_who_is_asked(session, item, advice)
            detail = {
                "because": advice.because,
                "until": advice.until.isoformat(),
                "person": advice.person,
                "unit": advice.unit,
                "although_urgent": although_urgent,
            }
            await audit.note(session, by=by, act="review.park", subject=f"review/{review_id}", detail=detail)

    async def bring_back(self, review_id: int, *, by: PersonId) -> None:
        """The advice is there: the item waits for a decision again."""
        async with self.sessions.begin() as session:
            item = await self._item(session, review_id)
            if item.parked_until is None or item.parked_until <= self.clock():
                raise NotPossibleError("Bu kayıt görüş beklemiyor.", "This item does not wait for advice.")
            await reviews.unpark(session, review_id)
            await audit.note(session, by=by, act="review.bring_back", subject=f"review/{review_id}")

    async def write_note(self, message_id: MessageId, words: str, *, by: PersonId, unit: UnitKey | None) -> int:
        """Add to the thread beside a message; what is written stays. Returns the note's id.

        Where it is the advice that was waited for, of this person or their unit, the item is back in the queue.
        """
        async with self.sessions.begin() as session:
            await messages.lock_many(session, [message_id])
            note_id = await review_notes.write(session, message_id, words, by=by, at=self.clock())
            await audit.note(
                session, by=by, act="message.note", subject=f"message/{message_id}", detail={"note": note_id}
            )
            for item in await reviews.answered(session, message_id, by=by, unit=unit, at=self.clock()):
                detail = {"note": note_id}
                await audit.note(session, by=by, act="review.bring_back", subject=f"review/{item}", detail=detail)
        return note_id

    async def _queue(self) -> QueuePolicy:
        return (await self.policies.current()).policy.queue

    async def _item(self, session: AsyncSession, review_id: int) -> Item:
        """The item, locked after its message, as whoever decides on it locks them."""
        await messages.lock_many(session, [await reviews.message_of(session, review_id)])
        return await reviews.load(session, review_id)

    async def _waiting(self, session: AsyncSession, review_id: int, by: PersonId) -> Item:
        """The item, which waits for a decision and is in nobody else's hand."""
        item = await self._item(session, review_id)
        if item.state == "decided":
            raise decided_meanwhile(item, self.zone)
        if item.is_claimed_by_another(by, at=self.clock()):
            raise in_anothers_hand(item, self.zone)
        return item

    def _check_time(self, until: datetime, queue: QueuePolicy) -> None:
        now = self.clock()
        if not now < until <= now + timedelta(days=queue.park_at_most_days):
            raise NotPossibleError(
                f"Bekleme, şimdiden sonra ve en çok {queue.park_at_most_days} gün içinde bitmelidir.",
                f"It must come back later than now and within {queue.park_at_most_days} days.",
            )

    async def _check_asked(self, session: AsyncSession, advice: Advice) -> None:
        if advice.unit is not None and not await reviews.is_unit(session, advice.unit):
            raise NotPossibleError("Görüşü istenen birim yok.", "There is no such unit to ask.")

    async def _tell_who_is_asked(self, session: AsyncSession, item: Item, advice: Advice) -> None:
        asked: list[tuple[str, UnitKey, PersonId | None]] = []
        if advice.unit is not None:
            asked.append((str(advice.unit), advice.unit, None))
        if advice.person is not None:
            unit = await reviews.unit_of(session, advice.person) or DIRECTORATE
            asked.append((f"person-{advice.person}", unit, advice.person))
        for name, unit, person in asked:
            await notifications.queue(
                session,
                key=f"advice:{item.id}:{item.version}:{name}",
                kind=SystemNotice.ADVICE_ASKED,
                unit=unit,
                urgency=Urgency.NORMAL,
                message_id=item.message_id,
                person_id=person,
            )
