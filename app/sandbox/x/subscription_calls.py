"""Subscribing to the events of an account.

https://docs.x.com/x-api/activity/introduction
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from app.sandbox.endpoint import Answer
from app.sandbox.seed import Platform
from app.sandbox.world.records import ActivitySubscription
from app.sandbox.x.access import Kind
from app.sandbox.x.asked import Asked, told
from app.sandbox.x.events import filter_of
from app.sandbox.x.ids import snowflake
from app.sandbox.x.paging import id_of, page_of
from app.sandbox.x.parameters import (
    BODY_ID,
    a_number,
    a_text,
    body_text,
    body_word,
    ids,
    no_body,
    read_body,
    read_object,
    read_query,
)
from app.sandbox.x.people import user_of
from app.sandbox.x.problems import ProblemError, forbidden, invalid, not_found, not_simulated
from app.sandbox.x.render import iso
from app.sandbox.x.webhook_calls import hook_of

MOST: Final = 1_500
# The right that a user's token needs for what is not public; for the rest the application's token is enough.
PRIVATE: Final[Mapping[str, str]] = {
    **dict.fromkeys(
        ("post.mention.create", "post.reply.create", "post.quote.create", "post.repost.create"), "tweet.read"
    ),
    **dict.fromkeys(("dm.sent", "dm.received", "dm.indicate_typing", "dm.read"), "dm.read"),
    **dict.fromkeys(
        (
            "chat.received",
            "chat.sent",
            "chat.conversation.join",
            "chat.conversation_join",
            "chat.conversation.member_added",
            "chat.conversation.member_removed",
            "chat.conversation.admin_added",
            "chat.conversation.admin_removed",
            "chat.update.group_name",
            "chat.update.restrictions",
        ),
        "dm.read",
    ),
    "like.create": "like.read",
    "mute.mute": "mute.read",
    "mute.unmute": "mute.read",
    "block.block": "block.read",
    "block.unblock": "block.read",
    "follow.follow": "users.read",
    "follow.unfollow": "users.read",
}
PUBLIC: Final = (
    "profile.update.bio",
    "profile.update.profile_picture",
    "profile.update.banner_picture",
    "profile.update.screenname",
    "profile.update.geo",
    "profile.update.url",
    "profile.update.verified_badge",
    "profile.update.affiliate_badge",
    "profile.update.handle",
    "news.new",
    "spaces.start",
    "spaces.end",
    "broadcast.start",
    "broadcast.end",
    "broadcast.chat",
    "post.create",
    "post.delete",
)
# What the sandbox seeds, in the order of their ids.
USUAL: Final = (
    "post.create",
    "post.delete",
    "post.mention.create",
    "post.reply.create",
    "post.quote.create",
    "dm.received",
    "dm.sent",
)


def _filter(name: str, value: Any) -> dict[str, Any]:
    allowed = {
        "user_id": body_text(1, 19, r"[0-9]{1,19}"),
        "keyword": body_text(1, 200),
        "direction": body_word("inbound", "outbound"),
    }
    return read_object(name, value, allowed)


def create(asked: Asked) -> Answer:
    """Subscribe."""
    read_query(asked.call, {})
    allowed = {
        "event_type": body_word(*PRIVATE, *PUBLIC),
        "filter": _filter,
        "tag": body_text(1, 200),
        "webhook_id": BODY_ID,
    }
    body = read_body(asked.call, allowed, frozenset({"event_type", "filter"}))
    event_type = body["event_type"].replace("conversation_join", "conversation.join")
    wanted: dict[str, str] = body["filter"]
    _check(asked, event_type, wanted)
    if "webhook_id" in body:
        hook_of(asked.ground, body["webhook_id"])
    now = asked.world.clock.now()
    made = ActivitySubscription(
        id=snowflake(asked.world.ids.number()),
        account_id=wanted["user_id"],
        event_type=event_type,
        created_at=now,
        updated_at=now,
        webhook_id=body.get("webhook_id"),
        tag=body.get("tag"),
        keyword=wanted.get("keyword"),
        direction=wanted.get("direction"),
    )
    asked.world.put(made)
    return told({"subscription": document(made)})


def read_all(asked: Asked) -> Answer:
    """The application's subscriptions; for a user, those of the account."""
    query = read_query(asked.call, {"max_results": a_number(1, 1000), "pagination_token": a_text(16, 500)})
    own = asked.caller.account.external_id if asked.caller.account is not None else None
    found = [one for one in _all(asked) if own in {None, one.account_id}]
    found.sort(key=lambda one: int(one.id), reverse=True)
    after = id_of("pagination_token", query["pagination_token"]) if "pagination_token" in query else None
    page, next_token = page_of(found, size=query.get("max_results", 1000), after=after)
    # The specification has no place for the cursor that it takes.
    return told([document(one) for one in page], meta={"next_token": next_token} if next_token else None)


