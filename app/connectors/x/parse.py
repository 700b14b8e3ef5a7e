"""What X sends, told apart by its keys, and turned into events.

Four bodies come to the one webhook: of the Activity API (`data.event_type`), of the older Account Activity API
(`for_user_id`, `user_event`), of the filtered stream (`matching_rules`), and the end of a replay. Polled pages are read
too. A post has one key whichever way it comes, since the same reply arrives as a reply, as a mention and in a poll.
https://docs.x.com/x-api/activity/introduction
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import MappingProxyType

from app.connectors.keys import digest, event_key
from app.connectors.meta.envelope import MAX_DETAIL
from app.connectors.values import as_list, as_object, as_text, clean
from app.connectors.x.direct import DirectMessage, account_of, is_polled_message, read_delivered, read_polled
from app.connectors.x.posts import Post, author_has_blocked, is_post, is_tweet, read_post, read_tweet
from app.connectors.x.values import Expansions, as_moment, either, id_of
from app.messages import Channel, Event, EventKind, ExternalId, PlatformName

X = PlatformName("x")
NOTHING_BESIDE = Expansions()


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One thing told: by what name, of which account of ours, and what stands beside it."""

    name: str
    value: Mapping[str, object] = field(default_factory=dict)
    account_id: ExternalId | None = None
    beside: Expansions = NOTHING_BESIDE
    # The platform's own id of the event; may be negative, so it is a text. Only the Activity API has one.
    uuid: str | None = None

    def other(
        self, detail: str = "", *, key: str = "", external_id: ExternalId | None = None, at: datetime | None = None
    ) -> Event:
        """Return an event that is stored and shown, and no more."""
        name = clean(f"{self.name}/{detail}" if detail else self.name)[:MAX_DETAIL]
        return Event(
            event=EventKind.OTHER,
            key=key or event_key("other", name, self.uuid or digest(dict(self.value))),
            platform=X,
            account_id=self.account_id,
            external_id=external_id,
            sent_at=at,
            detail=name,
        )


def events_of(document: object) -> Iterator[Event]:
    """Yield the events of a body, in its order; one at least."""
    for part in as_list(document) or [None]:
        yield from _events_of(as_object(part))


def _events_of(body: Mapping[str, object]) -> Iterator[Event]:
    activities = [item for item in (*_items(body, "data"), body) if _is_activity(item)]
    if activities:
        yield from (event for item in activities for event in _activity(item, body))
    elif "matching_rules" in body:
        # The stream of the first API has the post itself in place of `data`.
        post, beside = as_object(body.get("data")) or body, Expansions.read(body.get("includes"))
        yield _post_event(Told(name="stream", value=post, beside=beside))
    elif "replay_job_status" in body:
        state = as_text(as_object(body["replay_job_status"]).get("job_state"))
        yield Told(name="replay", value=body).other(state or "")
    elif body.keys() & {"for_user_id", "user_event", *LEGACY}:
        yield from _legacy(body)
    else:
        yield from _polled(body)


def _items(body: Mapping[str, object], name: str) -> list[Mapping[str, object]]:
    return [as_object(item) for item in as_list(body.get(name))]


# The Activity API.


def _is_activity(item: Mapping[str, object]) -> bool:
    """A direct message that was polled has an `event_type` too, and a subscription a `filter` besides."""
    return "event_type" in item and bool({"event_uuid", "payload"} & item.keys())


def _activity(item: Mapping[str, object], body: Mapping[str, object]) -> Iterator[Event]:
    payload = as_object(item.get("payload"))
    includes = item.get("includes") or payload.get("includes") or body.get("includes")
    told = Told(
        name=as_text(item.get("event_type")) or "unnamed",
        value=as_object(payload.get("data")) or payload or item,
        account_id=id_of(as_object(item.get("filter")), "user_id"),
        beside=Expansions.read(includes),
        uuid=as_text(item.get("event_uuid")),
    )
    if told.name.startswith("dm.") and "direct_message_events" in told.value:
        yield from _messages(told)
    elif told.name in {"dm.received", "dm.sent"} and is_polled_message(told.value):
        # Deliveries seen so far have the shape of the first API; polls have this one, so a change would not surprise.
        yield _message_event(told, read_polled(told.value, told.beside), account_id=told.account_id)
    else:
        yield ACTIVITIES.get(told.name, _unhandled)(told)


