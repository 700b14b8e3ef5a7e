"""Sign-ins under way: begun by a person here, good for one coming back from the platform."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.messages import Account, AccountId, PersonId
from app.records.accounts import as_account
from app.records.tables import accounts, people, sign_ins

# So long it can still be told that a way back was used or came too late.
KEPT_FOR = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInUnderWay:
    """What a state stands for. `role` is that of the person who began, None where they are no longer active."""

    account: Account
    person_id: PersonId
    role: str | None
    verifier: bytes = field(repr=False)
    expires_at: datetime
    was_used: bool


async def begin(
    session: AsyncSession,
    state_digest: bytes,
    *,
    account_id: AccountId,
    by: PersonId,
    verifier: bytes,
    at: datetime,
    expires_at: datetime,
) -> None:
    """Keep a state's digest with what it is bound to; old ones are forgotten."""
    await session.execute(delete(sign_ins).where(sign_ins.c.expires_at < at - KEPT_FOR))
    await session.execute(
        insert(sign_ins).values(
            state_digest=state_digest,
            account_id=account_id,
            person_id=by,
            verifier=verifier,
            created_at=at,
            expires_at=expires_at,
        )
    )


async def use(session: AsyncSession, state_digest: bytes, *, platform: str, at: datetime) -> SignInUnderWay | None:
    """What the state stands for on this platform, used by this call; None where nobody began it there."""
    row = (
        await session.execute(
            select(
                accounts,
                sign_ins.c.person_id,
                sign_ins.c.verifier,
                sign_ins.c.expires_at,
                sign_ins.c.used_at,
                people.c.role,
                people.c.is_active.label("is_person_active"),
            )
            .join(sign_ins, sign_ins.c.account_id == accounts.c.id)
            .join(people, people.c.id == sign_ins.c.person_id)
            .where(sign_ins.c.state_digest == state_digest, accounts.c.platform == platform)
            .with_for_update(of=sign_ins)
        )
    ).one_or_none()
    if row is None:
        return None
    await session.execute(
        update(sign_ins).where(sign_ins.c.state_digest == state_digest, sign_ins.c.used_at.is_(None)).values(used_at=at)
    )
    return SignInUnderWay(
        account=as_account(row),
        person_id=PersonId(row.person_id),
        role=row.role if row.is_person_active else None,
        verifier=row.verifier,
        expires_at=row.expires_at,
        was_used=row.used_at is not None,
    )
