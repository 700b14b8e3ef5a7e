"""Sending one request to a platform, the same for all: limited in time, and what no answer means named.

What an answer means is each platform's own business.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import httpx

from app.errors import ConnectorError, OutcomeUnknownError, PlatformUnavailableError, TokenRejectedError
from app.messages import PlatformName

# Failures before a request left: nothing can have happened at the other end.
NOTHING_LEFT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.LocalProtocolError,
    httpx.UnsupportedProtocol,
)
# How long one connection may take to open; leaves most of a call's time for the answer.
CONNECT_TIMEOUT = timedelta(seconds=3)


class UnansweredError(Exception):
    """No answer came; `code` names why. `may_have_left`: the request may have been carried out."""

    def __init__(self, code: str, *, may_have_left: bool) -> None:
        super().__init__(code)
        self.code = code
        self.may_have_left = may_have_left


@asynccontextmanager
async def answered_within(limit: timedelta) -> AsyncIterator[None]:
    """Run what is inside, a request, for so long. Raises UnansweredError where it brought no answer."""
    try:
        async with asyncio.timeout(limit.total_seconds()):
            yield
    except NOTHING_LEFT as error:
        raise UnansweredError(type(error).__name__, may_have_left=False) from error
    except (TimeoutError, httpx.RequestError) as error:
        raise UnansweredError(type(error).__name__, may_have_left=True) from error


def timeouts(limit: timedelta) -> httpx.Timeout:
    """The HTTP client's own limits within a call's."""
    seconds = limit.total_seconds()
    return httpx.Timeout(seconds, connect=min(seconds, CONNECT_TIMEOUT.total_seconds()))


def bearer(platform: PlatformName, call: str, token: str | None) -> str:
    """The header that carries a token. Raises TokenRejectedError for what cannot be one."""
    if not (token and token.isascii() and token.isprintable()):
        raise TokenRejectedError(platform, call, "malformed", "the access token is no token")
    return f"Bearer {token}"


def unanswered(platform: PlatformName, call: str, code: str, *, is_speech: bool, may_have_left: bool) -> ConnectorError:
    """What a call without an answer is: speech that may have been heard is not simply said again (I4)."""
    kind = OutcomeUnknownError if is_speech and may_have_left else PlatformUnavailableError
    return kind(platform, call, code)
