"""Comments, posts and notifications in LinkedIn's shapes.

https://learn.microsoft.com/en-us/linkedin/marketing/community-management/shares/comments-api
https://learn.microsoft.com/en-us/linkedin/marketing/community-management/organizations/organization-social-action-notifications
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from app.sandbox.linkedin.seed import ADMINISTRATORS
from app.sandbox.linkedin.urns import number_of, person_urn, share_urn
from app.sandbox.world import comments
from app.sandbox.world.records import Comment, Mention, Post, State
from app.sandbox.world.state import World

NO_LIKES = {"selectedLikes": [], "aggregatedTotalLikes": 0, "likedByCurrentUser": False, "totalLikes": 0}


def milliseconds(moment: datetime) -> int:
    """LinkedIn's times."""
    return int(moment.timestamp() * 1000)


def comment_shown(world: World, comment: Comment) -> dict[str, object]:
    """A comment as the Comments API gives it."""
    created: dict[str, object] = {"actor": person_urn(comment.author_id), "time": milliseconds(comment.created_at)}
    changed: dict[str, object] = {
        "actor": person_urn(comment.author_id),
        "time": milliseconds(comment.edited_at or comment.created_at),
    }
    if comment.is_ours:
        created["impersonator"] = changed["impersonator"] = ADMINISTRATORS[0]
    shown: dict[str, object] = {
        "$URN": comment.id,
        "commentUrn": comment.id,
        "id": number_of(comment),
        "actor": person_urn(comment.author_id),
        "object": comment.post_id,
        "message": {"attributes": [], "text": comment.text},
        "created": created,
        "lastModified": changed,
        "likesSummary": NO_LIKES,
        "commentsSummary": summary(len(comments.replies(world, comment.id))),
        "content": [],
    }
    if comment.parent_id is not None:
        shown["parentComment"] = comment.parent_id
    return shown


def summary(count: int) -> dict[str, object]:
    """How many comments there are beneath something."""
    return {"selectedComments": [], "totalFirstLevelComments": count, "aggregatedTotalComments": count}


def post_shown(post: Post) -> dict[str, object]:
    """A post as the Posts API gives it."""
    at = milliseconds(post.created_at)
    return {
        "id": share_urn(post),
        "author": post.account_id,
        "commentary": post.text,
        "visibility": "PUBLIC",
        "lifecycleState": "PUBLISHED",
        "publishedAt": at,
        "createdAt": at,
        "lastModifiedAt": at,
        "distribution": {"feedDistribution": "MAIN_FEED", "thirdPartyDistributionChannels": []},
        "isReshareDisabledByAuthor": False,
    }


def mention_shown(mention: Mention) -> dict[str, object]:
    """A member's post that names us."""
    at = milliseconds(mention.at)
    return {
        "id": mention.post_id,
        "author": person_urn(mention.author_username),
        "commentary": mention.text,
        "visibility": "PUBLIC",
        "lifecycleState": "PUBLISHED",
        "publishedAt": at,
        "createdAt": at,
        "lastModifiedAt": at,
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Notified:
    """One thing that LinkedIn tells of; `content` is all of it but the subscriber and the number."""

    action: str
    organization: str
    at: datetime
    content: Mapping[str, object]

    def to(self, subscriber: str, number: int) -> dict[str, object]:
        """The notification for one administrator."""
        return {
            "notificationId": number,
            "organizationalEntity": self.organization,
            "action": self.action,
            "subscriber": subscriber,
            "lastModifiedAt": milliseconds(self.at),
            **self.content,
        }


def told_of_comment(world: World, comment: Comment, action: str, at: datetime) -> Notified:
    """What is told of a comment; its name comes in two spellings in one notification, as LinkedIn does it."""
    post = world.posts[comment.post_id]
    decoration: dict[str, object] = {"owner": person_urn(comment.author_id), "object": post.id, "entity": comment.id}
    if action != "COMMENT_DELETE":
        decoration["text"] = comment.text
    short = f"urn:li:comment:({post.id.removeprefix('urn:li:')},{number_of(comment)})"
    content = {
        "sourcePost": post.id,
        "decoratedSourcePost": {
            "entity": share_urn(post),
            "owner": post.account_id,
            "text": post.text,
            "mediaCategory": "IMAGE",
        },
        "generatedActivity": short,
        "decoratedGeneratedActivity": {"comment": decoration},
    }
    return Notified(action=action, organization=comment.account_id, at=at, content=content)


def told_of_mention(mention: Mention) -> Notified:
    """What is told of a post that names us."""
    content = {
        "sourcePost": mention.post_id,
        "generatedActivity": mention.post_id,
        "decoratedGeneratedActivity": {
            "share": {
                "entity": mention.post_id,
                "owner": person_urn(mention.author_username),
                "text": mention.text,
                "mediaCategory": "NONE",
            }
        },
    }
    return Notified(action="SHARE_MENTION", organization=mention.account_id, at=mention.at, content=content)


def history(world: World, organization: str) -> Iterator[Notified]:
    """Everything that was ever to be told of an organisation, as far as the world remembers it."""
    for comment in world.comments.values():
        if comment.account_id != organization:
            continue
        yield told_of_comment(world, comment, "ADMIN_COMMENT" if comment.is_ours else "COMMENT", comment.created_at)
        if comment.edited_at is not None:
            yield told_of_comment(world, comment, "COMMENT_EDIT", comment.edited_at)
        if comment.state is State.DELETED and comment.removed_at is not None:
            yield told_of_comment(world, comment, "COMMENT_DELETE", comment.removed_at)
    for mention in world.mentions.values():
        if mention.account_id == organization:
            yield told_of_mention(mention)
