"""A notification of what someone did at our page, pushed or pulled, to an event.

It comes once for each administrator who subscribed, with another `notificationId` and `subscriber` each time, so
neither is part of a key.
https://learn.microsoft.com/en-us/linkedin/marketing/community-management/organizations/organization-social-action-notifications
"""

from collections.abc import Mapping
from datetime import datetime

from app.connectors.keys import digest, event_key
from app.connectors.linkedin.comment import Comment, author_of, name_of, text_of
from app.connectors.linkedin.urns import CommentName, actor_urn, post_urn
from app.connectors.meta.envelope import MAX_DETAIL
from app.connectors.values import as_list, as_object, as_text, as_time, clean
from app.messages import Channel, Event, EventKind, ExternalId, Media, PlatformName

LINKEDIN = PlatformName("linkedin")

# By the page itself: our own echo, whoever of its administrators wrote it.
BY_US = "ADMIN_COMMENT"
COMMENTS = {
    "COMMENT": EventKind.CREATED,
    BY_US: EventKind.CREATED,
    "COMMENT_EDIT": EventKind.EDITED,
    "COMMENT_DELETE": EventKind.REMOVED,
    # A comment under a post of someone else that names the page.
    "COMMENT_MENTION": EventKind.CREATED,
}
MENTION, SHARED = "SHARE_MENTION", "SHARE"

# What differs between two administrators' notifications of one act.
PERSONAL = frozenset({"subscriber", "notificationId"})
MARKS = frozenset({"generatedActivity", "organizationalEntity", "notificationId", "sourcePost", "subscriber"})


def is_notification(item: Mapping[str, object]) -> bool:
    """Whether this is a notification, also where it stands alone."""
    return "action" in item and bool(MARKS & item.keys())


def read_notification(item: Mapping[str, object]) -> Event:
    """Turn one notification into an event."""
    action = (as_text(item.get("action")) or "notification").strip().upper()
    if action in COMMENTS:
        return _comment(item, action)
    if action in {MENTION, SHARED}:
        return _share(item, action)
    return other(item, action)


def other(item: Mapping[str, object], detail: str) -> Event:
    """Return what is no message as an event that is stored and shown, and no more."""
    told = {name: value for name, value in item.items() if name not in PERSONAL}
    return Event(
        event=EventKind.OTHER,
        key=event_key("other", detail, digest(told)),
        platform=LINKEDIN,
        account_id=actor_urn(item.get("organizationalEntity")),
        post_id=post_urn(item.get("sourcePost")),
        sent_at=as_time(item.get("lastModifiedAt")),
        detail=clean(detail)[:MAX_DETAIL],
    )


def message_key(identity: str, kind: EventKind, changed_at: datetime | None, text: str | None) -> str:
    """Return the key of something that happened to a comment or post; one edit is told from the next by its time."""
    if kind is EventKind.EDITED:
        return event_key(identity, kind, int(changed_at.timestamp() * 1000) if changed_at else digest(text))
    return event_key(identity, kind)


def _comment(item: Mapping[str, object], action: str) -> Event:
    decoration = as_object(item.get("decoratedGeneratedActivity"))
    value = as_object(decoration.get("comment"))
    source = as_object(item.get("decoratedSourcePost"))
    generated = item.get("generatedActivity")
    # In a mention the comment may be named apart, while `generatedActivity` is the post.
    posts = [item.get("sourcePost"), source.get("entity")]
    comment = Comment.read(value, named=(generated, item.get("comment")), posts=posts)
    if comment is None:
        return other(item, f"{action} without id")
    account_id, told_at = actor_urn(item.get("organizationalEntity")), as_time(item.get("lastModifiedAt"))
    kind = COMMENTS[action]
    author_id = comment.author_id or author_of(decoration) or actor_urn(item.get("actor"))
    if action == BY_US:
        author_id = account_id or author_id
    is_ours = action == BY_US or (author_id is not None and author_id == account_id)
    changed_at = (told_at or comment.changed_at) if kind is EventKind.EDITED else None
    text = comment.text or text_of(decoration)
    return Event(
        event=EventKind.ECHO if is_ours and kind is not EventKind.REMOVED else kind,
        key=message_key(f"comment:{comment.identity}", kind, changed_at, text),
        platform=LINKEDIN,
        channel=_channel(action, actor_urn(source.get("owner")), account_id),
        account_id=account_id,
        external_id=comment.external_id,
        parent_id=comment.parent_id,
        post_id=comment.post_id or post_urn(generated),
        author_id=author_id,
        author_name=comment.author_name or name_of(item),
        text=text,
        sent_at=told_at if kind is EventKind.REMOVED else comment.created_at or told_at,
        changed_at=changed_at,
        media=comment.media,
        detail=action,
    )


def _channel(action: str, post_owner: ExternalId | None, account_id: ExternalId | None) -> Channel:
    """A comment that names us is a mention, unless it stands under a post of ours: then it is told as both."""
    is_elsewhere = action == "COMMENT_MENTION" and (post_owner is None or post_owner != account_id)
    return Channel.MENTION if is_elsewhere else Channel.COMMENT


def _share(item: Mapping[str, object], action: str) -> Event:
    """Read a post of someone else: one that names us, or one that passes a post of ours on with words of its own."""
    decoration = as_object(item.get("decoratedGeneratedActivity"))
    value = as_object(decoration.get("share")) or as_object(decoration.get("ugcPost"))
    generated = item.get("generatedActivity")
    external_id = post_urn(generated) or post_urn(value.get("entity"))
    if external_id is None or CommentName.read(generated) is not None:
        return other(item, f"{action} without id")
    text = text_of(value) or text_of(decoration)
    if action == SHARED and text is None:
        # Passed on without a word: nothing to judge.
        return other(item, action)
    account_id = actor_urn(item.get("organizationalEntity"))
    author_id = author_of(value) or author_of(decoration) or actor_urn(item.get("actor"))
    is_ours = author_id is not None and author_id == account_id
    return Event(
        event=EventKind.ECHO if is_ours else EventKind.CREATED,
        key=message_key(f"post:{external_id}", EventKind.CREATED, None, None),
        platform=LINKEDIN,
        channel=Channel.MENTION,
        account_id=account_id,
        external_id=external_id,
        post_id=external_id,
        author_id=author_id,
        author_name=name_of(value),
        text=text,
        sent_at=as_time(item.get("lastModifiedAt")),
        media=tuple(_shown(value)),
        detail=action,
    )


def _shown(share: Mapping[str, object]) -> list[Media]:
    kinds = [as_text(kind) for kind in as_list(share.get("mediaCategory"))]
    return [Media(kind=kind.lower()) for kind in kinds if kind and kind.upper() != "NONE"]
