"""Google's token endpoint, and the one that revokes.

https://developers.google.com/identity/protocols/oauth2/web-server
"""

from typing import Final
from urllib.parse import parse_qsl

from app.sandbox.endpoint import Answer, Call
from app.sandbox.faults import FaultKind
from app.sandbox.ground import Ground
from app.sandbox.seed import Platform
from app.sandbox.youtube import grants
from app.sandbox.youtube.grants import ACCESS_LASTS, InvalidGrantError
from app.sandbox.youtube.seed import CLIENT_ID, CLIENT_SECRET

BASE: Final = "/youtube"
NEEDED: Final = {
    "authorization_code": ("code", "redirect_uri"),
    "refresh_token": ("refresh_token",),
}


class TokenEndpoint:
    """``/youtube/token`` and ``/youtube/revoke``."""

    platform = Platform.YOUTUBE

    def __init__(self, ground: Ground) -> None:
        self._world = ground.world

    def carry_out(self, call: Call) -> Answer:
        """Exchange, renew or revoke; refused in the form of OAuth 2."""
        if call.method != "POST":
            return _refused(404, "not_found", "")
        form = _form(call)
        if form is None:
            return _refused(400, "invalid_request", "Parameters must be sent once each, as a form.")
        if call.path == "/revoke":
            return self._revoke({**dict(call.query), **form})
        return self._token(form)

    def struck(self, kind: FaultKind, fault_seconds: int) -> Answer:
        """Google's answer of a fault."""
        if kind is FaultKind.HTTP_429:
            answer = _refused(429, "rate_limit_exceeded", "Rate limit exceeded.")
            answer.headers["retry-after"] = str(fault_seconds)
            return answer
        return _refused(500, "internal_failure", "Internal error.")

    def _token(self, form: dict[str, str]) -> Answer:
        kind = form.get("grant_type")
        if not kind:
            return _refused(400, "invalid_request", "Missing required parameter: grant_type")
        if kind not in NEEDED:
            return _refused(400, "unsupported_grant_type", f"Invalid grant_type: {kind}")
        for name in ("client_id", *NEEDED[kind]):
            if not form.get(name):
                return _refused(400, "invalid_request", f"Missing required parameter: {name}")
        if form["client_id"] != CLIENT_ID:
            return _refused(401, "invalid_client", "The OAuth client was not found.")
        if form.get("client_secret") != CLIENT_SECRET:
            return _refused(401, "invalid_client", "Unauthorized")
        try:
            return self._exchanged(form) if kind == "authorization_code" else self._renewed(form)
        except InvalidGrantError as error:
            if error.description == "redirect_uri_mismatch":
                return _refused(400, error.description, "Bad Request")
            return _refused(400, "invalid_grant", error.description)

    def _exchanged(self, form: dict[str, str]) -> Answer:
        access, refresh = grants.exchange(
            self._world,
            form["code"],
            client_id=form["client_id"],
            redirect_uri=form["redirect_uri"],
            verifier=form.get("code_verifier", ""),
        )
        return _granted(access.token, access.scopes, {"refresh_token": refresh.token} if refresh else {})

    def _renewed(self, form: dict[str, str]) -> Answer:
        access = grants.refresh(self._world, form["refresh_token"], client_id=form["client_id"])
        return _granted(access.token, access.scopes, {})

    def _revoke(self, form: dict[str, str]) -> Answer:
        if not form.get("token"):
            return _refused(400, "invalid_request", "Missing required parameter: token")
        if not grants.revoke(self._world, form["token"]):
            return _refused(400, "invalid_token", "Token expired or revoked")
        return Answer(content={})


def _granted(token: str, scopes: tuple[str, ...], more: dict[str, str]) -> Answer:
    seconds = int(ACCESS_LASTS.total_seconds()) - 1
    content = {"access_token": token, "expires_in": seconds, **more, "scope": " ".join(scopes), "token_type": "Bearer"}
    return Answer(content=content, headers={"cache-control": "no-cache, no-store"})


def _refused(status: int, error: str, description: str) -> Answer:
    content = {"error": error} | ({"error_description": description} if description else {})
    return Answer(status=status, content=content, error=error)


def _form(call: Call) -> dict[str, str] | None:
    """The form; None for what is none, or names something twice."""
    is_form = call.headers.get("content-type", "").startswith("application/x-www-form-urlencoded")
    if call.body and not is_form:
        return None
    pairs = parse_qsl(call.body.decode("utf-8", "replace"), keep_blank_values=True)
    return dict(pairs) if len(dict(pairs)) == len(pairs) else None
