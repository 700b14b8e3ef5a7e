"""Manual tasks: what the platform's API cannot do, or what the machine must not try again by itself."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.messages import ActionId, MessageId, PersonId
from app.records.messages import lock_many
from app.records.tables import actions, tasks


async def open_task(
    session: AsyncSession,
    *,
    kind: str,
    reason: str,
    message_id: MessageId | None,
    action_id: ActionId | None = None,
    due_at: datetime,
    urgency: str = "normal",
    detail: Mapping[str, Any] | None = None,
) -> int | None:
    """Open a task. One for the same action is open once (None the second time).

    Where it was closed because the action was tried again, and that was in vain, it is opened anew.
    """
    values = {
        "kind": kind,
        "reason": reason,
        "message_id": message_id,
        "urgency": urgency,
        "detail": dict(detail or {}),
        "state": "open",
        "due_at": due_at,
    }
    anew = {"confirmed_at": None, "confirmed_by": None, "note": None}
    task_id: int | None = await session.scalar(
        insert(tasks)
        .values(action_id=action_id, **values)
        .on_conflict_do_update(index_elements=[tasks.c.action_id], set_=values | anew, where=tasks.c.state == "done")
        .returning(tasks.c.id)
    )
    return task_id


async def tell_anew(session: AsyncSession, message_id: MessageId, *, reason: str, detail: Mapping[str, Any]) -> bool:
    """Let the open task of a message say how things stand now; False where none is open for this reason."""
    told = await session.scalars(
        update(tasks)
        .where(tasks.c.message_id == message_id, tasks.c.reason == reason, tasks.c.state == "open")
        .values(detail=dict(detail))
        .returning(tasks.c.id)
    )
    return told.first() is not None


async def reason_of_open(session: AsyncSession, action_id: ActionId) -> str | None:
    """Why the open task of an action came to a person; None where none is open."""
    reason: str | None = await session.scalar(
        select(tasks.c.reason).where(tasks.c.action_id == action_id, tasks.c.state == "open")
    )
    return reason


async def lock_what_it_is_about(session: AsyncSession, task_id: int) -> None:
    """Lock the task's message and action, before the task itself."""
    about = select(tasks.c.message_id, tasks.c.action_id).where(tasks.c.id == task_id)
    found = (await session.execute(about)).one_or_none()
    if found is not None and found.message_id is not None:
        await lock_many(session, [MessageId(found.message_id)])
    if found is not None and found.action_id is not None:
        await session.execute(select(actions.c.id).where(actions.c.id == found.action_id).with_for_update())


async def confirm(session: AsyncSession, task_id: int, *, by: PersonId, at: datetime, note: str) -> Any | None:
    """A person has done it.

    Returns the task's message and action ids, kind and reason; None where no such task is open.
    """
    return (
        await session.execute(
            update(tasks)
            .where(tasks.c.id == task_id, tasks.c.state == "open")
            .values(state="done", confirmed_at=at, confirmed_by=by, note=note)
            .returning(tasks.c.message_id, tasks.c.action_id, tasks.c.kind, tasks.c.reason)
        )
    ).one_or_none()


async def close_of_message(
    session: AsyncSession,
    message_id: MessageId,
    *,
    reasons: Sequence[str],
    by: PersonId | None,
    at: datetime,
    note: str,
) -> None:
    """The open tasks about a message that were opened for these reasons are settled in another way."""
    await session.execute(
        update(tasks)
        .where(tasks.c.message_id == message_id, tasks.c.reason.in_(reasons), tasks.c.state == "open")
        .values(state="done", confirmed_at=at, confirmed_by=by, note=note)
    )


async def close_of_action(session: AsyncSession, action_id: ActionId, *, by: PersonId, at: datetime, note: str) -> None:
    """The task of an action is settled in another way."""
    await session.execute(
        update(tasks)
        .where(tasks.c.action_id == action_id, tasks.c.state == "open")
        .values(state="done", confirmed_at=at, confirmed_by=by, note=note)
    )
