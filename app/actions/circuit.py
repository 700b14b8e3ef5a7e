"""The breaker: an account whose platform does not answer is left alone, and asked now and then by one call (I8).

What is known of it stands in the database, so that one worker's time-outs spare all others theirs. A platform that
says when to come again does answer: its limits are the connectors' business and open no circuit.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from app.connectors.base import CALL_TIMEOUT
from app.errors import ConnectorError, OutcomeUnknownError, PlatformUnavailableError
from app.messages import Account
from app.metrics import circuit_changes_total
from app.records import circuits
from app.records.circuits import Circuit, CircuitState

log = structlog.get_logger(__name__)

# So many failures one after the other, whichever acts they were.
OPENS_AFTER = 5
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=15), timedelta(minutes=5)
# A call that tries is over by then; if its worker died, another one tries.
PROBE_ENDS = CALL_TIMEOUT * 2 + timedelta(seconds=4)


@dataclass(frozen=True, slots=True, kw_only=True)
class Breaker:
    """Keeps calls from a platform that does not answer. `jitter` spreads those that come back (0 to 1)."""

    jitter: Callable[[], float]

    async def look(self, session: AsyncSession, account: Account) -> Circuit:
        """How the account's circuit stands. An open one is locked, so that one call alone is the one to try."""
        circuit = await circuits.load(session, account.id)
        return circuit if circuit.opened_at is None else await circuits.load(session, account.id, lock=True)

    def no_call_until(self, circuit: Circuit, *, now: datetime) -> datetime | None:
        """When to come again, where no call may be made now; None where one may."""
        if circuit.probe_at is None or circuit.probe_at <= now:
            return None
        return circuit.probe_at + self.jitter() * min(pause_after(circuit.failures), timedelta(minutes=1))

    async def begin(self, session: AsyncSession, account: Account, circuit: Circuit, *, now: datetime) -> None:
        """A call begins. Of an open circuit whose time has come this is the one that tries: the others wait for it."""
        if circuit.probe_at is None or circuit.probe_at > now:
            return
        await circuits.store(session, account.id, replace(circuit, is_probing=True, probe_at=now + PROBE_ENDS))
        _tell(account, CircuitState.HALF_OPEN, circuit)

    async def worked(self, session: AsyncSession, account: Account) -> None:
        """A call went well: others may be made again."""
        if await circuits.forget_failures(session, account.id):
            _tell(account, CircuitState.CLOSED, Circuit())

    async def failed(self, session: AsyncSession, account: Account, error: Exception, *, now: datetime) -> bool:
        """A call failed. Returns whether the circuit is open now: then the failure is the platform's, not the act's."""
        if not _is_trouble(error):
            return await self._told_nothing(session, account, now=now)
        await circuits.make_sure(session, account.id)
        before = await circuits.load(session, account.id, lock=True)
        if before.opened_at is not None and not before.is_probing:
            return True  # it was on its way already when others failed
        failures = before.failures + 1
        problem = f"{type(error).__name__} {error.code}".strip() if isinstance(error, ConnectorError) else ""
        if failures < OPENS_AFTER:
            await circuits.store(session, account.id, replace(before, failures=failures, problem=problem))
            return False
        pause = pause_after(failures) * (1 + 0.25 * self.jitter())
        circuit = Circuit(failures=failures, opened_at=before.opened_at or now, probe_at=now + pause, problem=problem)
        await circuits.store(session, account.id, circuit)
        _tell(account, CircuitState.OPEN, circuit)
        return True

    async def _told_nothing(self, session: AsyncSession, account: Account, *, now: datetime) -> bool:
        """A failure that tells nothing of the platform's health; if it was to try, the next call tries at once."""
        circuit = await circuits.load(session, account.id)
        if circuit.opened_at is None or not circuit.is_probing:
            return circuit.opened_at is not None
        await circuits.store(session, account.id, replace(circuit, is_probing=False, probe_at=now))
        return True


def pause_after(failures: int) -> timedelta:
    """How long an open circuit stays untried after so many failures: longer each time, up to five minutes."""
    doublings = min(max(failures - OPENS_AFTER, 0), 10)
    return min(FIRST_PAUSE * float(2**doublings), LONGEST_PAUSE)


def is_limit(error: Exception) -> bool:
    """Whether the platform itself said when to come again: it answers, and we are to wait."""
    return isinstance(error, PlatformUnavailableError) and error.retry_after is not None


def _is_trouble(error: Exception) -> bool:
    return isinstance(error, PlatformUnavailableError | OutcomeUnknownError) and not is_limit(error)


def _tell(account: Account, state: CircuitState, circuit: Circuit) -> None:
    circuit_changes_total.labels(account.platform, state).inc()
    fields = {"platform": account.platform, "account": account.external_id, "failures": circuit.failures}
    match state:
        case CircuitState.OPEN:
            log.warning("circuit_opened", **fields, problem=circuit.problem, probe_at=str(circuit.probe_at))
        case CircuitState.HALF_OPEN:
            log.info("circuit_half_opened", **fields)
        case CircuitState.CLOSED:
            log.info("circuit_closed", **fields)
