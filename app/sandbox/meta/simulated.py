"""Facebook and Instagram, as the sandbox lists them. Their API is one, and comes with Facebook."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import httpx
from starlette.requests import Request
from starlette.routing import BaseRoute, Route

from app.sandbox.graph import app_calls
from app.sandbox.graph.endpoint import METHODS, GraphEndpoint
from app.sandbox.ground import Ground
from app.sandbox.meta import habits, seed
from app.sandbox.meta.payloads import object_of, requests_for
from app.sandbox.seed import Platform, SeedAccount, SeedPost
from app.sandbox.simulated import PostPage, WebhookRequest
from app.sandbox.world.events import Event
from app.sandbox.world.habits import Habits
from app.sandbox.world.records import Post, Subscription
from app.sandbox.world.state import World

PAGE_FIELDS: Final = (
    "feed",
    "mention",
    "messages",
    "message_echoes",
    "message_edits",
    "message_reads",
    "message_deliveries",
    "message_reactions",
    "messaging_postbacks",
    "messaging_policy_enforcement",
    "standby",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class MetaPlatform:
    """One of Meta's platforms."""

    habits: Habits
    pages: Sequence[PostPage]

    @property
    def accounts(self) -> Sequence[SeedAccount]:
        """Our accounts there."""
        return [account for account in seed.ACCOUNTS if account.platform is self.habits.platform]

    @property
    def posts(self) -> Sequence[SeedPost]:
        """What they have published."""
        ours = {account.external_id for account in self.accounts}
        return [post for post in seed.POSTS if post.account_id in ours]

    def settings(self, base_url: str) -> Mapping[str, object]:
        """The app's id, secret and agreed word, and a token for each account; there is no page to sign in at."""
        return {
            "app_id": seed.APP_ID,
            "dialog_url": "",
            "app_secret": self.accounts[0].app_secret,
            "verify_token": self.accounts[0].verify_token,
            "base_url": f"{base_url}/graph/v25.0",
            "access_tokens": {account.external_id: account.access_token for account in self.accounts},
        }

    def begin(self, world: World) -> None:
        """Every webhook field is installed, for the application and for its Pages."""
        app_calls.begin(world, object_of(self.habits.platform))
        for account in world.accounts_on(self.habits.platform):
            if account.page_id not in world.subscriptions:
                world.put(Subscription(page_id=account.page_id, fields=PAGE_FIELDS))

    def api(self, ground: Ground) -> Iterable[BaseRoute]:
        """The Graph API."""
        if self.habits.platform is Platform.FACEBOOK:
            yield Route("/graph/{version}/{path:path}", GraphEndpoint(ground).handle, methods=list(METHODS))

    def webhooks(self, world: World, event: Event, *, base_url: str) -> Iterable[WebhookRequest]:
        """The webhook of an event, where its field is installed."""
        return requests_for(world, event, base_url=base_url)

    async def handshake(
        self, http: httpx.AsyncClient, url: str, account: SeedAccount, challenge: str
    ) -> httpx.Response:
        """Ask as the dashboard does when a subscription is saved."""
        query = {"hub.mode": "subscribe", "hub.challenge": challenge, "hub.verify_token": account.verify_token}
        return await http.get(url, params=query)

    def is_confirmed(self, response: httpx.Response, account: SeedAccount, challenge: str) -> bool:
        """The challenge comes back as it was."""
        return response.status_code == 200 and response.text == challenge


def _facebook_post(world: World, request: Request) -> tuple[Post | None, str | None]:
    number = request.path_params["number"]
    marked = request.query_params.get("reply_comment_id") or request.query_params.get("comment_id")
    post = world.posts.get(f"{request.path_params['page_id']}_{number}")
    return post, f"{number}_{marked}" if marked else None


def _instagram_post(world: World, request: Request) -> tuple[Post | None, str | None]:
    shortcode = request.path_params["shortcode"]
    post = next((post for post in world.posts.values() if post.shortcode == shortcode), None)
    return post, request.path_params.get("comment_id")


FACEBOOK: Final = MetaPlatform(
    habits=habits.FACEBOOK, pages=(PostPage(path="/facebook/{page_id}/posts/{number}", find=_facebook_post),)
)
INSTAGRAM: Final = MetaPlatform(
    habits=habits.INSTAGRAM,
    pages=(
        PostPage(path="/instagram/p/{shortcode}/", find=_instagram_post),
        PostPage(path="/instagram/p/{shortcode}/c/{comment_id}/", find=_instagram_post),
    ),
)
