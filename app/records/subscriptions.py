"""How each account's subscription at its platform stands, and when it is looked at again."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import case, or_, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.messages import Account, AccountId
from app.records.accounts import as_account
from app.records.tables import accounts, subscriptions

# A confirmation that comes later after the asking than this was not asked for.
ANSWERED_WITHIN = timedelta(days=1)
# A platform may send its question twice.
ASKED_TWICE = timedelta(minutes=10)


class State(StrEnum):
    """What is known of a subscription. `asked`: the platform has not confirmed yet."""

    UNKNOWN = "unknown"
    STANDS = "stands"
    ASKED = "asked"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredSubscription:
    """One account's. `ends_at` and `renew_at` are of a lease that was confirmed.

    `problem` is what is wrong, or why it is not known; `broken_since` is None while it stands.
    """

    account_id: AccountId
    state: State = State.UNKNOWN
    problem: str | None = None
    broken_since: datetime | None = None
    checked_at: datetime | None = None
    stood_at: datetime | None = None
    asked_at: datetime | None = None
    ends_at: datetime | None = None
    renew_at: datetime | None = None
    failures: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class DueSubscription:
    """An account whose turn it is, and what is known of it."""

    account: Account
    known: StoredSubscription


_COLUMNS = [subscriptions.c[name] for name in StoredSubscription.__dataclass_fields__]

_TAKE = text(
    """
    update subscriptions set due_at = cast(:until as timestamptz)
    where account_id in (
        select subscriptions.account_id from subscriptions join accounts on accounts.id = subscriptions.account_id
        where subscriptions.due_at <= cast(:now as timestamptz) and accounts.is_active
            and accounts.platform = any(:platforms)
        order by subscriptions.due_at limit 50 for update of subscriptions skip locked)
    returning account_id
    """
)


async def take_due(
    session: AsyncSession, platforms: Iterable[str], *, now: datetime, for_: timedelta
) -> list[DueSubscription]:
    """The active accounts on these platforms whose turn it is, taken for a while, so that no other asks the same.

    An account that was never looked at is due at once.
    """
    asked = list(platforms)
    await session.execute(
        text(
            "insert into subscriptions (account_id, due_at) select id, cast(:now as timestamptz) from accounts "
            "where is_active and platform = any(:platforms) on conflict do nothing"
        ),
        {"now": now, "platforms": asked},
    )
    taken = list(await session.scalars(_TAKE, {"now": now, "until": now + for_, "platforms": asked}))
    known = {one.account_id: one for one in (await load_all(session)).values() if one.account_id in taken}
    rows = await session.execute(select(accounts).where(accounts.c.id.in_(taken)).order_by(accounts.c.id))
    return [DueSubscription(account=as_account(row), known=known[row.id]) for row in rows]


async def load(session: AsyncSession, account_id: AccountId) -> StoredSubscription:
    """What is known of an account's. Raises NoResultFound for an account that was never looked at."""
    row = (await session.execute(select(*_COLUMNS).where(subscriptions.c.account_id == account_id))).one()
    return _as_stored(row)


async def load_all(session: AsyncSession) -> dict[AccountId, StoredSubscription]:
    """All of them, by account; a university has some dozens."""
    rows = await session.execute(select(*_COLUMNS))
    return {AccountId(row.account_id): _as_stored(row) for row in rows}


def _as_stored(row: Any) -> StoredSubscription:
    return StoredSubscription(**{**row._mapping, "state": State(row.state)})


async def asking(session: AsyncSession, account_id: AccountId, *, at: datetime) -> None:
    """It is about to be asked for: known before the platform's own question can come."""
    await session.execute(update(subscriptions).where(subscriptions.c.account_id == account_id).values(asked_at=at))


async def stands(
    session: AsyncSession, account_id: AccountId, *, at: datetime, due_at: datetime, problem: str | None = None
) -> None:
    """The platform tells us of everything; `problem` is what keeps it from being renewed."""
    await session.execute(
        update(subscriptions)
        .where(subscriptions.c.account_id == account_id)
        .values(
            state=State.STANDS,
            problem=problem,
            broken_since=None,
            checked_at=at,
            stood_at=at,
            failures=0 if problem is None else subscriptions.c.failures + 1,
            due_at=due_at,
        )
    )


async def does_not_stand(
    session: AsyncSession,
    account_id: AccountId,
    state: State,
    *,
    problem: str,
    since: datetime,
    at: datetime,
    due_at: datetime,
) -> None:
    """Something is missing: asked for and not confirmed, or not to be had.

    What was confirmed while it was looked at is looked at again at once.
    """
    if state is State.ASKED:
        due: Any = case((subscriptions.c.ends_at > at, at), else_=due_at)
    else:
        due = due_at
    await session.execute(
        update(subscriptions)
        .where(subscriptions.c.account_id == account_id)
        .values(
            state=state,
            problem=problem,
            broken_since=since,
            checked_at=at,
            failures=subscriptions.c.failures + 1,
            due_at=due,
        )
    )


async def not_known(session: AsyncSession, account_id: AccountId, *, problem: str, due_at: datetime) -> None:
    """The platform could not be asked: what was known stays."""
    await session.execute(
        update(subscriptions)
        .where(subscriptions.c.account_id == account_id)
        .values(problem=problem, failures=subscriptions.c.failures + 1, due_at=due_at)
    )


async def confirmed(
    session: AsyncSession, platform: str, external_id: str, *, ends_at: datetime, renew_at: datetime, at: datetime
) -> bool:
    """The platform asks whether it is to tell us until then: keep it, and return whether we asked for it.

    Anyone can have us asked, or write such a question: what was not asked for here changes nothing.
    """
    ours = (
        select(accounts.c.id).where(accounts.c.platform == platform, accounts.c.external_id == external_id)
    ).scalar_subquery()
    table = subscriptions.c
    was_asked = (table.asked_at > at - ASKED_TWICE) | (
        (table.asked_at > at - ANSWERED_WITHIN) & or_(table.renew_at.is_(None), table.renew_at <= table.asked_at)
    )
    taken = await session.scalar(
        update(subscriptions)
        .where(table.account_id == ours, was_asked)
        .values(ends_at=ends_at, renew_at=renew_at, due_at=at)
        .returning(table.account_id)
    )
    return taken is not None


async def due_at_once(session: AsyncSession, account_id: AccountId, *, now: datetime) -> None:
    """Look at it as soon as may be, for instance since the account has been connected anew."""
    await session.execute(
        update(subscriptions).where(subscriptions.c.account_id == account_id).values(due_at=now, failures=0)
    )
