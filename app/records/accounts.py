"""Accounts: the University's own profiles."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.messages import Account, AccountId, AccountKind, ExternalId, PlatformName
from app.records.tables import accounts


def as_account(row: Any) -> Account:
    """An Account of a row of `accounts`."""
    return Account(
        id=AccountId(row.id),
        platform=PlatformName(row.platform),
        external_id=ExternalId(row.external_id),
        page_id=ExternalId(row.page_id) if row.page_id else None,
        handle=row.handle,
        kind=AccountKind(row.kind),
        unit=row.unit,
    )


async def by_external_ids(
    session: AsyncSession, platform: PlatformName, external_ids: set[ExternalId]
) -> dict[ExternalId, Account]:
    """Our active accounts among these ids. Instagram may name an account by its Page's id (its documents disagree)."""
    if not external_ids:
        return {}
    columns = accounts.c
    rows = await session.execute(
        select(accounts).where(
            columns.platform == platform,
            columns.is_active,
            columns.external_id.in_(external_ids) | columns.page_id.in_(external_ids),
        )
    )
    found: dict[ExternalId, Account] = {}
    for row in rows:
        account = as_account(row)
        found[account.external_id] = account
        if account.page_id and account.page_id in external_ids:
            found.setdefault(account.page_id, account)
    return found


async def by_id(session: AsyncSession, account_id: AccountId) -> Account:
    """One account. Raises NoResultFound."""
    return as_account((await session.execute(select(accounts).where(accounts.c.id == account_id))).one())


async def own_author_ids(session: AsyncSession, platform: PlatformName) -> frozenset[str]:
    """The ids under which our own accounts write on this platform (I10: we never moderate or answer ourselves)."""
    rows = await session.execute(
        select(accounts.c.external_id, accounts.c.page_id).where(accounts.c.platform == platform)
    )
    return frozenset(value for row in rows for value in row if value)
