"""Blocking: ``/{page}/blocked`` for people on Facebook, ``/{page}/moderate_conversations`` for both platforms."""

from itertools import islice
from typing import Final

from app.sandbox.graph.context import Context
from app.sandbox.graph.errors import GraphError, from_refusal, parameter
from app.sandbox.graph.fields import Field
from app.sandbox.graph.other_nodes import PERSON
from app.sandbox.graph.render import show_list
from app.sandbox.seed import Platform
from app.sandbox.world import blocks
from app.sandbox.world.records import Person
from app.sandbox.world.refusals import RefusedError

IDENTITIES: Final = ("psid", "user", "uid", "asid")
MOST_PEOPLE, MOST_ACTIONS = 10, 2
NEWEST: Final = 2000
ACTIONS: Final = frozenset({"BAN_USER", "UNBAN_USER", "BLOCK_USER", "UNBLOCK_USER", "MOVE_TO_SPAM"})
INSTAGRAM_ACTIONS: Final = frozenset({"BLOCK_USER", "UNBLOCK_USER", "MOVE_TO_SPAM"})
OPPOSITES: Final = ({"BAN_USER", "UNBAN_USER"}, {"BLOCK_USER", "UNBLOCK_USER"})


def block(context: Context) -> dict[str, object]:
    """``POST /{page}/blocked``: a map of id to whether it was blocked; an unknown id is not."""
    given = [name for name in IDENTITIES if name in context.call.parameters]
    if len(given) != 1:
        raise parameter("Exactly one of psid, user, uid, asid is required")
    answer: dict[str, object] = {}
    for person_id in context.call.listing(given[0]) or []:
        person = _person_on_page(context, str(person_id))
        if person is not None:
            _touch_items_of(context, person, "block")
            blocks.bar(context.world, person)
        answer[str(person_id)] = person is not None
    if not answer:
        raise parameter(f"Param {given[0]} must not be empty")
    return answer


def unblock(context: Context) -> dict[str, object]:
    """``DELETE /{page}/blocked``."""
    given = [name for name in IDENTITIES if name in context.call.parameters]
    if len(given) != 1:
        raise parameter("Exactly one of psid, user, uid, asid is required")
    person = _person_on_page(context, context.call.required_text(given[0]))
    if person is None:
        raise parameter("The user is not blocked")
    _touch_items_of(context, person, "unblock")
    blocks.unbar(context.world, person)
    return {"success": True}


def blocked(context: Context) -> dict[str, object]:
    """``GET /{page}/blocked``."""
    wanted = context.call.text("user") or context.call.text("uid")
    people = blocks.barred_people(context.world, context.target.account.external_id)
    found = [person for person in people if wanted is None or person.id == wanted]
    return show_list(context.view, PERSON, found, context.call, context.fields or (Field(name="name"),))


def moderate(context: Context) -> dict[str, object]:
    """``POST /{page}/moderate_conversations``: all of it or nothing. Success is the text ``"true"``."""
    people = [_moderated(context, item) for item in context.call.listing("user_ids") or []]
    actions = [str(action).upper() for action in context.call.listing("actions") or []]
    if not 1 <= len(people) <= MOST_PEOPLE:
        raise parameter(f"Param user_ids must have 1 to {MOST_PEOPLE} users")
    if not 1 <= len(actions) <= MOST_ACTIONS or any(set(actions) >= opposite for opposite in OPPOSITES):
        raise parameter(f"Param actions must have 1 to {MOST_ACTIONS} actions, not opposite ones")
    for person in people:
        allowed = INSTAGRAM_ACTIONS if person.platform is Platform.INSTAGRAM else ACTIONS
        if not set(actions) <= allowed:
            raise parameter(f"Param actions must be of {{{', '.join(sorted(allowed))}}}")
    for action in actions:
        for person in people:
            _touch_items_of(context, person, action.lower().removesuffix("_user"))
            _apply(context, person, action)
    return {"success": "true"}


def _apply(context: Context, person: Person, action: str) -> None:
    try:
        match action:
            case "BAN_USER":
                blocks.bar(context.world, person)
            case "UNBAN_USER":
                blocks.unbar(context.world, person)
            case "BLOCK_USER":
                blocks.bar_in_inbox(context.world, person)
            case "UNBLOCK_USER":
                blocks.unbar_in_inbox(context.world, person)
    except RefusedError as refusal:
        raise from_refusal(refusal, person.platform, "POST") from refusal


def _moderated(context: Context, item: object) -> Person:
    person_id = item.get("id") if isinstance(item, dict) else None
    person = context.world.people.get(str(person_id))
    if person is None or context.world.accounts[person.account_id].page_id != context.target.account.external_id:
        raise GraphError(100, "(#100) Param user_ids must hold users who are known to this Page")
    return person


def _person_on_page(context: Context, person_id: str) -> Person | None:
    person = context.world.people.get(person_id)
    return person if person is not None and person.account_id == context.target.account.external_id else None


def _touch_items_of(context: Context, person: Person, act: str) -> None:
    # The newest comments and messages of the person carry the block in their history.
    for comment in islice(reversed(context.world.comments.values()), NEWEST):
        if comment.author_id == person.id:
            context.touch(comment.id, act)
    for message in islice(reversed(context.world.messages.values()), NEWEST):
        if message.person_id == person.id and not message.is_ours:
            context.touch(message.id, act)
