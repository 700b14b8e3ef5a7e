"""A comment's moderation status, and bans.

Held and taken for spam are both hidden from the public, rejected is gone from it. Which of them it is stands in a
record of its own; a comment without one is published, or held if it is hidden.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from enum import StrEnum
from typing import Final

from app.sandbox.world import comments
from app.sandbox.world.records import Block, Comment, Moderation, Person, Post, State
from app.sandbox.world.state import World

# Nobody looked at it for so long: it disappears (YouTube Help, "Review and reply to comments").
HELD_FOR: Final = timedelta(days=60)


class Status(StrEnum):
    """In the platform's words."""

    PUBLISHED = "published"
    HELD = "heldForReview"
    SPAM = "likelySpam"
    REJECTED = "rejected"


STATES: Final = {
    Status.PUBLISHED: State.VISIBLE,
    Status.HELD: State.HIDDEN,
    Status.SPAM: State.HIDDEN,
    Status.REJECTED: State.DELETED,
}


def status_of(world: World, comment: Comment) -> Status | None:
    """The status; None where its author removed the comment, or nobody reviewed it in time."""
    record = world.moderations.get(comment.id)
    told = Status(record.status) if record is not None else Status.PUBLISHED
    if comment.state is State.VISIBLE:
        return Status.PUBLISHED
    if comment.state is State.DELETED:
        return Status.REJECTED if told is Status.REJECTED else None
    held_since = record.at if record is not None else comment.created_at
    if world.clock.now() - held_since > HELD_FOR:
        return None
    return Status.SPAM if told is Status.SPAM else Status.HELD


def with_status(world: World, found: Iterable[Comment], *wanted: Status) -> list[Comment]:
    """Those of the comments that have one of these statuses."""
    return [comment for comment in found if status_of(world, comment) in wanted]


def set_status(world: World, comment: Comment, status: Status) -> None:
    """Change the status; a rejection takes the replies along."""
    below = comments.replies(world, comment.id) if status is Status.REJECTED else []
    for one in (comment, *below):
        world.put(replace(one, state=STATES[status]))
        world.put(Moderation(comment_id=one.id, status=status, at=world.clock.now()))


def write(
    world: World, post: Post, author: Person, text: str, *, parent_id: str | None = None, status: Status | None = None
) -> Comment:
    """A visitor comments; with a status, YouTube's own filter meets the comment at once."""
    state = STATES[status] if status is not None else State.VISIBLE
    written = comments.write(world, post, author, text, parent_id=parent_id, state=state).result
    if status is not None and written.state is state:
        world.put(Moderation(comment_id=written.id, status=status, at=world.clock.now()))
    return written


def ban(world: World, channel_id: str, author_id: str) -> None:
    """What the author writes to the channel from now on is rejected, without their being told."""
    world.put(
        Block(account_id=channel_id, person_id=author_id, at=world.clock.now(), from_comments=True, from_messages=True)
    )
