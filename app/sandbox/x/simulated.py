"""X, as the sandbox lists it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import httpx
from starlette.requests import Request
from starlette.routing import BaseRoute, Route

from app.sandbox.endpoint import endpoint
from app.sandbox.faults import FaultKind
from app.sandbox.ground import Ground
from app.sandbox.seed import Platform, SeedAccount, SeedPost
from app.sandbox.simulated import PostPage, WebhookRequest
from app.sandbox.world.events import Event
from app.sandbox.world.habits import Habits
from app.sandbox.world.records import ActivitySubscription, Hook, Post, State
from app.sandbox.world.state import World
from app.sandbox.x import seed
from app.sandbox.x.authorize import authorize
from app.sandbox.x.dialect import BASE, XDialect
from app.sandbox.x.events import requests_for
from app.sandbox.x.habits import HABITS
from app.sandbox.x.limits import Limits
from app.sandbox.x.subscription_calls import USUAL
from app.sandbox.x.tokens import TokenDialect, seed_grants
from app.sandbox.x.webhook_calls import challenge as ask_for_proof
from app.sandbox.x.webhook_calls import is_proof

METHODS: Final = ["GET", "POST", "PUT", "DELETE"]


def _find(world: World, request: Request) -> tuple[Post | None, str | None]:
    """A post, a reply in any of its versions, or a mention; whose name stands in the address is all the same to X."""
    post_id = request.path_params["post_id"]
    post = world.posts.get(post_id)
    if post is not None:
        return (post, None) if post.platform is Platform.X and post.state is not State.DELETED else (None, None)
    comment = world.comments.get(world.comment_of_version.get(post_id, post_id))
    if comment is not None and comment.platform is Platform.X:
        return world.posts[comment.post_id], comment.id
    return None, post_id


@dataclass(frozen=True, slots=True, kw_only=True)
class X:
    """Posts, replies, mentions and direct messages."""

    habits: Habits = HABITS
    accounts: Sequence[SeedAccount] = seed.ACCOUNTS
    posts: Sequence[SeedPost] = seed.POSTS
    pages: Sequence[PostPage] = (PostPage(path="/x/{handle}/status/{post_id}", find=_find),)

    def settings(self, base_url: str) -> Mapping[str, object]:
        """The application's keys, and a user's token for each account."""
        return {
            "consumer_key": seed.CONSUMER_KEY,
            "consumer_secret": self.accounts[0].app_secret,
            "client_id": seed.CLIENT_ID,
            "client_secret": seed.CLIENT_SECRET,
            "base_url": f"{base_url}{BASE}",
            "pages_url": f"{base_url}/x",
            "access_tokens": {account.external_id: account.access_token for account in self.accounts},
        }

    def begin(self, world: World) -> None:
        """Tokens, one webhook, and everything we listen to subscribed."""
        seed_grants(world)
        now = world.clock.now()
        if seed.WEBHOOK_ID not in world.hooks:
            world.put(Hook(id=seed.WEBHOOK_ID, platform=Platform.X, url=seed.WEBHOOK_URL, created_at=now))
        pairs = ((account.external_id, event_type) for account in self.accounts for event_type in USUAL)
        for number, (account_id, event_type) in enumerate(pairs, start=1):
            subscription_id = str(int(seed.WEBHOOK_ID) + number)
            if subscription_id not in world.activity_subscriptions:
                world.put(
                    ActivitySubscription(
                        id=subscription_id,
                        account_id=account_id,
                        event_type=event_type,
                        created_at=now,
                        updated_at=now,
                        webhook_id=seed.WEBHOOK_ID,
                    )
                )

    def api(self, ground: Ground) -> Iterable[BaseRoute]:
        """Tokens and sign-in, then the API v2. An expired token keeps no one from asking for a new one."""
        tokens = endpoint(ground, TokenDialect(ground=ground), BASE, spared=frozenset({FaultKind.EXPIRED_TOKEN}))
        for path in ("/oauth2/token", "/2/oauth2/token", "/2/oauth2/revoke"):
            yield Route(BASE + path, tokens, methods=["POST"])
        yield Route(f"{BASE}/i/oauth2/authorize", authorize(ground), methods=["GET"])
        limits = Limits(ground.world.clock, ground.settings.x_limits_times)
        ground.on_reset.append(limits.clear)
        answer = endpoint(ground, XDialect(ground=ground, limits=limits), BASE)
        yield Route(f"{BASE}/2/{{path:path}}", answer, methods=METHODS)

    def webhooks(self, world: World, event: Event, *, base_url: str) -> Iterator[WebhookRequest]:
        """One delivery for each subscription that the event concerns."""
        return requests_for(world, event)

    async def handshake(
        self, http: httpx.AsyncClient, url: str, account: SeedAccount, challenge: str
    ) -> httpx.Response:
        """Ask as X does about every hour."""
        return await ask_for_proof(http, url, challenge)

    def is_confirmed(self, response: httpx.Response, account: SeedAccount, challenge: str) -> bool:
        """The challenge comes back signed."""
        return is_proof(response, account.app_secret, challenge)


X_PLATFORM: Final = X()
