"""Every call the platform knows: on which node, beneath which edge, with which parameters.

Parameters by the Graph API's specification; one that is not listed is refused.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from app.sandbox.graph import block_calls, comment_calls, message_calls, page_calls
from app.sandbox.graph.call import Call
from app.sandbox.graph.context import Context
from app.sandbox.graph.errors import parameter
from app.sandbox.graph.nodes import Node

Handler = Callable[[Context], dict[str, object]]

ALWAYS: Final = frozenset({"access_token", "appsecret_proof", "fields", "pretty", "debug", "locale", "format"})
PAGING: Final = frozenset({"limit", "after", "before", "offset"})
_FILTERED: Final = frozenset({"filter", "live_filter", "order", "since", "summary"})
_POSTS: Final = frozenset({"include_hidden", "show_expired", "with", "since", "until"})
_IDENTITIES: Final = frozenset(block_calls.IDENTITIES)
_MESSAGE: Final = frozenset(
    {
        "recipient",
        "message",
        "messaging_type",
        "tag",
        "sender_action",
        "notification_type",
        "payload",
        "persona_id",
        "reply_to",
        "folder",
        "thread_control",
    }
)
_COMMENT: Final = frozenset({"message", "attachment_id", "attachment_share_url", "attachment_url"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """A handler, the parameters it takes, and which of them it cannot do without."""

    handler: Handler
    parameters: frozenset[str] = frozenset()
    required: frozenset[str] = frozenset()
    is_list: bool = False

    def check(self, call: Call) -> None:
        """Refuse parameters that the call does not know, or lacks."""
        allowed = self.parameters | self.required | ALWAYS | (PAGING if self.is_list else frozenset())
        for name in call.parameters:
            if name not in allowed:
                raise parameter(f"Unexpected parameter: {name}")
        for name in sorted(self.required):
            if call.parameters.get(name) in (None, ""):
                raise parameter(f"The parameter {name} is required")


def _list(handler: Handler, *parameters: str) -> Route:
    return Route(handler=handler, parameters=frozenset(parameters), is_list=True)


ROUTES: Final[dict[tuple[Node, str, str], Route]] = {
    (Node.COMMENT, "", "GET"): Route(handler=comment_calls.read),
    (Node.COMMENT, "", "POST"): Route(handler=comment_calls.update, parameters=_COMMENT | {"is_hidden"}),
    (Node.COMMENT, "", "DELETE"): Route(handler=comment_calls.delete),
    (Node.COMMENT, "comments", "GET"): _list(comment_calls.replies, *_FILTERED),
    (Node.COMMENT, "comments", "POST"): Route(handler=comment_calls.reply, parameters=_COMMENT),
    (Node.IG_COMMENT, "", "GET"): Route(handler=comment_calls.read),
    (Node.IG_COMMENT, "", "POST"): Route(
        handler=comment_calls.hide_on_instagram, parameters=frozenset({"ad_id"}), required=frozenset({"hide"})
    ),
    (Node.IG_COMMENT, "", "DELETE"): Route(handler=comment_calls.delete, parameters=frozenset({"ad_id"})),
    (Node.IG_COMMENT, "replies", "GET"): _list(comment_calls.replies),
    (Node.IG_COMMENT, "replies", "POST"): Route(handler=comment_calls.reply, parameters=frozenset({"message"})),
    (Node.POST, "", "GET"): Route(handler=comment_calls.read_post),
    (Node.POST, "comments", "GET"): _list(comment_calls.comments_of_post, *_FILTERED),
    (Node.POST, "comments", "POST"): Route(handler=comment_calls.comment_on_post, parameters=_COMMENT),
    (Node.MEDIA, "", "GET"): Route(handler=comment_calls.read_post),
    (Node.MEDIA, "", "POST"): Route(handler=page_calls.set_comments_enabled, required=frozenset({"comment_enabled"})),
    (Node.MEDIA, "comments", "GET"): _list(comment_calls.comments_of_post),
    (Node.MEDIA, "comments", "POST"): Route(
        handler=comment_calls.comment_on_post, parameters=frozenset({"message", "ad_id"})
    ),
    (Node.PAGE, "", "GET"): Route(handler=page_calls.read_page),
    (Node.PAGE, "messages", "POST"): Route(
        handler=message_calls.send, parameters=_MESSAGE, required=frozenset({"recipient"})
    ),
    (Node.PAGE, "blocked", "GET"): _list(block_calls.blocked, "user", "uid"),
    (Node.PAGE, "blocked", "POST"): Route(handler=block_calls.block, parameters=_IDENTITIES),
    (Node.PAGE, "blocked", "DELETE"): Route(handler=block_calls.unblock, parameters=_IDENTITIES),
    (Node.PAGE, "moderate_conversations", "POST"): Route(
        handler=block_calls.moderate, required=frozenset({"user_ids", "actions"})
    ),
    (Node.PAGE, "conversations", "GET"): _list(page_calls.conversations, "platform", "user_id", "folder", "tags"),
    (Node.PAGE, "published_posts", "GET"): _list(page_calls.posts, *_POSTS),
    (Node.PAGE, "posts", "GET"): _list(page_calls.posts, *_POSTS, "q"),
    (Node.PAGE, "feed", "GET"): _list(page_calls.posts, *_POSTS),
    (Node.PAGE, "subscribed_apps", "GET"): _list(page_calls.subscriptions),
    (Node.PAGE, "subscribed_apps", "POST"): Route(
        handler=page_calls.subscribe, required=frozenset({"subscribed_fields"})
    ),
    (Node.PAGE, "subscribed_apps", "DELETE"): Route(handler=page_calls.unsubscribe),
    (Node.IG_USER, "", "GET"): Route(handler=page_calls.read_instagram),
    (Node.IG_USER, "media", "GET"): _list(page_calls.media, "since", "until"),
    (Node.IG_USER, "live_media", "GET"): _list(page_calls.live_media, "since", "until"),
    (Node.IG_USER, "mentions", "POST"): Route(
        handler=comment_calls.answer_mention,
        parameters=frozenset({"comment_id"}),
        required=frozenset({"media_id", "message"}),
    ),
    (Node.THREAD, "", "GET"): Route(handler=page_calls.read_thread),
    (Node.THREAD, "messages", "GET"): _list(page_calls.thread_messages, "source"),
    (Node.MESSAGE, "", "GET"): Route(handler=page_calls.read_message),
    (Node.PERSON, "", "GET"): Route(handler=page_calls.read_person),
}
EDGES: Final = frozenset(edge for _, edge, _ in ROUTES)
