"""YouTube's daily quota, kept in the database, where all processes of the service find it."""

from dataclasses import dataclass
from datetime import date

from app.connectors.youtube.quota import Purpose, Usage
from app.records import quotas
from app.records.database import Sessions


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotaLedger:
    """The usage of one Google Cloud project."""

    sessions: Sessions
    project: str

    async def usage(self, day: date) -> Usage:
        """What was spent on a day."""
        async with self.sessions() as session:
            spent = await quotas.spent(session, self.project, day)
        return Usage(
            polling=spent.units.get(Purpose.POLLING, 0),
            acting=spent.units.get(Purpose.ACTING, 0),
            is_closed=spent.is_closed,
        )

    async def spend(self, day: date, purpose: Purpose, units: int) -> None:
        """Add to a day's usage."""
        async with self.sessions.begin() as session:
            await quotas.add(session, self.project, day, purpose, units)

    async def close(self, day: date) -> None:
        """The platform said that nothing is left of a day."""
        async with self.sessions.begin() as session:
            await quotas.close(session, self.project, day, Purpose.ACTING)
