"""YouTube, as the sandbox lists it. No webhook tells of comments: they wait to be polled."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import httpx
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from app.sandbox.endpoint import endpoint
from app.sandbox.faults import FaultKind
from app.sandbox.ground import Ground
from app.sandbox.seed import SeedAccount, SeedPost
from app.sandbox.simulated import PostPage, WebhookRequest
from app.sandbox.world.events import Event
from app.sandbox.world.habits import Habits
from app.sandbox.world.records import Post
from app.sandbox.world.state import World
from app.sandbox.youtube import consent, control, dialect, grants, habits, hub, seed, tokens
from app.sandbox.youtube.feed import topics_of
from app.sandbox.youtube.thread_calls import video_of

VERBS: Final = ["GET", "POST", "PUT", "PATCH", "DELETE"]


class YouTubePlatform:
    """YouTube, with Google's sign-in and the hub."""

    habits: Habits = habits.YOUTUBE
    accounts: Sequence[SeedAccount] = seed.ACCOUNTS
    posts: Sequence[SeedPost] = seed.POSTS

    @property
    def pages(self) -> Sequence[PostPage]:
        """The page of a video."""
        return (PostPage(path="/youtube/watch", find=_watched),)

    def settings(self, base_url: str) -> Mapping[str, object]:
        """The application at Google, the secret agreed on with the hub, and a token for each channel."""
        return {
            "client_id": seed.CLIENT_ID,
            "client_secret": seed.CLIENT_SECRET,
            "websub_secret": seed.WEBSUB_SECRET,
            "authorize_url": f"{base_url}{consent.PATH}",
            "token_url": f"{base_url}/youtube/token",
            "hub_url": f"{base_url}/youtube/hub",
            "base_url": f"{base_url}{dialect.BASE}",
            "pages_url": f"{base_url}/youtube",
            "access_tokens": {account.external_id: account.access_token for account in self.accounts},
        }

    def begin(self, world: World) -> None:
        """The owners' consent, and the subscriptions to our channels' feeds."""
        grants.begin(world)
        hub.begin(world)

    def api(self, ground: Ground) -> Iterable[BaseRoute]:
        """The Data API, Google's sign-in, the hub, and the control of YouTube's own."""
        yield Route(
            f"{dialect.BASE}/{{path:path}}",
            endpoint(ground, dialect.DataApi(ground), dialect.BASE),
            methods=VERBS,
        )
        # An expired access token is no trouble of who renews it.
        handle = endpoint(
            ground, tokens.TokenEndpoint(ground), tokens.BASE, spared=frozenset({FaultKind.EXPIRED_TOKEN})
        )
        for path in ("/youtube/token", "/youtube/revoke"):
            yield Route(path, handle, methods=["POST"])
        yield from consent.routes(ground)
        yield Route("/youtube/hub", hub.Hub(ground).handle, methods=["POST"])
        yield Route("/youtube/channel/{channel_id}", _channel, methods=["GET"])
        yield from control.router(ground).routes

    def webhooks(self, world: World, event: Event, *, base_url: str) -> Iterable[WebhookRequest]:
        """Nothing: no comment is ever told of, and videos have a way of their own."""
        return ()

    async def handshake(
        self, http: httpx.AsyncClient, url: str, account: SeedAccount, challenge: str
    ) -> httpx.Response:
        """Ask as the hub does when a subscription is renewed."""
        topic = topics_of(account.external_id)[0]
        return await http.get(url, params=hub.question("subscribe", topic, challenge, hub.DEFAULT_LEASE))

    def is_confirmed(self, response: httpx.Response, account: SeedAccount, challenge: str) -> bool:
        """The challenge comes back as it was."""
        return hub.echoes(response, challenge)


async def _channel(request: Request) -> Response:
    return RedirectResponse(f"/youtube/{request.path_params['channel_id']}")


def _watched(world: World, request: Request) -> tuple[Post | None, str | None]:
    return video_of(world, request.query_params.get("v", "")), request.query_params.get("lc")


YOUTUBE: Final = YouTubePlatform()
