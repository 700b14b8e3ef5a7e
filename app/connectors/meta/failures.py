"""What the Graph API's error codes mean for us, as data.

Decided on `code`, `error_subcode` and `is_transient` alone: the HTTP status says little, the message is translated.
https://developers.facebook.com/docs/graph-api/guides/error-handling
https://developers.facebook.com/docs/messenger-platform/error-codes
"""

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum
from typing import assert_never

from app.connectors.values import as_flag, as_object, as_text
from app.errors import (
    ConnectorError,
    NotPermittedError,
    OutcomeUnknownError,
    PlatformRefusedError,
    PlatformUnavailableError,
    TokenRejectedError,
)
from app.messages import PlatformName

# Error 368: the platform judged our doing abusive. It asks for hours of rest and gives no number.
REST_AFTER_ABUSE = timedelta(hours=3)
MAX_DETAIL = 300


class GoneError(PlatformRefusedError):
    """The platform says that the object is not there, or that we may not see it; which of the two must be checked."""


class DuplicateError(PlatformRefusedError):
    """The platform has this very text from us already."""


class Meaning(StrEnum):
    """What an error tells us to do."""

    PASSING = "passing"
    LIMITED = "limited"
    REST = "rest"
    REFUSED = "refused"
    # The app does not have the permission or capability, whichever object it is for.
    NOT_PERMITTED = "not_permitted"
    GONE = "gone"
    DUPLICATE = "duplicate"
    ACCESS = "access"


CODES = {
    1: Meaning.PASSING,  # unknown
    2: Meaning.PASSING,  # service unavailable
    3: Meaning.NOT_PERMITTED,  # the app lacks the capability
    4: Meaning.LIMITED,  # the app
    # Said of one message and of all alike, so nothing is concluded for the account.
    10: Meaning.REFUSED,  # permission, or outside the window (2018065, 2018278, 2534022)
    17: Meaning.LIMITED,  # the user
    32: Meaning.LIMITED,  # the Page
    100: Meaning.REFUSED,  # a parameter
    190: Meaning.ACCESS,  # app removed, password changed, expired, invalid, checkpoint
    368: Meaning.REST,
    506: Meaning.DUPLICATE,
    551: Meaning.REFUSED,  # the person receives no messages
    613: Meaning.LIMITED,  # a rule of its own; 2018338 warns of abuse, 2534040 is Instagram's
    2500: Meaning.REFUSED,  # an unknown path
    36103: Meaning.REFUSED,  # the account is not eligible
    2018300: Meaning.REFUSED,  # another app owns the thread
    9000001: Meaning.GONE,  # the message was deleted
    **dict.fromkeys(
        range(200, 300), Meaning.REFUSED
    ),  # permission or consent missing; 1545041: the person is unavailable
    # Business use cases: ads, Pages (80001), Instagram (80002), Messenger (80006), others.
    **dict.fromkeys((*range(80000, 80007), 80008, 80009, 80014), Meaning.LIMITED),
}
SUBCODES = {
    (100, 33): Meaning.GONE,
}


def meaning_of(error: Mapping[str, object]) -> Meaning:
    """Return what an error object means; what is in no table is passing only where the platform says so."""
    code, subcode = number(error.get("code")), number(error.get("error_subcode"))
    is_transient = as_flag(error.get("is_transient"))
    known = SUBCODES.get((code, subcode)) or CODES.get(code)
    if known is Meaning.PASSING and is_transient is False and subcode not in {0, 99}:
        # "Unknown error" with a reason of its own ("Fundraisers have a 90 day limit"): it will not pass.
        return Meaning.REFUSED
    return known or (Meaning.PASSING if is_transient else Meaning.REFUSED)


def failure(
    platform: PlatformName,
    call: str,
    error: Mapping[str, object],
    *,
    is_speech: bool,
    wait: timedelta | None = None,
) -> ConnectorError:
    """Return the error to raise for a Graph error object; `wait` is how long the usage headers ask for.

    A speaking call that failed by a passing or unknown trouble may have been heard: Meta answers "service
    unavailable" also after it stored a comment.
    """
    code, subcode = number(error.get("code")), number(error.get("error_subcode"))
    name = f"{code}/{subcode}" if subcode else str(code)
    about = platform, call, name, (as_text(error.get("message")) or "")[:MAX_DETAIL]
    meaning = meaning_of(error)
    match meaning:
        case Meaning.PASSING:
            return OutcomeUnknownError(*about) if is_speech else PlatformUnavailableError(*about)
        case Meaning.LIMITED:
            return PlatformUnavailableError(*about, retry_after=wait)
        case Meaning.REST:
            return PlatformUnavailableError(*about, retry_after=REST_AFTER_ABUSE)
        case Meaning.REFUSED:
            return PlatformRefusedError(*about)
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


def error_of(document: object) -> Mapping[str, object] | None:
    """Return the error object of an answer, or None where it is no error."""
    error = as_object(document).get("error")
    return as_object(error) if isinstance(error, dict) else None


def number(value: object) -> int:
    """Return a code, which some answers give as a string; 0 where there is none."""
    text = as_text(value) or ""
    return int(text) if text.isdecimal() and len(text) < 12 else 0
