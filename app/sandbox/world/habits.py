"""How one platform's comments and messages are: what the world asks wherever platforms differ."""

from collections.abc import Callable
from dataclasses import dataclass

from app.sandbox.seed import Platform
from app.sandbox.world.clock import scoped_id
from app.sandbox.world.records import Comment, Person, Post


def no_objection(_: object) -> None:
    """Allow it."""


def no_messages(person: Person, number: int = 0) -> str:
    """Stands where a platform has no direct messages, so that no id is ever made."""
    return f"{person.platform}:{person.id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Habits:
    """One platform's ways.

    `comment_id`, `message_id` and `mention_ids` (of the comment and of the stranger's post that it stands beneath)
    make ids in the platform's shape from a number that never comes twice. `check_…` raise RefusedError for a text
    that the platform would not take: from the API, from a visitor, as a direct message. `check_answerable` does so for
    a comment that takes no reply. `keeps_depth`: a reply hangs beneath what it answers, instead of beneath the comment
    at the top. `names_people`: the public reads names, not usernames. `hides_own`: our own comments can be hidden.
    `shows_hidden_to_author`: its author goes on seeing a hidden comment, together with whom `sees_hidden` names.
    `reply_id` makes the ids of replies where they hold their parent's. `person_id` makes a visitor's id of an account's
    and of a name. `tells_barred`: who is barred learns it; else what they write is taken and shown to nobody. Paths are
    those of the sandbox's pages.
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
    post_path: Callable[[Post], str]
    comment_path: Callable[[Post, Comment], str]
    keeps_depth: bool = False
    names_people: bool = True
    edits_comments: bool = True
    hides_own: bool = True
    shows_hidden_to_author: bool = True
    sees_hidden: str = "yazarı ve arkadaşları"
    tells_barred: bool = True
    has_messages: bool = True
    takes_answers_any_time: bool = False
