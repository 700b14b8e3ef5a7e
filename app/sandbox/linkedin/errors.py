"""LinkedIn's refusals: ``{"status", "serviceErrorCode", "code", "message"}``.

https://learn.microsoft.com/en-us/linkedin/shared/api-guide/concepts/error-handling
"""

from app.sandbox.endpoint import Answer
from app.sandbox.world.refusals import RefusedError, Why


class LinkedInError(Exception):
    """A call that is refused."""

    def __init__(self, status: int, message: str, *, number: int = 100, code: str | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.number = number
        self.code = code

    def answer(self) -> Answer:
        """As LinkedIn answers it."""
        body: dict[str, object] = {"status": self.status, "serviceErrorCode": self.number, "message": self.message}
        if self.code is not None:
            body["code"] = self.code
        return Answer(status=self.status, content=body, error=self.code or str(self.number))


def invalid(message: str) -> LinkedInError:
    """Something in the call is wrong."""
    return LinkedInError(400, message, code="ILLEGAL_ARGUMENT")


def denied(message: str = "Not enough permissions to access resource") -> LinkedInError:
    """The member or the application may not."""
    return LinkedInError(403, message, code="ACCESS_DENIED")


def missing(message: str = "Could not find entity") -> LinkedInError:
    """No such thing, or not any more."""
    return LinkedInError(404, message, number=0, code="NOT_FOUND")


def from_refusal(refusal: RefusedError) -> LinkedInError:
    """What the world would not do, in LinkedIn's words."""
    match refusal.why:
        case Why.GONE:
            return missing()
        case Why.TOO_LONG:
            return invalid("Message text exceeds the maximum length of 1250 characters")
        case Why.EMPTY:
            return invalid("Message text must not be empty")
        case Why.NOT_OURS:
            return denied()
        case _:
            return invalid(f"The request is not allowed: {refusal.why}")
