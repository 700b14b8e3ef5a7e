"""Entering people and letting them go: a role is a mandate, given by a person and on record. `by` None: an operator."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from app.messages import AccountId, PersonId
from app.records import api_tokens, audit, browser_sessions, sign_in_subjects, staff


async def enter(
    session: AsyncSession, *, name: str, email: str, role: str, unit: str | None, by: PersonId | None
) -> PersonId:
    """Enter a person by the address that the identity provider will vouch for."""
    person_id = await staff.enter(session, name=name, email=email, role=role, unit=unit)
    detail = {"role": role, "unit": unit}
    await audit.note(session, by=by, act="person.put", subject=f"person/{person_id}", detail=detail)
    return person_id


async def correct(session: AsyncSession, person_id: PersonId, *, by: PersonId | None, **values: str | None) -> None:
    """Another name, role or unit."""
    await staff.change(session, person_id, **values)
    # The record tells what is new without the name, which stands with the person.
    detail = {field: value for field, value in values.items() if field != "name"} | {"fields": sorted(values)}
    await audit.note(session, by=by, act="person.put", subject=f"person/{person_id}", detail=detail)


async def make_responsible(
    session: AsyncSession, person_id: PersonId, accounts: Collection[AccountId], *, by: PersonId | None
) -> None:
    """These accounts are theirs from now on, and no others."""
    await staff.set_accounts(session, person_id, accounts)
    detail = {"accounts": sorted(accounts)}
    await audit.note(session, by=by, act="person.accounts", subject=f"person/{person_id}", detail=detail)


async def forget_sign_in(session: AsyncSession, person_id: PersonId, *, by: PersonId | None) -> None:
    """Have the person found by their address again: when it, or the account behind it, went to somebody else."""
    await sign_in_subjects.forget(session, person_id)
    await audit.note(session, by=by, act="person.forget_sign_in", subject=f"person/{person_id}")


async def let_go(session: AsyncSession, person_id: PersonId, *, by: PersonId | None, at: datetime) -> tuple[int, int]:
    """The person leaves: nothing of theirs opens anything any more. What they did stays on record.

    Returns how many sessions and tokens ended.
    """
    await staff.change(session, person_id, is_active=False)
    ended = (
        await browser_sessions.end_all(session, person_id, at=at),
        await api_tokens.revoke_all(session, person_id, at=at),
    )
    await audit.note(session, by=by, act="person.let_go", subject=f"person/{person_id}")
    return ended


async def take_back(session: AsyncSession, person_id: PersonId, *, by: PersonId | None) -> None:
    """Who left is one of us again; sessions and tokens of before stay ended."""
    await staff.change(session, person_id, is_active=True)
    await audit.note(session, by=by, act="person.take_back", subject=f"person/{person_id}")
