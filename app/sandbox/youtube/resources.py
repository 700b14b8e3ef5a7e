"""The Data API's resources: comments, threads, videos, channels, playlist items; and the answers that list them."""

import json
from base64 import urlsafe_b64encode
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Final

from app.sandbox.links import picture_link
from app.sandbox.seed import SeedAccount
from app.sandbox.world.records import Comment, Post
from app.sandbox.world.state import World
from app.sandbox.youtube.statuses import Status, status_of, with_status
from app.sandbox.youtube.texts import as_html, title_and_description

# So many replies come along with their thread, the newest.
REPLIES_ALONG: Final = 5
Resource = dict[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """How a caller sees comments: as which channel, in which format, and whether they were asked for by their ids."""

    world: World
    base_url: str
    channel_id: str | None
    is_html: bool = True
    is_by_id: bool = False


def comment_resource(view: View, comment: Comment, parts: Iterable[str]) -> Resource:
    """A comment."""
    return _resource("youtube#comment", comment.id, {"snippet": _comment_snippet(view, comment)}, parts)


def replies_of(view: View, top: Comment, status: Status) -> list[Comment]:
    """A thread's replies, newest first: those that are published, and those that its list is about."""
    found = (view.world.comments[reply_id] for reply_id in reversed(view.world.replies_of.get(top.id, [])))
    return with_status(view.world, found, Status.PUBLISHED, status)


def thread_resource(view: View, top: Comment, status: Status, parts: Sequence[str]) -> Resource:
    """A thread, with a few of its replies; those that its list is about come first."""
    replies = replies_of(view, top, status)
    along = sorted(replies, key=lambda reply: status_of(view.world, reply) is not status)[:REPLIES_ALONG]
    is_public = status_of(view.world, top) is Status.PUBLISHED
    content: dict[str, object] = {
        "snippet": {
            "channelId": top.account_id,
            "videoId": top.post_id,
            "topLevelComment": comment_resource(view, top, ("snippet",)),
            "canReply": is_public and view.world.posts[top.post_id].takes_comments,
            "totalReplyCount": len(replies),
            "isPublic": is_public,
        }
    }
    if along:
        content["replies"] = {"comments": [comment_resource(view, reply, ("snippet",)) for reply in along]}
    return _resource("youtube#commentThread", top.id, content, parts)


def video_resource(world: World, base_url: str, post: Post, parts: Iterable[str]) -> Resource:
    """A video. A count is a text, and the comments' is left out where they are off."""
    found = (world.comments[comment_id] for comment_id in world.comments_of_post.get(post.id, ()))
    counts = {"viewCount": str(1000 + len(post.text)), "likeCount": str(len(post.text)), "favoriteCount": "0"}
    if post.takes_comments:
        counts["commentCount"] = str(len(with_status(world, found, Status.PUBLISHED)))
    title, description = title_and_description(post.text)
    content: dict[str, object] = {
        "snippet": {
            **_published(world, base_url, post),
            "categoryId": "27",
            "liveBroadcastContent": "none",
            "localized": {"title": title, "description": description},
            "defaultAudioLanguage": "tr",
        },
        "contentDetails": {
            "duration": "PT3M12S",
            "dimension": "2d",
            "definition": "hd",
            "caption": "false",
            "licensedContent": False,
            "contentRating": {},
            "projection": "rectangular",
        },
        "status": {
            "uploadStatus": "processed",
            "privacyStatus": "public",
            "license": "youtube",
            "embeddable": True,
            "publicStatsViewable": True,
            "madeForKids": False,
        },
        "statistics": counts,
    }
    return _resource("youtube#video", post.id, content, parts)


def channel_resource(world: World, base_url: str, account: SeedAccount, parts: Iterable[str]) -> Resource:
    """A channel, with the playlist of its uploads."""
    videos = world.posts_of(account.external_id)
    words = {"title": account.name, "description": account.about}
    content: dict[str, object] = {
        "snippet": {
            **words,
            "customUrl": f"@{account.handle}",
            "publishedAt": "2012-03-05T09:00:00Z",
            "thumbnails": _thumbnails(base_url, "person.svg"),
            "localized": words,
            "country": "TR",
        },
        "contentDetails": {"relatedPlaylists": {"likes": "", "uploads": uploads_of(account.external_id)}},
        "statistics": {
            "viewCount": "48213",
            "subscriberCount": "3120",
            "hiddenSubscriberCount": False,
            "videoCount": str(len(videos)),
        },
    }
    return _resource("youtube#channel", account.external_id, content, parts)


def item_resource(world: World, base_url: str, post: Post, position: int, parts: Iterable[str]) -> Resource:
    """A video's place among its channel's uploads."""
    account = world.accounts[post.account_id]
    content: dict[str, object] = {
        "snippet": {
            **_published(world, base_url, post),
            "playlistId": uploads_of(post.account_id),
            "position": position,
            "resourceId": {"kind": "youtube#video", "videoId": post.id},
            "videoOwnerChannelTitle": account.name,
            "videoOwnerChannelId": account.external_id,
        },
        "contentDetails": {"videoId": post.id, "videoPublishedAt": api_time(post.created_at)},
        "status": {"privacyStatus": "public"},
    }
    return _resource("youtube#playlistItem", item_id(post), content, parts)


def item_id(post: Post) -> str:
    """The id of a video's place among the uploads."""
    return urlsafe_b64encode(f"{uploads_of(post.account_id)}.{post.id}".encode()).decode().rstrip("=")


def uploads_of(channel_id: str) -> str:
    """The playlist of a channel's uploads."""
    return f"UU{channel_id.removeprefix('UC')}"


def listed(kind: str, items: Sequence[Resource], *, size: int, total: int, head: Mapping[str, object]) -> Resource:
    """A list's answer."""
    info = {"totalResults": total, "resultsPerPage": size}
    return {"kind": kind, "etag": etag([items, head]), **head, "pageInfo": info, "items": list(items)}


def api_time(moment: datetime) -> str:
    """A time, to the second."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def etag(content: object) -> str:
    """The mark of a content; another content has another."""
    raw = json.dumps(content, sort_keys=True, default=str).encode()
    return urlsafe_b64encode(sha256(raw).digest()).decode()[:27]


def _comment_snippet(view: View, comment: Comment) -> Resource:
    author_id = comment.author_id
    snippet: Resource = {
        "channelId": comment.account_id,
        "videoId": comment.post_id,
        "textDisplay": as_html(comment.text) if view.is_html else comment.text,
    }
    # As it was written is told to its author alone.
    snippet |= {"textOriginal": comment.text} if view.channel_id == author_id else {}
    snippet |= {"parentId": comment.parent_id} if comment.parent_id is not None else {}
    snippet |= {
        "authorDisplayName": f"@{comment.author_username}",
        "authorProfileImageUrl": picture_link(view.base_url, "person.svg"),
        "authorChannelUrl": f"{view.base_url}/youtube/channel/{author_id}",
        "authorChannelId": {"value": author_id},
        "canRate": True,
        "viewerRating": "none",
        "likeCount": 0,
        "publishedAt": api_time(comment.created_at),
        "updatedAt": api_time(comment.edited_at or comment.created_at),
    }
    status = status_of(view.world, comment)
    if view.channel_id == comment.account_id and not view.is_by_id and status is not None:
        snippet["moderationStatus"] = status.value
    return snippet


def _published(world: World, base_url: str, post: Post) -> Resource:
    title, description = title_and_description(post.text)
    return {
        "publishedAt": api_time(post.created_at),
        "channelId": post.account_id,
        "title": title,
        "description": description,
        "thumbnails": _thumbnails(base_url, post.picture),
        "channelTitle": world.accounts[post.account_id].name,
    }


def _thumbnails(base_url: str, picture: str) -> Resource:
    sizes = {"default": (120, 90), "medium": (320, 180), "high": (480, 360)}
    link = picture_link(base_url, picture)
    return {name: {"url": link, "width": width, "height": height} for name, (width, height) in sizes.items()}


def _resource(kind: str, own_id: str, content: Mapping[str, object], parts: Iterable[str]) -> Resource:
    chosen = {part: content[part] for part in parts if part in content}
    return {"kind": kind, "etag": etag([own_id, chosen]), "id": own_id, **chosen}
