"""Asking the platforms: where there is no webhook, and for what a webhook never brought (I12).

What a poll brings is stored as a delivery, raw, and goes the way of every other; an item that came by webhook has the
same key and is taken once.
"""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from secrets import token_hex

import structlog
from sqlalchemy.exc import SQLAlchemyError

from app.actions.alarms import raise_alarm
from app.clock import Clock
from app.connectors.base import Poll, Polled, Quota
from app.decisions.model import Urgency
from app.errors import ConnectorError, PlatformUnavailableError, TokenRejectedError
from app.messages import Account, PlatformName
from app.metrics import polled_pages_total, polls_total
from app.notices.model import SystemNotice
from app.records import deliveries, polls
from app.records.actions import backoff
from app.records.database import Sessions
from app.records.deliveries import NewDelivery
from app.records.jobs import Job, enqueue_many
from app.records.polls import DuePoll
from app.rounds import go_round

log = structlog.get_logger(__name__)

# Whose turn it is, is held by the worker that asks, and the hold renewed while it does: one that died in the middle of
# a poll delays the next by no more than this.
TAKEN_FOR = timedelta(seconds=45)
RENEWED_EVERY = timedelta(seconds=10)
LONGEST_PAUSE = timedelta(minutes=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Poller:
    """Asks for what is new. `poll_for` gives an account's poll, `quota_of` the quota that its platform has.

    `rhythm` is how often each platform is asked when all goes well; others are not asked. Where a quota is running out,
    it is asked less often, so that polls neither end before the day does nor take what acts need.
    """

    sessions: Sessions
    poll_for: Callable[[Account], Poll]
    quota_of: Callable[[PlatformName], Awaitable[Quota | None]]
    rhythm: Mapping[PlatformName, timedelta]
    clock: Clock
    jitter: Callable[[], float]

    async def poll_due(self) -> int:
        """Ask every account whose turn it is; returns how many were asked."""
        now = self.clock()
        until = now + TAKEN_FOR
        async with self.sessions.begin() as session:
            due = await polls.take_due(session, self.rhythm, now=now, until=until)
        if due:
            holding = asyncio.create_task(self._hold(due, until))
            try:
                await go_round(due, self._poll)
            finally:
                holding.cancel()
                await asyncio.wait({holding})
        return len(due)

    async def _hold(self, due: Sequence[DuePoll], until: datetime) -> None:
        """Renew the hold on what was not asked yet; whose poll ended has a time of its own, which stays."""
        while True:
            await asyncio.sleep(RENEWED_EVERY.total_seconds())
            held, until = until, self.clock() + TAKEN_FOR
            try:
                async with self.sessions.begin() as session:
                    await polls.hold(session, [one.account.id for one in due], held=held, until=until)
            except (SQLAlchemyError, OSError) as error:
                # Then another worker may ask the same; what comes twice is taken once.
                log.warning("poll_not_held", error=type(error).__name__)
                until = held

    async def tell_of_silence(self) -> None:
        """Report accounts from which nothing came for longer than their habit: once for each silence."""
        async with self.sessions.begin() as session:
            for account, since in await polls.silent_beyond_habit(session, now=self.clock()):
                log.warning("account_silent", account=account.external_id, platform=account.platform)
                await raise_alarm(
                    session, SystemNotice.ACCOUNT_SILENT, f"{account.id}:{since.isoformat()}", account_id=account.id
                )

    async def _poll(self, due: DuePoll) -> None:
        account = due.account
        try:
            polled = await self.poll_for(account).poll(due.position)
        except ConnectorError as error:
            log.warning("poll_failed", platform=account.platform, account=account.external_id, code=error.code)
            await self._failed(due, f"{type(error).__name__} {error.code}".strip(), error)
            return
        await self._store(account, polled, due_at=self.clock() + await self._pause(account, polled))

    async def _store(self, account: Account, polled: Polled, *, due_at: datetime) -> None:
        """Keep what came and where to go on, in one transaction."""
        now = self.clock()
        new = [_delivery(account, page, now) for page in polled.pages]
        async with self.sessions.begin() as session:
            stored = await deliveries.store(session, new) if new else {}
            await enqueue_many(session, Job.DELIVERY, list(stored.values()))
            await polls.succeeded(
                session,
                account.id,
                position=polled.position,
                at=now,
                due_at=due_at,
            )
        polls_total.labels(account.platform, "done").inc()
        polled_pages_total.labels(account.platform).inc(len(stored))
        log.info("polled", platform=account.platform, account=account.external_id, pages=len(stored))

    async def _failed(self, due: DuePoll, problem: str, error: ConnectorError) -> None:
        async with self.sessions.begin() as session:
            await polls.failed(session, due.account.id, problem=problem, due_at=self._again(due, error))
            if isinstance(error, TokenRejectedError):
                await raise_alarm(
                    session,
                    SystemNotice.TOKEN_DEAD,
                    f"{due.account.id}:{self.clock().date()}",
                    urgency=Urgency.URGENT,
                    account_id=due.account.id,
                )
        polls_total.labels(due.account.platform, "failed").inc()

    async def _pause(self, account: Account, polled: Polled) -> timedelta:
        """How long until the next poll: none where something is missing, but never less than the quota asks for."""
        wanted = self.rhythm[account.platform] if polled.is_complete else timedelta()
        quota = await self.quota_of(account.platform)
        return max(wanted, quota.pause) if quota is not None else wanted

    def _again(self, due: DuePoll, error: ConnectorError) -> datetime:
        """After a failure: when the platform asks for it, else later and later."""
        if isinstance(error, PlatformUnavailableError) and error.retry_after is not None:
            return self.clock() + error.retry_after
        pause = min(backoff(due.failures + 4, jitter=self.jitter()), LONGEST_PAUSE)
        return self.clock() + pause


def _delivery(account: Account, page: bytes, now: datetime) -> NewDelivery:
    return NewDelivery(
        platform=account.platform,
        body=page,
        digest=hashlib.sha256(page).digest(),
        headers={"source": "poll"},
        received_at=now,
        correlation_id=token_hex(16),
        account_id=account.id,
    )
