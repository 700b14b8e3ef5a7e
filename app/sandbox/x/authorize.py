"""The page on which an account's people allow the application to act for it.

https://docs.x.com/fundamentals/authentication/oauth-2-0/authorization-code
"""

import re
import secrets
from collections.abc import Awaitable, Callable, Mapping
from html import escape
from typing import Final
from urllib.parse import urlencode, urlsplit

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from app.sandbox.ground import Ground
from app.sandbox.pages.consent import consent_page
from app.sandbox.seed import Platform
from app.sandbox.settings import SandboxSettings
from app.sandbox.world.records import Grant
from app.sandbox.x.seed import CLIENT_ID, PUBLIC_CLIENT_ID
from app.sandbox.x.tokens import CODE_LIVES, SCOPES

CHALLENGE: Final = re.compile(r"[A-Za-z0-9_-]{43}")
HERE: Final = frozenset({"127.0.0.1", "localhost", "::1"})


def authorize(ground: Ground) -> Callable[[Request], Awaitable[Response]]:
    """Ask, and lead back with the answer."""

    async def handle(request: Request) -> Response:
        query = dict(request.query_params)
        answer, account_id = query.pop("answer", None), query.pop("account", "")
        wrong = _wrong(query, ground.settings)
        if wrong is not None:
            return _refused(wrong)
        target, scopes = query["redirect_uri"], query["scope"].split()
        if answer is None:
            accounts = {one.external_id: f"@{one.handle}" for one in ground.world.accounts_on(Platform.X)}
            return consent_page("X", scopes, query, accounts=accounts)
        if answer != "allow":
            return _back(target, error="access_denied", state=query["state"])
        account = ground.world.accounts.get(account_id)
        if account is None or account.platform is not Platform.X:
            return _refused("account")
        code = secrets.token_urlsafe(48)
        ground.world.put(
            Grant(
                token=code,
                kind="code",
                platform=Platform.X,
                account_id=account.external_id,
                client_id=query["client_id"],
                scopes=tuple(scopes),
                ends_at=ground.world.clock.now() + CODE_LIVES,
                redirect_uri=target,
                challenge=query["code_challenge"],
                is_offline="offline.access" in scopes,
            )
        )
        return _back(target, state=query["state"], code=code)

    return handle


def _wrong(query: Mapping[str, str], settings: SandboxSettings) -> str | None:
    """The first parameter that X would not take."""
    scopes = query.get("scope", "").split()
    checks = {
        "response_type": query.get("response_type") == "code",
        "client_id": query.get("client_id") in {CLIENT_ID, PUBLIC_CLIENT_ID},
        "redirect_uri": _is_registered(query.get("redirect_uri", ""), settings),
        "scope": bool(scopes) and set(scopes) <= set(SCOPES),
        "state": 0 < len(query.get("state", "")) <= 500,
        "code_challenge": CHALLENGE.fullmatch(query.get("code_challenge", "")) is not None,
        "code_challenge_method": query.get("code_challenge_method") == "S256",
    }
    return next((name for name, is_right in checks.items() if not is_right), None)


def _is_registered(address: str, settings: SandboxSettings) -> bool:
    if settings.x_redirect_uris:
        return address in settings.x_redirect_uris
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    is_service = bool(settings.webhook_url) and address.startswith((settings.webhook_url or "").rstrip("/") + "/")
    return is_service or (parts.scheme in {"http", "https"} and parts.hostname in HERE)


def _refused(name: str) -> Response:
    return HTMLResponse(
        f"""<!doctype html>
<html lang="tr"><head><meta charset="utf-8"><title>X · Eğitim ortamı</title></head>
<body><h1>Bir şeyler ters gitti</h1><p>Uygulamaya erişim veremezsiniz: <code>{escape(name)}</code></p></body></html>""",
        400,
    )


def _back(target: str, **answer: str) -> Response:
    joined = "&" if "?" in target else "?"
    return RedirectResponse(target + joined + urlencode(answer), 302)
