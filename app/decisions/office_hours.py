"""Office hours: when people are at work in Türkiye, by weekday, public holidays and the University's own days off.

Pure. Used for what people owe to be done by when; never for what is urgent.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import cache
from zoneinfo import ZoneInfo

import holidays

COUNTRY = "TR"
# Law 2429: the afternoon before a religious holiday, and that of 28 October, are off from one o'clock on.
HALF_DAY_CLOSES = time(13)
ONE_DAY = timedelta(days=1)


class Weekday(StrEnum):
    """A day of the week, as policy data names it."""

    MONDAY = "monday"
    TUESDAY = "tuesday"
    WEDNESDAY = "wednesday"
    THURSDAY = "thursday"
    FRIDAY = "friday"
    SATURDAY = "saturday"
    SUNDAY = "sunday"


WEEK = tuple(Weekday)


@dataclass(frozen=True, slots=True, kw_only=True)
class DayOff:
    """A time off that the University gives itself, both days included; `from_time`: off only from then on."""

    first: date
    last: date
    from_time: time = time.min


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficeHours:
    """When people are at work: local times of `zone`."""

    days: frozenset[Weekday]
    opens: time
    closes: time
    days_off: Sequence[DayOff]
    zone: ZoneInfo

    def span(self, day: date) -> tuple[datetime, datetime] | None:
        """From when until when people are at work on a day, in UTC; None where they are not."""
        if WEEK[day.weekday()] not in self.days:
            return None
        closings = [off.from_time for off in self.days_off if off.first <= day <= off.last]
        closes = min([self.closes, *closings, _public_closings(day.year).get(day, self.closes)])
        return (self._at(day, self.opens), self._at(day, closes)) if closes > self.opens else None

    def are_on(self, moment: datetime) -> bool:
        """Whether people are at work at this moment."""
        span = self.span(moment.astimezone(self.zone).date())
        return span is not None and span[0] <= moment < span[1]

    def after(self, start: datetime, working: timedelta) -> datetime:
        """The moment at which so much working time has passed since `start`.

        What comes at night, on a weekend or a holiday begins to count when people are back.
        """
        left = working
        for opens, closes in self._spans_from(start.astimezone(self.zone).date()):
            begins = max(opens, start)
            if closes - begins >= left:
                return begins + left
            left -= max(closes - begins, timedelta(0))
        raise AssertionError("days do not end")

    def _spans_from(self, day: date) -> Iterator[tuple[datetime, datetime]]:
        while True:
            if (span := self.span(day)) is not None:
                yield span
            day += ONE_DAY

    def _at(self, day: date, moment: time) -> datetime:
        return datetime.combine(day, moment, tzinfo=self.zone).astimezone(UTC)


@cache
def _public_closings(year: int) -> Mapping[date, time]:
    """The public holidays of Türkiye in a year, each with the time from which all is closed."""
    half = dict.fromkeys(holidays.country_holidays(COUNTRY, years=year, categories=("half_day",)), HALF_DAY_CLOSES)
    return half | dict.fromkeys(holidays.country_holidays(COUNTRY, years=year), time.min)
