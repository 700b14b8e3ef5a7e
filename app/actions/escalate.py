"""Urgent notices go on to the next of their chain, and again, until somebody acknowledges them.

Each step is on record before anybody is told, so that workers that die or come twice tell nobody twice. Where nobody
knows whether a step arrived, it is not told again: the next of the chain hears at once, who may well be the better.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from app.actions.send_notices import HandedOver, NoticeSender
from app.clock import Clock
from app.decisions.routes import Chain, Notices
from app.metrics import notifications_total
from app.records import notification_steps, notifications
from app.records.actions import backoff
from app.records.database import Sessions
from app.records.jobs import Job, enqueue
from app.records.notification_steps import Escalating, Step
from app.signals.policies import PolicyStore

log = structlog.get_logger(__name__)

# Telling one recipient takes no longer; whoever is still at it after that is dead.
TELL_LIMIT = timedelta(seconds=60)
# Then the next of the chain has been told twice over; a step is not worth more.
ATTEMPTS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Escalation:
    """Carries urgent notices along their chains. Any number of workers may."""

    sessions: Sessions
    policies: PolicyStore
    sender: NoticeSender
    clock: Clock
    jitter: Callable[[], float]

    async def escalate_due(self) -> int:
        """Begin every step that is due; returns how many were begun."""
        notices = (await self.policies.current()).policy.notices
        begun = 0
        while await self._begin_one(notices):
            begun += 1
        return begun

    async def _begin_one(self, notices: Notices) -> bool:
        now = self.clock()
        async with self.sessions.begin() as session:
            due = await notification_steps.next_due(session, now=now)
            if due is None:
                return False
            route = notices.route(due.kind, due.account_unit, due.unit)
            chain = notices.chains[route.chain]
            if due.step == 0:
                # Its sending has not begun yet, and is never waited for longer than a step.
                await notification_steps.begin_chain(session, due.notification_id, next_at=now + chain.step(1).wait)
                return True
            number = due.step + 1
            recipients = await notification_steps.stand_for(session, chain.step(number).to, unit=due.unit)
            told = await notification_steps.plan(session, due.notification_id, number, recipients, at=now)
            # Where a step has nobody, the next comes at once; the last one waits its time before it comes again.
            wait = chain.step(number).wait if told or number >= len(chain.steps) else timedelta(0)
            await notification_steps.move_on(session, due.notification_id, step=number, next_at=now + wait)
        _tell_of(due, number, told)
        return True

    async def tell(self, step_id: int) -> None:
        """Tell the recipient of a step, once."""
        now = self.clock()
        async with self.sessions.begin() as session:
            step = await notification_steps.lock(session, step_id)
            if step.state == "running":
                await self._follow(session, step)
                return
            if step.state != "planned":
                return
            if step.is_over:
                await notification_steps.finish(session, step.id, "cancelled", at=now, problem="acknowledged")
                return
            await notification_steps.start(session, step.id, at=now)
            notification = await notifications.load(session, step.notification_id)
        notices = (await self.policies.current()).policy.notices
        route = notices.route(notification.kind, notification.account_unit, notification.unit)
        outgoing = self.sender.outgoing(
            notification,
            email=step.email,
            hook_url=step.hook_url,
            note=route.note,
            step=step.number,
            recipient=step.recipient,
        )
        chain = notices.chains[route.chain]
        handed = await self.sender.hand_over_within(TELL_LIMIT, outgoing, route.ways)
        if handed.is_unknown:
            await self._end(step, chain, "unknown", problem="took too long")
        elif handed.used:
            await self._end(step, chain, "sent", channel=handed.channel)
        else:
            await self._failed(step, chain, handed)

    async def _follow(self, session: AsyncSession, step: Step) -> None:
        """Somebody began to tell and has not said how it came out: either still at it, or dead."""
        now = self.clock()
        if step.started_at is not None and now < step.started_at + TELL_LIMIT:
            await enqueue(session, Job.NOTIFICATION_STEP, step.id, after=TELL_LIMIT)
            return
        await notification_steps.finish(session, step.id, "unknown", at=now, problem="the worker died")
        await notification_steps.hurry(session, step.notification_id, step=step.number, at=now)
        log.warning("notification_step_unknown", notification_id=step.notification_id, step=step.number)

    async def _failed(self, step: Step, chain: Chain, handed: HandedOver) -> None:
        attempt = step.attempts + 1
        if not handed.may_work_later or attempt >= ATTEMPTS:
            await self._end(step, chain, "failed", problem=handed.problem)
            return
        async with self.sessions.begin() as session:
            await notification_steps.finish(session, step.id, "planned", at=self.clock(), problem=handed.problem)
            await enqueue(session, Job.NOTIFICATION_STEP, step.id, after=backoff(attempt, jitter=self.jitter()))

    async def _end(
        self, step: Step, chain: Chain, state: str, *, channel: str | None = None, problem: str | None = None
    ) -> None:
        """Record how it came out; where it reached nobody for sure, the next of the chain need not wait."""
        now = self.clock()
        async with self.sessions.begin() as session:
            await notification_steps.finish(session, step.id, state, at=now, channel=channel, problem=problem)
            if state != "sent" and step.number < len(chain.steps):
                await notification_steps.hurry(session, step.notification_id, step=step.number, at=now)
        notifications_total.labels("urgent", state).inc()
        level = log.info if state == "sent" else log.error
        level(
            "notification_step_told",
            notification_id=step.notification_id,
            step=step.number,
            outcome=state,
            channel=channel,
            problem=problem,
        )


def _tell_of(due: Escalating, number: int, told: int) -> None:
    log.warning("notification_escalated", notification_id=due.notification_id, kind=due.kind, step=number, told=told)
