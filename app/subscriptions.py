"""Keeping the platforms telling us: whether each subscription stands is asked, what is missing is asked for (I12).

Platforms end subscriptions without a word: Meta after an hour of failures, X after a failed check, LinkedIn with the
administrator's role, YouTube's hub after some days. What was missed until it is repaired is found by the poll.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from app.actions.alarms import raise_alarm
from app.clock import Clock
from app.connectors.base import Kept, Replaying, Standing, Subscription
from app.decisions.model import Urgency
from app.errors import ConnectorError, PlatformRefusedError, PlatformUnavailableError, TokenRejectedError
from app.messages import Account, PlatformName
from app.metrics import subscription_checks_total
from app.notices.model import SystemNotice
from app.records import audit, subscriptions
from app.records.actions import backoff
from app.records.database import Sessions
from app.records.subscriptions import DueSubscription, State, StoredSubscription
from app.rounds import go_round

log = structlog.get_logger(__name__)

# Longer than a look and a repair may take; a worker that died in the middle of one holds it up for no longer.
TAKEN_FOR = timedelta(minutes=5)
LONGEST_PAUSE = timedelta(minutes=30)
# A trouble that passes, and a confirmation that is late, are no reason to call people before this.
PATIENCE = timedelta(hours=1)
NOT_SET_UP = "not set up"


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscriptions:
    """Looks after what is subscribed to. `subscription_for` gives an account's, None where it is not set up.

    `rhythm` is how often each platform is asked when all is well; others are not asked.
    """

    sessions: Sessions
    subscription_for: Callable[[Account], Subscription | None]
    rhythm: Mapping[PlatformName, timedelta]
    clock: Clock
    jitter: Callable[[], float]

    async def look_after_due(self) -> int:
        """Look at every account whose turn it is; returns how many those were."""
        async with self.sessions.begin() as session:
            due = await subscriptions.take_due(session, self.rhythm, now=self.clock(), for_=TAKEN_FOR)
        await go_round(due, self._look_at)
        return len(due)

    async def _look_at(self, due: DueSubscription) -> None:
        subscription = self.subscription_for(due.account)
        if subscription is None:
            async with self.sessions.begin() as session:
                at = self._next(due.account)
                await subscriptions.not_known(session, due.account.id, problem=NOT_SET_UP, due_at=at)
            return
        try:
            standing = await subscription.check(_kept(due.known))
        except ConnectorError as error:
            await self._not_seen(due, error)
            return
        if standing.problem is None and not standing.is_ending:
            await self._stands(due, subscription)
        else:
            await self._repair(due, subscription, standing)

    async def _repair(self, due: DueSubscription, subscription: Subscription, found: Standing) -> None:
        """Ask for what is missing; then look again, for what a platform says that it did is not yet seen."""
        account = due.account
        async with self.sessions.begin() as session:
            await subscriptions.asking(session, account.id, at=self.clock())
        try:
            is_done = await subscription.repair(_kept(due.known))
            async with self.sessions() as session:
                known = await subscriptions.load(session, account.id)
            after = await subscription.check(_kept(known))
        except ConnectorError as error:
            log.warning(
                "subscription_not_repaired", platform=account.platform, account=account.external_id, code=error.code
            )
            await self._not_repaired(due, found, error)
            return
        if after.problem is None and (is_done or not after.is_ending):
            await self._stands(due, subscription, repaired=found.problem)
        elif after.problem is None:
            await self._stands(due, subscription, waiting_for="renewal not confirmed yet")
        else:
            await self._does_not_stand(
                due, State.BROKEN if is_done else State.ASKED, after.problem, is_final=False, due_at=self._again(due)
            )

    async def _stands(
        self,
        due: DueSubscription,
        subscription: Subscription,
        *,
        repaired: str | None = None,
        waiting_for: str | None = None,
    ) -> None:
        """All is there. That it was not is on record, with what was missing, and since when."""
        account, known = due.account, due.known
        missed = repaired or (known.problem if known.broken_since is not None else None)
        async with self.sessions.begin() as session:
            await subscriptions.stands(
                session,
                account.id,
                at=self.clock(),
                due_at=self._next(account) if waiting_for is None else self._again(due),
                problem=waiting_for,
            )
            if missed is not None:
                since = known.broken_since.isoformat() if known.broken_since is not None else None
                await audit.note(
                    session,
                    by=None,
                    act="subscription.repair",
                    subject=f"account/{account.id}",
                    detail={"problem": missed, "since": since},
                )
        if missed is not None:
            log.info("subscription_repaired", platform=account.platform, account=account.external_id, problem=missed)
            await self._ask_for_what_was_missed(due, subscription)
        subscription_checks_total.labels(account.platform, "repaired" if missed is not None else "stands").inc()

    async def _ask_for_what_was_missed(self, due: DueSubscription, subscription: Subscription) -> None:
        """Where a platform has such a call. That it fails is no trouble of the subscription's: there is the poll."""
        if not isinstance(subscription, Replaying):
            return
        try:
            await subscription.replay(_kept(due.known))
        except ConnectorError as error:
            account = due.account
            log.warning("replay_failed", platform=account.platform, account=account.external_id, code=error.code)

    async def _not_seen(self, due: DueSubscription, error: ConnectorError) -> None:
        """It could not be asked how it stands. What the platform will never tell us is as bad as what it denies us."""
        account = due.account
        log.warning("subscription_not_seen", platform=account.platform, account=account.external_id, code=error.code)
        if isinstance(error, PlatformRefusedError):
            await self._does_not_stand(due, State.BROKEN, _said(error), is_final=True, due_at=self._again(due, error))
            return
        async with self.sessions.begin() as session:
            await subscriptions.not_known(session, account.id, problem=_said(error), due_at=self._again(due, error))
            await self._tell_of_dead_token(session, due, error)
        subscription_checks_total.labels(account.platform, "not_known").inc()

    async def _not_repaired(self, due: DueSubscription, found: Standing, error: ConnectorError) -> None:
        due_at = self._again(due, error)
        if found.problem is None:
            # It stands as yet, and only its renewal failed.
            async with self.sessions.begin() as session:
                await subscriptions.stands(
                    session, due.account.id, at=self.clock(), due_at=due_at, problem=f"not renewed: {_said(error)}"
                )
                await self._tell_of_dead_token(session, due, error)
            subscription_checks_total.labels(due.account.platform, "not_renewed").inc()
        else:
            await self._does_not_stand(
                due,
                State.BROKEN,
                f"{found.problem}: {_said(error)}",
                is_final=isinstance(error, PlatformRefusedError),
                due_at=due_at,
                error=error,
            )

    async def _does_not_stand(
        self,
        due: DueSubscription,
        state: State,
        problem: str,
        *,
        is_final: bool,
        due_at: datetime,
        error: ConnectorError | None = None,
    ) -> None:
        """Put it on record and tell people: at once where nothing will change by itself, else after a while."""
        account, now = due.account, self.clock()
        since = due.known.broken_since or now
        async with self.sessions.begin() as session:
            await subscriptions.does_not_stand(
                session, account.id, state, problem=problem, since=since, at=now, due_at=due_at
            )
            await self._tell_of_dead_token(session, due, error)
            if is_final or now - since >= PATIENCE:
                await raise_alarm(
                    session,
                    SystemNotice.SUBSCRIPTION_BROKEN,
                    f"{account.id}:{since.isoformat()}",
                    account_id=account.id,
                )
        log.warning(
            "subscription_broken", platform=account.platform, account=account.external_id, state=state, problem=problem
        )
        subscription_checks_total.labels(account.platform, str(state)).inc()

    async def _tell_of_dead_token(
        self, session: AsyncSession, due: DueSubscription, error: ConnectorError | None
    ) -> None:
        """The same notice as the poll's, once a day whoever meets it."""
        if isinstance(error, TokenRejectedError):
            await raise_alarm(
                session,
                SystemNotice.TOKEN_DEAD,
                f"{due.account.id}:{self.clock().date()}",
                urgency=Urgency.URGENT,
                account_id=due.account.id,
            )

    def _next(self, account: Account) -> datetime:
        return self.clock() + self.rhythm[account.platform]

    def _again(self, due: DueSubscription, error: ConnectorError | None = None) -> datetime:
        """After a failure, or while waiting: when the platform asks for it, else later and later."""
        if isinstance(error, PlatformUnavailableError) and error.retry_after is not None:
            return self.clock() + error.retry_after
        pause = min(backoff(due.known.failures + 6, jitter=self.jitter()), LONGEST_PAUSE)
        return self.clock() + pause


def _kept(known: StoredSubscription) -> Kept:
    return Kept(stood_at=known.stood_at, asked_at=known.asked_at, ends_at=known.ends_at, renew_at=known.renew_at)


def _said(error: ConnectorError) -> str:
    return f"{type(error).__name__} {error.code}".strip()
