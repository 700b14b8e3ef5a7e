"""First things on a new installation, by whoever has the database: accounts, people and their API tokens."""

import json
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.api.access import Role
from app.connectors import INBOUND
from app.decisions import recipients
from app.decisions.policy import load_policy
from app.errors import ModerationError
from app.messages import AccountId, AccountKind, PersonId
from app.records import api_tokens, audit, policies, staff
from app.records.api_tokens import Scope
from app.records.recipients import reach
from app.records.tables import accounts, units
from app.signing_in import entering


class AdminError(ModerationError):
    """Something that was asked for does not exist or makes no sense; the sentence says what there is."""


async def put_account(
    session: AsyncSession, *, platform: str, external_id: str, handle: str, kind: AccountKind, page_id: str | None
) -> int:
    """Enter an account of ours, or correct it. Raises AdminError for an unknown platform."""
    if platform not in INBOUND:
        raise AdminError(f"there is no platform {platform!r}; there are {', '.join(sorted(INBOUND))}")
    if platform == "instagram" and page_id is None:
        raise AdminError("an Instagram account needs --page-id, the Facebook Page that it is linked to")
    values = {"handle": handle, "kind": kind, "page_id": page_id or external_id, "is_active": True}
    account_id = await session.scalar(
        insert(accounts)
        .values(platform=platform, external_id=external_id, **values)
        .on_conflict_do_update(index_elements=[accounts.c.platform, accounts.c.external_id], set_=values)
        .returning(accounts.c.id)
    )
    await audit.note(
        session, by=None, act="account.put", subject=f"account/{account_id}", detail={"platform": platform}
    )
    return int(str(account_id))


async def put_person(
    session: AsyncSession, *, name: str, email: str, role: str, unit: str | None, of_accounts: tuple[str, ...] = ()
) -> PersonId:
    """Enter a person, or correct one, also back from having left; returns their id.

    `email` is the address that the identity provider will vouch for. `of_accounts`: for a responsible, the external ids
    of their accounts. Raises AdminError.
    """
    if role not in list(Role):
        raise AdminError(f"there is no role {role!r}; there are {', '.join(Role)}")
    if unit is not None and await session.scalar(select(units.c.key).where(units.c.key == unit)) is None:
        known = ", ".join(sorted(await session.scalars(select(units.c.key))))
        raise AdminError(f"there is no unit {unit!r}; there are {known}")
    entered = await staff.with_address(session, email.strip())
    if entered is None:
        person_id = await entering.enter(session, name=name, email=email.strip(), role=role, unit=unit, by=None)
    else:
        person_id = entered
        await entering.correct(session, person_id, name=name, role=role, unit=unit, by=None)
        await entering.take_back(session, person_id, by=None)
    await entering.make_responsible(session, person_id, await _ids_of(session, of_accounts), by=None)
    return person_id


async def make_token(session: AsyncSession, person_id: PersonId, *, days: int | None, now: datetime) -> str:
    """A token of all that the person may, for so many days (None: until it is revoked); shown this once."""
    token_id, token = await api_tokens.make(
        session,
        person_id,
        label="made on the command line",
        scope=Scope.WRITE,
        expires_at=now + timedelta(days=days) if days is not None else None,
    )
    await audit.note(session, by=None, act="token.make", subject=f"token/{token_id}", detail={"scope": Scope.WRITE})
    return token


async def let_go(session: AsyncSession, email: str, *, now: datetime) -> tuple[int, int]:
    """The person of this address leaves. Returns how many sessions and tokens ended.

    Raises AdminError where nobody has this address.
    """
    person_id = await staff.with_address(session, email.strip())
    if person_id is None:
        raise AdminError("nobody has this address")
    return await entering.let_go(session, person_id, by=None, at=now)


async def active_document(session: AsyncSession) -> str:
    """The active policy document as JSON, for a person to change."""
    version = await policies.active_version(session)
    if version is None:
        raise AdminError("no policy is active: run `nobet migrate`")
    policy = await policies.load(session, version)
    return json.dumps(policy.model_dump(mode="json"), ensure_ascii=False, indent=2)


async def activate_document(session: AsyncSession, document: str) -> str:
    """Store a document as a new version and activate it; running workers pick it up. Returns the version.

    Raises PolicyError with what is wrong in it, and then nothing has changed.
    """
    try:
        policy = load_policy(json.loads(document))
    except json.JSONDecodeError as error:
        raise AdminError(f"that is not JSON: {error}") from error
    if remarks := recipients.unknown(policy, await reach(session)):
        raise AdminError("; ".join(f"{remark.place}: {remark.english}" for remark in remarks))
    await policies.activate(session, await policies.store(session, policy))
    await audit.note(session, by=None, act="policy.activate", subject=f"policy/{policy.version}")
    return policy.version


async def _ids_of(session: AsyncSession, external_ids: tuple[str, ...]) -> list[AccountId]:
    found = []
    for external_id in external_ids:
        account_id = await session.scalar(select(accounts.c.id).where(accounts.c.external_id == external_id))
        if account_id is None:
            raise AdminError(f"there is no account {external_id!r}")
        found.append(AccountId(account_id))
    return found
