"""What the health checks ask of the database."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, text, true
from sqlalchemy.ext.asyncio import AsyncSession

from app.messages import Account, AccountId
from app.records.accounts import as_account
from app.records.tables import accounts, actions, deliveries, messages, polls, tasks, units


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """What waits on one platform: actions held up by a dead token, and tasks that people have not confirmed."""

    token: int = 0
    tasks: int = 0


async def answers(session: AsyncSession) -> None:
    """Return when the database has answered."""
    await session.execute(text("select 1"))


async def active_accounts(session: AsyncSession) -> list[Account]:
    """All accounts that we look after."""
    rows = await session.execute(select(accounts).where(accounts.c.is_active).order_by(accounts.c.id))
    return [as_account(row) for row in rows]


async def last_deliveries(session: AsyncSession) -> dict[str, datetime]:
    """When each platform's last delivery came."""
    platforms = select(accounts.c.platform).where(accounts.c.is_active).distinct().subquery()
    last = (
        select(deliveries.c.received_at)
        .where(deliveries.c.platform == platforms.c.platform)
        .order_by(deliveries.c.id.desc())
        .limit(1)
        .lateral()
    )
    rows = await session.execute(select(platforms.c.platform, last.c.received_at).join(last, true()))
    return {row.platform: row.received_at for row in rows}


async def waiting(session: AsyncSession) -> dict[str, Waiting]:
    """What waits, by platform."""
    by_token = await session.execute(
        select(messages.c.platform, func.count().label("number"))
        .join(actions, actions.c.message_id == messages.c.id)
        .where(actions.c.state.in_(("planned", "running")), actions.c.problem.startswith("TokenRejectedError"))
        .group_by(messages.c.platform)
    )
    by_task = await session.execute(
        select(messages.c.platform, func.count().label("number"))
        .join(tasks, tasks.c.message_id == messages.c.id)
        .where(tasks.c.state == "open")
        .group_by(messages.c.platform)
    )
    token = {row.platform: row.number for row in by_token}
    open_tasks = {row.platform: row.number for row in by_task}
    return {
        platform: Waiting(token=token.get(platform, 0), tasks=open_tasks.get(platform, 0))
        for platform in token.keys() | open_tasks.keys()
    }


async def failing_polls(session: AsyncSession) -> dict[AccountId, str]:
    """The accounts whose last poll failed, each with why."""
    rows = await session.execute(select(polls.c.account_id, polls.c.problem).where(polls.c.failures > 0))
    return {AccountId(row.account_id): row.problem or "unknown" for row in rows}


async def units_with_mail(session: AsyncSession, keys: Iterable[str]) -> frozenset[str]:
    """Of these units, those that have a mailbox."""
    rows = await session.scalars(
        select(units.c.key).where(units.c.key.in_(list(keys)), units.c.email.is_not(None), units.c.email != "")
    )
    return frozenset(rows)
