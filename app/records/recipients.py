"""Who is there to be told, of all that a policy document may name."""

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.decisions.recipients import Reach
from app.decisions.routes import ROLES, UNIT_OF_ROLE
from app.records.tables import people, units


async def reach(session: AsyncSession) -> Reach:
    """All units, those through which somebody hears, and the people and roles that are there."""
    known = await session.scalars(select(units.c.key))
    addressed = await session.scalars(
        select(units.c.key).where(or_(units.c.email.is_not(None), units.c.hook_url.is_not(None)))
    )
    staff = (await session.execute(select(people.c.id, people.c.role, people.c.unit).where(people.c.is_active))).all()
    peopled = {UNIT_OF_ROLE.get(one.role) or one.unit for one in staff if one.role in ROLES}
    return Reach(
        units=frozenset(known),
        reached=frozenset(addressed) | {unit for unit in peopled if unit is not None},
        people=frozenset(one.id for one in staff),
        roles=frozenset(one.role for one in staff),
    )
