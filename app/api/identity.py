"""Who is calling: a program's token or a browser's session becomes a person, with what they may do and see."""

import math
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, TypeVar

import structlog
from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from app.api.access import ALLOWED, OPENS_SELF_HARM, SIGHT, Permission, Role, Sight
from app.api.browser import CSRF_HEADER, READING, is_csrf_token, is_from_our_pages, session_cookie
from app.api.guesses import Guesses, address_of
from app.api.problems import ProblemError
from app.api.service import Service, service_of
from app.decisions.model import UnitKey
from app.decisions.routes import UNIT_OF_ROLE
from app.messages import PersonId
from app.records import api_tokens, browser_sessions
from app.records.api_tokens import Scope
from app.records.reading import tokens
from app.records.reading.holders import Holder
from app.records.reading.sight import Viewer
from app.signing_in.people import digest_of

log = structlog.get_logger(__name__)

Found = TypeVar("Found")

BEARER = HTTPBearer(
    auto_error=False,
    scheme_name="Erişim anahtarı",
    description="Size verilen erişim anahtarını yapıştırın (başına Bearer yazmadan).",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """The caller. `unit` is the unit whose notifications are theirs.

    They came with a token (`token_id`), which may be for less than they are, or with a browser's session
    (`session_id`); `ends_at` is when that ends by itself.
    """

    id: PersonId
    name: str = field(repr=False)
    role: Role
    unit: UnitKey | None
    viewer: Viewer
    scope: Scope = Scope.WRITE
    token_id: int | None = None
    session_id: int | None = None
    ends_at: datetime | None = None

    def may(self, permission: Permission) -> bool:
        """Whether the caller's role has this permission."""
        return self.role in ALLOWED[permission]


async def identify(request: Request) -> Person:
    """The caller.

    Raises ProblemError 401 where token or session is missing, unknown or over, 403 where a page of somebody else's made
    a browser write, and 429 where the caller's address has sent too many wrong ones.
    """
    known: Person | None = getattr(request.state, "person", None)
    if known is not None:
        return known
    service = service_of(request)
    if "authorization" in request.headers:
        person = await _by_token(request, service)
    else:
        person = await _by_session(request, service)
    request.state.person = person
    structlog.contextvars.bind_contextvars(person_id=person.id)
    return person


async def signed_in(request: Request) -> Person | None:
    """Who looks at a page; None where nobody is signed in, or the session is over."""
    if session_cookie(request, service_of(request).settings) is None:
        return None
    try:
        return await identify(request)
    except ProblemError:
        return None


async def _by_token(request: Request, service: Service) -> Person:
    scheme, _, given = request.headers["authorization"].partition(" ")
    if scheme.lower() != "bearer" or not given.strip():
        raise _not_signed_in()
    digest = api_tokens.digest_of(given.strip())
    now = service.clock()

    async def look() -> tuple[tokens.Token | None, bool]:
        async with service.sessions() as session:
            return await tokens.find(session, digest, now=now), False

    token = await _guarded(request, service, digest, look)
    if token is None:
        raise _not_signed_in()
    today = now.date()
    if token.last_used_on != today:
        async with service.sessions.begin() as session:
            await api_tokens.used(session, token.id, on=today)
    return as_person(token.holder, scope=Scope(token.scope), token_id=token.id, ends_at=token.expires_at)


async def _by_session(request: Request, service: Service) -> Person:
    cookie = session_cookie(request, service.settings)
    if cookie is None:
        raise _not_signed_in()
    digest = digest_of(cookie)
    now = service.clock()

    async def look() -> tuple[browser_sessions.BrowserSession | None, bool]:
        async with service.sessions() as session:
            found = await browser_sessions.find(session, digest, idle=service.settings.session_idle, now=now)
            return found, found is None and await browser_sessions.was_known(session, digest)

    found = await _guarded(request, service, digest, look)
    if found is None:
        raise _not_signed_in()
    if request.method not in READING:
        _meant_by_a_page_of_ours(request, cookie, service)
    if now - found.last_seen_at >= browser_sessions.SEEN_EVERY:
        async with service.sessions.begin() as session:
            await browser_sessions.seen(session, found.id, at=now)
    return as_person(found.holder, session_id=found.id, ends_at=found.ends_at)


async def _guarded(
    request: Request, service: Service, digest: bytes, look: Callable[[], Awaitable[tuple[Found | None, bool]]]
) -> Found | None:
    """What `look` finds behind a token; counted as a guess where it finds nothing that ever was good.

    Raises ProblemError 429 instead of looking where the address has no guesses left.
    """
    guesses: Guesses = request.app.state.guesses
    address = caller_of(request, service)
    if (wait := guesses.begin(address, digest, now=service.clock())) is not None:
        log.warning("token_guess_refused", address=address)
        raise ProblemError("too_many_guesses", headers={"Retry-After": str(math.ceil(wait.total_seconds()))})
    try:
        found, was_good = await look()
    except BaseException:
        guesses.take_back(address, digest)
        raise
    if found is not None:
        guesses.was_right(address, digest)
    elif was_good:
        guesses.take_back(address, digest)
    else:
        log.warning("token_rejected", address=address)
    return found


def caller_of(request: Request, service: Service) -> str:
    """The caller's address, as guesses are counted by."""
    peer = request.client.host if request.client is not None else None
    trusted = service.settings.client_address_header
    return address_of(peer, request.headers.getlist(trusted) if trusted is not None else ())


def _meant_by_a_page_of_ours(request: Request, cookie: str, service: Service) -> None:
    if not is_from_our_pages(request.headers, service.settings) or not is_csrf_token(
        request.headers.get(CSRF_HEADER), cookie
    ):
        log.warning("foreign_write_refused", address=caller_of(request, service))
        raise ProblemError("foreign_page")


def as_person(
    holder: Holder,
    *,
    scope: Scope = Scope.WRITE,
    token_id: int | None = None,
    session_id: int | None = None,
    ends_at: datetime | None = None,
) -> Person:
    """A person with the sight of their role."""
    role = Role(holder.role)
    unit = UNIT_OF_ROLE.get(role) or (UnitKey(holder.unit) if holder.unit else None)
    opens = role in OPENS_SELF_HARM
    match SIGHT[role]:
        case Sight.ALL:
            viewer = Viewer(accounts=None, opens_self_harm=opens, person=holder.id)
        case Sight.OWN_ACCOUNTS:
            viewer = Viewer(accounts=holder.accounts, opens_self_harm=opens, person=holder.id)
        case Sight.OWN_NOTIFICATIONS:
            # Without a unit there are no notifications, so nothing is seen.
            viewer = Viewer(unit=unit or UnitKey(""), opens_self_harm=opens, person=holder.id)
        case Sight.NONE:
            viewer = Viewer()
    return Person(
        id=holder.id,
        name=holder.name,
        role=role,
        unit=unit,
        viewer=viewer,
        scope=scope,
        token_id=token_id,
        session_id=session_id,
        ends_at=ends_at,
    )


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
        if person.scope is Scope.READ and request.method not in READING:
            raise ProblemError("scope_too_small")
        return person


def _not_signed_in() -> ProblemError:
    return ProblemError("unauthorized", headers={"WWW-Authenticate": 'Bearer realm="nobet"'})
