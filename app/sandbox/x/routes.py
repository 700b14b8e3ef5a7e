"""X's calls: who may make them, with which rights, how often, and what carries them out."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Final

from app.sandbox.endpoint import Answer
from app.sandbox.x import (
    message_calls,
    people_calls,
    posting_calls,
    reading_calls,
    subscription_calls,
    webhook_calls,
)
from app.sandbox.x.access import Kind
from app.sandbox.x.asked import Asked
from app.sandbox.x.limits import READ, Limit
from app.sandbox.x.parameters import CONVERSATION_ID, ID
from app.sandbox.x.problems import invalid, no_such_call

Handler = Callable[[Asked], Answer | Awaitable[Answer]]
PERSON: Final = frozenset({Kind.USER, Kind.SIGNED})
ANYONE: Final = frozenset(Kind)
APP_OR_SIGNED: Final = frozenset({Kind.APP, Kind.SIGNED})
APP: Final = frozenset({Kind.APP})
NAME: Final = re.compile(r":([a-z_]+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class XRoute:
    """One call; `path` names its ids with a colon before them."""

    method: str
    path: str
    handler: Handler
    kinds: frozenset[Kind] = PERSON
    scopes: frozenset[str] = frozenset()
    limit: Limit = READ
    pattern: re.Pattern[str] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "pattern", re.compile(NAME.sub(r"(?P<\1>[^/]+)", self.path)))


def _route(
    line: str, handler: Handler, scopes: str = "", *, kinds: frozenset[Kind] = PERSON, limit: Limit = READ
) -> XRoute:
    method, path = line.split()
    return XRoute(method=method, path=path, handler=handler, kinds=kinds, scopes=frozenset(scopes.split()), limit=limit)


READING: Final = "tweet.read users.read"
MESSAGES: Final = "dm.read tweet.read users.read"
FEW: Final = Limit(user=50)
MESSAGES_READ: Final = Limit(user=15)
MESSAGES_SENT: Final = Limit(user=15, user_day=1_440, app_day=1_440)
MESSAGES_BARRED: Final = Limit(user=10, user_day=400)
MANAGED: Final = Limit(user=450, app=450)

# Where two fit, the first one counts.
ROUTES: Final[tuple[XRoute, ...]] = (
    _route("GET /2/users/me", reading_calls.read_me, READING, limit=Limit(user=75)),
    _route(
        "GET /2/users/:id/tweets",
        reading_calls.read_timeline,
        READING,
        kinds=ANYONE,
        limit=Limit(user=900, app=10_000),
    ),
    _route(
        "GET /2/users/:id/mentions", reading_calls.read_mentions, READING, kinds=ANYONE, limit=Limit(user=300, app=450)
    ),
    _route("GET /2/tweets/search/recent", reading_calls.search, READING, kinds=ANYONE, limit=Limit(user=300, app=450)),
    _route("GET /2/tweets", reading_calls.read_several, READING, kinds=ANYONE),
    _route("GET /2/tweets/:id", reading_calls.read_one, READING, kinds=ANYONE),
    _route(
        "POST /2/tweets",
        posting_calls.create,
        "tweet.read tweet.write users.read",
        limit=Limit(user=100, app_day=10_000),
    ),
    _route("DELETE /2/tweets/:id", posting_calls.delete, "tweet.read tweet.write users.read", limit=FEW),
    _route(
        "PUT /2/tweets/:tweet_id/hidden",
        posting_calls.set_hidden,
        "tweet.read users.read tweet.moderate.write",
        limit=FEW,
    ),
    _route("GET /2/dm_events", message_calls.read_all, MESSAGES, limit=MESSAGES_READ),
    _route("GET /2/dm_events/:event_id", message_calls.read_one, MESSAGES, limit=MESSAGES_READ),
    _route(
        "GET /2/dm_conversations/with/:participant_id/dm_events", message_calls.read_with, MESSAGES, limit=MESSAGES_READ
    ),
    _route("GET /2/dm_conversations/:id/dm_events", message_calls.read_conversation, MESSAGES, limit=MESSAGES_READ),
    _route(
        "POST /2/dm_conversations/with/:participant_id/messages",
        message_calls.send_to,
        "dm.write tweet.read users.read",
        limit=MESSAGES_SENT,
    ),
    _route(
        "POST /2/dm_conversations/:dm_conversation_id/messages",
        message_calls.send_in,
        "dm.write tweet.read users.read",
        limit=MESSAGES_SENT,
    ),
    _route("GET /2/users/:id/muting", people_calls.read_muted, "mute.read tweet.read users.read", limit=Limit(user=15)),
    _route("POST /2/users/:id/muting", people_calls.mute, "mute.write tweet.read users.read", limit=FEW),
    _route(
        "DELETE /2/users/:source_user_id/muting/:target_user_id",
        people_calls.unmute,
        "mute.write tweet.read users.read",
        limit=FEW,
    ),
    _route(
        "GET /2/users/:id/blocking", people_calls.read_blocked, "block.read tweet.read users.read", limit=Limit(user=15)
    ),
    _route("POST /2/users/:id/blocking", people_calls.block, "block.write tweet.read users.read", limit=FEW),
    _route(
        "DELETE /2/users/:source_user_id/blocking/:target_user_id",
        people_calls.unblock,
        "block.write tweet.read users.read",
        limit=FEW,
    ),
    _route(
        "POST /2/users/:id/dm/block",
        people_calls.block_messages,
        "dm.write tweet.read users.read",
        limit=MESSAGES_BARRED,
    ),
    _route(
        "POST /2/users/:id/dm/unblock",
        people_calls.unblock_messages,
        "dm.write tweet.read users.read",
        limit=MESSAGES_BARRED,
    ),
    _route("GET /2/webhooks", webhook_calls.read_all, kinds=APP, limit=MANAGED),
    _route("POST /2/webhooks/replay", webhook_calls.replay, kinds=APP, limit=MANAGED),
    _route("POST /2/webhooks", webhook_calls.create, kinds=APP_OR_SIGNED, limit=MANAGED),
    _route("PUT /2/webhooks/:webhook_id", webhook_calls.validate, kinds=APP_OR_SIGNED, limit=MANAGED),
    _route("DELETE /2/webhooks/:webhook_id", webhook_calls.delete, kinds=APP_OR_SIGNED, limit=MANAGED),
    _route(
        "GET /2/activity/subscriptions",
        subscription_calls.read_all,
        "like.read tweet.read",
        kinds=ANYONE,
        limit=MANAGED,
    ),
    _route("POST /2/activity/subscriptions", subscription_calls.create, kinds=ANYONE, limit=MANAGED),
    _route("DELETE /2/activity/subscriptions", subscription_calls.delete_several, kinds=APP, limit=MANAGED),
    _route("PUT /2/activity/subscriptions/:subscription_id", subscription_calls.update, kinds=APP, limit=MANAGED),
    _route("DELETE /2/activity/subscriptions/:subscription_id", subscription_calls.delete, kinds=APP, limit=MANAGED),
)


def route_of(method: str, path: str) -> tuple[XRoute, dict[str, str]]:
    """The call that is meant, and its ids. Raises ProblemError where X has none."""
    for route in ROUTES:
        found = route.pattern.fullmatch(path)
        if route.method == method and found is not None:
            return route, found.groupdict()
    raise no_such_call()


def check_ids(ids: dict[str, str], path: str) -> None:
    """Refuse what cannot be an id."""
    for name, value in ids.items():
        is_conversation = name == "dm_conversation_id" or (name == "id" and "/dm_conversations/" in path)
        if (CONVERSATION_ID if is_conversation else ID).fullmatch(value) is None:
            raise invalid(f"The `{name}` query parameter value [{value}] is not valid", **{name: value})