def _unhandled(told: Told) -> Event:
    """Keep what is no message. A grant that was taken back names our account in the payload alone."""
    value = told.value
    known = told if told.account_id else replace(told, account_id=id_of(value, "user_id"))
    at = as_moment(either(value, "date_time", "created_at", "event_timestamp_ms", "created_timestamp"))
    return known.other(external_id=id_of(value, "id"), at=at)


def _written(told: Told) -> Event:
    return _post_event(told)


def _removed_post(told: Told) -> Event:
    return _removal(told, told.value, at=None)


ACTIVITIES: Mapping[str, Callable[[Told], Event]] = MappingProxyType(
    {
        "post.create": _written,
        "post.reply.create": _written,
        "post.mention.create": _written,
        "post.quote.create": _written,
        "post.repost.create": _written,
        "post.delete": _removed_post,
    }
)


# The Account Activity API, in the shapes of the first API.


def _legacy(body: Mapping[str, object]) -> Iterator[Event]:
    account_id = id_of(body, "for_user_id")
    blocked = author_has_blocked(either(body, "user_has_blocked", "is_blocked_by"))
    found, beside = False, Expansions.read(body)
    for name, read in LEGACY.items():
        for item in _items(body, name):
            found = True
            yield read(Told(name=name, value=item, account_id=account_id, beside=beside), blocked)
    revoked = as_object(as_object(body.get("user_event")).get("revoke"))
    if revoked:
        found = True
        user_id = id_of(as_object(revoked.get("source")), "user_id")
        told = Told(name="user_event", value=revoked, account_id=account_id or user_id)
        yield told.other("revoke", at=as_moment(revoked.get("date_time")))
    unheard = body.keys() - LEGACY.keys() - BESIDE - ({"user_event"} if revoked else set())
    unknown = sorted(name for name in unheard if isinstance(body[name], list | dict))
    if unknown or not found:
        yield Told(name="delivery", value=body, account_id=account_id).other(", ".join(unknown) or "empty")


def _tweet(told: Told, author_has_blocked_us: bool) -> Event:
    return _post_event(told, note="user_has_blocked" if author_has_blocked_us else "")


def _message(told: Told, _: bool) -> Event:
    return _message_event(told, read_delivered(told.value, told.beside), account_id=told.account_id)


def _removed_tweet(told: Told, _: bool) -> Event:
    status = as_object(told.value.get("status")) or told.value
    return _removal(told, status, at=as_moment(told.value.get("timestamp_ms")))


def _aside(told: Told, _: bool) -> Event:
    """Follows, blocks, likes, typing: `type` tells a follow from its end, both come in the same list."""
    value = told.value
    at = as_moment(either(value, "created_timestamp", "timestamp_ms", "created_at"))
    return told.other(as_text(value.get("type")) or "", external_id=id_of(value, "id"), at=at)


LEGACY: Mapping[str, Callable[[Told, bool], Event]] = MappingProxyType(
    {
        "tweet_create_events": _tweet,
        "direct_message_events": _message,
        "tweet_delete_events": _removed_tweet,
        "follow_events": _aside,
        "block_events": _aside,
        "mute_events": _aside,
        "favorite_events": _aside,
        "direct_message_indicate_typing_events": _aside,
        "direct_message_mark_read_events": _aside,
    }
)
# What stands beside the lists and tells nothing by itself.
BESIDE = frozenset({"for_user_id", "users", "apps", "user_has_blocked", "is_blocked_by"})


# Pages that were asked for.


def _polled(body: Mapping[str, object]) -> Iterator[Event]:
    items = _items(body, "data") if "data" in body else [body]
    readable = [item for item in items if is_polled_message(item) or is_tweet(item) or is_post(item)]
    is_answer = isinstance(body.get("data"), dict) and "author_id" not in items[0] and "sender_id" not in items[0]
    if not readable or is_answer:
        # The answer to something that we wrote looks like a post without an author.
        is_error = not body.get("data") and bool({"errors", "title", "error"} & body.keys())
        yield Told(name="api", value=body).other("error" if is_error else "answer")
        return
    beside = Expansions.read(body.get("includes"))
    account_id = account_of([item for item in readable if is_polled_message(item)])
    for item in items:
        told = Told(name="polled", value=item, beside=beside)
        if is_polled_message(item):
            yield _message_event(told, read_polled(item, beside), account_id=account_id)
        elif is_tweet(item) or is_post(item):
            yield _post_event(told)
        else:
            yield told.other("unreadable item")


# One post, one message, one removal.


