"""What an id stands for, and to which Page it belongs."""

from dataclasses import dataclass
from enum import StrEnum

from app.sandbox.seed import Platform, SeedAccount
from app.sandbox.world.records import Comment, DirectMessage, Mention, Person, Post, State
from app.sandbox.world.state import World


class Node(StrEnum):
    """The kinds of objects, by the names of the platform's specification."""

    PAGE = "Page"
    IG_USER = "IGUser"
    POST = "PagePost"
    MEDIA = "IGMedia"
    COMMENT = "Comment"
    IG_COMMENT = "IGComment"
    THREAD = "UnifiedThread"
    MESSAGE = "UnifiedMessage"
    PERSON = "Profile"


@dataclass(frozen=True, slots=True, kw_only=True)
class Thread:
    """A conversation, which is no record of its own: its person and account."""

    id: str
    person: Person


Thing = SeedAccount | Post | Comment | Thread | DirectMessage | Person


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What a call is about."""

    node: Node
    thing: Thing
    account: SeedAccount

    @property
    def platform(self) -> Platform:
        """The platform the target lives on."""
        return self.account.platform


def find(world: World, object_id: str) -> Target | None:
    """What the id stands for; None for nothing, or for what was removed."""
    account = world.accounts.get(object_id)
    if account is not None:
        is_page = account.platform is Platform.FACEBOOK
        return Target(node=Node.PAGE if is_page else Node.IG_USER, thing=account, account=account)
    comment = world.comments.get(object_id)
    if comment is not None:
        if comment.state is State.DELETED:
            return None
        node = Node.COMMENT if comment.platform is Platform.FACEBOOK else Node.IG_COMMENT
        return Target(node=node, thing=comment, account=world.accounts[comment.account_id])
    return _find_other(world, object_id)


def node_of_removed(world: World, object_id: str) -> Node | None:
    """The kind of a comment that is no more, for the record of calls."""
    comment = world.comments.get(object_id)
    if comment is None:
        return None
    return Node.COMMENT if comment.platform is Platform.FACEBOOK else Node.IG_COMMENT


def platform_of_removed(world: World, object_id: str) -> Platform | None:
    """The platform of a comment that is no more, or of a mention."""
    found: Comment | Mention | None = world.comments.get(object_id) or world.mentions.get(object_id)
    return found.platform if found else None


def _find_other(world: World, object_id: str) -> Target | None:
    post = world.posts.get(object_id)
    if post is not None:
        node = Node.POST if post.platform is Platform.FACEBOOK else Node.MEDIA
        return Target(node=node, thing=post, account=world.accounts[post.account_id])
    message = world.messages.get(object_id)
    if message is not None:
        return Target(node=Node.MESSAGE, thing=message, account=world.accounts[message.account_id])
    person = world.people.get(object_id)
    if person is not None:
        return Target(node=Node.PERSON, thing=person, account=world.accounts[person.account_id])
    in_thread = world.messages_of_thread.get(object_id)
    if in_thread:
        first = world.messages[in_thread[0]]
        thread = Thread(id=object_id, person=world.people[first.person_id])
        return Target(node=Node.THREAD, thing=thread, account=world.accounts[first.account_id])
    return None
