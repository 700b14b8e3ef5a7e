"""``POST /{page}/messages``: answers in conversations, private replies to comments, typing marks."""

from collections.abc import Callable
from datetime import timedelta
from typing import Final

from app.sandbox.graph.context import Context
from app.sandbox.graph.errors import GraphError, bad_comment, from_refusal, parameter
from app.sandbox.meta.texts import METADATA_CHARACTERS
from app.sandbox.seed import Platform
from app.sandbox.world import messages
from app.sandbox.world.events import Outcome
from app.sandbox.world.records import DirectMessage, Person
from app.sandbox.world.refusals import RefusedError, Why

SENDER_ACTIONS: Final = frozenset({"TYPING_ON", "TYPING_OFF", "MARK_SEEN", "REACT", "UNREACT"})
MESSAGING_TYPES: Final = frozenset({"RESPONSE", "UPDATE", "MESSAGE_TAG", "UTILITY"})
MESSAGE_PARTS: Final = frozenset({"text", "attachment", "attachments", "quick_replies", "metadata"})
# Withdrawn on 2026-04-27.
DEAD_TAGS: Final = frozenset({"CONFIRMED_EVENT_UPDATE", "ACCOUNT_UPDATE", "POST_PURCHASE_UPDATE"})


def send(context: Context) -> dict[str, object]:
    """Check the call as a whole, then do the one of the three that it is."""
    recipient, message = context.call.mapping("recipient") or {}, context.call.mapping("message")
    action = context.call.choice("sender_action", SENDER_ACTIONS)
    if len(recipient) != 1 or next(iter(recipient)) not in {"id", "comment_id", "post_id"}:
        raise parameter("Param recipient must have exactly one of id, comment_id, post_id")
    if message is not None and action is not None:
        raise parameter("Cannot send a message and a sender_action in one call", 2018014)
    if message is None and action is None:
        raise parameter("One of message and sender_action is required")
    if "comment_id" in recipient:
        return _private_reply(context, str(recipient["comment_id"]), message)
    if "post_id" in recipient:
        raise parameter("Visitor posts are not part of this Page")
    person = _recipient(context, str(recipient["id"]))
    if message is None:
        return {"recipient_id": person.id}
    return _answer(context, person, message)


def _answer(context: Context, person: Person, message: dict[str, object]) -> dict[str, object]:
    text, metadata = _content(message)
    as_human_agent = _is_human_agent(context, person.platform)
    for written in reversed(messages.thread_of(context.world, person)):
        if written.is_ours:
            break
        context.touch(written.id, "private_message")
    return _sent(
        context,
        person.platform,
        lambda: messages.answer(context.world, person, text, metadata=metadata, as_human_agent=as_human_agent),
    )


def _private_reply(context: Context, comment_id: str, message: dict[str, object] | None) -> dict[str, object]:
    if message is None:
        raise parameter("A private reply needs a message")
    for unwanted in ("messaging_type", "tag"):
        if unwanted in context.call.parameters:
            raise parameter(f"Param {unwanted} is not allowed with recipient comment_id")
    text, metadata = _content(message)
    comment = context.world.comments.get(comment_id)
    if comment is None:
        raise bad_comment(_guessed_platform(comment_id))
    account = context.world.accounts[comment.account_id]
    if account.page_id != context.target.account.external_id:
        raise bad_comment(account.platform)
    context.touch(comment_id, "private_reply")
    _check_rate(context, account.external_id, account.platform)
    try:
        outcome = messages.private_reply(context.world, account, comment_id, text, metadata=metadata)
    except RefusedError as refusal:
        if refusal.why is Why.GONE:
            raise bad_comment(account.platform) from refusal
        raise from_refusal(refusal, account.platform, "POST") from refusal
    return _shown(context.done(outcome))


def _sent(context: Context, platform: Platform, act: Callable[[], Outcome[DirectMessage]]) -> dict[str, object]:
    try:
        outcome = act()
    except RefusedError as refusal:
        raise from_refusal(refusal, platform, "POST") from refusal
    return _shown(context.done(outcome))


def _shown(message: DirectMessage) -> dict[str, object]:
    return {"recipient_id": message.person_id, "message_id": message.id}


def _content(message: dict[str, object]) -> tuple[str, str | None]:
    unknown = set(message) - MESSAGE_PARTS
    if unknown:
        raise parameter(f"Param message has unexpected keys: {', '.join(sorted(unknown))}")
    text, metadata = message.get("text"), message.get("metadata")
    if not isinstance(text, str):
        raise parameter("Param message[text] must be a string")
    if metadata is not None and (not isinstance(metadata, str) or len(metadata) > METADATA_CHARACTERS):
        raise parameter(f"Param message[metadata] must be a string of up to {METADATA_CHARACTERS} characters")
    return text, metadata


def _recipient(context: Context, person_id: str) -> Person:
    page = context.target.account
    person = context.world.people.get(person_id)
    if person is None:
        raise from_refusal(RefusedError(Why.NO_SUCH_USER, person_id), Platform.FACEBOOK, "POST")
    account = context.world.accounts[person.account_id]
    if account.page_id != page.external_id:
        raise from_refusal(RefusedError(Why.NO_SUCH_USER, person_id), person.platform, "POST")
    return person


def _is_human_agent(context: Context, platform: Platform) -> bool:
    kind = context.call.choice("messaging_type", MESSAGING_TYPES) or "RESPONSE"
    tag = context.call.text("tag")
    if kind == "UTILITY":
        raise parameter("A UTILITY message needs an approved template")
    if kind != "MESSAGE_TAG":
        if tag is not None:
            raise parameter("Param tag is allowed with messaging_type MESSAGE_TAG only")
        return False
    if tag is None:
        raise parameter("Param tag is required with messaging_type MESSAGE_TAG")
    if tag.upper() in DEAD_TAGS and platform is Platform.FACEBOOK:
        raise parameter("This message tag is no longer supported", 1893061)
    if tag.upper() != "HUMAN_AGENT":
        raise parameter("Param tag must be HUMAN_AGENT")
    if not context.rules.human_agent_approved:
        raise GraphError(200, "(#200) The app is not approved for the Human Agent feature", 2018028)
    return True


def _check_rate(context: Context, account_id: str, platform: Platform) -> None:
    begin = context.world.clock.now() - timedelta(hours=1)
    sent = 0
    for message_id in reversed(context.world.private_reply_to.values()):
        message = context.world.messages[message_id]
        if message.at < begin:
            break
        sent += message.account_id == account_id
    if sent >= context.rules.private_replies_per_hour:
        raise from_refusal(RefusedError(Why.RATE, account_id), platform, "POST")


def _guessed_platform(comment_id: str) -> Platform:
    return Platform.FACEBOOK if "_" in comment_id else Platform.INSTAGRAM
