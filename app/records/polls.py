"""How far each account was asked for what is new, and when it is asked again."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.messages import Account, AccountId
from app.records.accounts import as_account
from app.records.tables import accounts, polls


@dataclass(frozen=True, slots=True, kw_only=True)
class DuePoll:
    """An account whose turn it is; `position` is where the last poll ended, None before the first."""

    account: Account
    position: Mapping[str, object] | None
    failures: int


_TAKE = text(
    """
    update polls set due_at = cast(:until as timestamptz)
    where account_id in (
        select polls.account_id from polls join accounts on accounts.id = polls.account_id
        where polls.due_at <= cast(:now as timestamptz) and accounts.is_active and accounts.platform = any(:platforms)
        order by polls.due_at limit 50 for update of polls skip locked)
    returning account_id, position, failures
    """
)


async def take_due(session: AsyncSession, platforms: Iterable[str], *, now: datetime, until: datetime) -> list[DuePoll]:
    """The active accounts on these platforms whose turn it is, held until then, so that no other asks the same.

    An account that was never asked is due at once.
    """
    asked = list(platforms)
    await session.execute(
        text(
            "insert into polls (account_id, due_at) select id, cast(:now as timestamptz) from accounts "
            "where is_active and platform = any(:platforms) on conflict do nothing"
        ),
        {"now": now, "platforms": asked},
    )
    taken = {
        row.account_id: row for row in await session.execute(_TAKE, {"now": now, "until": until, "platforms": asked})
    }
    rows = await session.execute(select(accounts).where(accounts.c.id.in_(taken)))
    return [
        DuePoll(account=as_account(row), position=taken[row.id].position, failures=taken[row.id].failures)
        for row in rows
    ]


async def hold(session: AsyncSession, held_accounts: Iterable[AccountId], *, held: datetime, until: datetime) -> None:
    """Hold for longer what is still `held` until just then; what has another time since, keeps it."""
    await session.execute(
        update(polls).where(polls.c.account_id.in_(list(held_accounts)), polls.c.due_at == held).values(due_at=until)
    )


async def accounts_on(session: AsyncSession, platform: str) -> int:
    """How many active accounts we have on a platform."""
    statement = select(func.count()).where(accounts.c.platform == platform, accounts.c.is_active)
    return (await session.execute(statement)).scalar_one()


async def succeeded(
    session: AsyncSession, account_id: AccountId, *, position: Mapping[str, object], at: datetime, due_at: datetime
) -> None:
    """A poll came to its end: go on from there."""
    await session.execute(
        update(polls)
        .where(polls.c.account_id == account_id)
        .values(position=json.loads(json.dumps(position)), polled_at=at, due_at=due_at, failures=0, problem=None)
    )


async def failed(session: AsyncSession, account_id: AccountId, *, problem: str, due_at: datetime) -> None:
    """A poll failed: ask again from the same place."""
    await session.execute(
        update(polls)
        .where(polls.c.account_id == account_id)
        .values(failures=polls.c.failures + 1, problem=problem, due_at=due_at)
    )


_SILENT = text(
    """
    with lately as (
        select account_id, received_at, received_at - lag(received_at) over (
            partition by account_id order by received_at) as gap
        from messages
        where received_at > cast(:since as timestamptz) and id >= nobet_first_id_of(cast(:since as timestamptz))
    ), habit as (
        select account_id, max(gap) as longest, max(received_at) as last_at
        from lately group by account_id having count(*) >= :enough
    )
    select accounts.*, habit.last_at from habit join accounts on accounts.id = habit.account_id
    where accounts.is_active and cast(:now as timestamptz) - habit.last_at > greatest(
        :times * habit.longest, cast(:at_least as interval))
    """
)


async def silent_beyond_habit(session: AsyncSession, *, now: datetime) -> list[tuple[Account, datetime]]:
    """Accounts from which nothing has come for twice their longest silence of two months (I12), and since when.

    Twelve messages make a habit; less than a day is never a silence.
    """
    rows = await session.execute(
        _SILENT,
        {
            "now": now,
            "since": now - timedelta(days=60),
            "enough": 12,
            "times": 2,
            "at_least": timedelta(days=1),
        },
    )
    return [(as_account(row), row.last_at) for row in rows]
