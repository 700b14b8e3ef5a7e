"""Updates of a Facebook Page to events.

What stands on our own posts is a comment. What others write about us elsewhere is a mention, and so is what visitors
post on our Page and what they say in a review: policy section 1 knows no other public channel, all three are open
statements to or about us that are no answer to a post of ours.
"""

from collections.abc import Mapping
from dataclasses import replace

from app.connectors.facebook.values import PageValue
from app.connectors.keys import digest, event_key
from app.connectors.meta.envelope import Update
from app.connectors.meta.polled import Polled, PolledReader
from app.connectors.values import as_id, as_object, as_text, as_time, as_url
from app.messages import Channel, Event, EventKind, ExternalId, Media, PlatformName

FACEBOOK = PlatformName("facebook")

POSTS = frozenset({"status", "photo", "video", "share", "post", "link"})


def read_feed(update: Update) -> Event:
    """Turn an update of the Page's content into an event."""
    value = PageValue.read(update.value)
    if value.item == "comment":
        return _comment(update, value)
    if value.item == "mention":
        return _mention(update, value)
    if value.item in POSTS:
        return _post(update, value)
    return _other(update, value, value.comment_id or value.post_id)


def read_mention(update: Update) -> Event:
    """Turn a mention of the Page, in a post or comment elsewhere, into an event."""
    return _mention(update, PageValue.read(update.value))


def read_rating(update: Update) -> Event:
    """Turn a review, or what happens beneath one, into an event. A review without words says nothing to judge."""
    value = PageValue.read(update.value)
    if value.item == "comment":
        return _comment(update, value)
    story_id, text = as_id(update.value.get("open_graph_story_id")), as_text(update.value.get("review_text"))
    is_told = value.kind is EventKind.REMOVED or text is not None
    if value.item != "rating" or story_id is None or value.kind is None or not is_told:
        return _other(update, value, story_id or value.post_id)
    return _event(update, value, value.kind, Channel.MENTION, story_id, text=text)


def _comment(update: Update, value: PageValue) -> Event:
    if value.comment_id is None or value.kind is None:
        return _other(update, value, value.comment_id)
    return _event(update, value, _seen(update, value, value.kind), Channel.COMMENT, value.comment_id, text=value.text)


def _mention(update: Update, value: PageValue) -> Event:
    external_id = value.comment_id or value.post_id
    if external_id is None or value.kind is None:
        return _other(update, value, external_id)
    return _event(update, value, _seen(update, value, value.kind), Channel.MENTION, external_id, text=value.text)


def _post(update: Update, value: PageValue) -> Event:
    """Read a post on the Page. Ours is no message; an edit without text may be a move to the trash, so no edit."""
    is_ours = value.author_id is not None and value.author_id == update.account_id
    if is_ours:
        told = _other(update, value, value.post_id)
        return replace(told, author_id=value.author_id, text=value.text, link=value.link, media=value.media)
    is_empty_edit = value.kind is EventKind.EDITED and value.text is None
    if value.post_id is None or value.kind is None or is_empty_edit:
        return _other(update, value, value.post_id)
    return _event(update, value, value.kind, Channel.MENTION, value.post_id, text=value.text)


def _seen(update: Update, value: PageValue, kind: EventKind) -> EventKind:
    """Our own writing comes back as an echo; a removal is one whoever did it."""
    is_ours = value.author_id is not None and value.author_id == update.account_id
    return EventKind.ECHO if is_ours and kind is not EventKind.REMOVED else kind


def _event(
    update: Update, value: PageValue, kind: EventKind, channel: Channel, external_id: ExternalId, *, text: str | None
) -> Event:
    return Event(
        event=kind,
        key=_key(value, channel, external_id, text),
        platform=update.platform,
        channel=channel,
        account_id=update.account_id,
        external_id=external_id,
        parent_id=value.parent_id,
        post_id=value.post_id,
        author_id=value.author_id,
        author_name=value.author_name,
        text=text,
        link=value.link,
        sent_at=value.created_at or update.told_at,
        changed_at=value.edited_at or update.told_at if kind is EventKind.EDITED else None,
        media=value.media,
        detail=_name(update, value),
    )


def _key(value: PageValue, channel: Channel, external_id: ExternalId, text: str | None) -> str:
    if value.kind is EventKind.EDITED:
        # `created_time` stays what it was; only what was written tells one edit from the next.
        media = [[medium.kind, medium.url] for medium in value.media]
        return event_key(channel, external_id, value.kind, digest([text, media, str(value.edited_at)]))
    return event_key(channel, external_id, value.kind)


def _other(update: Update, value: PageValue, external_id: ExternalId | None) -> Event:
    """Keep what is no message. The author stays out: in `hide` and its like `from` is who did it, the Page."""
    key = event_key("other", _name(update, value), external_id or "", digest(dict(update.value)))
    event = update.other(_name(update, value), key=key, external_id=external_id)
    return replace(event, post_id=value.post_id, sent_at=value.created_at or update.told_at)


def _name(update: Update, value: PageValue) -> str:
    return "/".join(part for part in (update.name, value.item, value.verb) if part)[:100]


# Fields that comments alone have, and those of other things that have an author and a text as well.
OF_COMMENTS = frozenset({"parent", "object", "can_hide", "can_remove", "can_reply_privately", "comment_count"})
OF_OTHERS = frozenset({"to", "status_type", "shares", "full_picture", "comments", "permalink", "story", "reactions"})


def _is_comment(item: Mapping[str, object]) -> bool:
    fields = item.keys()
    has_author_alone = "from" in fields and not OF_OTHERS & fields
    return {"id", "created_time"} <= fields and (bool(OF_COMMENTS & fields) or has_author_alone)


def _read_polled(polled: Polled) -> Event | None:
    comment = polled.comment
    external_id = as_id(comment.get("id"))
    if external_id is None:
        return None
    author, attachment = as_object(comment.get("from")), as_object(comment.get("attachment"))
    return Event(
        event=EventKind.CREATED,
        key=event_key(Channel.COMMENT, external_id, EventKind.CREATED),
        platform=FACEBOOK,
        channel=Channel.COMMENT,
        external_id=external_id,
        parent_id=as_id(as_object(comment.get("parent")).get("id")) or polled.parent_id,
        post_id=polled.post_id or as_id(as_object(comment.get("object")).get("id")),
        author_id=as_id(author.get("id")),
        author_name=as_text(author.get("name")),
        text=as_text(comment.get("message")),
        link=as_url(comment.get("permalink_url")),
        sent_at=as_time(comment.get("created_time")),
        media=attached(attachment),
        detail="polled/comment",
    )


def attached(attachment: dict[str, object]) -> tuple[Media, ...]:
    """Return the picture, sticker, video or link of a comment as the API describes it."""
    image = as_object(as_object(attachment.get("media")).get("image"))
    url = as_url(attachment.get("url")) or as_url(image.get("src"))
    return (Media(kind=as_text(attachment.get("type")) or "unknown", url=url),) if attachment else ()


POLLED = PolledReader(is_comment=_is_comment, read=_read_polled, replies_key="comments")
