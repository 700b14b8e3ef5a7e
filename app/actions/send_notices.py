"""Notices leave: by mail, by hook, or both; tried again until they are handed over, and listed where they are not."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import quote

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from app.actions.alarms import DIRECTORATE
from app.clock import Clock
from app.decisions.model import UnitKey, Urgency
from app.decisions.routes import Notices, Route, Way
from app.errors import NoticeError, NoticeRefusedError, NoticeUnavailableError
from app.messages import PersonId
from app.metrics import notifications_total
from app.notices.model import NoticeChannel, OutgoingNotice, Place
from app.records import actions, notification_steps, notifications
from app.records.actions import backoff
from app.records.database import Sessions
from app.records.jobs import Job, enqueue, message_job
from app.records.notifications import Notification
from app.signals.policies import PolicyStore

log = structlog.get_logger(__name__)

WAY_OF: Mapping[str, Way] = {"smtp": "mail", "hook": "hook"}
# About three hours of trying; an urgent notice is tried for a day. In the API it is visible all the while.
ATTEMPTS = {Urgency.NORMAL: 40, Urgency.URGENT: 300}


def sign_in_link(public_url: str, path: str) -> str:
    """Where a person signs in, and is led on to a path of the service; who is signed in already is there at once."""
    return f"{public_url}/auth/login?next={quote(path, safe='/')}"


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedOver:
    """Which channels took a notice, and how others failed. `is_unknown`: nobody knows, it took too long."""

    used: Sequence[str] = ()
    failures: Sequence[NoticeError] = ()
    is_unknown: bool = False

    @property
    def channel(self) -> str:
        """The channels that took it."""
        return ",".join(self.used)

    @property
    def problem(self) -> str:
        """How it failed, for the record."""
        return "; ".join(f"{type(error).__name__} {error.channel}" for error in self.failures) or "no_route"

    @property
    def may_work_later(self) -> bool:
        """Whether a channel failed in a way that passes."""
        return any(isinstance(error, NoticeUnavailableError) for error in self.failures)


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeSender:
    """Sends queued notifications by the ways of their routes. `public_url` is where the sign-in is."""

    sessions: Sessions
    policies: PolicyStore
    channels: Sequence[NoticeChannel]
    public_url: str
    clock: Clock
    jitter: Callable[[], float]

    async def send(self, notification_id: int) -> None:
        """Send one notification unless that was done; a failure is tried again later."""
        notices = (await self.policies.current()).policy.notices
        async with self.sessions() as session:
            notification = await notifications.load(session, notification_id)
        if notification.state == "sent":
            return
        if notices.waits_for_digest(notification.kind, notification.urgency):
            async with self.sessions.begin() as session:
                await notifications.leave_to_digest(session, notification.id)
            return
        route = notices.route(notification.kind, notification.account_unit, notification.unit)
        await self._begin(notification, route, notices)
        outgoing = self.outgoing(
            notification,
            email=notification.email,
            hook_url=notification.hook_url,
            note=route.note,
            recipient=f"person:{notification.person_id}" if notification.person_id is not None else None,
        )
        handed = await self.hand_over(outgoing, route.ways)
        if handed.used:
            await self._sent(notification, handed.channel)
        else:
            await self._failed(notification, handed)

    async def hand_over_within(self, limit: timedelta, notice: OutgoingNotice, ways: Sequence[Way]) -> HandedOver:
        """`hand_over` for what must not be handed over twice: when the time is over, nobody knows how it came out."""
        try:
            async with asyncio.timeout(limit.total_seconds()):
                return await self.hand_over(notice, ways)
        except TimeoutError:
            return HandedOver(is_unknown=True)

    async def hand_over(self, notice: OutgoingNotice, ways: Sequence[Way]) -> HandedOver:
        """Give a notice to every channel that reaches its recipient.

        Mail where there is an address. A person has no hook of their own; where no mail goes, the common one must do.
        """
        failures: list[NoticeError] = []
        used: list[str] = []
        allowed = [channel for channel in self.channels if WAY_OF[channel.name] in ways]
        by_mail = [channel for channel in allowed if channel.name == "smtp" and notice.email]
        by_hook = [channel for channel in allowed if channel.name != "smtp"]
        is_for_a_person = (notice.recipient or "").startswith("person:")
        for channel in by_mail if by_mail and is_for_a_person else [*by_mail, *by_hook]:
            try:
                await channel.send(notice)
                used.append(channel.name)
            except NoticeError as error:
                failures.append(error)
        return HandedOver(used=used, failures=failures)

    def outgoing(
        self,
        notification: Notification,
        *,
        email: str | None,
        hook_url: str | None,
        note: str | None,
        step: int = 1,
        recipient: str | None = None,
    ) -> OutgoingNotice:
        """The notice as it leaves, for whoever is at these addresses."""
        return OutgoingNotice(
            id=str(notification.id),
            kind=notification.kind,
            urgency=notification.urgency,
            place=Place(platform=notification.platform, account=notification.account_handle),
            link=sign_in_link(self.public_url, f"/v1/notifications/{notification.id}"),
            created_at=notification.created_at,
            email=email,
            hook_url=hook_url,
            note=note,
            step=step,
            recipient=recipient,
        )

    async def _begin(self, notification: Notification, route: Route, notices: Notices) -> None:
        """The first time: those who are told beside the unit, and when the next of the chain comes."""
        if notification.attempts:
            return
        now = self.clock()
        async with self.sessions.begin() as session:
            if route.also:
                others = await notification_steps.stand_for(session, route.also, unit=notification.unit)
                others = [other for other in others if other[0] != f"unit:{notification.unit}"]
                await notification_steps.plan(session, notification.id, 1, others, at=now)
            if notification.urgency is Urgency.URGENT:
                wait = notices.chains[route.chain].step(1).wait
                await notification_steps.begin_chain(session, notification.id, next_at=now + wait)

    async def _sent(self, notification: Notification, channel: str) -> None:
        now = self.clock()
        async with self.sessions.begin() as session:
            await notifications.mark_sent(session, notification.id, channel=channel, at=now)
            await notification_steps.note_first(
                session, notification.id, _told(notification), "sent", at=now, channel=channel
            )
            if notification.message_id is not None:
                # A reply may be waiting for just this (T1 says that the unit has been told).
                await message_job(session, notification.message_id)
        notifications_total.labels(notification.urgency, "sent").inc()
        log.info("notification_sent", notification_id=notification.id, kind=notification.kind, channel=channel)

    async def _failed(self, notification: Notification, handed: HandedOver) -> None:
        problem, failures = handed.problem, handed.failures
        attempt = notification.attempts + 1
        refused = bool(failures) and all(isinstance(error, NoticeRefusedError) for error in failures)
        final = refused or not failures or attempt >= ATTEMPTS[notification.urgency]
        async with self.sessions.begin() as session:
            await notifications.mark_failed(session, notification.id, problem=problem, final=final)
            await notification_steps.note_first(
                session, notification.id, _told(notification), "failed", at=self.clock(), problem=problem
            )
            if final:
                # Whoever comes next in the chain need not wait for what does not arrive.
                await notification_steps.hurry(session, notification.id, step=1, at=self.clock())
                await self._give_up(session, notification)
            else:
                wait = backoff(min(attempt, 8), jitter=self.jitter())
                await enqueue(session, Job.NOTIFICATION, notification.id, after=wait)
        notifications_total.labels(notification.urgency, "failed" if final else "retried").inc()
        log.error(
            "notification_failed", notification_id=notification.id, kind=notification.kind, problem=problem, final=final
        )

    async def _give_up(self, session: AsyncSession, notification: Notification) -> None:
        """Nobody was told: what says that somebody was must not go out, and another unit hears of it."""
        if notification.decision_id is not None and notification.kind == "complaint":
            await actions.hold_replies(session, notification.decision_id, because="unit_not_told")
        if notification.urgency is Urgency.URGENT and notification.unit != DIRECTORATE:
            await notifications.queue(
                session,
                key=f"undelivered:{notification.id}",
                kind=notification.kind,
                unit=DIRECTORATE,
                urgency=Urgency.URGENT,
                message_id=notification.message_id,
            )


def _told(notification: Notification) -> UnitKey | PersonId:
    """Whom the notice itself goes to."""
    return notification.unit if notification.person_id is None else notification.person_id
