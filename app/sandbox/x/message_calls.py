"""Direct messages: reading and sending them.

https://docs.x.com/x-api/direct-messages/lookup/introduction, https://docs.x.com/x-api/direct-messages/manage/introduction
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final

from app.sandbox.endpoint import Answer
from app.sandbox.seed import Platform
from app.sandbox.world import messages
from app.sandbox.world.records import DirectMessage, Person, State
from app.sandbox.x.asked import Asked, told
from app.sandbox.x.paging import id_of, page_of
from app.sandbox.x.parameters import (
    BODY_ID,
    Check,
    a_list,
    a_number,
    a_text,
    body_list,
    body_text,
    read_body,
    read_object,
    read_query,
)
from app.sandbox.x.problems import forbidden, invalid, not_found, not_simulated
from app.sandbox.x.render import (
    FIELDS,
    MEDIA_FIELDS,
    MESSAGE_EXPANSIONS,
    MESSAGE_FIELDS,
    USER_FIELDS,
    Includes,
    Naming,
    include_people,
    message_document,
    sender_of,
)
from app.sandbox.x.wanted import wanted_of

KEPT: Final = timedelta(days=30)
EVENT_TYPES: Final = frozenset({"MessageCreate", "ParticipantsJoin", "ParticipantsLeave"})
ONE_EVENT: Final[Mapping[str, Check]] = {
    "dm_event.fields": a_list(MESSAGE_FIELDS),
    "expansions": a_list(MESSAGE_EXPANSIONS),
    "user.fields": a_list(USER_FIELDS),
    "media.fields": a_list(MEDIA_FIELDS),
    Naming.POST: a_list(FIELDS[Naming.POST]),
    Naming.TWEET: a_list(FIELDS[Naming.TWEET]),
}
EVENTS: Final[Mapping[str, Check]] = {
    **ONE_EVENT,
    "max_results": a_number(1, 100),
    "pagination_token": a_text(16, 500),
    "event_types": a_list(EVENT_TYPES),
}


def _attachment(name: str, value: Any) -> dict[str, Any]:
    return read_object(name, value, {"media_id": BODY_ID}, frozenset({"media_id"}))


MESSAGE_BODY: Final = {"text": body_text(1, 100_000), "attachments": body_list(_attachment)}


def read_all(asked: Asked) -> Answer:
    """All messages of the account, newest first."""
    return _listed(asked, _kept(asked))


def read_with(asked: Asked) -> Answer:
    """Those of the conversation with one person."""
    person_id = asked.ids["participant_id"]
    return _listed(asked, [message for message in _kept(asked) if message.person_id == person_id])


def read_conversation(asked: Asked) -> Answer:
    """Those of a conversation by its id."""
    thread_id = asked.ids["id"]
    return _listed(asked, [message for message in _kept(asked) if message.thread_id == thread_id])


def read_one(asked: Asked) -> Answer:
    """One message."""
    query = read_query(asked.call, ONE_EVENT)
    found = next((message for message in _kept(asked) if message.id == asked.ids["event_id"]), None)
    if found is None:
        raise not_found("dm_event", "event_id", asked.ids["event_id"])
    includes = _included(asked, [found], query)
    return told(message_document(found, *_shown(query)), includes, wanted_of(_without_expansions(query)).naming)


def send_to(asked: Asked) -> Answer:
    """Write to a person."""
    return _send(asked, asked.ids["participant_id"])


def send_in(asked: Asked) -> Answer:
    """Write in a conversation of two."""
    members = asked.ids["dm_conversation_id"].split("-")
    if len(members) != 2 or asked.account.external_id not in members:
        raise forbidden()
    return _send(asked, next(one for one in members if one != asked.account.external_id))


def _send(asked: Asked, person_id: str) -> Answer:
    read_query(asked.call, {})
    body = read_body(asked.call, MESSAGE_BODY)
    person = _person(asked, person_id)
    for message in messages.thread_of(asked.world, person):
        if not message.is_ours:
            asked.call.touched[message.id] = "private_message"
    if not body.keys() & {"text", "attachments"}:
        raise invalid("$: at least one of text, attachments is required")
    if len(body.get("attachments", ())) > 1:
        raise invalid("$.attachments: at most one attachment is allowed")
    if "attachments" in body:
        raise not_simulated("attachments of messages")
    block = asked.world.block_of(asked.account.external_id, person.id)
    if block is not None and block.from_messages:
        raise forbidden("You do not have permission to DM one or more participants.")
    outcome = messages.answer(asked.world, person, body["text"])
    asked.tell(outcome)
    data = {"dm_conversation_id": outcome.result.thread_id, "dm_event_id": outcome.result.id}
    return replace(told(data), status=201)


def _person(asked: Asked, person_id: str) -> Person:
    person = asked.world.people.get(person_id)
    # Visitors are known to one account each; for another of ours they are nobody.
    if person is None or person.platform is not Platform.X or person.account_id != asked.account.external_id:
        raise not_found("user", "participant_id", person_id)
    return person


def _kept(asked: Asked) -> list[DirectMessage]:
    since = asked.world.clock.now() - KEPT
    found = (
        message
        for message in asked.world.messages.values()
        if message.account_id == asked.account.external_id and message.state is State.VISIBLE and message.at > since
    )
    return sorted(found, key=lambda message: int(message.id), reverse=True)


def _listed(asked: Asked, found: Sequence[DirectMessage]) -> Answer:
    query = read_query(asked.call, EVENTS)
    if "MessageCreate" not in query.get("event_types", EVENT_TYPES):
        found = []
    after = id_of("pagination_token", query["pagination_token"]) if "pagination_token" in query else None
    page, next_token = page_of(found, size=query.get("max_results", 100), after=after)
    meta: dict[str, object] = {"result_count": len(page)}
    if next_token is not None:
        meta["next_token"] = next_token
    if not page:
        return Answer(content={"meta": meta})
    includes = _included(asked, page, query)
    documents = [message_document(message, *_shown(query)) for message in page]
    return told(documents, includes, wanted_of(_without_expansions(query)).naming, meta=meta)


def _shown(query: Mapping[str, Any]) -> tuple[frozenset[str], frozenset[str]]:
    return query.get("dm_event.fields", frozenset()), query.get("expansions", frozenset())


def _included(asked: Asked, page: Sequence[DirectMessage], query: Mapping[str, Any]) -> Includes:
    includes, wanted = Includes(), wanted_of(_without_expansions(query))
    if "sender_id" in query.get("expansions", ()):
        include_people(asked.world, includes, map(sender_of, page), wanted)
    return includes


def _without_expansions(query: Mapping[str, Any]) -> dict[str, Any]:
    """Those of messages are not those of posts."""
    return {name: value for name, value in query.items() if name != "expansions"}
