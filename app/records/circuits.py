"""Accounts whose platform does not answer, as all workers know it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.messages import AccountId
from app.records.tables import accounts, circuits


class CircuitState(StrEnum):
    """Whether calls are made: as always, not at all, or one to try."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half_open"


@dataclass(frozen=True, slots=True, kw_only=True)
class Circuit:
    """How an account's calls went lately: so many failed, one after the other, since the last that did not.

    Once open, `probe_at` is when the next call may try.
    """

    failures: int = 0
    opened_at: datetime | None = None
    probe_at: datetime | None = None
    is_probing: bool = False
    problem: str | None = None

    @property
    def state(self) -> CircuitState:
        """The state that follows from it."""
        if self.opened_at is None:
            return CircuitState.CLOSED
        return CircuitState.HALF_OPEN if self.is_probing else CircuitState.OPEN


_COLUMNS = [circuits.c[name] for name in Circuit.__dataclass_fields__]


async def load(session: AsyncSession, account_id: AccountId, *, lock: bool = False) -> Circuit:
    """The account's circuit, on request locked until the transaction ends; a closed one where nothing is known."""
    statement = select(*_COLUMNS).where(circuits.c.account_id == account_id)
    row = (await session.execute(statement.with_for_update() if lock else statement)).one_or_none()
    return Circuit(**row._mapping) if row is not None else Circuit()


async def load_open(session: AsyncSession) -> dict[AccountId, Circuit]:
    """The circuits that are not closed."""
    rows = await session.execute(select(circuits.c.account_id, *_COLUMNS).where(circuits.c.opened_at.is_not(None)))
    return {
        AccountId(row.account_id): Circuit(**{name: getattr(row, name) for name in Circuit.__dataclass_fields__})
        for row in rows
    }


async def open_by_platform(session: AsyncSession) -> dict[str, int]:
    """How many accounts have an open circuit, for every platform on which we have accounts."""
    rows = await session.execute(
        select(accounts.c.platform, func.count(circuits.c.opened_at).label("number"))
        .outerjoin(circuits, circuits.c.account_id == accounts.c.id)
        .where(accounts.c.is_active)
        .group_by(accounts.c.platform)
    )
    return {row.platform: row.number for row in rows}


async def store(session: AsyncSession, account_id: AccountId, circuit: Circuit) -> None:
    """Store how it stands now."""
    values = {name: getattr(circuit, name) for name in Circuit.__dataclass_fields__}
    await session.execute(
        insert(circuits)
        .values(account_id=account_id, **values)
        .on_conflict_do_update(index_elements=[circuits.c.account_id], set_=values)
    )


async def forget_failures(session: AsyncSession, account_id: AccountId) -> bool:
    """A call went well: close the circuit. Returns whether it was open."""
    before = await load(session, account_id)
    if before == Circuit():
        return False
    row = (
        await session.execute(
            update(circuits)
            .where(circuits.c.account_id == account_id)
            .values(failures=0, opened_at=None, probe_at=None, is_probing=False, problem=None)
            .returning(circuits.c.account_id)
        )
    ).one_or_none()
    return row is not None and before.opened_at is not None


async def make_sure(session: AsyncSession, account_id: AccountId) -> None:
    """See that there is a row to lock."""
    await session.execute(insert(circuits).values(account_id=account_id).on_conflict_do_nothing())
