"""Events in the platforms' shapes, one request for each."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from app.sandbox.graph.render import graph_time
from app.sandbox.links import media_link, post_link
from app.sandbox.meta.seed import APP_ID
from app.sandbox.meta.sign import serialise, signature
from app.sandbox.seed import Platform, SeedAccount
from app.sandbox.simulated import WebhookRequest
from app.sandbox.world.events import Change, CommentChanged, Event, Mentioned, MessageChange, MessageChanged
from app.sandbox.world.records import Comment, MediaKind
from app.sandbox.world.state import World

_VERBS = {
    Change.ADDED: "add",
    Change.EDITED: "edited",
    Change.REMOVED: "remove",
    Change.HIDDEN: "hide",
    Change.UNHIDDEN: "unhide",
}


def requests_for(world: World, event: Event, *, base_url: str) -> Iterator[WebhookRequest]:
    """The webhook of an event; none where the platform tells of no such thing, or the field is not installed."""
    match event:
        case CommentChanged():
            account, entry = world.accounts[event.comment.account_id], _comment_entry(world, event, base_url)
        case MessageChanged():
            account, entry = world.accounts[event.message.account_id], _message_entry(world, event)
        case Mentioned():
            account, entry = world.accounts[event.mention.account_id], _mention_entry(world, event)
    name = object_of(account.platform)
    of_app = world.app_subscriptions.get(name)
    if entry is None or of_app is None or _field_of(event, account) not in of_app.fields:
        return
    if not of_app.includes_values and "changes" in entry:
        entry = {"id": entry["id"], "time": entry["time"], "changed_fields": [_field_of(event, account)]}
    yield signed(account, {"object": name, "entry": [entry]}, url=of_app.callback or None)


def object_of(platform: Platform) -> str:
    """What the platform's accounts are called where an application subscribes to them."""
    return "page" if platform is Platform.FACEBOOK else "instagram"


def _field_of(event: Event, account: SeedAccount) -> str:
    """The field that tells of an event."""
    is_facebook = account.platform is Platform.FACEBOOK
    match event:
        case CommentChanged():
            return "feed" if is_facebook else "live_comments" if event.comment.is_live else "comments"
        case MessageChanged() if event.change is MessageChange.SENT:
            return "message_echoes" if is_facebook and event.message.is_ours else "messages"
        case MessageChanged() if is_facebook:
            return "message_edits"
        case MessageChanged():
            return "message_edit" if event.change is MessageChange.EDITED else "messages"
        case Mentioned():
            return "mention" if is_facebook else "mentions"


def signed(account: SeedAccount, payload: Mapping[str, object], *, url: str | None = None) -> WebhookRequest:
    """A payload with the signature of the account's app."""
    body = serialise(payload)
    headers = {"x-hub-signature-256": signature(account.app_secret, body), "user-agent": "facebookexternalua"}
    return WebhookRequest(platform=account.platform, body=body, headers=headers, url=url)


def _comment_entry(world: World, event: CommentChanged, base_url: str) -> dict[str, object] | None:
    comment = event.comment
    account = world.accounts[comment.account_id]
    fields = world.subscribed_fields(account.page_id)
    if account.platform is Platform.INSTAGRAM:
        # Instagram announces new comments alone: no edits, removals or hides.
        if event.change is not Change.ADDED or not fields:
            return None
        field = "live_comments" if comment.is_live else "comments"
        change: dict[str, object] = {"field": field, "value": _instagram_value(world, comment)}
    elif "feed" in fields:
        change = {"field": "feed", "value": _facebook_value(world, event, base_url)}
    else:
        return None
    return {"id": account.external_id, "time": _seconds(world.clock.now()), "changes": [change]}


