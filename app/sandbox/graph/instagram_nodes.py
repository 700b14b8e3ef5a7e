"""Comments and media of Instagram accounts as JSON (fields: IG Comment and IG Media of the Instagram Platform)."""

from typing import Final

from app.sandbox.graph.fields import Field
from app.sandbox.graph.render import NodeKind, View, graph_time, pick, show, show_edge
from app.sandbox.links import picture_link, post_link
from app.sandbox.world import comments
from app.sandbox.world.records import Comment, Post, State


def top_level_comments(view: View, post: Post) -> list[Comment]:
    """The comments beneath a media, newest first, hidden ones too."""
    found = comments.present(view.world, view.world.comments_of_post.get(post.id, ()))
    return [comment for comment in reversed(found) if comment.parent_id is None]


def _author(view: View, comment: Comment, field: Field) -> object:
    return pick({"id": comment.author_id, "username": comment.author_username}, field, always=("id",))


def _media_of(view: View, comment: Comment, field: Field) -> object:
    return show(view, MEDIA, view.world.posts[comment.post_id], field.fields)


def _replies(view: View, comment: Comment, field: Field) -> object:
    return show_edge(view, IG_COMMENT, comments.replies(view.world, comment.id), field)


def _comments(view: View, post: Post, field: Field) -> object:
    return show_edge(view, IG_COMMENT, top_level_comments(view, post), field)


def _count(view: View, post: Post, field: Field) -> object:
    return len(comments.present(view.world, view.world.comments_of_post.get(post.id, ())))


def _type(view: View, post: Post, field: Field) -> object:
    return "VIDEO" if post.product in {"REELS", "LIVE"} else "IMAGE"


IG_COMMENT: Final[NodeKind[Comment]] = NodeKind(
    name="IGComment",
    key=lambda comment: comment.id,
    defaults=("timestamp", "text"),
    fields={
        # A comment that is a GIF or sticker has no text.
        "text": lambda view, comment, field: comment.text or None,
        "timestamp": lambda view, comment, field: graph_time(comment.created_at),
        "from": _author,
        "username": lambda view, comment, field: comment.author_username,
        "hidden": lambda view, comment, field: comment.state is State.HIDDEN,
        "like_count": lambda view, comment, field: 0,
        "parent_id": lambda view, comment, field: comment.parent_id,
        "media": _media_of,
        "replies": _replies,
        # Given for comments of the account itself alone.
        "user": lambda view, comment, field: {"id": comment.author_id} if comment.is_ours else None,
    },
)

MEDIA: Final[NodeKind[Post]] = NodeKind(
    name="IGMedia",
    key=lambda post: post.id,
    defaults=(),
    fields={
        "caption": lambda view, post, field: post.text,
        "media_type": _type,
        "media_product_type": lambda view, post, field: post.product,
        "media_url": lambda view, post, field: picture_link(view.base_url, post.picture),
        "permalink": lambda view, post, field: post_link(view.base_url, view.world, post),
        "shortcode": lambda view, post, field: post.shortcode,
        "timestamp": lambda view, post, field: graph_time(post.created_at),
        "username": lambda view, post, field: view.world.accounts[post.account_id].handle,
        "owner": lambda view, post, field: {"id": post.account_id},
        "comments_count": _count,
        "like_count": lambda view, post, field: 0,
        "is_comment_enabled": lambda view, post, field: post.takes_comments,
        "comments": _comments,
    },
)
