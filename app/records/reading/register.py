"""Our own side as people see it: accounts, units, people."""

from typing import Any

from sqlalchemy import Select, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.messages import AccountId
from app.records.reading.pages import Page, all_rows, newest_first, one_row
from app.records.tables import accounts, messages, people, responsibilities, units


async def accounts_page(
    session: AsyncSession, only: frozenset[AccountId] | None, *, limit: int, after: tuple[int, ...] | None
) -> Page:
    """Accounts (of `only`, where given), newest first, with who is responsible and the last message's arrival."""
    responsible = (
        select(func.array_agg(people.c.name))
        .join(responsibilities, responsibilities.c.person_id == people.c.id)
        .where(responsibilities.c.account_id == accounts.c.id, people.c.is_active)
        .scalar_subquery()
    )
    last = (
        select(messages.c.received_at)
        .where(messages.c.account_id == accounts.c.id)
        .order_by(messages.c.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    statement = select(accounts, responsible.label("responsible"), last.label("last_message_at"))
    if only is not None:
        statement = statement.where(accounts.c.id.in_(sorted(only)))
    return await newest_first(session, statement, accounts.c.id, limit=limit, after=after)


async def find_account(session: AsyncSession, account_id: int) -> dict[str, Any] | None:
    """One account."""
    return await one_row(session, select(accounts).where(accounts.c.id == account_id))


async def all_units(session: AsyncSession) -> list[dict[str, Any]]:
    """The units, by key; there are a few dozen."""
    return await all_rows(session, _units().order_by(units.c.key))


async def find_unit(session: AsyncSession, key: str, *, lock: bool = False) -> dict[str, Any] | None:
    """One unit, on request locked until the transaction ends."""
    statement = _units().where(units.c.key == key)
    return await one_row(session, statement.with_for_update() if lock else statement)


def _units() -> Select[Any]:
    return select(units)


async def change_unit(session: AsyncSession, key: str, *, email: str | None, hook_url: str | None) -> None:
    """Set where a unit's notifications go."""
    await session.execute(update(units).where(units.c.key == key).values(email=email, hook_url=hook_url))


async def people_page(session: AsyncSession, *, limit: int, after: tuple[int, ...] | None) -> Page:
    """People with the accounts they are responsible for, newest first."""
    own = (
        select(func.array_agg(responsibilities.c.account_id))
        .where(responsibilities.c.person_id == people.c.id)
        .scalar_subquery()
    )
    statement = select(people, own.label("accounts"))
    return await newest_first(session, statement, people.c.id, limit=limit, after=after)
