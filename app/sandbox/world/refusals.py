"""Why the model does not do something; each platform has its own error for it."""

from enum import StrEnum


class Why(StrEnum):
    """A reason to refuse, in the model's words."""

    GONE = "gone"
    NO_SUCH_USER = "no_such_user"
    NOT_OURS = "not_ours"
    OWN_COMMENT = "own_comment"
    NO_EDITING = "no_editing"
    LIVE = "live"
    PARENT_HIDDEN = "parent_hidden"
    PARENT_IS_REPLY = "parent_is_reply"
    COMMENTS_OFF = "comments_off"
    EMPTY = "empty"
    TOO_LONG = "too_long"
    TOO_MANY_HASHTAGS = "too_many_hashtags"
    TOO_MANY_LINKS = "too_many_links"
    ALL_CAPITALS = "all_capitals"
    ALREADY_ANSWERED = "already_answered"
    TOO_OLD = "too_old"
    NOT_ANSWERABLE = "not_answerable"
    WINDOW_CLOSED = "window_closed"
    UNREACHABLE = "unreachable"
    RATE = "rate"
    NO_THREAD = "no_thread"
    BLOCKED = "blocked"
    NO_MESSAGES = "no_messages"
    NO_MENTIONS = "no_mentions"


class RefusedError(Exception):
    """The platform would not do this; `subject` is the id or name it is about."""

    def __init__(self, why: Why, subject: str = "") -> None:
        super().__init__(f"{why}: {subject}" if subject else str(why))
        self.why = why
        self.subject = subject