def _facebook_value(world: World, event: CommentChanged, base_url: str) -> dict[str, object]:
    comment = event.comment
    account, post = world.accounts[comment.account_id], world.posts[comment.post_id]
    by_page = event.change in {Change.HIDDEN, Change.UNHIDDEN}
    author = {"id": comment.author_id, "name": comment.author_name}
    value: dict[str, object] = {
        "from": {"id": account.external_id, "name": account.name} if by_page else author,
        "post": {
            "status_type": "added_photos",
            "is_published": True,
            "updated_time": graph_time(event.at),
            "permalink_url": post_link(base_url, world, post),
            "promotion_status": "inactive",
            "id": post.id,
        },
        "message": comment.text,
        "post_id": post.id,
        "comment_id": comment.id,
        "created_time": _seconds(event.at if by_page else comment.created_at),
        "item": "comment",
        "parent_id": comment.parent_id or post.id,
        "verb": _VERBS[event.change],
    }
    if event.change is Change.REMOVED:
        del value["message"], value["post"]
        value["from"] = {"id": comment.author_id}
        value["created_time"] = _seconds(event.at)
        return value
    if not comment.text:
        del value["message"]
    if comment.media is not None:
        value["video" if comment.media is MediaKind.VIDEO else "photo"] = media_link(base_url, comment.media)
    return value


def _instagram_value(world: World, comment: Comment) -> dict[str, object]:
    post = world.posts[comment.post_id]
    author: dict[str, object] = {"id": comment.author_id, "username": comment.author_username}
    if comment.is_ours:
        author["self_ig_scoped_id"] = str(int(comment.account_id) % 10**15)
    value: dict[str, object] = {
        "from": author,
        "media": {"id": post.id, "media_product_type": post.product},
        "id": comment.id,
    }
    if comment.parent_id is not None:
        value["parent_id"] = comment.parent_id
    if comment.text:
        value["text"] = comment.text
    return value


def _message_entry(world: World, event: MessageChanged) -> dict[str, object] | None:
    message = event.message
    account = world.accounts[message.account_id]
    fields = world.subscribed_fields(account.page_id)
    is_facebook = account.platform is Platform.FACEBOOK
    if not fields or (is_facebook and _field_of(event, account) not in fields):
        return None
    sender, recipient = {"id": message.person_id}, {"id": account.external_id}
    if message.is_ours:
        sender, recipient = recipient, sender
    messaging: dict[str, object] = {"sender": sender, "recipient": recipient, "timestamp": _milliseconds(event.at)}
    match event.change:
        case MessageChange.EDITED:
            messaging["message_edit"] = {"mid": message.id, "text": message.text, "num_edit": str(message.edits)}
        case MessageChange.UNSENT:
            messaging["message"] = {"mid": message.id, "is_deleted": True}
        case MessageChange.SENT:
            content: dict[str, object] = {"mid": message.id, "text": message.text}
            if message.is_ours:
                content["is_echo"] = True
                # Documented for Messenger alone: an Instagram echo names neither app nor metadata.
                if is_facebook:
                    content["app_id"] = int(APP_ID)
                    content |= {"metadata": message.metadata} if message.metadata is not None else {}
            messaging["message"] = content
    return {"id": account.external_id, "time": _milliseconds(world.clock.now()), "messaging": [messaging]}


def _mention_entry(world: World, event: Mentioned) -> dict[str, object] | None:
    mention = event.mention
    account = world.accounts[mention.account_id]
    fields = world.subscribed_fields(account.page_id)
    if account.platform is Platform.INSTAGRAM:
        value: dict[str, object] = {"media_id": mention.post_id, "comment_id": mention.id}
        change: dict[str, object] = {"field": "mentions", "value": value}
    else:
        value = {
            "item": "comment",
            "verb": "add",
            "post_id": mention.post_id,
            "comment_id": mention.id,
            "message": mention.text,
            "created_time": _seconds(mention.at),
        }
        change = {"field": "mention", "value": value}
    if not fields or (account.platform is Platform.FACEBOOK and "mention" not in fields):
        return None
    return {"id": account.external_id, "time": _seconds(world.clock.now()), "changes": [change]}


def _seconds(moment: datetime) -> int:
    return int(moment.timestamp())


def _milliseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1_000)
