"""How one platform's comments and messages are: what the world asks wherever platforms differ."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from app.sandbox.seed import Platform
from app.sandbox.world.clock import scoped_id
from app.sandbox.world.records import Comment, Person, Post


def no_objection(_: object) -> None:
    """Allow it."""


def no_objection_at(_: object, moment: datetime) -> None:
    """Allow it at any time."""


def no_messages(person: Person, number: int = 0) -> str:
    """Stands where a platform has no direct messages, so that no id is ever made."""
    return f"{person.platform}:{person.id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Habits:
    """One platform's ways.

    `comment_id`, `message_id` and `mention_ids` (of the comment and of the stranger's post that it stands beneath)
    make ids in the platform's shape from a number that never comes twice. `check_…` raise RefusedError for a text
    that the platform would not take: from the API, from a visitor, as a direct message. `check_answerable` does so for
    a comment that takes no reply, and `check_editable` for one that cannot be edited (any more). `keeps_depth`: a reply
    hangs beneath what it answers, instead of beneath the comment at the top. `names_people`: the public reads names,
    not usernames. `hides_own`: our own comments can be hidden. `shows_hidden_to_author`: its author goes on seeing a
    hidden comment, together with whom `sees_hidden` names. With a `hidden_view`, the name of that view, anyone may
    look. `reply_id` makes the ids of replies where they hold their parent's, `person_id` a visitor's id of an account's
    and of a name, `version_id` gives each edit an id of its own. `tells_barred`: who is barred learns it; else what
    they write is taken and shown to nobody. Usernames have at most `username_length` characters, and `username_joint`
    between words. `keeps_replies`: those beneath a removed comment stay. `changes_messages`: visitors can edit or take
    back what they wrote in private. Paths are those of the sandbox's pages.
    """

    platform: Platform
    title: str
    inbox_title: str = ""
    comment_id: Callable[[Post, int], str]
    reply_id: Callable[[Comment, int], str] | None = None
    person_id: Callable[[str, str], str] = scoped_id
    message_id: Callable[[Person, int], str] = no_messages
    thread_id: Callable[[Person], str] = no_messages
    mention_ids: Callable[[int], tuple[str, str]]
    check_comment: Callable[[str], None]
    check_visitor_comment: Callable[[str], None]
    check_message: Callable[[str], None] = no_objection
    check_answerable: Callable[[Comment], None] = no_objection
    check_editable: Callable[[Comment, datetime], None] = no_objection_at
    post_path: Callable[[Post], str]
    comment_path: Callable[[Post, Comment], str]
    keeps_depth: bool = False
    names_people: bool = True
    edits_comments: bool = True
    hides_own: bool = True
    shows_hidden_to_author: bool = True
    sees_hidden: str = "yazarı ve arkadaşları"
    tells_barred: bool = True
    hidden_view: str = ""
    keeps_replies: bool = False
    version_id: Callable[[Comment, int], str] | None = None
    username_length: int = 26
    username_joint: str = "."
    has_messages: bool = True
    changes_messages: bool = True
    takes_answers_any_time: bool = False
