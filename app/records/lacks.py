"""What accounts were found unable to do, and what was switched off for them; the rest the connectors say."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.decisions.capabilities import Capability, Lack, Lacks
from app.messages import AccountId, PersonId
from app.records.tables import account_lacks

# Long enough that a message is not refused again and again, short enough that a granted permission is soon found.
TRIED_AGAIN_AFTER = timedelta(hours=6)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One thing that an account lacks. `code` is the platform's own; `until_at` is when it is tried again."""

    account_id: AccountId
    capability: Capability
    because: Lack
    since_at: datetime
    code: str | None = None
    until_at: datetime | None = None


async def found(session: AsyncSession, account_ids: Collection[AccountId], *, now: datetime) -> list[Found]:
    """What these accounts lack at present, in a fixed order."""
    columns = account_lacks.c
    rows = await session.execute(
        select(
            columns.account_id, columns.capability, columns.because, columns.since_at, columns.code, columns.until_at
        )
        .where(columns.account_id.in_(sorted(account_ids)), or_(columns.until_at.is_(None), columns.until_at > now))
        .order_by(columns.account_id, columns.capability)
    )
    return [
        Found(
            account_id=AccountId(row.account_id),
            capability=Capability(row.capability),
            because=Lack(row.because),
            since_at=row.since_at,
            code=row.code,
            until_at=row.until_at,
        )
        for row in rows
    ]


async def of_accounts(
    session: AsyncSession, account_ids: Collection[AccountId], *, now: datetime
) -> Mapping[AccountId, Lacks]:
    """The same by account, for the planner."""
    by_account: dict[AccountId, dict[Capability, Lack]] = {account_id: {} for account_id in account_ids}
    for one in await found(session, account_ids, now=now):
        by_account[one.account_id][one.capability] = one.because
    return by_account


async def learn(
    session: AsyncSession, account_id: AccountId, capability: Capability, *, code: str, now: datetime
) -> None:
    """Remember that the platform refused it to the account as such. What a person switched off stays as it is."""
    statement = insert(account_lacks).values(
        account_id=account_id,
        capability=capability,
        because=Lack.REFUSED_LATELY,
        code=code or None,
        since_at=now,
        until_at=now + TRIED_AGAIN_AFTER,
    )
    new = statement.excluded
    await session.execute(
        statement.on_conflict_do_update(
            index_elements=[account_lacks.c.account_id, account_lacks.c.capability],
            set_={"code": new.code, "until_at": new.until_at},
            where=account_lacks.c.because == Lack.REFUSED_LATELY,
        )
    )


async def switch_off(
    session: AsyncSession, account_id: AccountId, capability: Capability, *, by: PersonId, now: datetime
) -> None:
    """Let the machine not try it any more on this account."""
    values = {
        "because": Lack.SWITCHED_OFF,
        "code": None,
        "since_at": now,
        "until_at": None,
        "noted_by": by,
    }
    await session.execute(
        insert(account_lacks)
        .values(account_id=account_id, capability=capability, **values)
        .on_conflict_do_update(
            index_elements=[account_lacks.c.account_id, account_lacks.c.capability],
            set_=values,
        )
    )


async def forget(
    session: AsyncSession, account_id: AccountId, capability: Capability, *, only: Lack | None = None
) -> None:
    """Let it be tried again, whoever found or switched it off, or only where it was for this reason."""
    statement = delete(account_lacks).where(
        account_lacks.c.account_id == account_id, account_lacks.c.capability == capability
    )
    if only is not None:
        statement = statement.where(account_lacks.c.because == only)
    await session.execute(statement)
