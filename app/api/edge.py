"""The outermost layer of people's requests: an id, safe headers, and a last net for what nobody foresaw. Pure ASGI."""

import asyncio
import time
import traceback
from collections.abc import Iterable
from datetime import timedelta
from uuid import uuid4

import structlog
from fastapi import HTTPException
from starlette.datastructures import MutableHeaders
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.api.problems import problem
from app.metrics import http_requests_total, http_seconds

log = structlog.get_logger(__name__)

# Answers are data: nothing in them may run or be framed. Pages set a policy of their own.
DATA_POLICY = "default-src 'none'; frame-ancestors 'none'"
HEADERS = {
    "Content-Security-Policy": DATA_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    # What people wrote, and who may see it, stays in no cache; the documentation's own files alone may.
    "Cache-Control": "no-store",
}
# A browser that was here once comes by HTTPS for a year.
HTTPS_ALONE = {"Strict-Transport-Security": "max-age=31536000"}
RawHeaders = tuple[tuple[bytes, bytes], ...]
PUBLIC_FILES = ("/docs/", "/assets/")
# People's requests are small; only platforms send more, and their door has a limit of its own.
LARGEST_BODY = 256 * 1024
BODY_LIMIT = timedelta(seconds=60)
# Screenshots are larger; what stands around the file in such a request is little.
UPLOADS = "/evidence/upload"
LARGEST_UPLOAD = 20 * 1024 * 1024 + 64 * 1024
UPLOAD_LIMIT = timedelta(minutes=5)


class Edge:
    """Wraps the application."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
        else:
            await self._request(scope, receive, send)

    async def _request(self, scope: Scope, receive: Receive, send: Send) -> None:
        request_id = uuid4().hex
        begun = time.perf_counter()
        status = 0

        async def send_safely(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)["X-Request-ID"] = request_id
            await send(message)

        with structlog.contextvars.bound_contextvars(request_id=request_id):
            headers = scope["app"].state.safe_headers
            if scope["path"].startswith(PUBLIC_FILES):
                headers = tuple(header for header in headers if header[0] != b"cache-control")
            await guarded(self._app, scope, _limited(receive, scope["path"]), with_headers(send_safely, headers))
            seconds = time.perf_counter() - begun
            # The route's pattern, never the path: that may hold anything.
            route = getattr(scope.get("route"), "path", "unknown")
            http_requests_total.labels(route, scope["method"], str(status)).inc()
            http_seconds.labels(route).observe(seconds)
            if scope["method"] not in ("GET", "HEAD", "OPTIONS") and route != "unknown":
                log.info("request_handled", route=route, method=scope["method"], status=status)


def safe_headers(*, https: bool) -> RawHeaders:
    """The headers of every answer, as they go out; `https`: whether people reach this service by HTTPS."""
    headers = HEADERS | HTTPS_ALONE if https else HEADERS
    return tuple((name.lower().encode(), value.encode()) for name, value in headers.items())


def with_headers(send: Send, headers: RawHeaders) -> Send:
    """Send answers with these headers, where they do not say otherwise themselves."""

    async def sent(message: Message) -> None:
        if message["type"] == "http.response.start":
            own = {name.lower() for name, _ in message["headers"]}
            message["headers"] = [*message["headers"], *(header for header in headers if header[0] not in own)]
        await send(message)

    return sent


async def guarded(app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
    """Run `app`; whatever it raises becomes a line for us and an answer for whoever asked."""
    begun = False

    async def watched(message: Message) -> None:
        nonlocal begun
        begun = begun or message["type"] == "http.response.start"
        await send(message)

    try:
        await app(scope, receive, watched)
    except ClientDisconnect:
        log.info("request_abandoned")
    except Exception as error:  # noqa: BLE001  (the edge: whoever asked gets an answer, we get a line)
        # Not the error's own words: they may hold what somebody wrote.
        log.error("request_failed", error=type(error).__name__, at=list(_places(error)))
        if not begun:
            await problem("internal")(scope, receive, watched)


def _limited(receive: Receive, path: str) -> Receive:
    """Receive no larger a body than people need, within the time that they need; beyond that it is a 413 or a 408."""
    is_upload = path.endswith(UPLOADS)
    largest, limit = (LARGEST_UPLOAD, UPLOAD_LIMIT) if is_upload else (LARGEST_BODY, BODY_LIMIT)
    until = asyncio.get_running_loop().time() + limit.total_seconds()
    size, is_whole = 0, False

    async def counted() -> Message:
        nonlocal size, is_whole
        if is_whole:
            return await receive()
        try:
            async with asyncio.timeout_at(until):
                message = await receive()
        except TimeoutError:
            raise HTTPException(408, headers={"Connection": "close"}) from None
        size += len(message.get("body", b""))
        if size > largest:
            raise HTTPException(413, headers={"Connection": "close"})
        is_whole = not message.get("more_body", False)
        return message

    return counted


def _places(error: BaseException) -> Iterable[str]:
    """Where it happened: file, line and function of the innermost frames."""
    for frame in traceback.extract_tb(error.__traceback__)[-6:]:
        yield f"{frame.filename.rsplit('/site-packages/')[-1]}:{frame.lineno} {frame.name}"
