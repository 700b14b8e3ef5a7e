"""The day's quota of the Data API: what a call costs, what is left, how slow polling must go. Pure, but for the port.

A Google Cloud project has 10,000 units a day, whatever its number of channels and processes; the day is California's.
https://developers.google.com/youtube/v3/determine_quota_cost
"""

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Protocol
from zoneinfo import ZoneInfo

PACIFIC = ZoneInfo("America/Los_Angeles")

# Units of one call. Two pages of the documentation differ on what `part` adds to an insert: the dearer one counts.
LIST, CHANGE, INSERT = 1, 50, 52

# For so long after midnight a refusal may still be yesterday's: our clock is not the platform's.
CLOCK_GRACE = timedelta(minutes=10)

# This part of the reserve is kept for acts still to come, whatever those of the morning cost.
KEPT_TO_THE_END = 8


class Purpose(StrEnum):
    """What units are spent for."""

    POLLING = "polling"
    # Acting, and the looks that an act needs before and after it.
    ACTING = "acting"


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """The units that were spent on one day. `is_closed`: the platform said that nothing is left."""

    polling: int = 0
    acting: int = 0
    is_closed: bool = False

    def plus(self, purpose: Purpose, units: int) -> "Usage":
        """Return the usage after some more units."""
        if purpose is Purpose.POLLING:
            return replace(self, polling=self.polling + units)
        return replace(self, acting=self.acting + units)


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowance:
    """The units of a day, and how many of them polling must leave for acts.

    4,000 units are some 75 acts. More than those may use what polling has left over.
    """

    daily: int = 10_000
    reserve: int = 4_000

    def kept(self, usage: Usage) -> int:
        """Return how many units polling must leave for acts still to come, as far as they are there at all.

        Acts use up the reserve, but for an eighth of it: the evening's few acts stay possible after a busy morning.
        """
        return max(self.reserve - usage.acting, self.reserve // KEPT_TO_THE_END)

    def left(self, usage: Usage, purpose: Purpose) -> int:
        """Return how many units may still be spent for a purpose."""
        if usage.is_closed:
            return 0
        kept = self.kept(usage) if purpose is Purpose.POLLING else 0
        return max(0, self.daily - usage.polling - usage.acting - kept)


def day_of(at: datetime) -> date:
    """Return the day of the quota that a moment falls in."""
    return at.astimezone(PACIFIC).date()


def starts_at(day: date) -> datetime:
    """Return the midnight (in UTC) with which a day of the quota begins; days are 23 to 25 hours long."""
    return datetime.combine(day, time(), PACIFIC).astimezone(UTC)


def resets_at(at: datetime) -> datetime:
    """Return when the quota of this moment's day is given anew, in UTC."""
    return starts_at(day_of(at) + timedelta(days=1))


def wait_for(usage: Usage, allowance: Allowance, purpose: Purpose, units: int, *, at: datetime) -> timedelta | None:
    """Return how long a call must wait, None where it may be made now."""
    return None if units <= allowance.left(usage, purpose) else resets_at(at) - at


def is_of_yesterday(at: datetime) -> bool:
    """Whether the platform's `quotaExceeded` may mean the day that has just ended by our clock."""
    return at - starts_at(day_of(at)) < CLOCK_GRACE


def pause(usage: Usage, allowance: Allowance, *, round_units: int, at: datetime) -> timedelta:
    """Return how long to wait between two rounds of so many units, so that what is left lasts until the reset."""
    until_reset = resets_at(at) - at
    rounds = allowance.left(usage, Purpose.POLLING) // max(1, round_units)
    return until_reset / rounds if rounds else until_reset


class Ledger(Protocol):
    """Where the project's usage is kept, for all processes that share it. Each method is one short transaction."""

    async def usage(self, day: date) -> Usage:
        """Return what was spent on a day; nothing for a day that is not known."""

    async def spend(self, day: date, purpose: Purpose, units: int) -> None:
        """Add to a day's usage, in one step: others add at the same time."""

    async def close(self, day: date) -> None:
        """Remember that the platform said nothing is left of a day."""


class MemoryLedger:
    """A ledger for one process, which forgets with it."""

    def __init__(self) -> None:
        self._days: defaultdict[date, Usage] = defaultdict(Usage)

    async def usage(self, day: date) -> Usage:
        """Return what was spent."""
        return self._days[day]

    async def spend(self, day: date, purpose: Purpose, units: int) -> None:
        """Add to it."""
        self._days[day] = self._days[day].plus(purpose, units)

    async def close(self, day: date) -> None:
        """Nothing is left."""
        self._days[day] = replace(self._days[day], is_closed=True)
