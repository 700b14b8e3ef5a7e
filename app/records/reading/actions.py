"""Actions as people see them."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, select, union_all
from sqlalchemy.ext.asyncio import AsyncSession

from app.messages import ActionId, DecisionId, MessageId
from app.records import actions as recorded
from app.records.months import Span, span_of
from app.records.reading.messages import ACCOUNT
from app.records.reading.pages import Page, all_rows, newest_first, one_row
from app.records.reading.sight import Viewer, closed, visible
from app.records.tables import accounts, actions, attempts, messages, people


def _shown(viewer: Viewer, span: Span | None = None) -> Select[Any]:
    """Actions with what is shown beside them; `span`: only of messages of these months."""
    statement = (
        select(actions, *ACCOUNT, closed(viewer, span), people.c.name.label("requested_by_name"))
        .join(messages, messages.c.id == actions.c.message_id)
        .join(accounts, accounts.c.id == messages.c.account_id)
        .outerjoin(people, people.c.id == actions.c.requested_by)
        .where(visible(viewer))
    )
    if span is None:
        return statement
    return statement.where(span.has(messages.c.id), span.has(actions.c.id))


async def page(
    session: AsyncSession,
    viewer: Viewer,
    *,
    states: tuple[str, ...] = (),
    kind: str | None = None,
    limit: int,
    after: tuple[int, ...] | None,
) -> Page:
    """Actions, newest first: those on this month's messages, then those on last month's, and so on."""
    statement = select(actions.c.id)
    if not viewer.sees_all:
        statement = statement.join(messages, messages.c.id == actions.c.message_id).where(visible(viewer))
    if kind is not None:
        statement = statement.where(actions.c.kind == kind)
    if len(states) > 1:
        # Each state is in order in the index, several together are not.
        if after is not None:
            statement = statement.where(actions.c.id < after[0])
        statement = statement.order_by(actions.c.id.desc()).limit(limit + 1)
        found = union_all(
            *(select(statement.where(actions.c.state == state).subquery()) for state in states)
        ).subquery()
        ids = await newest_first(session, select(found), found.c.id, limit=limit, after=after)
    else:
        if states:
            statement = statement.where(actions.c.state == states[0])
        ids = await newest_first(session, statement, actions.c.id, limit=limit, after=after)
    # Which ones first, then what there is to show of those: their months alone are looked into.
    wanted = [row["id"] for row in ids.rows]
    shown = _shown(viewer, span_of(wanted)).where(actions.c.id.in_(wanted)).order_by(actions.c.id.desc())
    return Page(rows=await all_rows(session, shown) if wanted else [], next=ids.next)


async def find(session: AsyncSession, viewer: Viewer, action_id: int) -> dict[str, Any] | None:
    """One action; None where there is none that this viewer may know of."""
    return await one_row(session, _shown(viewer).where(actions.c.id == action_id))


async def attempts_at(session: AsyncSession, action_id: ActionId) -> list[dict[str, Any]]:
    """Every attempt at an action, in order."""
    return await all_rows(
        session, select(attempts).where(attempts.c.action_id == action_id).order_by(attempts.c.number)
    )


async def of_message(session: AsyncSession, viewer: Viewer, message_id: MessageId) -> list[dict[str, Any]]:
    """Every action on a message, in order."""
    return await all_rows(
        session,
        _shown(viewer)
        .where(recorded.of_message(message_id))
        .order_by(actions.c.decision_id, actions.c.position, actions.c.id),
    )


async def of_decision(session: AsyncSession, decision_id: DecisionId) -> list[dict[str, Any]]:
    """What follows from a decision."""
    return await all_rows(
        session,
        select(actions.c.id, actions.c.kind, actions.c.state)
        .where(recorded.of_decision(decision_id))
        .order_by(actions.c.position, actions.c.id),
    )


async def withheld(
    session: AsyncSession, viewer: Viewer, *, limit: int, only: Sequence[int] | None = None
) -> list[dict[str, Any]]:
    """What a mode withholds (or those of it that are in `only`), newest first: for release or discard by a person."""
    statement = _shown(viewer).where(actions.c.state == "withheld")
    if only is not None:
        statement = statement.where(actions.c.id.in_(only))
    return await all_rows(session, statement.order_by(actions.c.id.desc()).limit(limit))
