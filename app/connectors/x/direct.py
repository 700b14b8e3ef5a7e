"""Direct messages in X's two shapes: the webhook's ``message_create`` and the polled ``MessageCreate``.

Both name a message by the same id. https://docs.x.com/x-api/account-activity/introduction
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from app.connectors.values import as_object, as_text
from app.connectors.x.values import Expansions, as_moment, as_written, either, id_of, pictures
from app.messages import ExternalId, Media

# A conversation of two is named by both ids.
OF_TWO = re.compile(r"(\w{1,30})-(\w{1,30})", re.ASCII)
KINDS = frozenset({"MessageCreate", "ParticipantsJoin", "ParticipantsLeave"})


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectMessage:
    """One message; `kind` is the platform's word, where it is none."""

    id: ExternalId | None
    kind: str
    text: str | None = None
    sender_id: ExternalId | None = None
    sender_name: str | None = None
    recipient_id: ExternalId | None = None
    sent_at: datetime | None = None
    media: tuple[Media, ...] = ()

    @property
    def is_message(self) -> bool:
        """Whether it is something that was said; people also join and leave."""
        return self.kind in {"message_create", "MessageCreate"}

    def is_ours(self, account_id: ExternalId | None) -> bool:
        """Whether the account wrote it."""
        return account_id is not None and self.sender_id == account_id


def read_delivered(value: Mapping[str, object], beside: Expansions) -> DirectMessage:
    """Read an item of ``direct_message_events``."""
    created = as_object(value.get("message_create"))
    data = as_object(created.get("message_data"))
    sender_id = id_of(created, "sender_id")
    attachment = as_object(data.get("attachment"))
    return DirectMessage(
        id=id_of(value, "id"),
        kind=as_text(value.get("type")) or ("message_create" if created else "unnamed"),
        text=as_written(data.get("text")),
        sender_id=sender_id,
        sender_name=beside.name_of(sender_id),
        recipient_id=id_of(as_object(created.get("target")), "recipient_id"),
        sent_at=as_moment(either(value, "created_timestamp", "created_at")),
        media=pictures(attachment.get("media") or attachment or None),
    )


def read_polled(value: Mapping[str, object], beside: Expansions) -> DirectMessage:
    """Read an item of a page of ``dm_events``."""
    sender_id = id_of(value, "sender_id")
    return DirectMessage(
        id=id_of(value, "id"),
        kind=as_text(value.get("event_type")) or "MessageCreate",
        text=as_written(value.get("text")),
        sender_id=sender_id,
        sender_name=beside.name_of(sender_id),
        recipient_id=next((member for member in members_of(value) if member != sender_id), None),
        sent_at=as_moment(value.get("created_at")),
        media=beside.attached(value.get("attachments")),
    )


def is_polled_message(value: Mapping[str, object]) -> bool:
    """Whether this is an item of ``dm_events``."""
    says_so = as_text(value.get("event_type")) in KINDS
    return says_so or (
        "id" in value and "text" in value and {"sender_id", "dm_conversation_id"} & value.keys() != set()
    )


def members_of(value: Mapping[str, object]) -> tuple[ExternalId, ...]:
    """Return both people of a conversation of two; none where it is a group or not told."""
    found = OF_TWO.fullmatch(as_text(value.get("dm_conversation_id")) or "")
    return (ExternalId(found[1]), ExternalId(found[2])) if found else ()


def account_of(page: list[Mapping[str, object]]) -> ExternalId | None:
    """Return whose inbox a page shows: who takes part in all of its conversations, where there are several."""
    conversations = {frozenset(members) for item in page if (members := members_of(item))}
    in_all = frozenset.intersection(*conversations) if len(conversations) > 1 else frozenset()
    return next(iter(in_all)) if len(in_all) == 1 else None
