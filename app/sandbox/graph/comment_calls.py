"""Calls on comments and posts. The parameter is ``is_hidden`` on Facebook and ``hide`` on Instagram."""

from app.sandbox.graph.context import Context
from app.sandbox.graph.errors import gone, parameter
from app.sandbox.graph.facebook_nodes import COMMENT, POST, listed_comments
from app.sandbox.graph.instagram_nodes import IG_COMMENT, MEDIA, top_level_comments
from app.sandbox.graph.render import show, show_list
from app.sandbox.seed import Platform
from app.sandbox.world import comments, mentions
from app.sandbox.world.records import Comment

SUCCESS: dict[str, object] = {"success": True}
FILTERS = frozenset({"STREAM", "TOPLEVEL"})
ORDERS = frozenset({"CHRONOLOGICAL", "REVERSE_CHRONOLOGICAL"})


def read(context: Context) -> dict[str, object]:
    """``GET /{comment}``."""
    kind = COMMENT if context.target.platform is Platform.FACEBOOK else IG_COMMENT
    return show(context.view, kind, context.comment(), context.fields)


def read_post(context: Context) -> dict[str, object]:
    """``GET /{post}`` and ``GET /{media}``."""
    kind = POST if context.target.platform is Platform.FACEBOOK else MEDIA
    return show(context.view, kind, context.post(), context.fields)


def update(context: Context) -> dict[str, object]:
    """``POST /{comment}`` on Facebook: hide, show, or change the text of an own comment."""
    comment_id, is_hidden, text = context.comment().id, context.call.boolean("is_hidden"), context.call.text("message")
    if is_hidden is None and text is None:
        raise parameter("The parameter is_hidden is required")
    if is_hidden is not None:
        context.touch(comment_id, "hide" if is_hidden else "unhide")
        context.done(comments.set_hidden(context.world, comment_id, is_hidden=is_hidden))
    if text is not None:
        context.touch(comment_id, "edit")
        context.done(comments.edit(context.world, comment_id, context.target.account.external_id, text))
    return SUCCESS


def hide_on_instagram(context: Context) -> dict[str, object]:
    """``POST /{comment}`` on Instagram."""
    is_hidden = context.call.boolean("hide")
    context.touch(context.comment().id, "hide" if is_hidden else "unhide")
    context.done(comments.set_hidden(context.world, context.comment().id, is_hidden=bool(is_hidden)))
    return SUCCESS


def delete(context: Context) -> dict[str, object]:
    """``DELETE /{comment}``: for good."""
    context.touch(context.comment().id, "delete")
    context.done(comments.remove(context.world, context.comment().id, by_account=True))
    return SUCCESS


def reply(context: Context) -> dict[str, object]:
    """``POST /{comment}/comments`` on Facebook, ``POST /{comment}/replies`` on Instagram."""
    text = context.call.required_text("message")
    context.touch(context.comment().id, "reply")
    answer = context.done(comments.answer(context.world, context.target.account, context.comment().id, text))
    return _created(context, answer)


def comment_on_post(context: Context) -> dict[str, object]:
    """``POST /{post}/comments``: a comment of our own beneath a post of ours."""
    text = context.call.required_text("message")
    written = context.done(comments.comment_as_account(context.world, context.target.account, context.post(), text))
    return _created(context, written)


def replies(context: Context) -> dict[str, object]:
    """``GET /{comment}/comments`` and ``GET /{comment}/replies``."""
    found = comments.replies(context.world, context.comment().id)
    if context.target.platform is Platform.INSTAGRAM:
        return show_list(context.view, IG_COMMENT, found, context.call, context.fields)
    return _list_on_facebook(context, found)


def comments_of_post(context: Context) -> dict[str, object]:
    """``GET /{post}/comments`` and ``GET /{media}/comments``."""
    if context.target.platform is Platform.INSTAGRAM:
        found = top_level_comments(context.view, context.post())
        return show_list(context.view, IG_COMMENT, found, context.call, context.fields)
    ids = context.world.comments_of_post.get(context.post().id, ())
    top_level = [comment for comment in comments.present(context.world, ids) if comment.parent_id is None]
    return _list_on_facebook(context, top_level)


def answer_mention(context: Context) -> dict[str, object]:
    """``POST /{ig}/mentions``: an answer beneath the comment that names us."""
    comment_id = context.call.text("comment_id")
    if comment_id is None:
        # Mentions in captions are not part of the simulation.
        raise gone(context.call.required_text("media_id"), "post")
    context.touch(comment_id, "reply")
    text = context.call.required_text("message")
    return {"id": context.done(mentions.answer(context.world, context.target.account, comment_id, text))}


def _created(context: Context, comment: Comment) -> dict[str, object]:
    if context.fields is None:
        return {"id": comment.id}
    kind = COMMENT if comment.platform is Platform.FACEBOOK else IG_COMMENT
    return show(context.view, kind, comment, context.fields)


def _list_on_facebook(context: Context, top_level: list[Comment]) -> dict[str, object]:
    found = listed_comments(
        context.view,
        top_level,
        with_replies=context.call.choice("filter", FILTERS) == "STREAM",
        newest_first=context.call.choice("order", ORDERS) == "REVERSE_CHRONOLOGICAL",
        since=context.call.moment("since"),
    )
    answer = show_list(context.view, COMMENT, found, context.call, context.fields)
    if context.call.boolean("summary"):
        answer["summary"] = {"order": "chronological", "total_count": len(found), "can_comment": True}
    return answer
