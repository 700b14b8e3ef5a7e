"""What the Activity API tells of what happened: one delivery for each subscription that it concerns.

Deliveries have the older names and counts twice, as captured ones do.
https://docs.x.com/x-api/activity/introduction
"""

import hashlib
import hmac
import json
from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from app.sandbox.seed import Platform, SeedAccount
from app.sandbox.simulated import WebhookRequest
from app.sandbox.world.events import Change, CommentChanged, Event, Mentioned, MessageChange, MessageChanged
from app.sandbox.world.records import ActivitySubscription, Comment, DirectMessage, Hook, Person
from app.sandbox.world.state import World
from app.sandbox.x.people import User, of_account, of_person, user_called
from app.sandbox.x.posts import XPost, all_posts, of_comment, of_mention
from app.sandbox.x.render import entities_of, sender_of, whole_post, whole_user
from app.sandbox.x.seed import APP_ID
from app.sandbox.x.texts import escaped, shortened


def sign(secret: str, message: bytes) -> str:
    """``sha256=`` and the HMAC in base64, as X signs bodies and wants its challenges answered."""
    return "sha256=" + b64encode(hmac.new(secret.encode(), message, hashlib.sha256).digest()).decode()


def requests_for(world: World, event: Event) -> Iterator[WebhookRequest]:
    """The deliveries of an event. Hiding is told to nobody, and what a visitor deletes neither."""
    match event:
        case CommentChanged(change=Change.ADDED | Change.EDITED):
            yield from _of_reply(world, event.comment)
        case CommentChanged(change=Change.REMOVED):
            yield from of_deletion(world, of_comment(world, event.comment))
        case MessageChanged(change=MessageChange.SENT):
            yield from _of_message(world, event.message)
        case Mentioned():
            yield from _of_names(world, of_mention(world, event.mention))
        case _:
            return


def of_own_post(world: World, post: XPost) -> Iterator[WebhookRequest]:
    """A post by one of our accounts is told to it, and to those that it names."""
    yield from _told_of_post(world, post.author.id, "post.create", post)
    yield from _of_names(world, post)


def of_deletion(world: World, post: XPost) -> Iterator[WebhookRequest]:
    """Told to its author alone, where that is one of our accounts."""
    payload = {"id": post.id, "author_id": post.author.id}
    yield from _told(world, post.author.id, "post.delete", payload, key=post.id)


def of_act_on(world: World, account: SeedAccount, person: Person, event_type: str) -> Iterator[WebhookRequest]:
    """An account muted or blocked someone, or lifted that."""
    payload = {"source": whole_user(of_account(account)), "target": whole_user(of_person(person))}
    key = f"{person.id}:{world.ids.number()}"
    yield from _told(world, account.external_id, event_type, payload, key=key)


def replayed(world: World, hook: Hook, since: datetime, until: datetime) -> Iterator[WebhookRequest]:
    """What was told to a webhook between two times, as far as it is still there."""
    for post in reversed(all_posts(world)):
        if since <= post.created_at <= until:
            yield from _only_to(hook, _of_any_post(world, post))
    for message in world.messages.values():
        if message.platform is Platform.X and since <= message.at <= until:
            yield from _only_to(hook, _of_message(world, message))


def replay_ended(world: World, hook: Hook, job_id: str) -> WebhookRequest:
    """The last delivery of a replay."""
    status = {
        "webhook_id": hook.id,
        "job_id": job_id,
        "job_state": "Complete",
        "job_state_description": "Job completed successfully",
    }
    return _delivery(world.accounts_on(Platform.X)[0], hook, {"replay_job_status": status})


def _of_any_post(world: World, post: XPost) -> Iterator[WebhookRequest]:
    comment = world.comments.get(post.first_id)
    if comment is not None:
        return _of_reply(world, comment)
    return of_own_post(world, post) if post.author.id in world.accounts else _of_names(world, post)


def _of_reply(world: World, comment: Comment) -> Iterator[WebhookRequest]:
    post = of_comment(world, comment)
    if post.author.id in world.accounts:
        yield from _told_of_post(world, post.author.id, "post.create", post)
    above = post.replied_to_author
    # A reply to someone else's reply has nobody who subscribed to it.
    if above is not None and above.id != post.author.id:
        yield from _told_of_post(world, above.id, "post.reply.create", post)
    yield from _of_names(world, post)


def _of_names(world: World, post: XPost) -> Iterator[WebhookRequest]:
    """Told to the accounts that the author named; not to those whose names X put there."""
    for account in world.accounts_on(Platform.X):
        if account.external_id != post.author.id and post.summons(account.handle):
            yield from _told_of_post(world, account.external_id, "post.mention.create", post)


