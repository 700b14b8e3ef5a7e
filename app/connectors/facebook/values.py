"""The value of a Facebook Page update, read once: `feed`, `mention` and `ratings` share their shape.

https://developers.facebook.com/docs/graph-api/webhooks/reference/page
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from app.connectors.values import as_id, as_list, as_object, as_text, as_time, as_url
from app.messages import EventKind, ExternalId, Media

# `edit` is what reactions and ratings say for `edited`.
KINDS = {
    "add": EventKind.CREATED,
    "edited": EventKind.EDITED,
    "edit": EventKind.EDITED,
    "update": EventKind.EDITED,
    "remove": EventKind.REMOVED,
    "delete": EventKind.REMOVED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PageValue:
    """What an update says. `kind` is None for verbs that are no one's writing: `hide`, `unhide`, `mute` …"""

    item: str
    verb: str
    kind: EventKind | None
    author_id: ExternalId | None
    author_name: str | None
    post_id: ExternalId | None
    comment_id: ExternalId | None
    parent_id: ExternalId | None
    text: str | None
    link: str | None
    created_at: datetime | None
    edited_at: datetime | None
    media: tuple[Media, ...]

    @classmethod
    def read(cls, value: Mapping[str, object]) -> "PageValue":
        """Read a value; older ones and `ratings` name the author in `sender_id` or `reviewer_id` instead of `from`."""
        author = as_object(value.get("from"))
        item, verb = as_text(value.get("item")) or "", as_text(value.get("verb")) or ""
        post_id, parent_id = as_id(value.get("post_id")), as_id(value.get("parent_id"))
        return cls(
            item=item,
            verb=verb,
            kind=KINDS.get(verb),
            author_id=as_id(author.get("id")) or as_id(value.get("sender_id")) or as_id(value.get("reviewer_id")),
            author_name=as_text(author.get("name"))
            or as_text(value.get("sender_name"))
            or as_text(value.get("reviewer_name")),
            post_id=post_id,
            comment_id=as_id(value.get("comment_id")),
            parent_id=None if _is_post(parent_id, post_id) else parent_id,
            text=as_text(value.get("message")),
            # Of the post: the webhook gives no link to the comment itself.
            link=as_url(as_object(value.get("post")).get("permalink_url")) or as_url(value.get("permalink_url")),
            created_at=as_time(value.get("created_time")),
            edited_at=as_time(value.get("edited_time")),
            media=tuple(_media(item, value)),
        )


def _is_post(parent_id: ExternalId | None, post_id: ExternalId | None) -> bool:
    """A comment directly under a post names the post as its parent, in full or without the Page's id before it."""
    return parent_id is not None and post_id is not None and parent_id in {post_id, post_id.rpartition("_")[2]}


def _media(item: str, value: Mapping[str, object]) -> Iterator[Media]:
    for kind in ("photo", "video"):
        if value.get(kind):
            yield Media(kind=kind, url=as_url(value[kind]))
    for photo in as_list(value.get("photos")):
        yield Media(kind="photo", url=as_url(photo))
    if item in {"photo", "video", "share", "link"} and value.get("link"):
        yield Media(kind=item, url=as_url(value["link"]))
    elif item == "comment" and (value.get("photo_id") or value.get("photo_ids")) and not value.get("photo"):
        yield Media(kind="photo")
