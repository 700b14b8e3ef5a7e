"""What a simulated platform brings along; one folder each, listed in `app/sandbox/platforms.py`."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

import httpx
from starlette.requests import Request
from starlette.routing import BaseRoute

from app.sandbox.seed import Platform, SeedAccount, SeedPost
from app.sandbox.world.events import Event
from app.sandbox.world.habits import Habits
from app.sandbox.world.records import Post
from app.sandbox.world.state import World

if TYPE_CHECKING:
    from app.sandbox.ground import Ground


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookRequest:
    """A signed body with its headers, ready to be posted to the platform's webhook, or to a `url` that was named."""

    platform: Platform
    body: bytes
    url: str | None = None
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class PostPage:
    """A page of a post or of one comment: its address, and what finds the post and the id of the marked comment.

    Without a post, the id is that of a mention.
    """

    path: str
    find: Callable[[World, Request], tuple[Post | None, str | None]]


class Simulated(Protocol):
    """One platform of the sandbox."""

    @property
    def habits(self) -> Habits:
        """How its comments and messages are."""

    @property
    def accounts(self) -> Sequence[SeedAccount]:
        """Our accounts there, the university's own first."""

    @property
    def posts(self) -> Sequence[SeedPost]:
        """What they have published."""

    @property
    def pages(self) -> Sequence[PostPage]:
        """The addresses of its posts and comments."""

    def settings(self, base_url: str) -> Mapping[str, object]:
        """What a service must be told to reach it: names and values as its settings for the platform have them."""

    def begin(self, world: World) -> None:
        """Put what the platform holds from the start, besides posts and comments; what is there already stays."""

    def api(self, ground: "Ground") -> Iterable[BaseRoute]:
        """Its API, in the real paths beneath the platform's base address here."""

    def webhooks(self, world: World, event: Event, *, base_url: str) -> Iterable[WebhookRequest]:
        """What it tells of an event; nothing where the platform tells of no such thing."""

    async def handshake(
        self, http: httpx.AsyncClient, url: str, account: SeedAccount, challenge: str
    ) -> httpx.Response:
        """Ask the webhook at this address to prove that it is ours. Raises httpx.HTTPError."""

    def is_confirmed(self, response: httpx.Response, account: SeedAccount, challenge: str) -> bool:
        """Whether that answer proves it."""
