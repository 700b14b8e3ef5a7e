"""The Data API's errors in Google's form; callers decide on the `reason`.

https://developers.google.com/youtube/v3/docs/errors, https://developers.google.com/youtube/v3/docs/core_errors
"""

from collections.abc import Mapping, Sequence
from typing import Final, Literal

from app.sandbox.endpoint import Answer

REFERENCE: Final = "/youtube/v3/docs"
RPC: Final = "type.googleapis.com/google.rpc"


class ApiError(Exception):
    """A refusal. `status` is Google's own word beside the HTTP code, which only its front end writes."""

    def __init__(
        self,
        code: int,
        reason: str,
        message: str,
        *,
        domain: str | None = "global",
        location: tuple[str, str] | None = None,
        status: str | None = None,
        headline: str | None = None,
        details: Sequence[Mapping[str, object]] = (),
    ) -> None:
        super().__init__(reason)
        item: dict[str, object] = {"message": message}
        item |= {"domain": domain} if domain is not None else {}
        item["reason"] = reason
        if location is not None:
            item |= {"location": location[0], "locationType": location[1]}
        error: dict[str, object] = {"code": code, "message": headline or message, "errors": [item]}
        error |= {"status": status} if status is not None else {}
        error |= {"details": list(details)} if details else {}
        self.answer = Answer(status=code, content={"error": error}, error=reason)


def bad_request(description: str, field: str) -> ApiError:
    """What the front end says of a parameter or field that it does not know, or of a value of the wrong kind."""
    violation = {"field": field, "description": description} if field else {"description": description}
    return ApiError(
        400,
        "invalid",
        description,
        domain=None,
        status="INVALID_ARGUMENT",
        details=[{"@type": f"{RPC}.BadRequest", "fieldViolations": [violation]}],
    )


def unknown_parameter(name: str) -> ApiError:
    """A parameter that the method has not."""
    return bad_request(
        f'Invalid JSON payload received. Unknown name "{name}": Cannot bind query parameter. '
        f"Field '{name}' could not be found in request message.",
        "",
    )


def wrong_value(name: str, kind: str, value: str) -> ApiError:
    """A value that is none of the parameter's or field's kind."""
    return bad_request(f"Invalid value at '{name}' ({kind}), \"{value}\"", name)


def out_of_range(name: str, value: int, least: int, most: int) -> ApiError:
    """A number beyond its bounds."""
    message = f"Invalid value '{value}'. Values must be within the range: [{least}, {most}]"
    return ApiError(400, "invalidParameter", message, location=(name, "parameter"))


def missing(name: str) -> ApiError:
    """A parameter without which the method does nothing."""
    message = f"The request is missing a required parameter: {name}"
    return ApiError(400, "missingRequiredParameter", message, domain="youtube.parameter", location=(name, "parameter"))


def no_filter(names: Sequence[str]) -> ApiError:
    """None of the filters of which there must be one."""
    message = f"No filter selected. Expected one of: {', '.join(names)}"
    return ApiError(
        400, "missingRequiredParameter", message, domain="youtube.parameter", location=("parameters.", "other")
    )


def incompatible(names: Sequence[str]) -> ApiError:
    """Parameters that do not go together."""
    message = f"Incompatible parameters specified in the request: {', '.join(names)}"
    return ApiError(400, "incompatibleParameters", message, domain="youtube.parameter", location=("", "parameter"))


def unknown_part(name: str) -> ApiError:
    """A part that the resource has not."""
    return ApiError(400, "unknownPart", f"'{name}'", domain="youtube.part", location=("part", "parameter"))


def invalid_page_token() -> ApiError:
    """A page token of another list, or of none."""
    message = "The request specifies an invalid page token."
    return ApiError(400, "invalidPageToken", message, domain="youtube.parameter", location=("pageToken", "parameter"))


Resource = Literal["comment", "commentThread", "video", "channel", "playlist", "playlistItem"]


def not_found(what: Resource, method: str, parameter: str, *, domain: str | None = None) -> ApiError:
    """What is named by a parameter is not there."""
    link = _link(method, parameter)
    message = f"The {what} identified by the {link} parameter could not be found."
    if what in {"comment", "commentThread"}:
        message = f"One or more of the {what}s identified by the {link} parameter could not be found."
    domain = domain or f"youtube.{method.partition('/')[0].removesuffix('s')}"
    return ApiError(404, f"{what}NotFound", message, domain=domain, location=(parameter, "parameter"))


