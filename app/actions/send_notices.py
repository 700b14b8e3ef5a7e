"""Notices leave: by mail, by hook, or both; tried again until they are handed over, and listed where they are not."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from app.actions.alarms import DIRECTORATE
from app.clock import Clock
from app.decisions.model import Urgency
from app.errors import NoticeError, NoticeRefusedError
from app.metrics import notifications_total
from app.notices.model import NoticeChannel, OutgoingNotice, Place
from app.records import actions, notifications
from app.records.actions import backoff
from app.records.database import Sessions
from app.records.jobs import Job, enqueue, message_job
from app.records.notifications import Notification

log = structlog.get_logger(__name__)

# About three hours of trying; an urgent notice is tried for a day. In the API it is visible all the while.
ATTEMPTS = {Urgency.NORMAL: 40, Urgency.URGENT: 300}


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeSender:
    """Sends queued notifications through every channel that is set up. `public_url` is where the sign-in is."""

    sessions: Sessions
    channels: Sequence[NoticeChannel]
    public_url: str
    clock: Clock
    jitter: Callable[[], float]

    async def send(self, notification_id: int) -> None:
        """Send one notification unless that was done; a failure is tried again later."""
        async with self.sessions() as session:
            notification = await notifications.load(session, notification_id)
        if notification.state == "sent":
            return
        failures: list[NoticeError] = []
        used: list[str] = []
        for channel in self._channels_for(notification):
            try:
                await channel.send(self._outgoing(notification))
                used.append(channel.name)
            except NoticeError as error:
                failures.append(error)
        if used:
            await self._sent(notification, ",".join(used))
        else:
            await self._failed(notification, failures)

    def _channels_for(self, notification: Notification) -> list[NoticeChannel]:
        """Mail where the unit has an address, the hook where there is one."""
        return [channel for channel in self.channels if channel.name != "smtp" or notification.email]

    def _outgoing(self, notification: Notification) -> OutgoingNotice:
        return OutgoingNotice(
            id=str(notification.id),
            kind=notification.kind,
            urgency=notification.urgency,
            place=Place(platform=notification.platform, account=notification.account_handle),
            link=f"{self.public_url}/v1/notifications/{notification.id}",
            created_at=notification.created_at,
            email=notification.email,
            hook_url=notification.hook_url,
        )

    async def _sent(self, notification: Notification, channel: str) -> None:
        async with self.sessions.begin() as session:
            await notifications.mark_sent(session, notification.id, channel=channel, at=self.clock())
            if notification.message_id is not None:
                # A reply may be waiting for just this (T1 says that the unit has been told).
                await message_job(session, notification.message_id)
        notifications_total.labels(notification.urgency, "sent").inc()
        log.info("notification_sent", notification_id=notification.id, kind=notification.kind, channel=channel)

    async def _failed(self, notification: Notification, failures: Sequence[NoticeError]) -> None:
        problem = "; ".join(f"{type(error).__name__} {error.channel}" for error in failures) or "no_route"
        attempt = notification.attempts + 1
        refused = bool(failures) and all(isinstance(error, NoticeRefusedError) for error in failures)
        final = refused or not failures or attempt >= ATTEMPTS[notification.urgency]
        async with self.sessions.begin() as session:
            await notifications.mark_failed(session, notification.id, problem=problem, final=final)
            if final:
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
