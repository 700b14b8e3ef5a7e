"""A real OpenID provider on loopback, in a thread of its own, which also holds us to PKCE."""

import base64
import hashlib
import html
import re
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import httpx

# It still imports a module of authlib that is on its way out.
with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import flask
    import oidc_provider_mock  # type: ignore[import-untyped]  # it ships no types
    import werkzeug.serving

CLIENT_ID = "nobet"
CLIENT_SECRET = "sağlayıcı gizlisi"


@dataclass(slots=True)
class IdentityProvider:
    """The provider, and what was asked of it."""

    issuer: str
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    is_away: bool = False

    def user(self, subject: str, **claims: Any) -> None:
        """Enter somebody who can sign in there."""
        httpx.put(f"{self.issuer}/users/{subject}", json=claims).raise_for_status()

    def sign_in(self, address: str, subject: str) -> str:
        """Sign in at the address to which we sent a browser; where it is sent back to, without its host."""
        return self._answer(address, {"sub": subject})

    def deny(self, address: str) -> str:
        """Press "deny" there."""
        return self._answer(address, {"action": "deny"})

    def sign_out(self, address: str) -> str:
        """Say yes at the address at which one signs out there; where it sends one back to, without its host."""
        asked = httpx.get(address).raise_for_status()
        (back,) = re.findall(r'name="redirect_uri"\s+value="([^"]*)"', asked.text)
        return self._answer(f"{self.issuer}/oauth2/end_session/confirm", {"redirect_uri": html.unescape(back)})

    @contextmanager
    def away(self) -> Iterator[None]:
        """It answers nothing but errors meanwhile."""
        self.is_away = True
        try:
            yield
        finally:
            self.is_away = False

    def _answer(self, address: str, form: dict[str, str]) -> str:
        back = httpx.post(address, data=form)
        assert back.status_code == 302, back.text
        where = urlsplit(back.headers["location"])
        return f"{where.path}?{where.query}"


@contextmanager
def identity_provider() -> Iterator[IdentityProvider]:
    """Start one, stop it."""
    app = oidc_provider_mock.app(require_nonce=True)
    server = werkzeug.serving.make_server("localhost", 0, app, threaded=True)
    provider = IdentityProvider(issuer=f"http://localhost:{server.server_port}")
    _hold_to_pkce(app, provider)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _hold_to_pkce(app: flask.Flask, provider: IdentityProvider) -> None:
    """Give no token to whoever lacks the verifier of a challenge that was named before (RFC 7636)."""

    def look() -> flask.Response | None:
        asked = flask.request
        if provider.is_away:
            return flask.make_response("away", 503)
        if asked.path == "/oauth2/authorize" and asked.method == "GET":
            provider.asked.append(("authorize", dict(asked.args)))
        if asked.path == "/oauth2/authorize" and asked.args.get("code_challenge_method") != "S256":
            return flask.make_response("no challenge", 400)
        if asked.path == "/oauth2/authorize":
            challenges.add(asked.args.get("code_challenge", ""))
        if asked.path == "/oauth2/token":
            provider.asked.append(("token", dict(asked.form)))
            digest = hashlib.sha256(asked.form.get("code_verifier", "").encode()).digest()
            if base64.urlsafe_b64encode(digest).rstrip(b"=").decode() not in challenges:
                return flask.make_response({"error": "invalid_grant"}, 400)
        return None

    challenges: set[str] = set()
    app.before_request(look)
