"""Updates of an Instagram account to events. Only new comments are announced: no edit, removal or hiding ever is.

https://developers.facebook.com/docs/graph-api/webhooks/reference/instagram
"""

from collections.abc import Mapping
from dataclasses import replace

from app.connectors.keys import event_key
from app.connectors.meta.envelope import Source, Update
from app.connectors.meta.polled import Polled, PolledReader
from app.connectors.values import as_id, as_object, as_text, as_time
from app.messages import Channel, Event, EventKind, ExternalId, PlatformName

INSTAGRAM = PlatformName("instagram")


def read_comment(update: Update) -> Event:
    """Turn a comment, also one during a live broadcast, into an event.

    One on a boosted post may come twice, for the post and for the ad: with the same id, so with the same key. The
    value has no time, so the delivery's stands for it. One documented sample says `comment_id` for `id`.
    """
    value = update.value
    external_id = as_id(value.get("id")) or as_id(value.get("comment_id"))
    if external_id is None:
        return update.other(f"{update.name} without id")
    event = _comment(update, external_id)
    is_ours = event.author_id is not None and event.author_id == update.account_id
    return replace(event, event=EventKind.ECHO) if is_ours else event


def read_mention(update: Update) -> Event:
    """Turn a mention elsewhere into an event: the platform tells only where, so text and author must be asked for.

    A mention in a caption is known by its media, one in a comment by the comment.
    """
    media_id, comment_id = as_id(update.value.get("media_id")), as_id(update.value.get("comment_id"))
    external_id = comment_id or media_id
    if external_id is None:
        return update.other(f"{update.name} without id")
    return Event(
        event=EventKind.CREATED,
        key=event_key(Channel.MENTION, external_id),
        platform=update.platform,
        channel=Channel.MENTION,
        account_id=update.account_id,
        external_id=external_id,
        post_id=media_id,
        sent_at=update.told_at,
        detail=update.name,
    )


def _comment(update: Update, external_id: ExternalId) -> Event:
    value = update.value
    author, media = as_object(value.get("from")), as_object(value.get("media"))
    return Event(
        event=EventKind.CREATED,
        key=event_key(Channel.COMMENT, external_id),
        platform=update.platform,
        channel=Channel.COMMENT,
        account_id=update.account_id,
        external_id=external_id,
        parent_id=as_id(value.get("parent_id")),
        post_id=as_id(media.get("id")),
        author_id=as_id(author.get("id")),
        author_name=as_text(author.get("username")) or as_text(value.get("username")),
        text=as_text(value.get("text")),
        sent_at=as_time(value.get("timestamp")) or update.told_at,
        detail=update.name,
    )


def _is_comment(item: Mapping[str, object]) -> bool:
    """Whether this is a comment: media have a `caption`, messages a `message` where a comment has `text`."""
    return {"id", "text", "timestamp"} <= item.keys()


def _read_polled(polled: Polled) -> Event | None:
    external_id = as_id(polled.comment.get("id"))
    if external_id is None:
        return None
    update = Update(platform=INSTAGRAM, source=Source.CHANGES, name="polled/comment", value=polled.comment)
    event = _comment(update, external_id)
    return replace(event, parent_id=event.parent_id or polled.parent_id, post_id=event.post_id or polled.post_id)


POLLED = PolledReader(is_comment=_is_comment, read=_read_polled, replies_key="replies")
