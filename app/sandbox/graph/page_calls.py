"""Calls on Pages, Instagram accounts, conversations and people."""

from dataclasses import replace
from typing import Final

from app.sandbox.graph.context import Context
from app.sandbox.graph.errors import GraphError, gone, parameter
from app.sandbox.graph.facebook_nodes import POST
from app.sandbox.graph.instagram_nodes import MEDIA
from app.sandbox.graph.nodes import Thread
from app.sandbox.graph.other_nodes import (
    IG_PERSON,
    IG_USER,
    MESSAGE,
    PAGE,
    PERSON,
    THREAD,
    linked_instagram,
    messages_newest_first,
)
from app.sandbox.graph.render import show, show_list
from app.sandbox.meta.seed import APP_ID
from app.sandbox.seed import Platform
from app.sandbox.world import messages
from app.sandbox.world.records import Post, Subscription

PLATFORMS: Final = frozenset({"MESSENGER", "INSTAGRAM"})
SUBSCRIBABLE: Final = frozenset(
    {
        "feed",
        "mention",
        "name",
        "picture",
        "category",
        "description",
        "conversations",
        "ratings",
        "publisher_subscriptions",
        "videos",
        "live_videos",
        "messages",
        "message_echoes",
        "message_edits",
        "message_reads",
        "message_deliveries",
        "message_reactions",
        "message_context",
        "message_mention",
        "messaging_postbacks",
        "messaging_optins",
        "messaging_optouts",
        "messaging_referrals",
        "messaging_handovers",
        "messaging_policy_enforcement",
        "messaging_account_linking",
        "messaging_feedback",
        "messaging_integrity",
        "standby",
        "leadgen",
        "inbox_labels",
    }
)


def read_page(context: Context) -> dict[str, object]:
    """``GET /{page}``."""
    return show(context.view, PAGE, context.target.account, context.fields)


def read_instagram(context: Context) -> dict[str, object]:
    """``GET /{ig}``."""
    return show(context.view, IG_USER, context.target.account, context.fields)


def posts(context: Context) -> dict[str, object]:
    """``GET /{page}/published_posts``, ``/posts``, ``/feed``."""
    return show_list(context.view, POST, _in_time(context), context.call, context.fields)


def media(context: Context) -> dict[str, object]:
    """``GET /{ig}/media``; live broadcasts are listed apart."""
    found = [post for post in _in_time(context) if post.product != "LIVE"]
    return show_list(context.view, MEDIA, found, context.call, context.fields)


def live_media(context: Context) -> dict[str, object]:
    """``GET /{ig}/live_media``."""
    found = [post for post in _in_time(context) if post.product == "LIVE"]
    return show_list(context.view, MEDIA, found, context.call, context.fields)


def set_comments_enabled(context: Context) -> dict[str, object]:
    """``POST /{media}`` ``comment_enabled=``."""
    takes_comments = bool(context.call.boolean("comment_enabled"))
    context.world.put(replace(context.post(), takes_comments=takes_comments))
    return {"success": True}


def conversations(context: Context) -> dict[str, object]:
    """``GET /{page}/conversations``: newest first, all or that with one person."""
    page = context.target.account
    platform = context.call.choice("platform", PLATFORMS) or "MESSENGER"
    account = page if platform == "MESSENGER" else linked_instagram(context.view, page)
    wanted = context.call.text("user_id")
    found: dict[str, Thread] = {}
    for message in reversed(context.world.messages.values()):
        is_wanted = wanted is None or message.person_id == wanted
        if account is not None and message.account_id == account.external_id and is_wanted:
            thread = Thread(id=message.thread_id, person=context.world.people[message.person_id])
            found.setdefault(message.thread_id, thread)
    return show_list(context.view, THREAD, list(found.values()), context.call, context.fields)


def read_thread(context: Context) -> dict[str, object]:
    """``GET /{thread}``."""
    return show(context.view, THREAD, _thread(context), context.fields)


def thread_messages(context: Context) -> dict[str, object]:
    """``GET /{thread}/messages``, newest first."""
    found = messages_newest_first(context.view, _thread(context))
    return show_list(context.view, MESSAGE, found, context.call, context.fields)


def read_message(context: Context) -> dict[str, object]:
    """``GET /{message}``."""
    return show(context.view, MESSAGE, context.message(), context.fields)


def read_person(context: Context) -> dict[str, object]:
    """``GET /{PSID}`` and ``GET /{IGSID}``: only of people who have written to us."""
    person = context.person()
    has_written = messages.last_written_at(context.world, person) is not None
    if person.platform is Platform.INSTAGRAM:
        if not has_written:
            raise GraphError(230, "(#230) User consent is required to access user profile")
        return show(context.view, IG_PERSON, person, context.fields)
    if not messages.thread_of(context.world, person):
        raise gone(person.id)
    return show(context.view, PERSON, person, context.fields)


def subscriptions(context: Context) -> dict[str, object]:
    """``GET /{page}/subscribed_apps``."""
    fields = context.world.subscribed_fields(context.target.account.external_id)
    if not fields:
        return {"data": []}
    return {"data": [{"category": "Business", "name": "Nöbet", "id": APP_ID, "subscribed_fields": list(fields)}]}


def subscribe(context: Context) -> dict[str, object]:
    """``POST /{page}/subscribed_apps``: the list takes the place of the former one."""
    fields = tuple(str(field) for field in context.call.listing("subscribed_fields") or ())
    unknown = set(fields) - SUBSCRIBABLE
    if not fields or unknown:
        raise parameter(
            f"Param subscribed_fields must be of the known fields, not {', '.join(sorted(unknown)) or '[]'}"
        )
    context.world.put(Subscription(page_id=context.target.account.external_id, fields=fields))
    return {"success": True}


def unsubscribe(context: Context) -> dict[str, object]:
    """``DELETE /{page}/subscribed_apps``."""
    context.world.put(Subscription(page_id=context.target.account.external_id, fields=()))
    return {"success": True}


def _thread(context: Context) -> Thread:
    assert isinstance(context.target.thing, Thread)  # noqa: S101 - the route's node says so
    return context.target.thing


def _in_time(context: Context) -> list[Post]:
    since, until = context.call.moment("since"), context.call.moment("until")
    return [
        post
        for post in context.world.posts_of(context.target.account.external_id)
        if (since is None or post.created_at >= since) and (until is None or post.created_at <= until)
    ]
