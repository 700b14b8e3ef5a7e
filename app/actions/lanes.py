"""How many calls go to a platform at the same time: a slow one never holds all of a worker's jobs (I8)."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from app.clock import Clock
from app.messages import PlatformName

# Nobody comes back sooner, nor later.
SOONEST, LATEST = timedelta(seconds=0.2), timedelta(seconds=30)
# How long a call is thought to take before any was made, at least, and at most: what hangs says nothing of the others.
AT_FIRST, SHORTEST, LONGEST = timedelta(seconds=0.5), timedelta(seconds=0.02), timedelta(seconds=2)
# How much the last call says of the next.
WEIGHT = 0.2


class Lane:
    """The calls to one platform, so many at a time as it is wide."""

    def __init__(self, width: int, clock: Clock) -> None:
        self._width = width
        self._clock = clock
        self._taken = 0
        self._call = AT_FIRST
        self._last_turn: datetime | None = None

    @property
    def is_full(self) -> bool:
        """Whether no further call may be made now."""
        return self._taken >= self._width

    @contextmanager
    def taken(self) -> Iterator[None]:
        """While the block runs, one place is taken; how long it ran tells how long others will."""
        self._taken += 1
        begun = self._clock()
        try:
            yield
        finally:
            self._taken -= 1
            took = min(max(self._clock() - begun, SHORTEST), LONGEST)
            self._call += (took - self._call) * WEIGHT

    def next_turn(self) -> datetime:
        """When one who was turned away may come again: one after the other, as places are likely to become free.

        Were all to come at once, most of them would be turned away again.
        """
        now = self._clock()
        after_the_last = (self._last_turn or now) + self._call / self._width
        self._last_turn = min(max(after_the_last, now + SOONEST), now + LATEST)
        return self._last_turn


class Lanes:
    """The lanes of all platforms, kept by the process. `width_of` tells how wide a platform's lane is."""

    def __init__(self, width_of: Callable[[PlatformName], int], clock: Clock) -> None:
        self._width_of = width_of
        self._clock = clock
        self._lanes: dict[PlatformName, Lane] = {}

    def of(self, platform: PlatformName) -> Lane:
        """The platform's lane."""
        if platform not in self._lanes:
            self._lanes[platform] = Lane(self._width_of(platform), self._clock)
        return self._lanes[platform]
