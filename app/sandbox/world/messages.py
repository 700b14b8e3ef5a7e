"""Direct messages: visitors write first, we answer within the windows; and the one private reply to a comment."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from app.sandbox.seed import SeedAccount
from app.sandbox.world import comments
from app.sandbox.world.events import MessageChange, MessageChanged, Outcome
from app.sandbox.world.records import Comment, DirectMessage, Person, State
from app.sandbox.world.refusals import RefusedError, Why
from app.sandbox.world.state import World
from app.sandbox.world.texts import check_visitor_message

ANSWER_WINDOW: Final = timedelta(hours=24)
HUMAN_AGENT_WINDOW: Final = timedelta(days=7)
PRIVATE_REPLY_WINDOW: Final = timedelta(days=7)
MOST_EDITS: Final = 5


def thread_id_of(world: World, person: Person) -> str:
    """The conversation of a person with the account; there is one a pair."""
    return world.habits[person.platform].thread_id(person)


def thread_of(world: World, person: Person) -> list[DirectMessage]:
    """The messages of the conversation, oldest first; none if there is no conversation."""
    return [world.messages[message_id] for message_id in world.messages_of_thread.get(thread_id_of(world, person), ())]


def last_written_at(world: World, person: Person) -> datetime | None:
    """When the person last wrote to the account; a comment does not count."""
    times = [message.at for message in thread_of(world, person) if not message.is_ours]
    return times[-1] if times else None


def write(world: World, person: Person, text: str) -> Outcome[DirectMessage]:
    """A visitor writes to the account."""
    if not world.habits[person.platform].has_messages:
        raise RefusedError(Why.NO_MESSAGES, person.account_id)
    block = world.block_of(person.account_id, person.id)
    if block is not None and block.from_messages:
        raise RefusedError(Why.BLOCKED, person.id)
    check_visitor_message(text)
    return _send(world, person, text, is_ours=False)


def edit(world: World, message_id: str, text: str) -> Outcome[DirectMessage]:
    """A visitor changes a message they wrote; at most five times."""
    message = _visitors_own(world, message_id)
    if message.edits >= MOST_EDITS or not world.habits[message.platform].changes_messages:
        raise RefusedError(Why.NO_EDITING, message_id)
    check_visitor_message(text)
    changed = replace(message, text=text, edits=message.edits + 1)
    return _changed(world, changed, MessageChange.EDITED)


def unsend(world: World, message_id: str) -> Outcome[DirectMessage]:
    """A visitor takes a message back, where the platform has such a thing."""
    message = _visitors_own(world, message_id)
    if not world.habits[message.platform].changes_messages:
        raise RefusedError(Why.NO_EDITING, message_id)
    return _changed(world, replace(message, state=State.DELETED), MessageChange.UNSENT)


def answer(
    world: World, person: Person, text: str, *, metadata: str | None = None, as_human_agent: bool = False
) -> Outcome[DirectMessage]:
    """We answer in a conversation: within a day of the person's last message, a human agent within seven.

    Some platforms have no such windows.
    """
    world.habits[person.platform].check_message(text)
    if not person.is_reachable:
        raise RefusedError(Why.UNREACHABLE, person.id)
    written_at = last_written_at(world, person)
    window = HUMAN_AGENT_WINDOW if as_human_agent else ANSWER_WINDOW
    is_open = written_at is not None and world.clock.now() - written_at <= window
    if not is_open and not world.habits[person.platform].takes_answers_any_time:
        raise RefusedError(Why.WINDOW_CLOSED, person.id)
    return _send(world, person, text, is_ours=True, metadata=metadata)


def private_reply(
    world: World, account: SeedAccount, comment_id: str, text: str, *, metadata: str | None = None
) -> Outcome[DirectMessage]:
    """We write to the author of a comment: once for each comment, within seven days of it."""
    comment = comments.existing(world, comment_id)
    world.habits[account.platform].check_message(text)
    _check_privately_answerable(world, comment)
    person = world.people[comment.author_id]
    if not person.is_reachable:
        raise RefusedError(Why.UNREACHABLE, person.id)
    return _send(world, person, text, is_ours=True, metadata=metadata, comment_id=comment.id)


def can_reply_privately(world: World, comment: Comment) -> bool:
    """What the platform says when asked beforehand."""
    try:
        _check_privately_answerable(world, comment)
    except RefusedError:
        return False
    return world.people[comment.author_id].is_reachable


def _check_privately_answerable(world: World, comment: Comment) -> None:
    if comment.is_ours or comment.author_id not in world.people:
        raise RefusedError(Why.NOT_ANSWERABLE, comment.id)
    if comment.id in world.private_reply_to:
        raise RefusedError(Why.ALREADY_ANSWERED, comment.id)
    if world.clock.now() - comment.created_at > PRIVATE_REPLY_WINDOW:
        raise RefusedError(Why.TOO_OLD, comment.id)


def _visitors_own(world: World, message_id: str) -> DirectMessage:
    message = world.messages.get(message_id)
    if message is None or message.state is State.DELETED or message.is_ours:
        raise RefusedError(Why.GONE, message_id)
    return message


def _changed(world: World, message: DirectMessage, change: MessageChange) -> Outcome[DirectMessage]:
    world.put(message)
    return Outcome(message, (MessageChanged(message=message, change=change, at=world.clock.now()),))


def _send(
    world: World,
    person: Person,
    text: str,
    *,
    is_ours: bool,
    metadata: str | None = None,
    comment_id: str | None = None,
) -> Outcome[DirectMessage]:
    message = DirectMessage(
        id=world.habits[person.platform].message_id(person, world.ids.number()),
        platform=person.platform,
        account_id=person.account_id,
        person_id=person.id,
        thread_id=thread_id_of(world, person),
        is_ours=is_ours,
        text=text,
        at=world.clock.now(),
        metadata=metadata,
        comment_id=comment_id,
    )
    return _changed(world, message, MessageChange.SENT)
