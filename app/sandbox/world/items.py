"""What became of a comment or message, for tests and the demo."""

from app.sandbox.world import comments
from app.sandbox.world.records import CallOnItem, Comment, DirectMessage, Mention, State
from app.sandbox.world.refusals import RefusedError, Why
from app.sandbox.world.state import World


def state_of(world: World, item_id: str) -> State:
    """Visible, hidden or deleted; a mention stands in a place that is not ours, and stays visible."""
    item = _item(world, item_id)
    return State.VISIBLE if isinstance(item, Mention) else item.state


def replies_to(world: World, item_id: str) -> list[Comment]:
    """The public replies beneath a comment; a message has none."""
    return comments.replies(world, item_id)


def answers_to_mention(world: World, item_id: str) -> tuple[tuple[str, str], ...]:
    """Our answers to a mention, each with its id and text; none for anything else."""
    mention = world.mentions.get(item_id)
    return mention.answers if mention else ()


def private_messages_about(world: World, item_id: str) -> list[DirectMessage]:
    """What we sent its author in answer: the private reply to a comment; for a message all of ours after it."""
    item = _item(world, item_id)
    if isinstance(item, Comment):
        reply_id = world.private_reply_to.get(item_id)
        return [world.messages[reply_id]] if reply_id else []
    if isinstance(item, Mention):
        return []
    thread = world.messages_of_thread[item.thread_id]
    later = thread[thread.index(item_id) + 1 :]
    return [world.messages[message_id] for message_id in later if world.messages[message_id].is_ours]


def calls_on(world: World, item_id: str) -> list[CallOnItem]:
    """The writing API calls that concerned the item, in order."""
    return list(world.calls.get(item_id, ()))


def _item(world: World, item_id: str) -> Comment | DirectMessage | Mention:
    item = world.comments.get(item_id) or world.messages.get(item_id) or world.mentions.get(item_id)
    if item is None:
        raise RefusedError(Why.GONE, item_id)
    return item
