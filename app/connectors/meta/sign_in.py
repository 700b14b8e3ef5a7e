"""Connecting a Page, or the Instagram account linked to it, by Facebook Login.

A person's code becomes a token of an hour or two, that one of some 60 days, and that the Page's own. It has no end, but
dies with the person's password, role or consent, and 90 days after they last signed in.
https://developers.facebook.com/docs/facebook-login/guides/advanced/manual-flow
https://developers.facebook.com/docs/pages-api/overview#page-access-tokens
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

import httpx
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri  # type: ignore[import-untyped]

from app.connectors.base import CALL_TIMEOUT, Endpoint, GivenToken, Grant
from app.connectors.document import load
from app.connectors.meta.failures import error_of, failure
from app.connectors.meta.graph import Graph, node
from app.connectors.meta.usage import Gauges
from app.connectors.transport import UnansweredError, answered_within, timeouts
from app.connectors.values import as_flag, as_id, as_object, as_text, as_time
from app.errors import PlatformRefusedError, PlatformUnavailableError, UnreadableDeliveryError, WrongAccountError
from app.messages import Account, PlatformName

DIALOG_URL = "https://www.facebook.com/v25.0/dialog/oauth"
OF_A_PAGE = ("pages_show_list", "pages_manage_metadata", "pages_read_engagement")
SCOPES: Mapping[str, tuple[str, ...]] = {
    "facebook": (*OF_A_PAGE, "pages_read_user_content", "pages_manage_engagement", "pages_messaging"),
    # The last one is for blocking.
    "instagram": (
        *OF_A_PAGE,
        "instagram_basic",
        "instagram_manage_comments",
        "instagram_manage_messages",
        "business_management",
    ),
}
MOST_PAGES = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class MetaSignIn:
    """Our application at Meta, for one of the two platforms."""

    platform: PlatformName
    app_id: str
    app_secret: str = field(repr=False)
    redirect_uri: str
    base_url: str
    dialog_url: str = DIALOG_URL
    http: httpx.AsyncClient = field(repr=False)

    def authorization_url(self, *, state: str, verifier: str) -> str:
        """Where to send the person, who chooses there which Pages we may look after."""
        scope = ",".join(SCOPES[self.platform])
        url: str = prepare_grant_uri(
            self.dialog_url, self.app_id, "code", redirect_uri=self.redirect_uri, scope=scope, state=state
        )
        return url

    async def connect(self, account: Account, code: str, *, verifier: str) -> Grant:
        """Take the code, and find the account among the Pages of whoever signed in."""
        app = {"client_id": self.app_id, "client_secret": self.app_secret}
        short = await self._token("exchange", {**app, "redirect_uri": self.redirect_uri, "code": code})
        exchange = {"grant_type": "fb_exchange_token", "fb_exchange_token": short}
        of_person = await self._token("lengthen", {**app, **exchange})
        token = await self._of_page(account, of_person)
        return Grant(access_token=token, expires_at=await self._ends_at(account, token))

    async def _token(self, call: str, params: Mapping[str, str]) -> str:
        """Ask for a token. What is answered is never quoted: it may hold one."""
        try:
            async with answered_within(CALL_TIMEOUT):
                response = await self.http.get(
                    f"{self.base_url}/oauth/access_token",
                    params=dict(params),
                    timeout=timeouts(CALL_TIMEOUT),
                    follow_redirects=False,
                )
        except UnansweredError as error:
            raise PlatformUnavailableError(self.platform, call, error.code) from None
        try:
            answer = as_object(load(self.platform, response.content))
        except UnreadableDeliveryError:
            answer = {}
        refusal = error_of(answer)
        if refusal is not None:
            raise failure(self.platform, call, refusal, is_speech=False)
        token = as_text(answer.get("access_token"))
        if token is None:
            raise PlatformUnavailableError(self.platform, call, f"http {response.status_code}", "no token came")
        return token

    async def _of_page(self, account: Account, of_person: str) -> str:
        graph = self._graph(account, of_person, self.app_secret)
        fields = {"fields": "id,access_token,instagram_business_account"}
        async for page in graph.pages("own_pages", node("me", "accounts"), fields, at_most=MOST_PAGES):
            for item in map(as_object, page):
                linked = as_object(item.get("instagram_business_account"))
                named = item.get("id") if self.platform == "facebook" else linked.get("id")
                token = as_text(item.get("access_token"))
                if token is not None and as_id(named) == account.external_id:
                    return token
        raise WrongAccountError(self.platform, "connect", "not_among_pages")

    async def _ends_at(self, account: Account, token: str) -> datetime | None:
        """When the person must sign in again at the latest; None where Meta does not tell."""
        graph = self._graph(account, f"{self.app_id}|{self.app_secret}", None)
        try:
            told = as_object((await graph.get("debug_token", "debug_token", {"input_token": token})).get("data"))
        except PlatformRefusedError:
            return None
        if as_flag(told.get("is_valid")) is False:
            raise PlatformRefusedError(self.platform, "debug_token", "invalid", "Meta gave a token that is not valid")
        # 0, which stands for no end, is no time.
        ends = map(as_time, (told.get("expires_at"), told.get("data_access_expires_at")))
        return min((end for end in ends if end is not None), default=None)

    def _graph(self, account: Account, token: str, app_secret: str | None) -> Graph:
        given = GivenToken(platform=self.platform, value=token)
        endpoint = Endpoint(account=account, base_url=self.base_url, tokens=given, app_secret=app_secret)
        return Graph(endpoint, self.http, Gauges())
