"""Google's page of consent: the owner chooses a channel and allows or denies, and is led back with a code.

A redirect may go to this machine or, over TLS, anywhere; Google's list of registered addresses is not simulated.
https://developers.google.com/identity/protocols/oauth2/web-server#creatingclient
"""

from collections.abc import Iterable, Mapping
from typing import Final
from urllib.parse import parse_qsl, urlencode, urlsplit

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from app.sandbox.ground import Ground
from app.sandbox.pages.routes import Renderer
from app.sandbox.pages.views import account_view
from app.sandbox.seed import Platform
from app.sandbox.youtube import grants
from app.sandbox.youtube.access import FORCE_SSL, MANAGE, READ_ONLY
from app.sandbox.youtube.seed import CLIENT_ID

PATH: Final = "/youtube/o/oauth2/v2/auth"
SCOPES: Final = frozenset({FORCE_SSL, MANAGE, READ_ONLY})
LOCAL: Final = frozenset({"127.0.0.1", "localhost", "::1"})
KNOWN: Final = frozenset(
    {
        "client_id",
        "redirect_uri",
        "response_type",
        "scope",
        "state",
        "access_type",
        "prompt",
        "login_hint",
        "include_granted_scopes",
        "code_challenge",
        "code_challenge_method",
    }
)


class Refused(Exception):  # noqa: N818 - what the page says
    """What is wrong with the address that led here; nobody is led back."""

    def __init__(self, status: int, error: str) -> None:
        super().__init__(error)
        self.status = status
        self.error = error


def routes(ground: Ground) -> Iterable[BaseRoute]:
    """The page, and its two buttons."""
    world, render = ground.world, Renderer()

    async def show(request: Request) -> Response:
        asked = dict(request.query_params)
        try:
            _check(asked)
        except Refused as refused:
            return render(request, "consent.html", refused.status, refused=refused.error, accounts=[], asked=[])
        accounts = [account_view(world, account) for account in world.accounts_on(Platform.YOUTUBE)]
        return render(request, "consent.html", refused="", accounts=accounts, asked=list(asked.items()))

    async def decide(request: Request) -> Response:
        form = dict(parse_qsl((await request.body()).decode("utf-8", "replace"), keep_blank_values=True))
        channel_id, decision = form.pop("channel", ""), form.pop("decision", "")
        try:
            _check(form)
            is_known = channel_id in {account.external_id for account in world.accounts_on(Platform.YOUTUBE)}
            if decision not in {"allow", "deny"} or not is_known:
                raise Refused(400, "invalid_request")
        except Refused as refused:
            return render(request, "consent.html", refused.status, refused=refused.error, accounts=[], asked=[])
        if decision == "deny":
            return _back(form, {"error": "access_denied"})
        is_first = not grants.has_consented(world, channel_id, form["client_id"])
        code = grants.consent(
            world,
            channel_id,
            client_id=form["client_id"],
            scopes=form["scope"].split(),
            redirect_uri=form["redirect_uri"],
            challenge=form.get("code_challenge", ""),
            is_offline=form.get("access_type") == "offline" and (is_first or "consent" in form.get("prompt", "")),
        )
        return _back(form, {"code": code, "scope": form["scope"]})

    yield Route(PATH, show, methods=["GET"])
    yield Route(PATH, decide, methods=["POST"])


def _check(asked: Mapping[str, str]) -> None:
    if not asked.get("client_id") or not asked.keys() <= KNOWN:
        raise Refused(400, "invalid_request")
    if asked["client_id"] != CLIENT_ID:
        raise Refused(401, "invalid_client")
    address = urlsplit(asked.get("redirect_uri", ""))
    is_safe = address.scheme == "https" or (address.scheme == "http" and address.hostname in LOCAL)
    if not (is_safe and address.hostname) or address.fragment:
        raise Refused(400, "redirect_uri_mismatch")
    if asked.get("response_type") != "code":
        raise Refused(400, "unsupported_response_type" if asked.get("response_type") else "invalid_request")
    scopes = asked.get("scope", "").split()
    if not scopes or not SCOPES.issuperset(scopes):
        raise Refused(400, "invalid_scope")
    if asked.get("access_type", "online") not in {"online", "offline"}:
        raise Refused(400, "invalid_request")
    if "code_challenge" in asked and asked.get("code_challenge_method") != "S256":
        raise Refused(400, "invalid_request")


def _back(asked: Mapping[str, str], more: Mapping[str, str]) -> RedirectResponse:
    state = {"state": asked["state"]} if "state" in asked else {}
    address = asked["redirect_uri"]
    joint = "&" if "?" in address else "?"
    return RedirectResponse(f"{address}{joint}{urlencode({**state, **more})}", status_code=302)
