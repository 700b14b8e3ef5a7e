"""Staff's signed-in state at each platform, as it is stored: encrypted. Who reads this table alone can open nothing."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import delete as plain_delete
from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.messages import PersonId
from app.records.tables import browser_states


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredState:
    """One platform's. `rejected_at` is since when the platform asks to sign in all the same."""

    platform: str
    state: bytes = field(repr=False)
    expires_at: datetime | None
    stored_at: datetime
    stored_by: PersonId | None
    rejected_at: datetime | None = None


_COLUMNS = [browser_states.c[name] for name in StoredState.__dataclass_fields__]


async def store(session: AsyncSession, state: StoredState) -> None:
    """Put it in the place of the platform's present one, if there is one."""
    values = {name: getattr(state, name) for name in StoredState.__dataclass_fields__}
    await session.execute(
        insert(browser_states)
        .values(values)
        .on_conflict_do_update(index_elements=[browser_states.c.platform], set_=values)
    )


async def load(session: AsyncSession, platform: str) -> StoredState | None:
    """A platform's; None where there is none."""
    row = (await session.execute(select(*_COLUMNS).where(browser_states.c.platform == platform))).one_or_none()
    return StoredState(**row._mapping) if row is not None else None


async def load_all(session: AsyncSession) -> dict[str, StoredState]:
    """All of them, by platform."""
    return {row.platform: StoredState(**row._mapping) for row in await session.execute(select(*_COLUMNS))}


async def reject(session: AsyncSession, platform: str, *, stored_at: datetime, at: datetime) -> bool:
    """The platform no longer knows it; False where that is noted, or another has been stored since."""
    rejected = await session.scalar(
        update(browser_states)
        .where(
            browser_states.c.platform == platform,
            browser_states.c.stored_at == stored_at,
            browser_states.c.rejected_at.is_(None),
        )
        .values(rejected_at=at)
        .returning(browser_states.c.platform)
    )
    return rejected is not None


async def remove(session: AsyncSession, platform: str) -> bool:
    """Forget it; False where there was none."""
    gone = await session.scalar(
        plain_delete(browser_states).where(browser_states.c.platform == platform).returning(browser_states.c.platform)
    )
    return gone is not None
