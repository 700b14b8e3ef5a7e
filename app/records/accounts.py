"""Accounts: the University's own profiles."""

from collections.abc import Iterable
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    """All our accounts, for those who meet many ids: ours by the id a delivery names, and the ids we write under."""

    by_name: dict[tuple[PlatformName, ExternalId], Account]
    own_authors: frozenset[tuple[PlatformName, str]]

    def find(self, platform: PlatformName, external_id: ExternalId | None) -> Account | None:
        """Our active account of this id. Instagram may name an account by its Page's id (its documents disagree)."""
        return self.by_name.get((platform, external_id)) if external_id is not None else None

    def of_id(self, account_id: AccountId | None) -> Account | None:
        """Our active account of this number: of a polled page, which names none."""
        return next((account for account in self.by_name.values() if account.id == account_id), None)

    def is_ours(self, platform: PlatformName, author_id: str | None) -> bool:
        """Whether one of our own accounts wrote it (I10: we never moderate or answer ourselves)."""
        return author_id is not None and (platform, author_id) in self.own_authors


async def load_book(session: AsyncSession) -> Book:
    """Read all accounts; a university has some dozens."""
    rows = list(await session.execute(select(accounts)))
    ours = [as_account(row) for row in rows if row.is_active]
    by_page = {(account.platform, account.page_id): account for account in ours if account.page_id}
    by_id = {(account.platform, account.external_id): account for account in ours}
    return Book(
        by_name=by_page | by_id,
        own_authors=frozenset(_author_ids(rows)),
    )


async def external_ids(session: AsyncSession, platform: str) -> frozenset[ExternalId]:
    """The ids of our active accounts on a platform."""
    rows = await session.scalars(
        select(accounts.c.external_id).where(accounts.c.platform == platform, accounts.c.is_active)
    )
    return frozenset(map(ExternalId, rows))


def _author_ids(rows: Iterable[Any]) -> Iterable[tuple[PlatformName, str]]:
    """Also of accounts that are no longer active: they are still ours."""
    for row in rows:
        yield PlatformName(row.platform), row.external_id
        if row.page_id:
            yield PlatformName(row.platform), row.page_id
