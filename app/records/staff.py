"""Our own people: entered, corrected, made responsible for accounts, let go."""

from collections.abc import Collection

from sqlalchemy import delete, func, literal, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.messages import AccountId, PersonId
from app.records.tables import people, responsibilities


async def with_address(session: AsyncSession, email: str) -> PersonId | None:
    """Who has this address: one mailbox is one person, in whatever capitals (of ASCII alone)."""
    found = await session.scalar(
        select(people.c.id).where(func.lower(people.c.email.collate("C")) == func.lower(literal(email).collate("C")))
    )
    return PersonId(found) if found is not None else None


async def enter(session: AsyncSession, *, name: str, email: str, role: str, unit: str | None) -> PersonId:
    """Enter a person. Raises IntegrityError where somebody has this very address."""
    statement = insert(people).values(name=name, email=email, role=role, unit=unit, is_active=True)
    return PersonId((await session.execute(statement.returning(people.c.id))).scalar_one())


async def change(session: AsyncSession, person_id: PersonId, **values: str | bool | None) -> None:
    """Another name, role or unit; or whether they are one of us at present."""
    await session.execute(update(people).where(people.c.id == person_id).values(**values))


async def set_accounts(session: AsyncSession, person_id: PersonId, accounts: Collection[AccountId]) -> None:
    """These accounts are theirs from now on, and no others."""
    await session.execute(delete(responsibilities).where(responsibilities.c.person_id == person_id))
    for account_id in sorted(accounts):
        await session.execute(insert(responsibilities).values(person_id=person_id, account_id=account_id))
