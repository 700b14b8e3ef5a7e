"""Comments and posts of Facebook Pages as JSON (fields: Graph API reference, Comment and Page Post)."""

from datetime import datetime
from typing import Final

from app.sandbox.graph.fields import Field
from app.sandbox.graph.render import NodeKind, View, graph_time, pick, show, show_edge
from app.sandbox.links import comment_link, media_link, picture_link, post_link
from app.sandbox.world import comments, messages
from app.sandbox.world.records import Comment, Post, State


def listed_comments(
    view: View, top_level: list[Comment], *, with_replies: bool, newest_first: bool, since: datetime | None
) -> list[Comment]:
    """The comments of a list: replies flat among them (``stream``) or not, hidden ones too, removed ones never."""
    found = list(top_level)
    if with_replies:
        found += [reply for comment in top_level for reply in comments.replies(view.world, comment.id)]
        found.sort(key=lambda comment: comment.created_at)
    if since is not None:
        found = [comment for comment in found if comment.created_at >= since]
    return found[::-1] if newest_first else found


def _author(view: View, comment: Comment, field: Field) -> object:
    return pick({"name": comment.author_name, "id": comment.author_id}, field, always=("id",))


def _parent(view: View, comment: Comment, field: Field) -> object:
    parent = view.world.comments.get(comment.parent_id) if comment.parent_id else None
    if parent is None or parent.state is State.DELETED:
        return None
    return show(view, COMMENT, parent, field.fields)


def _post_of(view: View, comment: Comment, field: Field) -> object:
    return show(view, POST, view.world.posts[comment.post_id], field.fields or (Field(name="id"),))


def _attachment(view: View, comment: Comment, field: Field) -> object:
    if comment.media is None:
        return None
    image = {"image": {"src": media_link(view.base_url, comment.media), "height": 240, "width": 240}}
    values = {"type": comment.media.value, "media": image, "url": comment_link(view.base_url, view.world, comment)}
    return pick(values, field)


def _comments(view: View, comment: Comment, field: Field) -> object:
    return show_edge(view, COMMENT, comments.replies(view.world, comment.id), field)


def _post_comments(view: View, post: Post, field: Field) -> object:
    top_level = [
        comment
        for comment in comments.present(view.world, view.world.comments_of_post.get(post.id, ()))
        if comment.parent_id is None
    ]
    with_replies = field.modifiers.get("filter") == "stream"
    newest_first = field.modifiers.get("order") == "reverse_chronological"
    found = listed_comments(view, top_level, with_replies=with_replies, newest_first=newest_first, since=None)
    return show_edge(view, COMMENT, found, field)


def _page_of(view: View, post: Post, field: Field) -> object:
    account = view.world.accounts[post.account_id]
    return pick({"name": account.name, "id": account.external_id}, field, always=("id",))


def _reactions(view: View, post: Post, field: Field) -> object:
    return {"data": [], "summary": {"total_count": 0, "viewer_reaction": "NONE"}}


COMMENT: Final[NodeKind[Comment]] = NodeKind(
    name="Comment",
    key=lambda comment: comment.id,
    defaults=("created_time", "from", "message"),
    fields={
        "message": lambda view, comment, field: comment.text,
        "from": _author,
        "created_time": lambda view, comment, field: graph_time(comment.created_at),
        "permalink_url": lambda view, comment, field: comment_link(view.base_url, view.world, comment),
        "attachment": _attachment,
        "parent": _parent,
        "object": _post_of,
        "comments": _comments,
        "can_comment": lambda view, comment, field: True,
        "can_like": lambda view, comment, field: True,
        "can_hide": lambda view, comment, field: not comment.is_ours,
        "can_remove": lambda view, comment, field: True,
        "can_reply_privately": lambda view, comment, field: messages.can_reply_privately(view.world, comment),
        "is_hidden": lambda view, comment, field: comment.state is State.HIDDEN,
        "is_private": lambda view, comment, field: False,
        "comment_count": lambda view, comment, field: len(comments.replies(view.world, comment.id)),
        "like_count": lambda view, comment, field: 0,
        "user_likes": lambda view, comment, field: False,
        "message_tags": lambda view, comment, field: [],
    },
)

POST: Final[NodeKind[Post]] = NodeKind(
    name="PagePost",
    key=lambda post: post.id,
    defaults=("created_time", "message"),
    fields={
        "message": lambda view, post, field: post.text,
        "created_time": lambda view, post, field: graph_time(post.created_at),
        "updated_time": lambda view, post, field: graph_time(post.created_at),
        "from": _page_of,
        "permalink_url": lambda view, post, field: post_link(view.base_url, view.world, post),
        "full_picture": lambda view, post, field: picture_link(view.base_url, post.picture),
        "status_type": lambda view, post, field: "added_photos",
        "is_published": lambda view, post, field: True,
        "is_hidden": lambda view, post, field: False,
        "promotion_status": lambda view, post, field: "inactive",
        "shares": lambda view, post, field: {"count": 0},
        "comments": _post_comments,
        "reactions": _reactions,
    },
)
