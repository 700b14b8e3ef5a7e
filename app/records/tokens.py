"""Access tokens of accounts, as they are stored: encrypted. Who reads this table alone can open nothing."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.messages import AccountId
from app.records.tables import account_tokens


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredToken:
    """One account's access. `rejected_at` is since when the platform refuses it; times are None where not known."""

    account_id: AccountId
    access: bytes = field(repr=False)
    refresh: bytes | None = field(default=None, repr=False)
    expires_at: datetime | None = None
    refresh_expires_at: datetime | None = None
    stored_at: datetime
    rejected_at: datetime | None = None


_COLUMNS = [account_tokens.c[name] for name in StoredToken.__dataclass_fields__]


async def store(session: AsyncSession, token: StoredToken) -> None:
    """Put it in the place of the account's present one, if there is one."""
    values = {name: getattr(token, name) for name in StoredToken.__dataclass_fields__}
    await session.execute(
        insert(account_tokens)
        .values(values)
        .on_conflict_do_update(index_elements=[account_tokens.c.account_id], set_=values)
    )


async def load(session: AsyncSession, account_id: AccountId, *, lock: bool = False) -> StoredToken | None:
    """An account's token; `lock` keeps others from renewing it at the same time."""
    statement = select(*_COLUMNS).where(account_tokens.c.account_id == account_id)
    row = (await session.execute(statement.with_for_update() if lock else statement)).one_or_none()
    return StoredToken(**row._mapping) if row is not None else None


async def load_all(session: AsyncSession) -> dict[AccountId, StoredToken]:
    """All of them, by account; a university has some dozens."""
    rows = await session.execute(select(*_COLUMNS))
    return {AccountId(row.account_id): StoredToken(**row._mapping) for row in rows}


async def reject(session: AsyncSession, account_id: AccountId, *, at: datetime) -> None:
    """The platform refuses it, and it cannot be renewed."""
    await session.execute(
        update(account_tokens)
        .where(account_tokens.c.account_id == account_id, account_tokens.c.rejected_at.is_(None))
        .values(rejected_at=at)
    )


async def reseal(session: AsyncSession, seal: Callable[[bytes], bytes]) -> int:
    """Move every token to the newest key; returns how many there are."""
    stored = list((await session.execute(select(*_COLUMNS).with_for_update())).all())
    for row in stored:
        await session.execute(
            update(account_tokens)
            .where(account_tokens.c.account_id == row.account_id)
            .values(access=seal(row.access), refresh=seal(row.refresh) if row.refresh is not None else None)
        )
    return len(stored)


def ends_at(token: StoredToken) -> Iterable[datetime]:
    """When a person must sign in again, as far as it is known: with the token, or with what renews it."""
    if token.refresh is None and token.expires_at is not None:
        yield token.expires_at
    if token.refresh_expires_at is not None:
        yield token.refresh_expires_at
