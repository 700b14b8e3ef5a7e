"""Answers of the Data API to events: pages of comment threads, comments, videos, channels, live chat; and errors.

Each resource names its `kind`; where it does not, its page does, or its shape tells.
https://developers.google.com/youtube/v3/docs
"""

import re
from collections.abc import Iterator, Mapping

from app.connectors.keys import digest, event_key
from app.connectors.meta.envelope import MAX_DETAIL
from app.connectors.values import as_id, as_list, as_object, as_text, as_time, clean
from app.connectors.youtube.comments import TEXTS, Place, author_of, read_comment
from app.connectors.youtube.names import YOUTUBE
from app.messages import Event, EventKind

PREFIX, LIST = "youtube#", "ListResponse"
# An error's reason is a word. What is more than that may be a sentence about somebody.
REASON = re.compile(r"[A-Za-z_]{1,60}")


def events_of(document: object) -> Iterator[Event]:
    """Yield the events of an answer; an empty page has none."""
    for answer in as_list(document) or [None]:
        yield from _of_answer(as_object(answer))


def reason_of(error: object) -> str | None:
    """Return the word by which an error is to be told from others (``quotaExceeded``, ``invalid_grant``)."""
    given = as_object(error)
    first = next(iter(as_list(given.get("errors"))), None)
    words = (as_object(first).get("reason"), given.get("status"), error)
    return next((word for word in words if isinstance(word, str) and REASON.fullmatch(word)), None)


def _of_answer(answer: Mapping[str, object]) -> Iterator[Event]:
    kind = _kind(answer)
    if "error" in answer:
        yield _other("/".join(part for part in ("api/error", reason_of(answer["error"])) if part), answer)
    elif "items" in answer:
        for item in as_list(answer["items"]):
            yield from _of_resource(as_object(item), kind.removesuffix(LIST))
    elif not kind.endswith(LIST):
        yield from _of_resource(answer, kind)


def _of_resource(resource: Mapping[str, object], kind_of_page: str) -> Iterator[Event]:
    kind, snippet = _kind(resource) or kind_of_page, as_object(resource.get("snippet"))
    if kind == "commentThread" or "topLevelComment" in snippet:
        yield from _thread(resource)
    elif kind == "comment" or (not kind and TEXTS & snippet.keys()):
        yield _comment(resource, Place())
    elif kind == "liveChatMessage":
        yield _live(resource)
    else:
        yield _other(f"{kind}/listed" if kind else "api/answer", resource)


def _thread(thread: Mapping[str, object]) -> Iterator[Event]:
    """Read the comment at the top, whose id is the thread's, and those of its replies that the answer holds."""
    snippet = as_object(thread.get("snippet"))
    top = as_object(snippet.get("topLevelComment"))
    of_top, thread_id = as_object(top.get("snippet")), as_id(thread.get("id"))
    top_id = as_id(top.get("id")) or thread_id
    place = Place(
        account_id=as_id(snippet.get("channelId")) or as_id(of_top.get("channelId")),
        post_id=as_id(snippet.get("videoId")) or as_id(of_top.get("videoId")),
    )
    yield _comment({"id": thread_id, **{name: value for name, value in top.items() if value is not None}}, place)
    below = Place(account_id=place.account_id, post_id=place.post_id, parent_id=top_id)
    for reply in as_list(as_object(thread.get("replies")).get("comments")):
        yield _comment(as_object(reply), below)


def _comment(comment: Mapping[str, object], place: Place) -> Event:
    external_id = as_id(comment.get("id"))
    event = read_comment(comment, external_id, place) if external_id is not None else None
    return event or _other("comment without words" if external_id else "comment without id", comment)


def _live(message: Mapping[str, object]) -> Event:
    """Read a message of a live chat: shown and counted, since it is acted on nowhere here."""
    snippet, author = as_object(message.get("snippet")), as_object(message.get("authorDetails"))
    written = as_object(snippet.get("textMessageDetails")).get("messageText")
    external_id = as_id(message.get("id"))
    detail = "/".join(part for part in ("liveChat", as_text(snippet.get("type"))) if part)
    return Event(
        event=EventKind.OTHER,
        key=event_key("liveChat", external_id or digest(dict(message))),
        platform=YOUTUBE,
        external_id=external_id,
        author_id=author_of(snippet) or as_id(author.get("channelId")),
        author_name=as_text(author.get("displayName")),
        text=as_text(written) or as_text(snippet.get("displayMessage")),
        sent_at=as_time(snippet.get("publishedAt")),
        detail=detail[:MAX_DETAIL],
    )


def _other(detail: str, resource: Mapping[str, object]) -> Event:
    snippet, external_id = as_object(resource.get("snippet")), as_id(resource.get("id"))
    return Event(
        event=EventKind.OTHER,
        key=event_key("other", detail[:MAX_DETAIL], external_id or "", digest(dict(resource))),
        platform=YOUTUBE,
        account_id=as_id(snippet.get("channelId")),
        external_id=external_id,
        sent_at=as_time(snippet.get("publishedAt")),
        detail=clean(detail)[:MAX_DETAIL],
    )


def _kind(resource: Mapping[str, object]) -> str:
    return (as_text(resource.get("kind")) or "").removeprefix(PREFIX)