def _told_of_post(world: World, account_id: str, event_type: str, post: XPost) -> Iterator[WebhookRequest]:
    people = [post.author, *(user for handle in sorted(post.names) if (user := user_called(world, handle)) is not None)]
    includes = {"users": [_with_strings(whole_user(user)) for user in _once(people)]}
    payload = _with_strings(whole_post(world, post))
    if post.replied_to is not None:
        payload["in_reply_to_tweet_id"] = post.replied_to
    yield from _told(world, account_id, event_type, payload, key=post.id, includes=includes, text=post.typed)


def _of_message(world: World, message: DirectMessage) -> Iterator[WebhookRequest]:
    """In the shape of the first API, each user wrapped once more."""
    account, person = world.accounts[message.account_id], world.people[message.person_id]
    text, _ = shortened(message.text, message.id)
    marked: dict[str, object] = {"hashtags": [], "symbols": [], "user_mentions": [], "urls": []}
    found = entities_of(text, message.id)
    marked |= {"urls": found.get("urls", []), "hashtags": found.get("hashtags", [])}
    created: dict[str, object] = {
        "target": {"recipient_id": message.person_id if message.is_ours else message.account_id},
        "sender_id": sender_of(message),
        "message_data": {"text": escaped(text), "entities": marked},
    }
    if message.is_ours:
        created["source_app_id"] = APP_ID
    payload = {
        "direct_message_events": [
            {
                "type": "message_create",
                "id": message.id,
                "created_timestamp": str(int(message.at.timestamp() * 1_000)),
                "message_create": created,
            }
        ],
        "users": {
            user.id: {"data": _with_strings(whole_user(user))} for user in (of_person(person), of_account(account))
        },
    }
    event_type = "dm.sent" if message.is_ours else "dm.received"
    yield from _told(world, message.account_id, event_type, payload, key=message.id, text=message.text)


def _told(
    world: World,
    account_id: str,
    event_type: str,
    payload: Mapping[str, object],
    *,
    key: str,
    includes: Mapping[str, object] | None = None,
    text: str = "",
) -> Iterator[WebhookRequest]:
    for subscription in world.activity_subscriptions.values():
        hook = world.hooks.get(subscription.webhook_id or "")
        is_meant = (subscription.account_id, subscription.event_type) == (account_id, event_type)
        has_word = subscription.keyword is None or subscription.keyword.casefold() in text.casefold()
        if subscription.is_removed or not is_meant or not has_word or hook is None:
            continue
        if hook.is_removed or not hook.is_valid:
            continue
        data: dict[str, object] = {
            "event_uuid": _event_uuid(subscription.id, key),
            "filter": filter_of(subscription),
            "event_type": event_type,
            **({"tag": subscription.tag} if subscription.tag is not None else {}),
            "payload": payload,
            **({"includes": includes} if includes is not None else {}),
        }
        yield _delivery(world.accounts[account_id], hook, {"data": data})


def filter_of(subscription: ActivitySubscription) -> dict[str, str]:
    """What a subscription listens for, as X writes it."""
    told = {
        "user_id": subscription.account_id,
        "keyword": subscription.keyword,
        "direction": subscription.direction,
    }
    return {name: value for name, value in told.items() if value is not None}


def _delivery(account: SeedAccount, hook: Hook, content: Mapping[str, object]) -> WebhookRequest:
    body = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
    headers = {"x-twitter-webhooks-signature": sign(account.app_secret, body)}
    return WebhookRequest(platform=Platform.X, body=body, url=hook.target or None, headers=headers)


def _only_to(hook: Hook, requests: Iterable[WebhookRequest]) -> Iterator[WebhookRequest]:
    return (request for request in requests if request.url == (hook.target or None))


def _event_uuid(*parts: str) -> str:
    """A number that may be negative, the same whenever the same event is told."""
    digest = hashlib.sha256("\x00".join(parts).encode()).digest()
    return str(int.from_bytes(digest[:8], "big", signed=True))


def _once(people: Iterable[User]) -> list[User]:
    return list({user.id: user for user in people}.values())


def _with_strings(document: Mapping[str, object]) -> dict[str, object]:
    """Each number within the document once more as a string."""
    found: dict[str, object] = {}
    for name, value in document.items():
        found[name] = _with_strings(value) if isinstance(value, dict) else value
        if isinstance(value, int) and not isinstance(value, bool):
            found[f"{name}_str"] = str(value)
    return found
