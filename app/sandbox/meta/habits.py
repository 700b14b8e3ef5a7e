"""How Facebook's and Instagram's comments and messages are."""

from typing import Final

from app.sandbox.meta.texts import (
    check_facebook_comment,
    check_instagram_comment,
    check_instagram_message,
    check_instagram_visitor_comment,
    check_messenger_message,
)
from app.sandbox.seed import Platform
from app.sandbox.world.clock import opaque
from app.sandbox.world.habits import Habits
from app.sandbox.world.records import Comment, Person, Post, State
from app.sandbox.world.refusals import RefusedError, Why


def _facebook_comment_id(post: Post, number: int) -> str:
    return f"{post.id.partition('_')[2]}_{number}"


def _instagram_comment_id(post: Post, number: int) -> str:
    return f"18{number % 10**15:015d}"


def _messenger_message_id(person: Person, number: int) -> str:
    return opaque("m_", person.account_id, person.id, str(number))


def _instagram_message_id(person: Person, number: int) -> str:
    return opaque("aWdfZAG1faXRlbToxOklHTWVzc2FnZAUlE", person.account_id, person.id, str(number))


def _messenger_thread_id(person: Person) -> str:
    return f"t_{int(person.id) + int(person.account_id)}"


def _instagram_thread_id(person: Person) -> str:
    return opaque("aWdfZAG06", person.account_id, person.id)


def _facebook_mention_ids(number: int) -> tuple[str, str]:
    return f"900000000000001_{number}", "800000000000001_900000000000001"


def _instagram_mention_ids(number: int) -> tuple[str, str]:
    return f"19{number % 10**15:015d}", "17900000000000001"


def _check_answerable_on_instagram(comment: Comment) -> None:
    if comment.is_live:
        raise RefusedError(Why.LIVE, comment.id)
    if comment.state is State.HIDDEN:
        raise RefusedError(Why.PARENT_HIDDEN, comment.id)
    if comment.parent_id is not None:
        raise RefusedError(Why.PARENT_IS_REPLY, comment.id)


def _facebook_post_path(post: Post) -> str:
    return f"/facebook/{post.account_id}/posts/{post.id.partition('_')[2]}"


def _facebook_comment_path(post: Post, comment: Comment) -> str:
    number = comment.id.partition("_")[2]
    if comment.parent_id is None:
        return f"{_facebook_post_path(post)}?comment_id={number}"
    return f"{_facebook_post_path(post)}?comment_id={comment.parent_id.partition('_')[2]}&reply_comment_id={number}"


def _instagram_post_path(post: Post) -> str:
    return f"/instagram/p/{post.shortcode}/"


def _instagram_comment_path(post: Post, comment: Comment) -> str:
    return f"{_instagram_post_path(post)}c/{comment.id}/"


FACEBOOK: Final = Habits(
    platform=Platform.FACEBOOK,
    title="Facebook",
    inbox_title="Messenger",
    comment_id=_facebook_comment_id,
    message_id=_messenger_message_id,
    thread_id=_messenger_thread_id,
    mention_ids=_facebook_mention_ids,
    check_comment=check_facebook_comment,
    check_visitor_comment=check_facebook_comment,
    check_message=check_messenger_message,
    post_path=_facebook_post_path,
    comment_path=_facebook_comment_path,
    hides_own=False,
)
INSTAGRAM: Final = Habits(
    platform=Platform.INSTAGRAM,
    title="Instagram",
    inbox_title="Instagram Direct",
    comment_id=_instagram_comment_id,
    message_id=_instagram_message_id,
    thread_id=_instagram_thread_id,
    mention_ids=_instagram_mention_ids,
    check_comment=check_instagram_comment,
    check_visitor_comment=check_instagram_visitor_comment,
    check_message=check_instagram_message,
    check_answerable=_check_answerable_on_instagram,
    post_path=_instagram_post_path,
    comment_path=_instagram_comment_path,
    names_people=False,
    edits_comments=False,
    shows_hidden_to_author=False,
)
