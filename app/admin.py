"""First things on a new installation, by whoever has the database: accounts, people and their API tokens."""

import hashlib
import json
import secrets

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.api.access import Role
from app.connectors import INBOUND
from app.decisions.policy import load_policy
from app.errors import ModerationError
from app.messages import AccountKind
from app.records import audit, policies
from app.records.tables import accounts, api_tokens, people, responsibilities, units


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
) -> str:
    """Enter a person, or correct one, and return a new API token: shown this once, stored as a hash.

    `of_accounts`: for a responsible, the external ids of their accounts. Raises AdminError.
    """
    if role not in list(Role):
        raise AdminError(f"there is no role {role!r}; there are {', '.join(Role)}")
    if unit is not None and await session.scalar(select(units.c.key).where(units.c.key == unit)) is None:
        known = ", ".join(sorted(await session.scalars(select(units.c.key))))
        raise AdminError(f"there is no unit {unit!r}; there are {known}")
    values = {"name": name, "role": role, "unit": unit, "is_active": True}
    person_id = await session.scalar(
        insert(people)
        .values(email=email, **values)
        .on_conflict_do_update(index_elements=[people.c.email], set_=values)
        .returning(people.c.id)
    )
    await _make_responsible(session, int(str(person_id)), of_accounts)
    token = f"nobet_{secrets.token_urlsafe(32)}"
    await session.execute(
        insert(api_tokens).values(
            person_id=person_id, digest=hashlib.sha256(token.encode()).digest(), label="made on the command line"
        )
    )
    await audit.note(session, by=None, act="person.put", subject=f"person/{person_id}", detail={"role": role})
    return token


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
    await policies.activate(session, await policies.store(session, policy))
    await audit.note(session, by=None, act="policy.activate", subject=f"policy/{policy.version}")
    return policy.version


async def _make_responsible(session: AsyncSession, person_id: int, external_ids: tuple[str, ...]) -> None:
    await session.execute(delete(responsibilities).where(responsibilities.c.person_id == person_id))
    for external_id in external_ids:
        account_id = await session.scalar(select(accounts.c.id).where(accounts.c.external_id == external_id))
        if account_id is None:
            raise AdminError(f"there is no account {external_id!r}")
        await session.execute(insert(responsibilities).values(person_id=person_id, account_id=account_id))
