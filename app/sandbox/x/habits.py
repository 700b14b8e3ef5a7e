"""How X's replies and messages are."""

from datetime import datetime, timedelta
from typing import Final

from app.sandbox.seed import Platform
from app.sandbox.world.habits import Habits
from app.sandbox.world.records import Comment, Person, Post
from app.sandbox.world.refusals import RefusedError, Why
from app.sandbox.x.ids import seeded_or_new, snowflake
from app.sandbox.x.seed import ACCOUNTS
from app.sandbox.x.texts import check_message, check_post

EDITABLE_FOR: Final = timedelta(hours=1)
MOST_EDITS: Final = 5
HANDLES: Final = {account.external_id: account.handle for account in ACCOUNTS}


def conversation_id(one: str, other: str) -> str:
    """The id of a conversation of two: both their ids, the smaller first."""
    return "-".join(sorted((one, other), key=int))


def _reply_id(post: Post, number: int) -> str:
    return seeded_or_new(number, post.id)


def _version_id(comment: Comment, number: int) -> str:
    return snowflake(number)


def _message_id(person: Person, number: int) -> str:
    return snowflake(number)


def _thread_id(person: Person) -> str:
    return conversation_id(person.account_id, person.id)


def _mention_ids(number: int) -> tuple[str, str]:
    # A post of the visitor's own, which begins a conversation.
    return snowflake(number), snowflake(number)


def _check_editable(comment: Comment, moment: datetime) -> None:
    if moment - comment.created_at > EDITABLE_FOR or len(comment.versions) > MOST_EDITS:
        raise RefusedError(Why.NO_EDITING, comment.id)


def _post_path(post: Post) -> str:
    return f"/x/{HANDLES[post.account_id]}/status/{post.id}"


def _reply_path(post: Post, comment: Comment) -> str:
    return f"/x/{comment.author_username}/status/{comment.id}"


HABITS: Final = Habits(
    platform=Platform.X,
    title="X",
    inbox_title="X mesajları",
    comment_id=_reply_id,
    message_id=_message_id,
    thread_id=_thread_id,
    mention_ids=_mention_ids,
    check_comment=check_post,
    check_visitor_comment=check_post,
    check_message=check_message,
    check_editable=_check_editable,
    version_id=_version_id,
    post_path=_post_path,
    comment_path=_reply_path,
    keeps_depth=True,
    keeps_replies=True,
    hides_own=False,
    sees_hidden="“gizlenen yanıtlar”ı açan",
    hidden_view="Gizlenen yanıtlarla",
    username_length=15,
    username_joint="_",
    changes_messages=False,
    takes_answers_any_time=True,
)
