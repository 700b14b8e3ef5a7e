"""LinkedIn, as the sandbox lists it."""

import hashlib
import hmac
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import httpx
from starlette.requests import Request
from starlette.routing import BaseRoute, Route

from app.sandbox.endpoint import endpoint
from app.sandbox.ground import Ground
from app.sandbox.linkedin import oauth, seed
from app.sandbox.linkedin.calls import SUBSCRIBED_FOR
from app.sandbox.linkedin.dialect import LinkedInDialect
from app.sandbox.linkedin.render import Notified, told_of_comment, told_of_mention
from app.sandbox.linkedin.urns import comment_urn, encoded
from app.sandbox.seed import Platform, SeedAccount, SeedPost
from app.sandbox.simulated import PostPage, WebhookRequest
from app.sandbox.world.events import Change, CommentChanged, Event, Mentioned
from app.sandbox.world.habits import Habits
from app.sandbox.world.records import Comment, MemberSubscription, Post
from app.sandbox.world.state import World
from app.sandbox.world.texts import check_length

COMMENT_CHARACTERS: Final = 1250
_ACTIONS: Final = {Change.ADDED: "COMMENT", Change.EDITED: "COMMENT_EDIT", Change.REMOVED: "COMMENT_DELETE"}


def sign(secret: str, message: bytes) -> str:
    """Lower-case hexadecimal HMAC-SHA256."""
    return hmac.new(secret.encode(), message, hashlib.sha256).hexdigest()


def _check(text: str) -> None:
    check_length(text, COMMENT_CHARACTERS)


def _comment_id(post: Post, number: int) -> str:
    return comment_urn(post.id, number)


def _mention_ids(number: int) -> tuple[str, str]:
    share = f"urn:li:share:7{number % 10**18:018d}"
    return share, share


def _post_path(post: Post) -> str:
    return f"/linkedin/feed/update/{post.id}/"


def _comment_path(post: Post, comment: Comment) -> str:
    return f"{_post_path(post)}?commentUrn={encoded(comment.id)}"


HABITS: Final = Habits(
    platform=Platform.LINKEDIN,
    title="LinkedIn",
    comment_id=_comment_id,
    mention_ids=_mention_ids,
    check_comment=_check,
    check_visitor_comment=_check,
    post_path=_post_path,
    comment_path=_comment_path,
    has_messages=False,
)


def _find(world: World, request: Request) -> tuple[Post | None, str | None]:
    return world.posts.get(request.path_params["urn"]), request.query_params.get("commentUrn")


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkedIn:
    """Organisation pages: comments and mentions; nothing private, nothing hidden."""

    habits: Habits = HABITS
    accounts: Sequence[SeedAccount] = seed.ACCOUNTS
    posts: Sequence[SeedPost] = seed.POSTS
    pages: Sequence[PostPage] = (PostPage(path="/linkedin/feed/update/{urn}/", find=_find),)

    def settings(self, base_url: str) -> Mapping[str, object]:
        """The application's id and secret, and the member's token for each page."""
        return {
            "client_id": seed.CLIENT_ID,
            "client_secret": seed.CLIENT_SECRET,
            "application_id": seed.APPLICATION_ID,
            "oauth_url": f"{base_url}/linkedin/oauth/v2",
            "base_url": f"{base_url}/linkedin/rest",
            "access_tokens": {account.external_id: account.access_token for account in self.accounts},
        }

    def begin(self, world: World) -> None:
        """A member has signed in, and both administrators have subscribed."""
        oauth.begin(world)
        for account in self.accounts:
            for member in seed.ADMINISTRATORS:
                if (account.external_id, member) not in world.member_subscriptions:
                    world.put(
                        MemberSubscription(
                            organization=account.external_id,
                            member=member,
                            webhook="https://nobet.example/webhooks/linkedin",
                            expires_at=world.clock.now() + SUBSCRIBED_FOR,
                        )
                    )

    def api(self, ground: Ground) -> Iterable[BaseRoute]:
        """The REST API and the sign-in."""
        sign_in = oauth.SignIn(world=ground.world)
        answer = endpoint(ground, LinkedInDialect(ground=ground), "/linkedin/rest/")
        yield Route("/linkedin/rest/{path:path}", answer, methods=["GET", "POST", "PUT", "DELETE"])
        yield Route("/linkedin/oauth/v2/authorization", sign_in.authorize, methods=["GET"])
        yield Route("/linkedin/oauth/v2/accessToken", sign_in.token, methods=["POST"])

    def webhooks(self, world: World, event: Event, *, base_url: str) -> Iterator[WebhookRequest]:
        """One delivery for each administrator who has subscribed."""
        told = _told(world, event)
        if told is None:
            return
        account = world.accounts[told.organization]
        for (organization, member), subscription in world.member_subscriptions.items():
            if organization != told.organization or not subscription.is_on:
                continue
            if subscription.expires_at <= world.clock.now():
                continue
            payload = {"type": "ORGANIZATION_SOCIAL_ACTION_NOTIFICATIONS"}
            body = json.dumps(payload | {"notifications": [told.to(member, world.ids.number())]}).encode()
            signature = sign(account.app_secret, b"hmacsha256=" + body)
            yield WebhookRequest(platform=Platform.LINKEDIN, body=body, headers={"x-li-signature": signature})

    async def handshake(
        self, http: httpx.AsyncClient, url: str, account: SeedAccount, challenge: str
    ) -> httpx.Response:
        """Ask with a code, as LinkedIn does every two hours."""
        return await http.get(url, params={"challengeCode": challenge, "applicationId": seed.APPLICATION_ID})

    def is_confirmed(self, response: httpx.Response, account: SeedAccount, challenge: str) -> bool:
        """The code comes back with its signature, as JSON."""
        if response.status_code != 200 or "application/json" not in response.headers.get("content-type", ""):
            return False
        wanted = {"challengeCode": challenge, "challengeResponse": sign(account.app_secret, challenge.encode())}
        return bool(response.json() == wanted)


def _told(world: World, event: Event) -> Notified | None:
    match event:
        case CommentChanged() if event.change in _ACTIONS:
            action = _ACTIONS[event.change]
            if event.comment.is_ours and event.change is Change.ADDED:
                action = "ADMIN_COMMENT"
            return told_of_comment(world, event.comment, action, event.at)
        case Mentioned():
            return told_of_mention(event.mention)
        case _:
            return None


LINKEDIN: Final = LinkedIn()
