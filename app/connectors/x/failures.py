"""What X's answers mean for us, as data.

Decided on the status, the last part of a problem's `type`, and the older numbered codes; titles and details are prose.
https://docs.x.com/x-api/fundamentals/response-codes-and-errors
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import assert_never

from app.connectors.values import as_list, as_object, as_text
from app.errors import (
    ConnectorError,
    NotPermittedError,
    OutcomeUnknownError,
    PlatformRefusedError,
    PlatformUnavailableError,
    TokenRejectedError,
)
from app.messages import PlatformName

MAX_DETAIL = 300
# The spending cap of the month is used up: a person has to raise it, and until then nothing else is worth a call.
REST_AT_THE_CAP = timedelta(hours=6)


class GoneError(PlatformRefusedError):
    """X does not know the post, person or conversation, or does not show it to us."""


class DuplicateError(PlatformRefusedError):
    """X has this very text from us already."""


class Meaning(StrEnum):
    """What a failure tells us to do."""

    PASSING = "passing"
    LIMITED = "limited"
    CAPPED = "capped"
    REFUSED = "refused"
    # The app's tier does not have the call, whichever message it is for.
    NOT_PERMITTED = "not_permitted"
    GONE = "gone"
    DUPLICATE = "duplicate"
    ACCESS = "access"
    # The whole account or app lacks the right to call: no retry helps, but another token might.
    PERMISSION = "permission"


STATUSES = {
    401: Meaning.ACCESS,
    402: Meaning.CAPPED,
    404: Meaning.GONE,
    408: Meaning.PASSING,
    410: Meaning.GONE,
    429: Meaning.LIMITED,
}
PROBLEMS = {
    "resource-not-found": Meaning.GONE,
    "usage-capped": Meaning.CAPPED,
    "rate-limit-exceeded": Meaning.LIMITED,
    "internal-error": Meaning.PASSING,
    "operational-disconnect": Meaning.PASSING,
    # The app is not in a project, or its tier does not have the call; or the token is of the wrong kind.
    "client-forbidden": Meaning.NOT_PERMITTED,
    "unsupported-authentication": Meaning.PERMISSION,
}
# From the first API, which still shines through.
CODES = {
    32: Meaning.ACCESS,  # could not authenticate
    34: Meaning.GONE,  # page does not exist
    50: Meaning.GONE,  # user not found
    63: Meaning.GONE,  # user suspended
    88: Meaning.LIMITED,
    89: Meaning.ACCESS,  # invalid or expired token
    93: Meaning.PERMISSION,  # the app may not read or send direct messages
    99: Meaning.ACCESS,  # credentials not verified
    130: Meaning.PASSING,  # over capacity
    131: Meaning.PASSING,  # internal error
    144: Meaning.GONE,  # no such post
    187: Meaning.DUPLICATE,
    215: Meaning.ACCESS,
    326: Meaning.PERMISSION,  # the account is locked until a person unlocks it
    349: Meaning.REFUSED,  # this person takes no direct messages from us
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """A failure as an answer tells it. `code` is ours to show: ``403/client-forbidden``, ``429/88``."""

    status: int
    name: str = ""
    number: int = 0
    detail: str = ""

    @property
    def code(self) -> str:
        """The platform's own code, with the status before it."""
        return "/".join(filter(None, (str(self.status), self.name or (str(self.number) if self.number else ""))))

    @property
    def meaning(self) -> Meaning:
        """What it means; what is in no table is passing at the server's own failures and refused else."""
        known = CODES.get(self.number) or STATUSES.get(self.status) or PROBLEMS.get(self.name)
        if self.status == 403 and self.is_duplicate:
            return Meaning.DUPLICATE
        if self.status == 429 and self.name == "usage-capped":
            return Meaning.CAPPED
        return known or (Meaning.PASSING if self.status >= 500 else Meaning.REFUSED)

    @property
    def is_duplicate(self) -> bool:
        """Today's API has no code for it, only this word."""
        return "duplicate" in self.detail.casefold()


def problem_of(status: int, document: Mapping[str, object]) -> Problem:
    """Read a failure: one problem, a list of them, or the numbered form."""
    errors = [as_object(error) for error in as_list(document.get("errors"))]
    first = next((error for error in errors if "code" in error or "type" in error), errors[0] if errors else {})
    told = document if "type" in document or "title" in document else first
    # The address of a type has changed its host before; its last part is the name.
    name = (as_text(told.get("type")) or as_text(first.get("type")) or "").rstrip("/").rpartition("/")[2]
    detail = as_text(told.get("detail")) or as_text(first.get("message")) or as_text(told.get("title")) or ""
    return Problem(
        status=status,
        name="" if name == "about:blank" else name[:60],
        number=_number(first.get("code")),
        detail=detail[:MAX_DETAIL],
    )


def failure(
    platform: PlatformName, call: str, problem: Problem, *, is_speech: bool, wait: timedelta | None
) -> ConnectorError:
    """Return the error to raise; `wait` is how long X's headers ask us to.

    A speaking call that failed by a passing trouble may have been heard.
    """
    about = platform, call, problem.code, problem.detail
    match problem.meaning:
        case Meaning.PASSING:
            return OutcomeUnknownError(*about) if is_speech else PlatformUnavailableError(*about)
        case Meaning.LIMITED:
            return PlatformUnavailableError(*about, retry_after=wait)
        case Meaning.CAPPED:
            return PlatformUnavailableError(*about, retry_after=max(wait or REST_AT_THE_CAP, REST_AT_THE_CAP))
        case Meaning.REFUSED:
            return PlatformRefusedError(*about)
        case Meaning.NOT_PERMITTED:
            return NotPermittedError(*about)
        case Meaning.GONE:
            return GoneError(*about)
        case Meaning.DUPLICATE:
            return DuplicateError(*about)
        case Meaning.ACCESS | Meaning.PERMISSION:
            return TokenRejectedError(*about)
        case _ as never:
            assert_never(never)


def _number(value: object) -> int:
    text = as_text(value) or ""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 9 else 0
