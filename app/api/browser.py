"""What a browser brings along: its session's cookie, and the proof that a write was meant by a page of ours.

A cookie goes along with every request, also one that another site's page makes. A write counts only if two things
agree: the browser itself says that a page of ours made it (``Sec-Fetch-Site``, or ``Origin`` where a browser is too old
for that), and the page knew a token that only our pages can read. Bearer tokens need neither: no browser adds them by
itself.
"""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime
from urllib.parse import urlsplit

from fastapi import Request, Response

from app.settings import Settings
from app.signing_in.round_trip import LIVES, RoundTrip

CSRF_HEADER = "X-CSRF-Token"
READING = frozenset({"GET", "HEAD", "OPTIONS"})


def session_cookie(request: Request, settings: Settings) -> str | None:
    """The session that the browser says it has."""
    return request.cookies.get(_name("session", settings)) or None


def keep_session(response: Response, token: str, settings: Settings, *, until: datetime, now: datetime) -> None:
    """Have the browser keep its session."""
    _set(response, "session", token, settings, seconds=int((until - now).total_seconds()))


def forget_session(response: Response, settings: Settings) -> None:
    """Have the browser forget it."""
    _set(response, "session", "", settings, seconds=0)


def trip_cookie(request: Request, settings: Settings) -> str | None:
    """The way to the identity provider that the browser is on."""
    return request.cookies.get(_name("sign-in", settings))


def keep_trip(response: Response, trip: RoundTrip, settings: Settings) -> None:
    """Have the browser keep the way that it is on."""
    _set(response, "sign-in", trip.as_cookie(), settings, seconds=int(LIVES.total_seconds()))


def forget_trip(response: Response, settings: Settings) -> None:
    """Have the browser forget the way."""
    _set(response, "sign-in", "", settings, seconds=0)


def csrf_token(session_token: str) -> str:
    """What pages of this session send along with their writes; it opens nothing by itself."""
    digest = hmac.digest(session_token.encode("utf-8", "replace"), b"csrf", hashlib.sha256)
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def is_csrf_token(given: str | None, session_token: str) -> bool:
    """Whether this is the session's token, compared in constant time."""
    return hmac.compare_digest((given or "").encode("utf-8", "replace"), csrf_token(session_token).encode())


def is_from_our_pages(headers: Mapping[str, str], settings: Settings) -> bool:
    """Whether the browser says that a page of ours made this request. A page on another port is not ours."""
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    ours = urlsplit(settings.public_url)
    return headers.get("origin") == f"{ours.scheme}://{ours.netloc}"


def _is_secure(settings: Settings) -> bool:
    # The settings allow plain http on this very machine alone.
    return settings.public_url.startswith("https://")


def _name(purpose: str, settings: Settings) -> str:
    # With this prefix browsers take a cookie from us alone, not from a neighbour below the same domain.
    return f"__Host-nobet-{purpose}" if _is_secure(settings) else f"nobet-{purpose}"


def _set(response: Response, purpose: str, value: str, settings: Settings, *, seconds: int) -> None:
    response.set_cookie(
        _name(purpose, settings),
        value,
        max_age=seconds,
        path="/",
        secure=_is_secure(settings),
        httponly=True,
        samesite="lax",
    )
