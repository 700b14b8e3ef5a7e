"""The platform's error envelope, and which code stands for which refusal.

Codes by the Graph API's "Handling Errors" and Messenger's "Common Error Codes"; 10900 and 10903 and 100/2018292 as
integrations have reported them.
"""

from typing import Final

from app.sandbox.seed import Platform
from app.sandbox.world.refusals import RefusedError, Why

_STATUS: Final = {1: 500, 2: 503, 10: 403, 200: 403, 4: 403, 613: 403, 551: 400}


class GraphError(Exception):
    """An answer in the platform's error envelope."""

    def __init__(
        self,
        code: int,
        message: str,
        subcode: int | None = None,
        *,
        kind: str = "OAuthException",
        status: int | None = None,
        is_transient: bool = False,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.subcode = subcode
        self.kind = kind
        self.status = status or _STATUS.get(code, 400)
        self.is_transient = is_transient

    def body(self, trace_id: str) -> dict[str, object]:
        """The envelope as it is sent."""
        error: dict[str, object] = {"message": self.message, "type": self.kind, "code": self.code}
        if self.subcode is not None:
            error["error_subcode"] = self.subcode
        if self.is_transient:
            error["is_transient"] = True
        return {"error": {**error, "fbtrace_id": trace_id}}


def parameter(text: str, subcode: int | None = None) -> GraphError:
    """A parameter that is missing, unknown, or not what it should be."""
    return GraphError(100, f"(#100) {text}", subcode)


def gone(object_id: str, method: str = "get") -> GraphError:
    """An object that is not there, not visible, or knows no such operation: the platform does not say which."""
    return GraphError(
        100,
        f"Unsupported {method.lower()} request. Object with ID '{object_id}' does not exist, cannot be loaded due to "
        "missing permissions, or does not support this operation",
        33,
        kind="GraphMethodException",
    )


def unknown_path(path: str) -> GraphError:
    """A path the API does not have."""
    return GraphError(2500, f"Unknown path components: /{path}")


def permission(text: str = "Permissions error") -> GraphError:
    """The token does not open this."""
    return GraphError(200, f"(#200) {text}")


def missing_token() -> GraphError:
    """No token at all."""
    return GraphError(190, "An access token is required to request this resource.")


def bad_token() -> GraphError:
    """A token nobody gave out."""
    return GraphError(190, "Invalid OAuth access token - Cannot parse access token", 467)


def expired_token() -> GraphError:
    """A token whose time is over."""
    return GraphError(190, "Error validating access token: Session has expired.", 463)


_OUTSIDE_WINDOW = "This message is sent outside of allowed window."

# One entry for both platforms, or one for each where they differ.
_BY_REASON: Final[dict[Why, tuple[int, str, int | None] | dict[Platform, tuple[int, str, int | None]]]] = {
    Why.NO_SUCH_USER: {
        Platform.FACEBOOK: (100, "No matching user found", 2018001),
        Platform.INSTAGRAM: (100, "The requested user cannot be found.", 2534014),
    },
    Why.NOT_OURS: (200, "Permissions error: only own comments can be edited", None),
    Why.OWN_COMMENT: (200, "Permissions error: this comment cannot be hidden", None),
    Why.NO_EDITING: (100, "The text cannot be changed", None),
    Why.LIVE: (100, "This operation is not supported for live comments", None),
    Why.PARENT_HIDDEN: (100, "Replies to a hidden comment are not supported", None),
    Why.PARENT_IS_REPLY: (100, "Replies can be made to top-level comments only", None),
    Why.COMMENTS_OFF: (100, "Comments are turned off for this media", None),
    Why.EMPTY: (100, "The text must not be empty", None),
    Why.TOO_LONG: (100, "The text is longer than allowed", None),
    Why.TOO_MANY_HASHTAGS: (100, "The text has more than 4 hashtags", None),
    Why.TOO_MANY_LINKS: (100, "The text has more than 1 URL", None),
    Why.ALL_CAPITALS: (100, "The text must not be all in capital letters", None),
    Why.WINDOW_CLOSED: {
        Platform.FACEBOOK: (10, _OUTSIDE_WINDOW, 2018278),
        Platform.INSTAGRAM: (10, _OUTSIDE_WINDOW, 2534022),
    },
    Why.UNREACHABLE: (551, "This person isn't available right now.", 1545041),
    Why.RATE: {
        Platform.FACEBOOK: (613, "Calls to this api have exceeded the rate limit.", None),
        Platform.INSTAGRAM: (613, "Calls to this api have exceeded the rate limit.", 2534040),
    },
    Why.NO_THREAD: (1, "The action failed: there is no conversation with this user", None),
    Why.ALREADY_ANSWERED: {
        Platform.FACEBOOK: (10900, "Activity already replied to", None),
        Platform.INSTAGRAM: (100, "The comment is invalid for a private reply", 2534025),
    },
    Why.TOO_OLD: {
        Platform.FACEBOOK: (10903, "This user can't reply to this activity", None),
        Platform.INSTAGRAM: (100, "The comment is invalid for a private reply", 2534025),
    },
    Why.NOT_ANSWERABLE: {
        Platform.FACEBOOK: (10903, "This user can't reply to this activity", None),
        Platform.INSTAGRAM: (100, "The comment is invalid for a private reply", 2534025),
    },
    Why.BLOCKED: (551, "This person isn't available right now.", 1545041),
}


def from_refusal(refusal: RefusedError, platform: Platform, method: str) -> GraphError:
    """The platform's error for what the model refused."""
    if refusal.why is Why.GONE:
        return gone(refusal.subject, method)
    entry = _BY_REASON[refusal.why]
    code, text, subcode = entry[platform] if isinstance(entry, dict) else entry
    return GraphError(code, f"(#{code}) {text}", subcode)


def bad_comment(platform: Platform) -> GraphError:
    """A comment id that a private reply cannot be sent to."""
    if platform is Platform.INSTAGRAM:
        return parameter("The comment is invalid for a private reply", 2534025)
    return parameter("Invalid comment_id parameter", 2018292)
