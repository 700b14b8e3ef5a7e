"""Digests go out once on each working day: ordinary notices of a unit, neutral messages of a responsible's accounts.

Each is on record before it is sent. Where nobody knows whether one arrived, it is not sent again: what it had is in the
next one.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from app.actions.send_notices import HandedOver, NoticeSender, sign_in_link
from app.clock import Clock
from app.decisions.model import Urgency
from app.notices.model import DigestLine, OutgoingNotice, Place, SystemNotice
from app.records import digests
from app.records.actions import backoff
from app.records.database import Sessions
from app.records.digests import Digest
from app.records.jobs import Job, enqueue
from app.signals.policies import PolicyStore

log = structlog.get_logger(__name__)

SEND_LIMIT = timedelta(seconds=60)
# About three hours of trying; then what it had waits for the next day's.
ATTEMPTS = 40
FIRST_SINCE = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Digests:
    """Makes and sends digests. `public_url` is where the sign-in is."""

    sessions: Sessions
    policies: PolicyStore
    sender: NoticeSender
    public_url: str
    zone: ZoneInfo
    clock: Clock
    jitter: Callable[[], float]

    async def make_due(self) -> int:
        """On a working day, from the policy's time on: make each unit's and person's digest; returns how many."""
        policy = (await self.policies.current()).policy
        now = self.clock()
        here = now.astimezone(self.zone)
        if here.time() < policy.notices.digest_at or policy.queue.office_hours(self.zone).span(here.date()) is None:
            return 0
        day = here.date()
        async with self.sessions() as session:
            units = await digests.units_due(session, now=now, day=day)
            people = await digests.people_due(session, day=day)
        made = 0
        for unit in units:
            async with self.sessions.begin() as session:
                made += await digests.make_for_unit(session, unit, now=now, day=day) is not None
        for person in people:
            async with self.sessions.begin() as session:
                found = await digests.make_for_person(session, person, now=now, day=day, first_since=now - FIRST_SINCE)
                made += found is not None
        if made:
            log.info("digests_made", number=made)
        return made

    async def send(self, digest_id: int) -> None:
        """Send a digest, once."""
        now = self.clock()
        async with self.sessions.begin() as session:
            digest = await digests.lock(session, digest_id)
            if digest.state == "running":
                await self._follow(session, digest)
                return
            if digest.state != "planned":
                return
            await digests.start(session, digest.id, at=now)
        handed = await self.sender.hand_over_within(SEND_LIMIT, self._outgoing(digest), ("mail", "hook"))
        if handed.is_unknown:
            await self._end(digest, "unknown", problem="took too long")
        elif handed.used:
            await self._end(digest, "sent", channel=handed.channel)
        else:
            await self._failed(digest, handed)

    def _outgoing(self, digest: Digest) -> OutgoingNotice:
        is_for_a_unit = digest.unit is not None
        path = "/v1/notifications?acknowledged=false" if is_for_a_unit else "/v1/messages?disposition=keep"
        return OutgoingNotice(
            id=f"digest-{digest.id}",
            kind=SystemNotice.DIGEST if is_for_a_unit else SystemNotice.NEUTRAL,
            urgency=Urgency.NORMAL,
            place=Place(),
            link=sign_in_link(self.public_url, path),
            created_at=digest.until_at,
            email=digest.email,
            hook_url=digest.hook_url,
            recipient=None if is_for_a_unit else f"person:{digest.person_id}",
            lines=tuple(
                DigestLine(kind=line.kind, place=Place(platform=line.platform, account=line.account), count=line.count)
                for line in digest.lines
            ),
        )

    async def _follow(self, session: AsyncSession, digest: Digest) -> None:
        """Somebody began to send it and has not said how it came out: either still at it, or dead."""
        now = self.clock()
        if digest.started_at is not None and now < digest.started_at + SEND_LIMIT:
            await enqueue(session, Job.DIGEST, digest.id, after=SEND_LIMIT)
            return
        await digests.finish(session, digest.id, "unknown", at=now, problem="the worker died")
        log.warning("digest_unknown", digest_id=digest.id)

    async def _failed(self, digest: Digest, handed: HandedOver) -> None:
        attempt = digest.attempts + 1
        if attempt >= ATTEMPTS or not handed.may_work_later:
            await self._end(digest, "failed", problem=handed.problem)
            return
        async with self.sessions.begin() as session:
            await digests.finish(session, digest.id, "planned", at=self.clock(), problem=handed.problem)
            wait = backoff(min(attempt, 8), jitter=self.jitter())
            await enqueue(session, Job.DIGEST, digest.id, after=wait)

    async def _end(self, digest: Digest, state: str, *, channel: str | None = None, problem: str | None = None) -> None:
        async with self.sessions.begin() as session:
            await digests.finish(session, digest.id, state, at=self.clock(), channel=channel, problem=problem)
        level = log.info if state == "sent" else log.error
        level("digest_ended", digest_id=digest.id, outcome=state, channel=channel, problem=problem)