def parent_not_found() -> ApiError:
    """The comment to be answered is not there."""
    message = "The specified parent comment could not be found."
    return ApiError(
        404, "parentCommentNotFound", message, domain="youtube.comment", location=("body.snippet.parentId", "other")
    )


def comments_disabled(method: str = "commentThreads/list") -> ApiError:
    """The video takes no comments."""
    link = _link(method, "videoId")
    return ApiError(
        403,
        "commentsDisabled",
        f"The video identified by the {link} parameter has disabled comments.",
        domain="youtube.commentThread",
        location=("videoId", "parameter"),
    )


def forbidden(domain: str, message: str) -> ApiError:
    """Not for this caller."""
    return ApiError(403, "forbidden", f"{message} The request might not be properly authorized.", domain=domain)


def processing_failure(domain: str = "youtube.comment") -> ApiError:
    """What YouTube says when it will not, and does not say why."""
    message = (
        "The API server failed to successfully process the request. While this can be a transient error, it usually "
        "indicates that the request's input is invalid."
    )
    return ApiError(400, "processingFailure", message, domain=domain)


def of_comment(reason: str, message: str, location: str) -> ApiError:
    """Something is wrong with a comment that was sent."""
    return ApiError(400, reason, message, domain="youtube.comment", location=(location, "other"))


def quota_exceeded() -> ApiError:
    """The day is used up."""
    message = (
        "The request cannot be completed because you have exceeded your "
        '<a href="/youtube/v3/getting-started#quota">quota</a>.'
    )
    return ApiError(403, "quotaExceeded", message, domain="youtube.quota")


def invalid_credentials() -> ApiError:
    """The token is none, or not any more."""
    return ApiError(
        401,
        "authError",
        "Invalid Credentials",
        location=("Authorization", "header"),
        status="UNAUTHENTICATED",
        headline="Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other "
        "valid authentication credential. See https://developers.google.com/identity/sign-in/web/devconsole-project.",
    )


def login_required() -> ApiError:
    """A key does not do for this method."""
    return ApiError(
        401,
        "required",
        "Login Required.",
        location=("Authorization", "header"),
        status="UNAUTHENTICATED",
        headline="API keys are not supported by this API. Expected OAuth2 access token or other authentication "
        "credentials that assert a principal. See https://cloud.google.com/docs/authentication",
        details=[_info("CREDENTIALS_MISSING")],
    )


def unregistered() -> ApiError:
    """Neither key nor token."""
    message = (
        "Method doesn't allow unregistered callers (callers without established identity). Please use API Key or other "
        "form of API consumer identity to call this API."
    )
    return ApiError(403, "forbidden", message, status="PERMISSION_DENIED")


def invalid_key() -> ApiError:
    """The key is none."""
    message = "API key not valid. Please pass a valid API key."
    return ApiError(400, "badRequest", message, status="INVALID_ARGUMENT", details=[_info("API_KEY_INVALID")])


def insufficient_scope() -> ApiError:
    """The consent does not cover the method."""
    return ApiError(
        403,
        "insufficientPermissions",
        "Insufficient Permission",
        status="PERMISSION_DENIED",
        headline="Request had insufficient authentication scopes.",
        details=[_info("ACCESS_TOKEN_SCOPE_INSUFFICIENT")],
    )


def authorization_required() -> ApiError:
    """`mine` without anybody whose it could be."""
    message = "The request uses the <code>mine</code> parameter but is not properly authorized."
    return ApiError(401, "authorizationRequired", message, domain="youtube.parameter", location=("mine", "parameter"))


def no_such_method() -> ApiError:
    """The address or verb is none of the API's."""
    return ApiError(404, "notFound", "Method not found.", status="NOT_FOUND")


def internal() -> ApiError:
    """A trouble of theirs."""
    return ApiError(500, "backendError", "Internal error encountered.", status="INTERNAL")


def too_fast() -> ApiError:
    """Too many calls within a short time."""
    message = "Resource has been exhausted (e.g. check quota)."
    return ApiError(429, "rateLimitExceeded", message, status="RESOURCE_EXHAUSTED")


def _info(reason: str) -> dict[str, object]:
    return {
        "@type": f"{RPC}.ErrorInfo",
        "reason": reason,
        "domain": "googleapis.com",
        "metadata": {"service": "youtube.googleapis.com"},
    }


def _link(method: str, parameter: str) -> str:
    return f'<code><a href="{REFERENCE}/{method}#{parameter}">{parameter}</a></code>'
