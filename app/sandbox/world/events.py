"""What happened that a platform may tell of, and the outcome of an operation."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Generic, TypeVar

from app.sandbox.seed import Platform
from app.sandbox.world.records import Comment, DirectMessage, Mention

T = TypeVar("T")


class Change(StrEnum):
    """What became of a comment."""

    ADDED = "added"
    EDITED = "edited"
    REMOVED = "removed"
    HIDDEN = "hidden"
    UNHIDDEN = "unhidden"


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentChanged:
    """A comment as it is after the change; `at` is the time of the change."""

    comment: Comment
    change: Change
    at: datetime

    @property
    def platform(self) -> Platform:
        """Where it happened."""
        return self.comment.platform


class MessageChange(StrEnum):
    """What became of a direct message."""

    SENT = "sent"
    EDITED = "edited"
    UNSENT = "unsent"


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageChanged:
    """A direct message, a visitor's or ours, as it is after the change."""

    message: DirectMessage
    change: MessageChange
    at: datetime

    @property
    def platform(self) -> Platform:
        """Where it happened."""
        return self.message.platform


@dataclass(frozen=True, slots=True, kw_only=True)
class Mentioned:
    """Someone named us elsewhere."""

    mention: Mention
    at: datetime

    @property
    def platform(self) -> Platform:
        """Where it happened."""
        return self.mention.platform


Event = CommentChanged | MessageChanged | Mentioned


@dataclass(frozen=True, slots=True)
class Outcome(Generic[T]):
    """The result of an operation and what is told of it, in order."""

    result: T
    events: tuple[Event, ...] = field(default=())
