"""From a proven sign-in to one of our people, and from a person to a browser's session."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy.ext.asyncio import AsyncSession

from app.messages import PersonId
from app.records import audit, browser_sessions, sign_in_subjects
from app.signing_in.provider import SignedIn

_BYTES = 32


class Refusal(StrEnum):
    """Why somebody whom the provider vouches for is not let in."""

    NO_EMAIL = "no_email"
    UNKNOWN = "unknown"
    INACTIVE = "inactive"
    OTHER_SUBJECT = "other_subject"


class Method(StrEnum):
    """How somebody signed in."""

    OIDC = "oidc"
    PASSWORD = "password"  # noqa: S105  (a way to sign in, no password)


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A session that was begun; `token` is what the browser keeps, stored here as a hash."""

    id: int
    token: str
    ends_at: datetime


async def person_of(session: AsyncSession, signed_in: SignedIn, *, at: datetime) -> PersonId | Refusal:
    """Which of our people this is.

    Known by the provider's own name for them, and before the first sign-in by their verified address. People are
    entered by a person, never by signing in: a role is given, not taken. An address that came to somebody else does not
    bring the former owner's role along.
    """
    known = await sign_in_subjects.of_subject(session, signed_in.issuer, signed_in.subject)
    if known is not None:
        return known.id if known.is_active else Refusal.INACTIVE
    if signed_in.email is None:
        return Refusal.NO_EMAIL
    found = await sign_in_subjects.with_email(session, signed_in.email, issuer=signed_in.issuer)
    if len(found) != 1:
        return Refusal.UNKNOWN
    (person,) = found
    if not person.is_active:
        return Refusal.INACTIVE
    if person.subject is not None:
        return Refusal.OTHER_SUBJECT
    await sign_in_subjects.remember(session, person.id, issuer=signed_in.issuer, subject=signed_in.subject, at=at)
    # Two who come with the same address in the same moment are not both this person.
    remembered = await sign_in_subjects.of_subject(session, signed_in.issuer, signed_in.subject)
    return person.id if remembered is not None and remembered.id == person.id else Refusal.OTHER_SUBJECT


async def open_session(
    session: AsyncSession, person_id: PersonId, *, method: Method, at: datetime, longest: timedelta
) -> Opened:
    """Begin a session of a browser; on record."""
    token = secrets.token_urlsafe(_BYTES)
    ends_at = at + longest
    session_id = await browser_sessions.begin(
        session, person_id, digest_of(token), method=method, at=at, ends_at=ends_at
    )
    await audit.note(
        session, by=person_id, act="session.begin", subject=f"session/{session_id}", detail={"method": method}
    )
    return Opened(id=session_id, token=token, ends_at=ends_at)


def digest_of(token: str) -> bytes:
    """What is stored of a browser's session."""
    return hashlib.sha256(token.encode("utf-8", "replace")).digest()
