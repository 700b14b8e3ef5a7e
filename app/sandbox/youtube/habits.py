"""How YouTube's comments are; it has no messages, and no mentions that anybody is told of."""

from base64 import urlsafe_b64encode
from hashlib import sha256
from typing import Final, NoReturn

from app.sandbox.seed import Platform
from app.sandbox.world.habits import Habits
from app.sandbox.world.records import Comment, Post
from app.sandbox.world.refusals import RefusedError, Why
from app.sandbox.world.texts import check_length

# The platform publishes no limit; this is what is usually said.
MOST_CHARACTERS: Final = 10_000


def signs(count: int, *parts: object) -> str:
    """So many signs of an id, made of the parts."""
    digest = sha256("\x00".join(str(part) for part in parts).encode()).digest()
    return urlsafe_b64encode(digest).decode()[:count]


def new_video_id(number: int) -> str:
    """Eleven signs."""
    return signs(11, "video", number)


def _thread_id(post: Post, number: int) -> str:
    return f"Ugx{signs(15, post.id, number)}p4AaABAg"


def _reply_id(parent: Comment, number: int) -> str:
    return f"{parent.id}.{signs(22, parent.id, number)}"


def _channel_id(account_id: str, name: str) -> str:
    # A visitor is the same to all channels.
    return f"UC{signs(22, 'person', name)}"


def _no_mentions(number: int) -> NoReturn:
    raise RefusedError(Why.NO_MENTIONS)


def check_comment(text: str) -> None:
    """The same for visitors and for the API."""
    check_length(text, MOST_CHARACTERS)


def _watch_path(post: Post) -> str:
    return f"/youtube/watch?v={post.id}"


def _comment_path(post: Post, comment: Comment) -> str:
    return f"{_watch_path(post)}&lc={comment.id}"


YOUTUBE: Final = Habits(
    platform=Platform.YOUTUBE,
    title="YouTube",
    comment_id=_thread_id,
    reply_id=_reply_id,
    person_id=_channel_id,
    mention_ids=_no_mentions,
    check_comment=check_comment,
    check_visitor_comment=check_comment,
    post_path=_watch_path,
    comment_path=_comment_path,
    names_people=False,
    sees_hidden="yazarı",
    tells_barred=False,
    has_messages=False,
)
