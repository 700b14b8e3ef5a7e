"""A raid: more is to be hidden at once than is done in a moment. What draws pictures gives way to it.

Browser and cards take the processor from what hides, seals and judges on the same machine. Harm in sight is worse than
a picture that comes later, or not at all.
"""

import asyncio
from datetime import timedelta

from app.clock import Clock
from app.records import actions
from app.records.database import Sessions

# So many messages may be on their way to being hidden without anybody making room for them.
USUAL = 4
# A message that is not hidden after that waits for something else than the processor: its platform, or a person.
LATELY = timedelta(seconds=30)
LOOK_EVERY_SECONDS = 0.25
# A raid that does not end must not keep every picture from being taken.
AT_MOST_SECONDS = 10.0


class Rush:
    """Whether there is one; kept by the process, asked of the database for all workers together."""

    def __init__(self, sessions: Sessions, clock: Clock) -> None:
        self._sessions = sessions
        self._clock = clock
        self._looking = asyncio.Lock()
        self._looked_at = float("-inf")
        self._is_on = False

    async def is_on(self) -> bool:
        """Whether more is due to be hidden now than usual, as it was a moment ago."""
        async with self._looking:
            now = asyncio.get_running_loop().time()
            if now - self._looked_at >= LOOK_EVERY_SECONDS:
                async with self._sessions() as session:
                    due = await actions.hides_due(session, now=self._clock(), since=self._clock() - LATELY)
                self._is_on, self._looked_at = due > USUAL, now
            return self._is_on

    async def is_over(self) -> None:
        """Wait until there is none, or for as long as one may be kept waiting."""
        for _ in range(int(AT_MOST_SECONDS / LOOK_EVERY_SECONDS)):
            if not await self.is_on():
                return
            await asyncio.sleep(LOOK_EVERY_SECONDS)
