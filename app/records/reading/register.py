"""Our own side as people see it: accounts, units, people."""

from typing import Any

from sqlalchemy import Select, func, select, update
from sqlalchemy.dialects.postgresql import insert
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


async def change_unit(
    session: AsyncSession, key: str, *, name_tr: str, name_en: str, email: str | None, hook_url: str | None
) -> None:
    """Set what a unit is called and where its notifications go."""
    values = {"name_tr": name_tr, "name_en": name_en, "email": email, "hook_url": hook_url}
    await session.execute(update(units).where(units.c.key == key).values(**values))


async def add_unit(session: AsyncSession, *, key: str, name_tr: str, name_en: str, email: str) -> bool:
    """Enter a unit; False where there is one of this key."""
    made = await session.scalars(
        insert(units)
        .values(key=key, name_tr=name_tr, name_en=name_en, email=email)
        .on_conflict_do_nothing()
        .returning(units.c.key)
    )
    return made.first() is not None


async def people_page(session: AsyncSession, *, limit: int, after: tuple[int, ...] | None) -> Page:
    """People with the accounts they are responsible for, newest first."""
    return await newest_first(session, _people(), people.c.id, limit=limit, after=after)


async def find_person(session: AsyncSession, person_id: int, *, lock: bool = False) -> dict[str, Any] | None:
    """One person with their accounts, on request locked until the transaction ends."""
    statement = _people().where(people.c.id == person_id)
    return await one_row(session, statement.with_for_update(of=people) if lock else statement)


def _people() -> Select[Any]:
    own = (
        select(func.array_agg(responsibilities.c.account_id))
        .where(responsibilities.c.person_id == people.c.id)
        .scalar_subquery()
    )
    return select(people, own.label("accounts"))
