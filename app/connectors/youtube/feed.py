# mypy: disable-error-code="import-untyped"
# defusedxml comes without types.
"""Videos in an Atom feed that the hub delivered: published, changed, deleted. No comment is ever told of.

Elements are known by their local names: namespaces are the platform's habit, and nothing here has two meanings.
https://developers.google.com/youtube/v3/guides/push_notifications
"""

import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from app.connectors.keys import event_key
from app.connectors.meta.envelope import MAX_DETAIL
from app.connectors.values import as_id, as_text, as_time, as_url, clean
from app.connectors.youtube.names import YOUTUBE
from app.errors import UnreadableDeliveryError
from app.messages import Event, EventKind, ExternalId

# A feed has a handful of entries with some fifteen elements each.
MOST_TAGS = 50_000

VIDEO = re.compile(r"yt:video:(.+)", re.DOTALL)
CHANNEL = re.compile(r"https?://(?:www\.)?youtube\.com/channel/([A-Za-z0-9_-]+)/?")


def events_of(body: bytes) -> Iterator[Event]:
    """Yield an event for each video that a feed names; one `other` for XML that is something else."""
    root = _read(body)
    entries = [root] if _name(root) in READERS else [child for child in root if _name(child) in READERS]
    for entry in entries:
        yield READERS[_name(entry)](entry)
    if not entries:
        detail = "feed/empty" if _name(root) == "feed" else f"xml/{_name(root)}"
        yield _event(detail, key=event_key("other", detail))


def _read(body: bytes) -> Element:
    """Return the root. No document type, no entities, nothing fetched from elsewhere."""
    if body.count(b"<") > MOST_TAGS:
        raise UnreadableDeliveryError(YOUTUBE, "the feed has far too many elements")
    try:
        root: Element = fromstring(_trimmed(body), forbid_dtd=True)
    except DefusedXmlException as error:
        raise UnreadableDeliveryError(YOUTUBE, "the XML has a document type or entities") from error
    except (ParseError, ValueError, LookupError) as error:
        # The latter two: an encoding that the reader does not know.
        raise UnreadableDeliveryError(YOUTUBE, "the body is not XML") from error
    return root


def _trimmed(body: bytes) -> bytes:
    """White space before an XML declaration is an error to the reader, and common."""
    return body.removeprefix(b"\xef\xbb\xbf").lstrip()


def _published(entry: Element) -> Event:
    """Read an entry. The same video comes again when its title or description changed, with a later `updated`."""
    author = _child(entry, "author")
    told = _text(entry, "updated") or _text(entry, "published")
    video_id = as_id(_text(entry, "videoId")) or _video(_text(entry, "id"))
    channel_id = as_id(_text(entry, "channelId")) or _channel(author)
    return _event(
        "video/published",
        key=event_key("video", video_id or _text(entry, "id") or "", "published", told or ""),
        video_id=video_id,
        channel_id=channel_id,
        author=author,
        text=_text(entry, "title"),
        link=_link(entry),
        told=told,
    )


def _deleted(entry: Element) -> Event:
    """Read a tombstone, which names the channel only in the address of whom it is by."""
    by, told = _child(entry, "by"), entry.get("when")
    video_id = _video(entry.get("ref"))
    return _event(
        "video/deleted",
        key=event_key("video", video_id or entry.get("ref") or "", "deleted", told or ""),
        video_id=video_id,
        channel_id=_channel(by),
        author=by,
        link=_link(entry),
        told=told,
    )


READERS = {"entry": _published, "deleted-entry": _deleted}


def _event(
    detail: str,
    *,
    key: str,
    video_id: ExternalId | None = None,
    channel_id: ExternalId | None = None,
    author: Element | None = None,
    text: str | None = None,
    link: str | None = None,
    told: str | None = None,
) -> Event:
    return Event(
        event=EventKind.OTHER,
        key=key,
        platform=YOUTUBE,
        account_id=channel_id,
        external_id=video_id,
        post_id=video_id,
        author_id=channel_id,
        author_name=as_text(_text(author, "name")) if author is not None else None,
        text=as_text(text),
        link=link,
        sent_at=as_time(told),
        detail=clean(detail)[:MAX_DETAIL],
    )


def _video(reference: str | None) -> ExternalId | None:
    found = VIDEO.fullmatch((reference or "").strip())
    return as_id(found[1]) if found else None


def _channel(person: Element | None) -> ExternalId | None:
    found = CHANNEL.fullmatch(_text(person, "uri") or "") if person is not None else None
    return as_id(found[1]) if found else None


def _link(entry: Element) -> str | None:
    """Return the address of the video's page; links can repeat, and others stand among them."""
    links = [child for child in entry if _name(child) == "link" and child.get("rel", "alternate") == "alternate"]
    return next((url for link in links if (url := as_url(link.get("href")))), None)


def _child(element: Element, name: str) -> Element | None:
    return next((child for child in element if _name(child) == name), None)


def _text(element: Element, name: str) -> str | None:
    child = _child(element, name)
    return (child.text or "").strip() or None if child is not None else None


def _name(element: Element) -> str:
    return element.tag.rpartition("}")[2]
