"""The person behind a token or a session, with what their sight depends on."""

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.messages import AccountId, PersonId
from app.records.tables import people, responsibilities


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """A person, with the accounts they are responsible for."""

    id: PersonId
    name: str = field(repr=False)
    role: str
    unit: str | None
    accounts: frozenset[AccountId]


_OWN = (
    select(func.array_agg(responsibilities.c.account_id))
    .where(responsibilities.c.person_id == people.c.id)
    .correlate(people)
    .scalar_subquery()
)
# What a statement over `people` selects for a holder.
HOLDER = (people.c.id, people.c.name, people.c.role, people.c.unit, _OWN.label("accounts"))


def as_holder(row: Any) -> Holder:
    """The holder in a row that selected `HOLDER`."""
    return Holder(
        id=PersonId(row.id),
        name=row.name,
        role=row.role,
        unit=row.unit,
        accounts=frozenset(row.accounts or ()),
    )


async def find(session: AsyncSession, person: PersonId) -> Holder | None:
    """A person who may sign in; None where there is none."""
    row = (await session.execute(select(*HOLDER).where(people.c.id == person, people.c.is_active))).one_or_none()
    return as_holder(row) if row is not None else None


async def active(session: AsyncSession) -> list[Holder]:
    """Everybody who may sign in, by name; there are a few dozen."""
    rows = await session.execute(select(*HOLDER).where(people.c.is_active).order_by(people.c.name, people.c.id))
    return [as_holder(row) for row in rows]
