"""Manual tasks: what the platform's API cannot do, or what the machine must not try again by itself."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.messages import ActionId, MessageId, PersonId
from app.records.tables import tasks


async def open_task(
    session: AsyncSession,
    *,
    kind: str,
    reason: str,
    message_id: MessageId | None,
    action_id: ActionId | None = None,
    urgency: str = "normal",
    detail: Mapping[str, Any] | None = None,
) -> int | None:
    """Open a task; one for the same action is opened once (None the second time)."""
    task_id: int | None = await session.scalar(
        insert(tasks)
        .values(
            kind=kind,
            reason=reason,
            message_id=message_id,
            action_id=action_id,
            urgency=urgency,
            detail=dict(detail or {}),
            state="open",
        )
        .on_conflict_do_nothing()
        .returning(tasks.c.id)
    )
    return task_id


async def confirm(session: AsyncSession, task_id: int, *, by: PersonId, at: datetime, note: str) -> Any | None:
    """A person has done it. Returns the task's message and action ids; None where no such task is open."""
    return (
        await session.execute(
            update(tasks)
            .where(tasks.c.id == task_id, tasks.c.state == "open")
            .values(state="done", confirmed_at=at, confirmed_by=by, note=note)
            .returning(tasks.c.message_id, tasks.c.action_id, tasks.c.kind)
        )
    ).one_or_none()


async def close_of_action(session: AsyncSession, action_id: ActionId, *, by: PersonId, at: datetime, note: str) -> None:
    """The task of an action is settled in another way."""
    await session.execute(
        update(tasks)
        .where(tasks.c.action_id == action_id, tasks.c.state == "open")
        .values(state="done", confirmed_at=at, confirmed_by=by, note=note)
    )
