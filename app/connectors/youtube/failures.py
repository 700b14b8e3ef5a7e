"""What the Data API's errors mean for us, as data.

Decided on the error's reason: one HTTP status stands for a used-up day, a missing permission and closed comments.
https://developers.google.com/youtube/v3/docs/errors
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from enum import StrEnum
from typing import assert_never

import httpx

from app.connectors.values import as_list, as_object, as_text
from app.connectors.youtube.names import YOUTUBE
from app.connectors.youtube.plain import plain
from app.errors import (
    ConnectorError,
    OutcomeUnknownError,
    PlatformRefusedError,
    PlatformUnavailableError,
    TokenRejectedError,
)

MAX_DETAIL = 300
# A longer wish is a mistake of a machine in between.
LONGEST_WAIT = timedelta(days=1)


class GoneError(PlatformRefusedError):
    """The platform says that the comment, or what it stands under, is not there."""


class Meaning(StrEnum):
    """What an error tells us to do."""

    PASSING = "passing"
    LIMITED = "limited"
    EXHAUSTED = "exhausted"
    # Passing or not, the platform does not say: one more try, then a person.
    DOUBTFUL = "doubtful"
    REFUSED = "refused"
    GONE = "gone"
    STALE_TOKEN = "stale_token"  # noqa: S105 # the name of a meaning
    NO_ACCESS = "no_access"


REASONS = {
    "quotaExceeded": Meaning.EXHAUSTED,
    "dailyLimitExceeded": Meaning.EXHAUSTED,
    "rateLimitExceeded": Meaning.LIMITED,
    "userRateLimitExceeded": Meaning.LIMITED,
    "RESOURCE_EXHAUSTED": Meaning.LIMITED,
    "authError": Meaning.STALE_TOKEN,
    "UNAUTHENTICATED": Meaning.STALE_TOKEN,
    # The grant lacks the scope, or the account has no channel: a fresh token would be refused just so.
    "insufficientPermissions": Meaning.NO_ACCESS,
    "ineligibleAccount": Meaning.NO_ACCESS,
    # Said of a single comment too (another's that we may not delete), so it does not close the account.
    "forbidden": Meaning.REFUSED,
    "PERMISSION_DENIED": Meaning.REFUSED,
    "commentsDisabled": Meaning.REFUSED,
    "commentNotFound": Meaning.GONE,
    "commentThreadNotFound": Meaning.GONE,
    "parentCommentNotFound": Meaning.GONE,
    "videoNotFound": Meaning.GONE,
    "channelNotFound": Meaning.GONE,
    "processingFailure": Meaning.DOUBTFUL,
    "operationNotSupported": Meaning.DOUBTFUL,
    "commentTextRequired": Meaning.REFUSED,
    "commentTextTooLong": Meaning.REFUSED,
    "invalidCommentMetadata": Meaning.REFUSED,
    "invalidCustomEmoji": Meaning.REFUSED,
    "parentIdMissing": Meaning.REFUSED,
    "parentCommentIsPrivate": Meaning.REFUSED,
    "banWithoutReject": Meaning.REFUSED,
    "backendError": Meaning.PASSING,
    "internalError": Meaning.PASSING,
    "SERVICE_UNAVAILABLE": Meaning.PASSING,
    "UNAVAILABLE": Meaning.PASSING,
    "INTERNAL": Meaning.PASSING,
}


def error_of(document: object) -> Mapping[str, object] | None:
    """Return an answer's error, or None where it is no error. Some are a sentence instead of an object."""
    error = as_object(document).get("error")
    if isinstance(error, dict):
        return error
    return {"message": as_text(error) or ""} if error else None


def meaning_of(status: int, error: Mapping[str, object]) -> Meaning:
    """Return what an error means; one in no table by its HTTP status, which for 404 may be a wrong address of ours."""
    for word in _words(error):
        if word in REASONS:
            return REASONS[word]
    match status:
        case 401:
            return Meaning.STALE_TOKEN
        case 429:
            return Meaning.LIMITED
        case _ if status >= 500:
            return Meaning.PASSING
        case _:
            return Meaning.REFUSED


def failure(
    call: str, status: int, error: Mapping[str, object], *, is_speech: bool, wait: timedelta | None = None
) -> ConnectorError:
    """Return the error to raise. Speech that failed by a passing trouble may have been heard all the same."""
    code = next(_words(error), f"http {status}")
    about = YOUTUBE, call, code[:MAX_DETAIL], plain(as_text(error.get("message")) or "")[:MAX_DETAIL]
    meaning = meaning_of(status, error)
    match meaning:
        case Meaning.PASSING:
            return OutcomeUnknownError(*about) if is_speech else PlatformUnavailableError(*about, retry_after=wait)
        case Meaning.LIMITED | Meaning.EXHAUSTED:
            return PlatformUnavailableError(*about, retry_after=wait)
        case Meaning.DOUBTFUL | Meaning.REFUSED:
            return PlatformRefusedError(*about)
        case Meaning.GONE:
            return GoneError(*about)
        case Meaning.STALE_TOKEN | Meaning.NO_ACCESS:
            return TokenRejectedError(*about)
        case _:
            assert_never(meaning)


def wait_of(headers: httpx.Headers, *, now: datetime) -> timedelta | None:
    """Return how long `Retry-After` asks to wait, in seconds or until a date; None where it says nothing."""
    given = headers.get("retry-after", "").strip()
    if given.isascii() and given.isdecimal():
        return min(timedelta(seconds=min(int(given[:9]), 10**6)), LONGEST_WAIT)
    try:
        until = parsedate_to_datetime(given)
        until = until.replace(tzinfo=UTC) if until.tzinfo is None else until
        return min(max(until - now, timedelta()), LONGEST_WAIT)
    except (ValueError, OverflowError):
        return None


def _words(error: Mapping[str, object]) -> Iterator[str]:
    first = next(iter(as_list(error.get("errors"))), None)
    for word in (as_object(first).get("reason"), error.get("status")):
        if isinstance(word, str) and word:
            yield word
