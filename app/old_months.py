"""Months whose time is over go: a whole month at once, and never one in which something is held or open."""

from dataclasses import dataclass
from datetime import timedelta

import structlog
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from app.clock import Clock
from app.records import audit, old_months
from app.records.database import Sessions
from app.records.months import month_of, name_of

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class OldMonths:
    """Drops months. `deliveries_kept` and `messages_kept`: how long after its last day a month stays.

    What keeps one beyond that is in the audit, anew whenever it changes.
    """

    sessions: Sessions
    deliveries_kept: timedelta
    messages_kept: timedelta
    clock: Clock

    async def end_due(self) -> None:
        """Drop every month whose time is over and that nothing keeps, the oldest first; the others stay whole."""
        # The month in which that moment lies is not over yet by then.
        await self._end("messages", before=month_of(self.clock() - self.messages_kept))
        await self._end("deliveries", before=month_of(self.clock() - self.deliveries_kept))

    async def _end(self, what: str, *, before: int) -> None:
        async with self.sessions() as session:
            due = await old_months.months_before(session, what, before)
        for month in due:
            try:
                kept_by = await self._end_one(what, month)
            except DBAPIError as error:
                # Referred to by what is not ours to end, or in use just now: it is due again tomorrow.
                kept_by = [type(error.orig).__name__]
            if kept_by:
                log.info("month_kept", what=what, month=name_of(month), because=kept_by)
            else:
                log.info("month_dropped", what=what, month=name_of(month))

    async def _end_one(self, what: str, month: int) -> list[str]:
        async with self.sessions.begin() as session:
            if what == "messages":
                kept_by = await old_months.keeps_messages(session, month)
            else:
                kept_by = await old_months.keeps_deliveries(session, month)
            if kept_by:
                await _say_why(session, f"{what}/{name_of(month)}", list(kept_by))
                return list(kept_by)
            if what == "messages":
                await old_months.drop_messages(session, month)
            else:
                await old_months.drop_deliveries(session, month)
            await audit.note(session, by=None, act="month.drop", subject=f"{what}/{name_of(month)}", detail={})
        return []


async def _say_why(session: AsyncSession, subject: str, kept_by: list[str]) -> None:
    detail = {"because": kept_by}
    if await audit.last_detail(session, "month.keep", subject) != detail:
        await audit.note(session, by=None, act="month.keep", subject=subject, detail=detail)
