"""Spending the day's quota: asked before each call, told what the platform says of it."""

from collections.abc import Callable
from datetime import datetime, timedelta

from app.connectors.base import Quota
from app.connectors.youtube import quota
from app.connectors.youtube.quota import Allowance, Ledger, Purpose


class Budget:
    """One project's quota. Calls of several processes share it through the ledger."""

    def __init__(self, ledger: Ledger, *, clock: Callable[[], datetime], allowance: Allowance | None = None) -> None:
        self._ledger = ledger
        self._clock = clock
        self._allowance = allowance or Allowance()

    async def spend(self, purpose: Purpose, units: int) -> timedelta | None:
        """Take units for a call that is about to be made; returns how long to wait instead where they are not there.

        Taken before the call, since failed and lost calls cost too. Two processes at the very end of the day may
        both take the last units: the platform then refuses one of them, and nothing is lost.
        """
        now = self._clock()
        day = quota.day_of(now)
        wait = quota.wait_for(await self._ledger.usage(day), self._allowance, purpose, units, at=now)
        if wait is None:
            await self._ledger.spend(day, purpose, units)
        return wait

    async def exhausted(self) -> timedelta:
        """The platform said that nothing is left: close the day; return how long to wait."""
        now = self._clock()
        if quota.is_of_yesterday(now):
            return quota.CLOCK_GRACE
        await self._ledger.close(quota.day_of(now))
        return quota.resets_at(now) - now

    async def quota(self, round_units: int) -> Quota:
        """Return how the day's quota stands, and how far apart rounds that cost so many units have to be."""
        now = self._clock()
        usage = await self._ledger.usage(quota.day_of(now))
        used = usage.polling + usage.acting
        return Quota(
            used=used,
            limit=self._allowance.daily,
            reserved=max(0, min(self._allowance.kept(usage), self._allowance.daily - used)),
            pause=quota.pause(usage, self._allowance, round_units=round_units, at=now),
            resets_at=quota.resets_at(now),
            is_closed=usage.is_closed,
        )
