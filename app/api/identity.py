"""Who is calling: a bearer token becomes a person with a role, and with it what they may do and see."""

import hashlib
import math
from dataclasses import dataclass
from typing import Annotated

import structlog
from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from app.api.access import ALLOWED, OPENS_SELF_HARM, SIGHT, UNIT_OF_ROLE, Permission, Role, Sight
from app.api.guesses import Guesses, address_of
from app.api.problems import ProblemError
from app.api.service import service_of
from app.decisions.model import UnitKey
from app.messages import PersonId
from app.records.reading import tokens
from app.records.reading.sight import Viewer

log = structlog.get_logger(__name__)

BEARER = HTTPBearer(
    auto_error=False,
    scheme_name="Erişim anahtarı",
    description="Size verilen erişim anahtarını yapıştırın (başına Bearer yazmadan).",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """The caller. `unit` is the unit whose notifications are theirs."""

    id: PersonId
    role: Role
    unit: UnitKey | None
    viewer: Viewer

    def may(self, permission: Permission) -> bool:
        """Whether the caller's role has this permission."""
        return self.role in ALLOWED[permission]


async def identify(request: Request) -> Person:
    """The caller.

    Raises ProblemError 401 where the token is missing, unknown, expired or revoked, and 429 where the caller's address
    has sent too many wrong ones.
    """
    known: Person | None = getattr(request.state, "person", None)
    if known is not None:
        return known
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise _not_signed_in()
    service = service_of(request)
    digest = hashlib.sha256(token.strip().encode()).digest()
    guesses: Guesses = request.app.state.guesses
    peer = request.client.host if request.client is not None else None
    address = address_of(peer, request.headers, service.settings.client_address_header)
    if (wait := guesses.begin(address, digest, now=service.clock())) is not None:
        log.warning("token_guess_refused", address=address)
        raise ProblemError("too_many_guesses", headers={"Retry-After": str(math.ceil(wait.total_seconds()))})
    try:
        async with service.sessions() as session:
            holder = await tokens.holder_of(session, digest, now=service.clock())
    except BaseException:
        guesses.take_back(address, digest)
        raise
    if holder is None:
        log.warning("token_rejected", address=address)
        raise _not_signed_in()
    guesses.was_right(address, digest)
    person = as_person(holder)
    request.state.person = person
    structlog.contextvars.bind_contextvars(person_id=person.id)
    return person


def as_person(holder: tokens.Holder) -> Person:
    """A person with the sight of their role."""
    role = Role(holder.role)
    unit = UNIT_OF_ROLE.get(role) or (UnitKey(holder.unit) if holder.unit else None)
    opens = role in OPENS_SELF_HARM
    match SIGHT[role]:
        case Sight.ALL:
            viewer = Viewer(accounts=None, opens_self_harm=opens)
        case Sight.OWN_ACCOUNTS:
            viewer = Viewer(accounts=holder.accounts, opens_self_harm=opens)
        case Sight.OWN_NOTIFICATIONS:
            # Without a unit there are no notifications, so nothing is seen.
            viewer = Viewer(unit=unit or UnitKey(""), opens_self_harm=opens)
        case Sight.NONE:
            viewer = Viewer()
    return Person(id=holder.id, role=role, unit=unit, viewer=viewer)


class May:
    """A dependency: the caller, who must have this permission."""

    def __init__(self, permission: Permission) -> None:
        self.permission = permission

    async def __call__(
        self,
        request: Request,
        _shown_in_the_documentation: Annotated[HTTPAuthorizationCredentials | None, Depends(BEARER)],
    ) -> Person:
        """The caller. Raises ProblemError 401 or 403."""
        person = await identify(request)
        if not person.may(self.permission):
            raise ProblemError("forbidden")
        return person


def _not_signed_in() -> ProblemError:
    return ProblemError("unauthorized", headers={"WWW-Authenticate": 'Bearer realm="nobet"'})
