"""Signing in and out with a browser: at the University's identity provider, in the demo with a password too.

Answers are pages, in Turkish first. Whoever is let in gets a new session; the path they wanted is one of ours or none.
"""

import hashlib
import math
from typing import Annotated
from urllib.parse import quote

import structlog
from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from app.api.browser import (
    forget_session,
    forget_trip,
    is_csrf_token,
    is_from_our_pages,
    keep_session,
    keep_trip,
    session_cookie,
    trip_cookie,
)
from app.api.guesses import Guesses
from app.api.identity import caller_of, signed_in
from app.api.service import Running, Service
from app.messages import PersonId
from app.records import audit, browser_sessions, sign_in_subjects
from app.records.reading import register
from app.signing_in.people import Method, Refusal, digest_of, open_session, person_of
from app.signing_in.provider import Provider, ProviderRefusedError, ProviderUnavailableError, SignedIn
from app.signing_in.round_trip import begin, from_cookie, safe_path
from app.web.pages import HEADERS, page_words, render, render_told

log = structlog.get_logger(__name__)

router = APIRouter(prefix="/auth", include_in_schema=False)

DENIED = "access_denied"
# Whom to ask for access.
DIRECTORATE = "kurumsal_iletisim"
LONGEST_FIELD = 1000
Next = Annotated[str, Query()]
Field = Annotated[str, Form()]


@router.get("/login")
async def show_login(request: Request, service: Running, next: Next = "/") -> Response:
    """The way in: off to the identity provider, or a page for local accounts where there is none."""
    path = safe_path(next)
    if await signed_in(request) is not None:
        return RedirectResponse(path, status_code=303)
    if service.identity_provider is not None:
        return await _go_to_provider(service, service.identity_provider, path)
    return await show_password(service, path)


@router.get("/password")
async def show_password(service: Running, next: Next = "/") -> Response:
    """The way in for local accounts, also where there is an identity provider."""
    if not service.settings.local_accounts:
        return _told("not_set_up", status=503)
    return _login_page(service, safe_path(next))


async def _go_to_provider(service: Service, provider: Provider, next: str) -> Response:
    trip = begin(next)
    try:
        address = await provider.authorization_url(trip)
    except ProviderUnavailableError as error:
        return _unavailable(error, next)
    response = RedirectResponse(address, status_code=303)
    keep_trip(response, trip, service.settings)
    return response


@router.get("/callback")
async def come_back(
    request: Request,
    service: Running,
    state: Next = "",
    code: Next = "",
    error: Next = "",
) -> Response:
    """Back from there: whom the provider vouches for is let in if they are one of our people."""
    provider = service.identity_provider
    if provider is None:
        return _told("not_set_up", status=503)
    response = await _come_back(request, service, provider, state=state, code=code, error=error)
    forget_trip(response, service.settings)
    return response


async def _come_back(
    request: Request, service: Service, provider: Provider, *, state: str, code: str, error: str
) -> Response:
    trip = from_cookie(trip_cookie(request, service.settings))
    attempt = hashlib.sha256(f"{state}\n{code}\n{error}".encode("utf-8", "replace")).digest()
    guesses: Guesses = request.app.state.sign_in_guesses
    address = caller_of(request, service)
    if wait := guesses.begin(address, attempt, now=service.clock()):
        log.warning("sign_in_guess_refused", address=address)
        return _told("too_many", status=429, wait=wait.total_seconds())
    if trip is None or not trip.is_state(state):
        log.warning("sign_in_failed", outcome="began_elsewhere", address=address)
        return _told("began_elsewhere", status=400, sign_in="/")
    if error == DENIED:
        guesses.take_back(address, attempt)
        return _told("denied", status=403, sign_in=trip.next)
    try:
        if error or not code:
            # What else stands there is nobody's word: anyone may write into an address.
            raise ProviderRefusedError("no_code")
        who = await provider.complete(trip, code)
    except ProviderUnavailableError as problem:
        guesses.take_back(address, attempt)
        return _unavailable(problem, trip.next)
    except ProviderRefusedError as problem:
        log.warning("sign_in_failed", outcome="refused", why=problem.why, address=address)
        return _told("refused", status=403, sign_in=trip.next)
    guesses.take_back(address, attempt)
    return await _let_in(service, who, trip.next)


async def _let_in(service: Service, who: SignedIn, path: str) -> Response:
    async with service.sessions.begin() as session:
        found = await person_of(session, who, at=service.clock())
    if isinstance(found, Refusal):
        log.warning("sign_in_failed", outcome=found)
        return _told(found, status=403, note=await _whom_to_ask(service, who, found))
    return await _signed_in(service, found, Method.OIDC, path)


async def _whom_to_ask(service: Service, who: SignedIn, refusal: Refusal) -> str:
    """With which address they came, and the directorate's own."""
    if refusal is Refusal.NO_EMAIL:
        return ""
    async with service.sessions() as session:
        unit = await register.find_unit(session, DIRECTORATE)
    asked = f" Kurumsal İletişim Direktörlüğü: {unit['email']}" if unit and unit["email"] else ""
    return f"Oturum açtığınız adres: {who.email}.{asked}" if who.email else asked.strip()


