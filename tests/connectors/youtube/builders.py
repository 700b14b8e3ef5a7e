"""A channel, its comments as messages and as the API gives them. People and ids are invented."""

import json
from datetime import UTC, datetime
from typing import Any

from app.connectors.youtube import INBOUND
from app.errors import TokenRejectedError
from app.messages import Account, AccountId, Channel, Event, ExternalId, Message, MessageId, PlatformName

YOUTUBE = PlatformName("youtube")
CHANNEL, VIEWER, VIDEO = "UCkorfezuni0000000000001", "UCdenizaksoy000000000011", "k0rFez_2026"
THREAD = "UgxKorfez0001aaaaaa4AaABAg"
REPLY = f"{THREAD}.9zKorfez0001"
OUR_REPLY = f"{THREAD}.9zKorfez0002"
# 10:14 in the morning of California.
NOW = datetime(2026, 9, 21, 17, 14, tzinfo=UTC)
SINCE = datetime(2026, 9, 21, 17, 13, 20, tzinfo=UTC)
WRITTEN = "2026-09-21T14:13:20Z"


class Tokens:
    """A token source that renews as often as it has fresh tokens."""

    def __init__(self, *fresh: str) -> None:
        self.fresh = list(fresh)
        self.rejected: list[str] = []

    async def token(self) -> str:
        return "ya29.first"

    async def renewed(self, rejected: str) -> str:
        self.rejected.append(rejected)
        if not self.fresh:
            raise TokenRejectedError(YOUTUBE, "renew", "invalid_grant", "sign in again")
        return self.fresh.pop(0)


def a_channel() -> Account:
    return Account(id=AccountId(5), platform=YOUTUBE, external_id=ExternalId(CHANNEL), handle="@korfezuni")


def a_message(**fields: Any) -> Message:
    """A top-level comment under our video."""
    defaults: dict[str, Any] = {
        "id": MessageId(41),
        "platform": YOUTUBE,
        "account": a_channel(),
        "channel": Channel.COMMENT,
        "external_id": THREAD,
        "post_id": VIDEO,
        "author_id": VIEWER,
        "text": "Yemekhane sırası çok uzun",
    }
    return Message(**(defaults | fields))


def a_comment(comment_id: str = THREAD, text: str = "Yemekhane sırası çok uzun", **fields: Any) -> dict[str, Any]:
    """A comment as the API gives it."""
    snippet = {
        "authorDisplayName": "@denizaksoy",
        "authorProfileImageUrl": "https://yt3.example/deniz.jpg",
        "authorChannelUrl": f"http://www.youtube.com/channel/{VIEWER}",
        "authorChannelId": {"value": VIEWER},
        "channelId": CHANNEL,
        "videoId": VIDEO,
        "textDisplay": text,
        "textOriginal": text,
        "canRate": True,
        "viewerRating": "none",
        "likeCount": 0,
        "publishedAt": WRITTEN,
        "updatedAt": fields.get("publishedAt", WRITTEN),
        **fields,
    }
    if "." in comment_id:
        snippet.setdefault("parentId", comment_id.partition(".")[0])
    return {"kind": "youtube#comment", "etag": "e1", "id": comment_id, "snippet": snippet}


def ours(comment_id: str, text: str, **fields: Any) -> dict[str, Any]:
    """A comment that our channel wrote."""
    return a_comment(comment_id, text, authorChannelId={"value": CHANNEL}, **fields)


def a_thread(top: dict[str, Any] | None = None, *replies: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """A thread as the API gives it; `totalReplyCount` may be more than the replies that come along."""
    top = top or a_comment()
    snippet = {
        "channelId": CHANNEL,
        "videoId": VIDEO,
        "topLevelComment": top,
        "canReply": True,
        "totalReplyCount": len(replies),
        "isPublic": True,
        **fields,
    }
    below = {"replies": {"comments": list(replies)}} if replies else {}
    return {"kind": "youtube#commentThread", "etag": "e1", "id": top["id"], "snippet": snippet, **below}


def a_page(*items: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """A page of threads or comments."""
    kind = items[0]["kind"] if items else "youtube#commentThread"
    return {
        "kind": f"{kind}ListResponse",
        "etag": "e1",
        "pageInfo": {"totalResults": len(items), "resultsPerPage": 100},
        "items": list(items),
        **fields,
    }


def parsed(document: Any) -> list[Event]:
    """Return the events of a JSON document or a raw body."""
    body = document if isinstance(document, bytes) else json.dumps(document).encode()
    return list(INBOUND.parse(body, received_at=NOW))