def update(asked: Asked) -> Answer:
    """Change tag or webhook, and nothing else."""
    read_query(asked.call, {})
    body = read_body(asked.call, {"tag": body_text(1, 200), "webhook_id": BODY_ID})
    found = _subscription(asked, asked.ids["subscription_id"])
    if "webhook_id" in body:
        hook_of(asked.ground, body["webhook_id"])
    changed = replace(found, updated_at=asked.world.clock.now(), **body)
    asked.world.put(changed)
    return told({"subscription": document(changed), "total_subscriptions": len(_all(asked))})


def delete(asked: Asked) -> Answer:
    """End one."""
    no_body(asked.call)
    read_query(asked.call, {})
    asked.world.put(replace(_subscription(asked, asked.ids["subscription_id"]), is_removed=True))
    return told({"deleted": True})


def delete_several(asked: Asked) -> Answer:
    """End several; what is not there is told beside."""
    no_body(asked.call)
    query = read_query(asked.call, {"ids": ids}, frozenset({"ids"}))
    deleted, errors = [], []
    for subscription_id in query["ids"]:
        try:
            found = _subscription(asked, subscription_id)
        except ProblemError as problem:
            errors.append({"subscription_id": subscription_id, "reason": "NotFound", "message": problem.detail})
            continue
        asked.world.put(replace(found, is_removed=True))
        deleted.append({"subscription_id": subscription_id, "deleted": True})
    return told(deleted, meta={"total_subscriptions": len(_all(asked))}, errors=errors)


def document(subscription: ActivitySubscription) -> dict[str, object]:
    """As X writes it."""
    told_of = {
        "subscription_id": subscription.id,
        "event_type": subscription.event_type,
        "filter": filter_of(subscription),
        "tag": subscription.tag,
        "webhook_id": subscription.webhook_id,
        "created_at": iso(subscription.created_at),
        "updated_at": iso(subscription.updated_at),
    }
    return {name: value for name, value in told_of.items() if value is not None}


def _check(asked: Asked, event_type: str, wanted: Mapping[str, str]) -> None:
    if not wanted.keys() & {"user_id", "keyword"}:
        raise invalid("$.filter: user_id or keyword is required")
    if "user_id" not in wanted:
        raise not_simulated("subscriptions to a keyword alone")
    if event_type.startswith(("mute.", "block.")) and "direction" in wanted:
        raise invalid("$.filter.direction: is not supported for this event")
    if event_type in PRIVATE:
        if asked.caller.kind is Kind.APP:
            raise forbidden("This event needs a user's token.")
        asked.require_own(wanted["user_id"])
        if not asked.caller.has(PRIVATE[event_type]):
            raise forbidden()
    if user_of(asked.world, wanted["user_id"]) is None:
        raise not_found("user", "filter.user_id", wanted["user_id"], status=400)
    present = _all(asked)
    if any((one.event_type, filter_of(one)) == (event_type, dict(wanted)) for one in present):
        raise invalid("DuplicateSubscriptionFailed: this subscription is there already")
    if len(present) >= MOST and not asked.is_enterprise:
        raise forbidden("SubscriptionLimitExceeded")


def _subscription(asked: Asked, subscription_id: str) -> ActivitySubscription:
    found = asked.world.activity_subscriptions.get(subscription_id)
    if found is None or found.is_removed:
        raise not_found("subscription", "subscription_id", subscription_id)
    return found


def _all(asked: Asked) -> list[ActivitySubscription]:
    accounts = {account.external_id for account in asked.world.accounts_on(Platform.X)}
    return [
        one
        for one in asked.world.activity_subscriptions.values()
        if not one.is_removed and (one.account_id in accounts or one.account_id in asked.world.people)
    ]
