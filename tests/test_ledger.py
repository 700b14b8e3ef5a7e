"""YouTube's daily quota is one for all processes."""

import asyncio
from datetime import UTC, datetime

from app.connectors.youtube.budget import Budget
from app.connectors.youtube.quota import Allowance, Purpose, day_of, resets_at
from app.ledger import QuotaLedger
from app.records.database import Sessions

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
SMALL = Allowance(daily=1_000, reserve=400)


def budget(sessions: Sessions, project: str = "bir") -> Budget:
    """What one process has; two of them share the database alone."""
    return Budget(QuotaLedger(sessions=sessions, project=project), clock=lambda: NOW, allowance=SMALL)


async def test_what_one_process_spends_the_other_lacks(sessions: Sessions) -> None:
    one, other = budget(sessions), budget(sessions)

    for _ in range(6):
        assert await one.spend(Purpose.POLLING, 100) is None

    assert await other.spend(Purpose.POLLING, 1) == resets_at(NOW) - NOW
    assert await other.spend(Purpose.ACTING, 50) is None
    assert await budget(sessions, "iki").spend(Purpose.POLLING, 100) is None


async def test_nothing_is_lost_when_many_add_at_once(sessions: Sessions) -> None:
    ledger = QuotaLedger(sessions=sessions, project="bir")

    await asyncio.gather(*(ledger.spend(day_of(NOW), Purpose.ACTING, 50) for _ in range(8)))

    assert (await ledger.usage(day_of(NOW))).acting == 400


async def test_a_closed_day_stays_closed_for_all(sessions: Sessions) -> None:
    await budget(sessions).exhausted()

    assert await budget(sessions).spend(Purpose.ACTING, 50) == resets_at(NOW) - NOW
