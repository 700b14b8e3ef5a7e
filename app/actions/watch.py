"""Watches for a rise of negative messages or of messages about a disaster, by different people, against the habit.

It suggests and tells the director; it switches nothing. Only an open suggestion of silence keeps automatic replies
back, until the director decides (policy section 4).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from app.actions.alarms import raise_alarm
from app.clock import Clock
from app.decisions.limits import usual
from app.decisions.model import UnitKey, Urgency
from app.decisions.rises import Rise, Rises, hours_alike, is_rise
from app.notices.model import SystemNotice
from app.records import crises, modes, suggestions
from app.records.database import Sessions
from app.records.limits import hour_of
from app.records.suggestions import CRISIS, SILENCE, Counted
from app.signals.policies import PolicyStore

log = structlog.get_logger(__name__)

DIRECTOR = UnitKey("direktor")
WINDOW = timedelta(hours=1)
LOOKED_BACK = timedelta(days=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """Looks at the last hour. Any number of workers may; a rise is suggested once."""

    sessions: Sessions
    policies: PolicyStore
    clock: Clock

    async def look(self) -> None:
        """Count, compare with the habit, suggest."""
        rises = (await self.policies.current()).policy.rises
        now = self.clock()
        for kind, name, rise in ((CRISIS, "negative", rises.negative), (SILENCE, "disaster", rises.disaster)):
            by_account = kind == CRISIS
            async with self.sessions.begin() as session:
                await suggestions.remember_hours(session, name, rise.labels, now=now, by_account=by_account)
                for counted in await suggestions.count(
                    session, rise.labels, since=now - WINDOW, before=now, by_account=by_account
                ):
                    await self._weigh(session, kind, name, rise, rises, counted, now=now)

    async def gather(self) -> None:
        """Add to the open crises what has come since."""
        async with self.sessions.begin() as session:
            await crises.gather_all(session, at=self.clock())

    async def tell_of_ended_silence(self) -> None:
        """A silence that ended at its time leaves what it withheld: the directorate hears of it, once."""
        now = self.clock()
        async with self.sessions.begin() as session:
            for silence_id in await modes.ended_with_withheld(session, now=now, since=now - LOOKED_BACK):
                await raise_alarm(session, SystemNotice.WITHHELD_WAITS, str(silence_id))

    async def _weigh(
        self, session: AsyncSession, kind: str, name: str, rise: Rise, rises: Rises, counted: Counted, *, now: datetime
    ) -> None:
        if counted.authors <= rise.authors:
            return
        subject = name if counted.account_id is None else f"{name}:{counted.account_id}"
        alike = [hour_of(now) - ago for ago in hours_alike(rises.weeks)]
        habit = usual(await suggestions.past_hours(session, subject, alike))
        if not is_rise(rise, counted.authors, habit):
            return
        made = await suggestions.suggest(
            session,
            kind,
            counted.account_id,
            counted=counted.authors,
            usual=habit,
            allowed=rise.allowed(habit),
            since=now - WINDOW,
            at=now,
            quiet=rises.quiet,
        )
        if made is None:
            return
        # What pauses replies must reach somebody at once.
        await raise_alarm(
            session,
            SystemNotice.DISASTER_RISE if kind == SILENCE else SystemNotice.CRISIS_SUGGESTED,
            str(made),
            unit=DIRECTOR,
            urgency=Urgency.URGENT if kind == SILENCE else Urgency.NORMAL,
            account_id=counted.account_id,
        )
        log.warning("rise_seen", kind=kind, account_id=counted.account_id, counted=counted.authors, usual=habit)
