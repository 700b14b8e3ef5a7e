"""X's refusals, in the form of today's API.

https://docs.x.com/x-api/fundamentals/response-codes-and-errors
"""

from collections.abc import Mapping
from typing import Final

from app.sandbox.endpoint import Answer
from app.sandbox.world.refusals import RefusedError, Why

PROBLEMS: Final = "https://api.x.com/2/problems/"
ONE_OR_MORE: Final = "One or more parameters to your request was invalid."


class ProblemError(Exception):
    """A refusal: `name` is the last part of its type, or nothing for ``about:blank``; `more` stands beside."""

    def __init__(
        self, status: int, title: str, detail: str, *, name: str = "", more: Mapping[str, object] | None = None
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.title = title
        self.detail = detail
        self.name = name
        self.more = dict(more or {})

    @property
    def content(self) -> dict[str, object]:
        """The body."""
        kind = PROBLEMS + self.name if self.name else "about:blank"
        return {"title": self.title, "detail": self.detail, "type": kind, "status": self.status, **self.more}

    def answer(self, headers: Mapping[str, str] | None = None) -> Answer:
        """The whole answer."""
        error = f"{self.status}/{self.name}" if self.name else str(self.status)
        return Answer(status=self.status, content=self.content, headers=dict(headers or {}), error=error)


def invalid(message: str, **parameters: object) -> ProblemError:
    """A parameter or body that is not as it must be."""
    told = {name: [str(value)] for name, value in parameters.items()}
    return ProblemError(
        400,
        "Invalid Request",
        ONE_OR_MORE,
        name="invalid-request",
        more={"errors": [{"parameters": told, "message": message}]},
    )


def unauthorized() -> ProblemError:
    """No token, a wrong, expired or revoked one, or a wrong signature."""
    return ProblemError(401, "Unauthorized", "Unauthorized")


def forbidden(detail: str = "Forbidden") -> ProblemError:
    """Not this caller, or not this thing."""
    return ProblemError(403, "Forbidden", detail)


def unsupported(given: str, supported: str) -> ProblemError:
    """A token of the wrong kind."""
    return ProblemError(
        403,
        "Unsupported Authentication",
        f"Authenticating with {given} is forbidden for this endpoint.  Supported authentication types are "
        f"[{supported}].",
        name="unsupported-authentication",
    )


def not_bought(client_id: str) -> ProblemError:
    """A call that the tier does not have."""
    return ProblemError(
        403,
        "Client Forbidden",
        "This request must be made using an approved developer account that is enrolled in the requested endpoint.",
        name="client-forbidden",
        more={
            "client_id": client_id,
            "reason": "client-not-enrolled",
            "required_enrollment": "Appropriate Level of API Access",
        },
    )


def not_found(kind: str, parameter: str, value: str, *, status: int = 404) -> ProblemError:
    """What is not there, or not shown to the caller."""
    return ProblemError(
        status,
        "Not Found Error",
        f"Could not find {kind} with {parameter}: [{value}].",
        name="resource-not-found",
        more={"value": value, "resource_type": kind, "parameter": parameter, "resource_id": value},
    )


def no_such_call() -> ProblemError:
    """An address that X does not have."""
    return ProblemError(404, "Not Found", "Not Found")


def not_simulated(what: str) -> ProblemError:
    """X would take it; the sandbox says plainly that it does not."""
    return invalid(f"The sandbox does not simulate {what}")


def partial(problem: ProblemError) -> dict[str, object]:
    """A problem beside data: as an item of ``errors``, without a status."""
    content = problem.content
    del content["status"]
    return content


def from_refusal(refusal: RefusedError) -> ProblemError:
    """X's own error for what the model does not do."""
    match refusal.why:
        case Why.GONE | Why.NO_SUCH_USER:
            return not_found("tweet", "id", refusal.subject)
        case Why.EMPTY:
            return invalid("The text is empty or holds characters that are not allowed.", text="")
        case Why.TOO_LONG:
            return invalid("Your Tweet text is too long.", text="")
        case Why.OWN_COMMENT | Why.NOT_OURS:
            return forbidden("You are not permitted to perform this action.")
        case Why.UNREACHABLE | Why.BLOCKED:
            return forbidden("You do not have permission to DM one or more participants.")
        case _:
            return forbidden()