def _post_event(told: Told, *, note: str = "") -> Event:
    post = read_tweet(told.value) if is_tweet(told.value) else read_post(told.value, told.beside)
    if post is None:
        return told.other("without id")
    is_told_as_ours = post.author_id is None and told.name == "post.create"
    is_ours = told.account_id is not None and (post.author_id == told.account_id or is_told_as_ours)
    if post.is_repost and not is_ours:
        # A repost says nothing of its own.
        return told.other("repost", key=event_key("repost", post.id), external_id=post.id, at=post.created_at)
    is_edit = post.edit_number > 0
    kind = EventKind.ECHO if is_ours else EventKind.EDITED if is_edit else EventKind.CREATED
    parent_id, post_id = _place(post, told.account_id, is_ours=is_ours)
    return Event(
        event=kind,
        key=event_key("post", post.id),
        platform=X,
        channel=_channel(post, told, is_ours=is_ours),
        account_id=told.account_id,
        external_id=post.first_id,
        parent_id=parent_id,
        post_id=post_id,
        author_id=post.author_id,
        author_name=post.author_name,
        text=post.text,
        sent_at=post.created_at,
        changed_at=post.created_at if is_edit else None,
        edit_number=post.edit_number if is_edit else None,
        media=post.media,
        detail=clean("/".join(filter(None, (told.name, note))))[:MAX_DETAIL],
    )


def _channel(post: Post, told: Told, *, is_ours: bool) -> Channel | None:
    """A reply to us is a comment; what names us elsewhere is a mention. A page does not say who "us" is."""
    if is_ours:
        return Channel.COMMENT if post.is_reply else None
    if told.name == "post.reply.create":
        return Channel.COMMENT
    if told.account_id is None:
        return Channel.COMMENT if post.is_reply else Channel.MENTION
    return Channel.COMMENT if post.is_reply and post.replied_to_author == told.account_id else Channel.MENTION


def _place(post: Post, account_id: ExternalId | None, *, is_ours: bool) -> tuple[ExternalId | None, ExternalId | None]:
    """Return the message that a post answers, and the post at the head of it all.

    Directly under our own post there is no message between. The older API does not tell the head: what someone answers
    to us with stands under something of ours, the nearest there is.
    """
    above, head = post.replied_to, post.conversation_id
    if is_ours:
        return above, head
    is_to_us = account_id is not None and post.replied_to_author == account_id
    if head is None and is_to_us:
        return None, above
    is_at_the_head = above is not None and above == head and (is_to_us or account_id is None)
    return (None if is_at_the_head else above), head


def _messages(told: Told) -> Iterator[Event]:
    beside = Expansions.read(told.value)
    for item in _items(told.value, "direct_message_events"):
        message = read_delivered(item, beside)
        account_id = told.account_id or {"dm.received": message.recipient_id, "dm.sent": message.sender_id}.get(
            told.name
        )
        one = replace(told, value=item, account_id=account_id)
        yield _message_event(one, message, account_id=account_id)


def _message_event(told: Told, message: DirectMessage, *, account_id: ExternalId | None) -> Event:
    """Turn a direct message into an event. `account_id` may be known from a page as a whole, which names no account."""
    is_ours = message.is_ours(account_id) or told.name == "dm.sent"
    if message.id is None or not message.is_message:
        key = event_key("dm", message.kind, message.id) if message.id is not None else ""
        return told.other(message.kind, key=key, external_id=message.id, at=message.sent_at)
    is_known = account_id is not None or told.name.startswith("dm.")
    return Event(
        event=EventKind.ECHO if is_ours and told.name != "polled" else EventKind.CREATED,
        key=event_key("dm", message.id),
        platform=X,
        channel=Channel.DM,
        account_id=told.account_id,
        external_id=message.id,
        author_id=message.sender_id,
        author_name=message.sender_name,
        counterpart_id=(message.recipient_id if is_ours else message.sender_id) if is_known else None,
        text=message.text,
        sent_at=message.sent_at,
        media=message.media,
        detail=told.name,
    )


def _removal(told: Told, value: Mapping[str, object], *, at: datetime | None) -> Event:
    post_id = id_of(value, "id")
    if post_id is None:
        return told.other("without id", at=at)
    return Event(
        event=EventKind.REMOVED,
        key=event_key("post", "removed", post_id),
        platform=X,
        channel=Channel.COMMENT,
        account_id=told.account_id,
        external_id=post_id,
        author_id=id_of(value, "author_id", "user_id"),
        sent_at=at,
        detail=told.name,
    )
