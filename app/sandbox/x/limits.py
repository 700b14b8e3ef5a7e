"""How many calls X takes of each kind, and the headers that tell what is left.

https://docs.x.com/x-api/fundamentals/rate-limits
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from app.sandbox.world.clock import Clock

WINDOW, DAY = timedelta(minutes=15), timedelta(hours=24)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """Calls in a quarter of an hour, for a user and for the application by itself; and those of a day."""

    user: int = 0
    app: int = 0
    user_day: int | None = None
    app_day: int | None = None


@dataclass(slots=True)
class Count:
    """Calls since a window began."""

    began_at: datetime
    calls: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """A call counted: the headers to send along, and whether it was one too many."""

    headers: Mapping[str, str]
    is_over: bool


@dataclass(slots=True)
class Limits:
    """All counts; `times` multiplies every limit."""

    clock: Clock
    times: int = 1
    _counts: dict[tuple[str, str, str], Count] = field(default_factory=dict)

    def count(self, kind: str, subject: str, limit: Limit) -> Counted:
        """Count a call of this kind."""
        most = limit.app if subject == "app" else limit.user
        headers, is_over = self._window("x-rate-limit", (kind, subject, "window"), most, WINDOW)
        for name, who, day in (
            ("x-user-limit-24hour", subject, limit.user_day),
            ("x-app-limit-24hour", "all", limit.app_day),
        ):
            if day is not None:
                more, is_day_over = self._window(name, (kind, who, name), day, DAY)
                headers, is_over = headers | more, is_over or is_day_over
        return Counted(headers=headers, is_over=is_over)

    def clear(self) -> None:
        """Begin to count anew."""
        self._counts.clear()

    def _window(
        self, header: str, key: tuple[str, str, str], limit: int, length: timedelta
    ) -> tuple[dict[str, str], bool]:
        most, now = limit * self.times, self.clock.now()
        count = self._counts.get(key)
        if count is None or not count.began_at <= now < count.began_at + length:
            count = self._counts[key] = Count(now)
        count.calls += 1
        return limit_headers(header, most, most - count.calls, count.began_at + length), count.calls > most


def limit_headers(name: str, most: int, left: int, reset_at: datetime) -> dict[str, str]:
    """The three headers of a limit; the reset is a time in whole seconds."""
    reset = math.ceil(reset_at.timestamp())
    return {f"{name}-limit": str(most), f"{name}-remaining": str(max(0, left)), f"{name}-reset": str(reset)}


READ: Final = Limit(user=900, app=450)
