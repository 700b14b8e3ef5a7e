"""How much of an account's allowance is used, as the platform's own headers tell, and what follows for the next call.

`X-App-Usage` and `X-Business-Use-Case-Usage` hold percentages, which may exceed 100; they appear once usage is
noticeable. Calls made while throttled lengthen the wait, so such a call is not made at all.
https://developers.facebook.com/docs/graph-api/overview/rate-limiting
"""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping
from datetime import timedelta
from enum import StrEnum

from app.connectors.values import as_list, as_object
from app.messages import Account, ExternalId, PlatformName

APP_USAGE, BUSINESS_USAGE = "x-app-usage", "x-business-use-case-usage"
PERCENTAGES = ("call_count", "total_cputime", "total_time")

SLOW_FROM, FULL = 75.0, 100.0
# The longest that a call is held back before usage is full.
LONGEST_HOLD = 2.0
# How long a reading counts, in seconds; after it one call may find out anew.
READING_COUNTS = 300.0
# The pause after a refused call where the platform names none, doubled each time up to READING_COUNTS.
FIRST_PAUSE = 5.0


class Lane(StrEnum):
    """Content and messages have allowances of their own."""

    CONTENT = "content"
    MESSAGES = "messages"


class Gauge:
    """One allowance of one account. Times are seconds of the clock given."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._percent = 0.0
        self._read_at = 0.0
        self._closed_until = 0.0
        self._pauses = 0

    def closed_for(self) -> timedelta | None:
        """How long no call may be made; None while calls may be."""
        left = self._closed_until - self._clock()
        return timedelta(seconds=left) if left > 0 else None

    def hold(self) -> float:
        """For how many seconds to hold the next call back: none up to SLOW_FROM, rising to LONGEST_HOLD."""
        is_current = self._clock() - self._read_at < READING_COUNTS
        share = (min(self._percent, FULL) - SLOW_FROM) / (FULL - SLOW_FROM)
        return share * LONGEST_HOLD if is_current and share > 0 else 0.0

    def answered(self, headers: Mapping[str, str]) -> None:
        """Take in what an answer's headers tell."""
        readings = list(_readings(headers))
        if not readings:
            return
        self._percent, self._read_at = max(percent for percent, _ in readings), self._clock()
        regain = max(seconds for _, seconds in readings)
        if self._percent >= FULL or regain > 0:
            self._closed_until = self._read_at + (regain or READING_COUNTS)

    def worked(self) -> None:
        """A call was not limited: the next pause is short again."""
        self._pauses = 0

    def limited(self) -> timedelta:
        """A call was refused for its number; return how long to wait, longer each time where nothing is told."""
        told = self.closed_for()
        if told is not None:
            return told
        pause = min(FIRST_PAUSE * 2**self._pauses, READING_COUNTS)
        self._pauses = min(self._pauses + 1, 10)
        self._closed_until = self._clock() + pause
        return timedelta(seconds=pause)


class Gauges:
    """The gauges of all accounts, kept by the process for as long as it lives: a connector lives for a call or two."""

    def __init__(
        self,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.sleep = sleep
        self._clock = clock
        self._gauges: dict[tuple[PlatformName, ExternalId, Lane], Gauge] = {}

    def of(self, account: Account, lane: Lane) -> Gauge:
        """Return the account's gauge, which starts empty."""
        return self._gauges.setdefault((account.platform, account.external_id, lane), Gauge(self._clock))


def _readings(headers: Mapping[str, str]) -> Iterator[tuple[float, float]]:
    """Yield each reading as percentage and seconds until access is regained (0: not told)."""
    if APP_USAGE in headers:
        yield _percent(as_object(_json(headers[APP_USAGE]))), 0.0
    for of_object in as_object(_json(headers.get(BUSINESS_USAGE, ""))).values():
        for usage in map(as_object, as_list(of_object)):
            yield _percent(usage), 60 * _number(usage.get("estimated_time_to_regain_access"))


def _percent(usage: Mapping[str, object]) -> float:
    return max(_number(usage.get(name)) for name in PERCENTAGES)


def _number(value: object) -> float:
    # In this order a NaN becomes 0, and a number too large for a float the limit.
    return float(min(max(0, value), 10**6)) if isinstance(value, int | float) else 0.0


def _json(header: str) -> object:
    try:
        document: object = json.loads(header)
    except (ValueError, RecursionError):
        return None
    return document
