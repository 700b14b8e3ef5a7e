"""One comment of the Data API to an event.

https://developers.google.com/youtube/v3/docs/comments#resource
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from app.connectors.keys import event_key
from app.connectors.meta.envelope import MAX_DETAIL
from app.connectors.values import as_id, as_object, as_text, as_time, as_url
from app.connectors.youtube.names import YOUTUBE, thread_of
from app.connectors.youtube.plain import plain
from app.messages import Channel, Event, EventKind, ExternalId, Media

TEXTS = frozenset({"textOriginal", "textDisplay"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """What a comment's place in an answer tells of it: the thread names what its replies leave out."""

    account_id: ExternalId | None = None
    post_id: ExternalId | None = None
    parent_id: ExternalId | None = None


def read_comment(comment: Mapping[str, object], external_id: ExternalId, place: Place) -> Event | None:
    """Return a comment's event, or None where the answer was asked for without its words.

    Published, held for review and taken for spam are states of one comment, so they have one key; each edit has its
    own. An edited one is told as edited even if it was never seen before: only so do its words become what stands
    there, whichever of them come first.
    """
    snippet = as_object(comment.get("snippet"))
    if not TEXTS & snippet.keys():
        return None
    published_at, updated_at = as_time(snippet.get("publishedAt")), as_time(snippet.get("updatedAt"))
    changed_at = updated_at if published_at is not None and updated_at != published_at else None
    account_id = as_id(snippet.get("channelId")) or place.account_id
    author_id = author_of(snippet)
    is_ours = author_id is not None and author_id == account_id
    kind = EventKind.CREATED if changed_at is None else EventKind.EDITED
    return Event(
        event=EventKind.ECHO if is_ours else kind,
        key=_key(external_id, changed_at),
        platform=YOUTUBE,
        channel=Channel.COMMENT,
        account_id=account_id,
        external_id=external_id,
        parent_id=as_id(snippet.get("parentId")) or place.parent_id or thread_of(external_id),
        post_id=as_id(snippet.get("videoId")) or place.post_id,
        author_id=author_id,
        author_name=as_text(snippet.get("authorDisplayName")),
        text=text_of(snippet),
        sent_at=published_at or updated_at,
        changed_at=changed_at,
        media=media_of(snippet),
        detail="/".join(part for part in ("comment", as_text(snippet.get("moderationStatus"))) if part)[:MAX_DETAIL],
    )


def _key(external_id: ExternalId, changed_at: datetime | None) -> str:
    if changed_at is None:
        return event_key(Channel.COMMENT, external_id, EventKind.CREATED)
    return event_key(Channel.COMMENT, external_id, EventKind.EDITED, changed_at.isoformat())


def author_of(snippet: Mapping[str, object]) -> ExternalId | None:
    """Return the author's channel, which is left out for some; live chat gives it without the object around it."""
    given = snippet.get("authorChannelId")
    return as_id(as_object(given).get("value")) if isinstance(given, dict) else as_id(given)


def text_of(snippet: Mapping[str, object]) -> str | None:
    """Return the words as written where the platform gives them, else as shown, without HTML."""
    original = as_text(snippet.get("textOriginal"))
    if original is not None:
        return original
    shown = as_text(snippet.get("textDisplay"))
    # Once more: a reference may have stood for a character that cannot be stored.
    return as_text(plain(shown)) if shown is not None else None


def media_of(snippet: Mapping[str, object]) -> tuple[Media, ...]:
    """Return the picture of a comment; its address expires."""
    return (Media(kind="image", url=as_url(snippet["imageUrl"])),) if snippet.get("imageUrl") else ()
