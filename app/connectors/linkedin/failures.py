"""What LinkedIn's errors mean for us, as data.

An error is ``{"status", "serviceErrorCode", "code", "message"}``, of which only the HTTP status is always there.
https://learn.microsoft.com/en-us/linkedin/shared/api-guide/concepts/error-handling
https://learn.microsoft.com/en-us/linkedin/shared/api-guide/concepts/rate-limits
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from enum import StrEnum
from typing import assert_never

from app.connectors.values import as_count, as_text
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
# The short limit on creating comments counts by the minute; the daily ones begin anew at midnight UTC.
AFTER_THROTTLE = timedelta(seconds=60)
# Some seconds past midnight, so that a clock that is a little ahead does not spend the first call on a refusal.
PAST_MIDNIGHT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(days=1)

NOT_ENOUGH_PERMISSIONS = 100
TOKEN_CODES = frozenset({65601, 65602})  # revoked, expired
TOKEN_NAMES = frozenset({"REVOKED_ACCESS_TOKEN", "EXPIRED_ACCESS_TOKEN", "INVALID_ACCESS_TOKEN"})


class GoneError(PlatformRefusedError):
    """LinkedIn knows no such thing, or not any more."""


class DuplicateError(PlatformRefusedError):
    """LinkedIn has this very text from us already."""


class Meaning(StrEnum):
    """What an error tells us to do."""

    PASSING = "passing"
    THROTTLED = "throttled"
    DAILY = "daily"
    REFUSED = "refused"
    # The application's permissions or the member's role do not have the call, whichever comment it is for.
    NOT_PERMITTED = "not_permitted"
    GONE = "gone"
    DUPLICATE = "duplicate"
    ACCESS = "access"
    OUTDATED = "outdated"


STATUSES = {
    400: Meaning.REFUSED,  # a parameter, a URN of the wrong kind
    401: Meaning.ACCESS,
    403: Meaning.REFUSED,  # permission or role missing, pictures in a comment
    404: Meaning.GONE,
    408: Meaning.PASSING,
    410: Meaning.GONE,
    426: Meaning.OUTDATED,  # the version of the API is not served any more
    429: Meaning.DAILY,
}


def meaning_of(status: int, error: Mapping[str, object]) -> Meaning:
    """Return what an answer means that is no success."""
    code, name, words = _number(error), _name(error), (as_text(error.get("message")) or "").lower()
    if status == 401 or code in TOKEN_CODES or name in TOKEN_NAMES:
        return Meaning.ACCESS
    if status == 429:
        return Meaning.THROTTLED if "create throttled" in words or "creation rate limit" in words else Meaning.DAILY
    if status == 403 and code == NOT_ENOUGH_PERMISSIONS:
        return Meaning.NOT_PERMITTED
    if "NONEXISTENT_VERSION" in name or "VERSION_MISSING" in name:
        return Meaning.OUTDATED
    if status in {400, 409, 422} and ("DUPLICATE" in name or "duplicate" in words):
        return Meaning.DUPLICATE
    return STATUSES.get(status, Meaning.REFUSED if 400 <= status < 500 else Meaning.PASSING)


def failure(
    platform: PlatformName,
    call: str,
    status: int,
    error: Mapping[str, object],
    *,
    is_speech: bool,
    now: datetime,
    asked: timedelta | None,
) -> ConnectorError:
    """Return the error to raise for an answer that is no success; `asked` is how long its headers ask us to wait.

    A speaking call that failed by a trouble of the server's may have been heard.
    """
    meaning = meaning_of(status, error)
    detail = (as_text(error.get("message")) or "")[:MAX_DETAIL]
    about = platform, call, _code(status, error), detail
    match meaning:
        case Meaning.PASSING:
            return OutcomeUnknownError(*about) if is_speech else PlatformUnavailableError(*about, retry_after=asked)
        case Meaning.THROTTLED:
            return PlatformUnavailableError(*about, retry_after=max(asked or AFTER_THROTTLE, AFTER_THROTTLE))
        case Meaning.DAILY:
            return PlatformUnavailableError(*about, retry_after=asked or until_reset(now))
        case Meaning.REFUSED:
            return PlatformRefusedError(*about)
        case Meaning.OUTDATED:
            return PlatformRefusedError(
                *about[:3], f"this version of LinkedIn's API is not served: set another. {detail}"
            )
        case Meaning.NOT_PERMITTED:
            return NotPermittedError(*about)
        case Meaning.GONE:
            return GoneError(*about)
        case Meaning.DUPLICATE:
            return DuplicateError(*about)
        case Meaning.ACCESS:
            return TokenRejectedError(*about)
        case _:
            assert_never(meaning)


def until_reset(now: datetime) -> timedelta:
    """How long until the daily limits begin anew."""
    today = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return today + timedelta(days=1) + PAST_MIDNIGHT - now


def wait_asked(header: str | None, now: datetime) -> timedelta | None:
    """Read `Retry-After`, in seconds or as a date; None where it is absent or nonsense."""
    if header is None:
        return None
    seconds = as_count(header.strip())
    if seconds is not None:
        return min(timedelta(seconds=seconds), LONGEST_WAIT)
    try:
        until = parsedate_to_datetime(header)
    except ValueError:
        return None
    until = until if until.tzinfo is not None else until.replace(tzinfo=UTC)
    return min(max(until - now, timedelta()), LONGEST_WAIT)


def _code(status: int, error: Mapping[str, object]) -> str:
    return "/".join(part for part in (str(status), str(_number(error) or ""), _name(error)) if part)


def _number(error: Mapping[str, object]) -> int:
    return as_count(error.get("serviceErrorCode")) or 0


def _name(error: Mapping[str, object]) -> str:
    return (as_text(error.get("code")) or "")[:60]
