"""Test cases for policies, and how versions fared on them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.messages import AccountKind, Channel, MessageId, PersonId
from app.records.reading.pages import Page, newest_first, one_row
from app.records.reading.sight import Viewer, closed
from app.records.tables import messages, people, policy_case_runs, policy_cases
from app.rules.model import Label

Expected = Literal["left", "taken_down"]


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredCase:
    """A message without names, and what must become of it. `must_find`: labels that have to be found in it."""

    message_id: MessageId
    text: str
    channel: Channel
    platform: str
    account_kind: AccountKind
    in_dialogue: bool
    parent_text: str | None
    expects: Expected
    must_find: frozenset[Label]


async def store(session: AsyncSession, case: StoredCase, *, note: str, by: PersonId, at: datetime) -> int:
    """Store a case; returns its number."""
    found: int = (
        await session.execute(
            insert(policy_cases)
            .values(
                message_id=case.message_id,
                text=case.text,
                channel=case.channel,
                platform=case.platform,
                account_kind=case.account_kind,
                in_dialogue=case.in_dialogue,
                parent_text=case.parent_text,
                expects=case.expects,
                must_find=sorted(case.must_find),
                note=note,
                created_by=by,
                created_at=at,
            )
            .returning(policy_cases.c.id)
        )
    ).scalar_one()
    return found


async def load_all(session: AsyncSession) -> dict[int, StoredCase]:
    """All cases that are not retired, by their numbers."""
    rows = await session.execute(
        select(policy_cases).where(policy_cases.c.retired_at.is_(None)).order_by(policy_cases.c.id)
    )
    return {
        row.id: StoredCase(
            message_id=MessageId(row.message_id),
            text=row.text,
            channel=Channel(row.channel),
            platform=row.platform,
            account_kind=AccountKind(row.account_kind),
            in_dialogue=row.in_dialogue,
            parent_text=row.parent_text,
            expects=row.expects,
            must_find=frozenset(Label(label) for label in row.must_find),
        )
        for row in rows
    }


async def retire(session: AsyncSession, case_id: int, *, because: str, by: PersonId, at: datetime) -> bool:
    """Take a case out of use; it stays on record. False where there is none in use of this number."""
    retired = await session.scalar(
        update(policy_cases)
        .where(policy_cases.c.id == case_id, policy_cases.c.retired_at.is_(None))
        .values(retired_at=at, retired_by=by, retired_because=because)
        .returning(policy_cases.c.id)
    )
    return retired is not None


def _shown(viewer: Viewer) -> Any:
    return (
        select(policy_cases, closed(viewer), people.c.name.label("created_by_name"))
        .join(people, people.c.id == policy_cases.c.created_by)
        .outerjoin(messages, messages.c.id == policy_cases.c.message_id)
    )


async def find(session: AsyncSession, viewer: Viewer, case_id: int) -> dict[str, Any] | None:
    """One case as this viewer sees it."""
    return await one_row(session, _shown(viewer).where(policy_cases.c.id == case_id))


async def page(
    session: AsyncSession, viewer: Viewer, *, retired: bool, limit: int, after: tuple[int, ...] | None
) -> Page:
    """Cases as people see them, newest first; `retired`: those out of use instead of those in use."""
    is_retired = policy_cases.c.retired_at.is_not(None) if retired else policy_cases.c.retired_at.is_(None)
    return await newest_first(session, _shown(viewer).where(is_retired), policy_cases.c.id, limit=limit, after=after)


async def store_run(
    session: AsyncSession, version: str, *, total: int, failed: Sequence[Mapping[str, Any]], at: datetime
) -> None:
    """Record how a version fared."""
    await session.execute(
        insert(policy_case_runs).values(version=version, total=total, failed=[dict(one) for one in failed], ran_at=at)
    )


async def last_run(session: AsyncSession, version: str) -> dict[str, Any] | None:
    """How a version fared last; None where it was never tried."""
    columns = policy_case_runs.c
    return await one_row(
        session, select(policy_case_runs).where(columns.version == version).order_by(columns.id.desc()).limit(1)
    )
