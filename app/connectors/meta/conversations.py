"""Direct messages in a page that was asked of the inbox, instead of delivered: `Inbox.written_since` made it.

A message has the same id and so the same key as in its webhook, and is taken once.
https://developers.facebook.com/docs/messenger-platform/conversations
"""

from collections.abc import Iterator, Mapping

from app.connectors.keys import event_key
from app.connectors.values import as_id, as_list, as_object, as_text, as_time, as_url
from app.messages import Channel, Event, EventKind, ExternalId, Media, PlatformName


def conversed(platform: PlatformName, document: object) -> Iterator[Event]:
    """Yield an event for each message, in the order in which they were written; none where there are none."""
    for conversation in map(as_object, as_list(as_object(document).get("conversations"))):
        person = as_id(conversation.get("with"))
        for message in reversed(as_list(conversation.get("messages"))):
            event = _event(platform, as_object(message), person)
            if event is not None:
                yield event


def _event(platform: PlatformName, message: Mapping[str, object], person: ExternalId | None) -> Event | None:
    mid, writer = as_id(message.get("id")), as_id(as_object(message.get("from")).get("id"))
    if mid is None or person is None or writer is None:
        return None
    # In a thread of two, what is not the person's is ours, whichever of our ids it bears.
    kind = EventKind.CREATED if writer == person else EventKind.ECHO
    return Event(
        event=kind,
        key=event_key("message", kind, mid),
        platform=platform,
        channel=Channel.DM,
        external_id=mid,
        author_id=writer,
        author_name=as_text(as_object(message.get("from")).get("name")),
        counterpart_id=person,
        text=as_text(message.get("message")) or None,
        sent_at=as_time(message.get("created_time")),
        media=tuple(_media(message)),
        detail="polled/message",
    )


def _media(message: Mapping[str, object]) -> Iterator[Media]:
    for one in map(as_object, as_list(as_object(message.get("attachments")).get("data"))):
        kind = (as_text(one.get("mime_type")) or "file").partition("/")[0]
        held = (as_object(one.get(name)).get("url") for name in ("image_data", "video_data"))
        addresses = (as_url(address) for address in (*held, one.get("file_url")))
        yield Media(kind=kind, url=next((address for address in addresses if address is not None), None))
