"""A body to its events: a delivery, a page asked of the API, a single object, or an error."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime

from app.connectors.document import load
from app.connectors.keys import digest, event_key
from app.connectors.linkedin.comment import Comment
from app.connectors.linkedin.notification import LINKEDIN, is_notification, message_key, other, read_notification
from app.connectors.linkedin.urns import CommentName
from app.connectors.values import as_id, as_list, as_object, as_text
from app.messages import Channel, Event, EventKind

URN_FIELDS = ("commentUrn", "$URN")


def parse(body: bytes, *, received_at: datetime) -> tuple[Event, ...]:
    """Turn a raw body into events, in its order.

    LinkedIn names every time itself, so `received_at` is not needed.
    """
    document = load(LINKEDIN, body)
    events = tuple(event for part in as_list(document) for event in _events(part))
    return events or (_answer(document, "api/answer"),)


def _events(part: object) -> Iterator[Event]:
    item = as_object(part)
    if "notifications" in item:
        yield from map(_notification, as_list(item["notifications"]))
    elif "elements" in item:
        yield from map(_element, as_list(item["elements"]))
    elif is_notification(item) or _is_comment(item):
        yield _element(item)
    elif any(_is_comment(as_object(found)) for found in as_object(item.get("results")).values()):
        yield from map(_element, as_object(item["results"]).values())
    elif _is_error(item):
        yield _answer(part, "api/error")
    elif item.get("type"):
        yield _answer(part, f"delivery {as_text(item['type']) or 'unnamed'}")
    else:
        yield _answer(part, "api/answer")


def _notification(value: object) -> Event:
    return read_notification(as_object(value)) if isinstance(value, dict) else _answer(value, "odd notification")


def _element(value: object) -> Event:
    item = as_object(value)
    if is_notification(item):
        return read_notification(item)
    return (_comment(item) if _is_comment(item) else None) or _answer(value, "api/element")


def _is_comment(item: Mapping[str, object]) -> bool:
    """Whether this is a comment: posts have a `commentary` and an `author`, errors a `message` that is a string."""
    if "commentary" in item or _is_error(item):
        return False
    if any(CommentName.read(item.get(field)) is not None for field in URN_FIELDS):
        return True
    return as_id(item.get("id")) is not None and (
        isinstance(item.get("message"), dict) or {"object", "actor"} <= item.keys()
    )


def _is_error(item: Mapping[str, object]) -> bool:
    return "serviceErrorCode" in item or {"status", "message"} <= item.keys() or "error" in item


def _comment(item: Mapping[str, object]) -> Event | None:
    """Read a comment that the API listed. One that was edited since is an edit: what it said at first is not shown."""
    comment = Comment.read(item)
    if comment is None:
        return None
    kind = EventKind.CREATED if comment.changed_at is None else EventKind.EDITED
    return Event(
        event=kind,
        key=message_key(f"comment:{comment.identity}", kind, comment.changed_at, comment.text),
        platform=LINKEDIN,
        channel=Channel.COMMENT,
        external_id=comment.external_id,
        parent_id=comment.parent_id,
        post_id=comment.post_id,
        author_id=comment.author_id,
        author_name=comment.author_name,
        text=comment.text,
        sent_at=comment.created_at,
        changed_at=comment.changed_at,
        media=comment.media,
        detail="polled/comment",
    )


def _answer(value: object, detail: str) -> Event:
    """Keep an answer that holds no message."""
    told = other(as_object(value), detail)
    return replace(told, key=event_key("other", detail, digest(value)))
