"""Direct messages, the same on Messenger and Instagram: an item of `messaging[]` or `standby[]` to one event.

`standby` holds the same while another app or a colleague's inbox owns the thread: it is a message to us all the same.
https://developers.facebook.com/docs/messenger-platform/reference/webhook-events
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from app.connectors.keys import digest, event_key
from app.connectors.meta.envelope import Update
from app.connectors.values import as_count, as_flag, as_id, as_list, as_object, as_text, as_time, as_url
from app.messages import Channel, Event, EventKind, ExternalId, Media

FRAME = frozenset({"sender", "recipient", "timestamp", "prior_message"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """Who wrote to whom and when; `counterpart_id` is the person, whichever way the message went."""

    author_id: ExternalId | None
    counterpart_id: ExternalId | None
    sent_at: datetime | None
    is_ours: bool

    @classmethod
    def of(cls, update: Update) -> "Frame":
        """Read the frame of an item.

        Ours is what says so, and what the account sent to someone else: it must never be answered as if a person had
        written it.
        """
        item, account_id = update.value, update.account_id
        message = as_object(item.get("message"))
        sender = as_id(as_object(item.get("sender")).get("id"))
        recipient = as_id(as_object(item.get("recipient")).get("id"))
        marked = as_flag(message.get("is_echo")) is True or as_flag(message.get("is_self")) is True
        is_ours = marked or (sender is not None and sender == account_id and recipient != sender)
        if is_ours and recipient == account_id:
            # Some senders turn the two round in echoes; the account wrote it nevertheless.
            sender, recipient = recipient, sender
        return cls(
            author_id=sender,
            counterpart_id=recipient if is_ours else sender,
            sent_at=as_time(item.get("timestamp")) or update.told_at,
            is_ours=is_ours,
        )


def read_messaging(update: Update) -> Event:
    """Turn one item into one event."""
    item = update.value
    if isinstance(item.get("message"), dict):
        return _message(update, as_object(item["message"]))
    if isinstance(item.get("message_edit"), dict):
        return _edit(update, as_object(item["message_edit"]))
    return _other(update)


def _message(update: Update, message: Mapping[str, object]) -> Event:
    frame, mid = Frame.of(update), as_id(message.get("mid"))
    is_deleted = as_flag(message.get("is_deleted")) is True
    if is_deleted and frame.is_ours:
        return update.other(f"{update.source}/own message deleted", external_id=mid)
    if mid is None and not frame.is_ours:
        return update.other(f"{update.source}/message without mid")
    reply_to = as_object(message.get("reply_to"))
    kind = EventKind.ECHO if frame.is_ours else EventKind.REMOVED if is_deleted else EventKind.CREATED
    return Event(
        event=kind,
        key=event_key("message", kind, mid or digest(dict(update.value))),
        platform=update.platform,
        channel=Channel.DM,
        account_id=update.account_id,
        external_id=mid,
        parent_id=as_id(reply_to.get("mid")),
        # An answer to a story of ours: the story is the post.
        post_id=as_id(as_object(reply_to.get("story")).get("id")),
        author_id=frame.author_id,
        counterpart_id=frame.counterpart_id,
        text=as_text(message.get("text")),
        sent_at=frame.sent_at,
        media=media_of(message),
        metadata=as_text(message.get("metadata")),
        detail=f"{update.source}/message" + ("/is_deleted" if is_deleted else ""),
    )


def _edit(update: Update, edit: Mapping[str, object]) -> Event:
    frame, mid = Frame.of(update), as_id(edit.get("mid"))
    if mid is None:
        return update.other(f"{update.source}/message_edit without mid")
    text = as_text(edit.get("text"))
    return Event(
        event=EventKind.ECHO if frame.is_ours else EventKind.EDITED,
        # At most five edits, counted by the platform.
        key=event_key("edit", mid, as_text(edit.get("num_edit")) or digest(text)),
        platform=update.platform,
        channel=Channel.DM,
        account_id=update.account_id,
        external_id=mid,
        author_id=frame.author_id,
        counterpart_id=frame.counterpart_id,
        text=text,
        sent_at=frame.sent_at,
        changed_at=frame.sent_at,
        edit_number=as_count(edit.get("num_edit")),
        detail=f"{update.source}/message_edit",
    )


def _other(update: Update) -> Event:
    item = update.value
    name = next(iter(sorted(key for key in item if key not in FRAME)), "empty")
    about, sender = as_object(item.get(name)), as_id(as_object(item.get("sender")).get("id"))
    action = as_text(about.get("action"))
    detail = f"{update.source}/{name}" + (f"/{action}" if action else "")
    match name:
        case "read" | "delivery" if about.get("watermark") is not None:
            key = event_key(name, sender, as_text(about["watermark"]))
        case "postback" if about.get("mid") is not None:
            key = event_key(name, as_id(about["mid"]))
        case _:
            key = event_key(name, digest(dict(item)))
    frame = Frame.of(update)
    return replace(
        update.other(detail, key=key, external_id=as_id(about.get("mid"))),
        channel=Channel.DM,
        author_id=frame.author_id,
        counterpart_id=frame.counterpart_id,
        text=as_text(about.get("title")),
        sent_at=frame.sent_at,
    )


def media_of(message: Mapping[str, object]) -> tuple[Media, ...]:
    """Return a message's attachments; an address may be missing (`fallback`, `like_heart`, `location`)."""
    media = []
    for attachment in map(as_object, as_list(message.get("attachments"))):
        payload = as_object(attachment.get("payload"))
        address = payload.get("url") or attachment.get("url") or attachment.get("URL")
        media.append(Media(kind=as_text(attachment.get("type")) or "unknown", url=as_url(address)))
    if as_flag(message.get("is_unsupported")) is True:
        media.append(Media(kind="unsupported"))
    return tuple(media)