@router.post("/login")
async def login(
    request: Request, service: Running, email: Field = "", password: Field = "", next: Field = "/"
) -> Response:
    """A local account's way in; there is none outside the demo."""
    if not service.settings.local_accounts:
        return _told("not_set_up", status=404)
    if not is_from_our_pages(request.headers, service.settings):
        return _told("foreign_page", status=403, sign_in=safe_path(next))
    path, email = safe_path(next), email.strip()[:LONGEST_FIELD]
    guesses: Guesses = request.app.state.sign_in_guesses
    # Many passwords from one place, and many for one person from many places.
    counted = (caller_of(request, service), f"account {email.casefold()}")
    attempt = hashlib.sha256(f"{email}\n{password}".encode("utf-8", "replace")).digest()
    for one in counted:
        if wait := guesses.begin(one, attempt, now=service.clock()):
            log.warning("sign_in_guess_refused", address=counted[0])
            return _told("too_many", status=429, wait=wait.total_seconds())
    if "\x00" in email:
        return _login_page(service, path, problem="wrong_password")
    async with service.sessions() as session:
        known = await sign_in_subjects.with_password(session, email)
    hashed = known[1] if known is not None else None
    if not await service.passwords.is_right(password[:LONGEST_FIELD], hashed) or known is None:
        log.warning("sign_in_failed", outcome="wrong_password", address=counted[0])
        return _login_page(service, path, problem="wrong_password", email=email)
    for one in counted:
        guesses.take_back(one, attempt)
    return await _signed_in(service, known[0], Method.PASSWORD, path)


@router.post("/logout")
async def logout(request: Request, service: Running, csrf_token: Field = "") -> Response:
    """The way out, also for whoever is out already; the page offers the provider's own, to be taken or left."""
    cookie, now = session_cookie(request, service.settings), service.clock()
    method: str = Method.OIDC
    if cookie is not None:
        async with service.sessions.begin() as session:
            found = await browser_sessions.find(session, digest_of(cookie), idle=service.settings.session_idle, now=now)
            if found is not None:
                method = found.method
                if not is_from_our_pages(request.headers, service.settings) or not is_csrf_token(csrf_token, cookie):
                    return _told("foreign_page", status=403)
                await browser_sessions.end(session, found.id, at=now)
                await audit.note(session, by=found.holder.id, act="session.end", subject=f"session/{found.id}")
                log.info("signed_out", person_id=found.holder.id)
    further = await _way_out_there(service.identity_provider) if method == Method.OIDC else None
    response = _told("signed_out", status=200, sign_in="/", further=further)
    forget_session(response, service.settings)
    return response


@router.get("/signed-out")
async def signed_out() -> Response:
    """Back from the provider's way out. Whether it was taken, only the provider knows."""
    return _told("signed_out_there", status=200, sign_in="/")


async def _way_out_there(provider: Provider | None) -> str | None:
    """Where the provider's own session ends; our own has ended whether or not it answers."""
    if provider is None:
        return None
    try:
        return await provider.sign_out_url()
    except ProviderUnavailableError as error:
        log.warning("identity_provider_unavailable", what=error.what, why=error.why)
        return None


async def _signed_in(service: Service, person_id: PersonId, method: Method, path: str) -> Response:
    now = service.clock()
    async with service.sessions.begin() as session:
        opened = await open_session(session, person_id, method=method, at=now, longest=service.settings.session_longest)
    log.info("signed_in", person_id=person_id, method=method)
    response = RedirectResponse(path, status_code=303)
    keep_session(response, opened.token, service.settings, until=opened.ends_at, now=now)
    return response


def _login_page(service: Service, path: str, *, problem: str | None = None, email: str = "") -> Response:
    page = render(
        "login.html",
        words=page_words()["login"],
        problem=page_words()[problem] if problem else None,
        provider=f"/auth/login?next={quote(path, safe='')}" if service.identity_provider is not None else None,
        next=path,
        email=email,
    )
    return HTMLResponse(page, status_code=401 if problem else 200, headers=HEADERS)


def _unavailable(error: ProviderUnavailableError, path: str) -> Response:
    log.error("identity_provider_unavailable", what=error.what, why=error.why)
    return _told("unavailable", status=503, sign_in=safe_path(path))


def _told(
    what: str,
    *,
    status: int,
    note: str = "",
    sign_in: str | None = None,
    further: str | None = None,
    wait: float | None = None,
) -> Response:
    """A page that tells one thing.

    `sign_in` is the path that a new beginning leads to, `further` the address at which somebody signs out elsewhere.
    """
    link = f"/auth/login?next={quote(sign_in, safe='')}" if sign_in is not None else None
    headers = HEADERS if wait is None else {**HEADERS, "Retry-After": str(math.ceil(wait))}
    page = render_told(page_words()[what], note=note, sign_in=link, further=further)
    return HTMLResponse(page, status_code=status, headers=headers)
