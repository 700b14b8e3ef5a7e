"""The way of one API call on every platform but Meta's: meet a fault or not, carry it out, record it, answer.

What the call means, and how the platform refuses, is its `Dialect`'s.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Protocol
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import Response

from app.sandbox.calls import RecordedCall
from app.sandbox.faults import Fault, FaultKind
from app.sandbox.ground import Ground
from app.sandbox.seed import Platform
from app.sandbox.world.records import CallOnItem

SECRET = frozenset(
    {"access_token", "oauth_token", "token", "key", "code", "refresh_token", "client_secret", "code_verifier"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A call as it came; header names in lower case, `path` beneath the API's base, still encoded as it was sent,
    and so is `raw_query`.

    Whoever carries it out names in `touched` the items that a writing call concerned, each with a word for the act.
    """

    method: str
    path: str
    query: tuple[tuple[str, str], ...]
    raw_query: str = ""
    headers: dict[str, str]
    body: bytes
    touched: dict[str, str] = field(default_factory=dict)

    def parameter(self, name: str) -> str | None:
        """A query parameter; the last one counts."""
        return dict(self.query).get(name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What is sent back: `content` as JSON, or nothing. `error` is the platform's word for a refusal."""

    status: int = 200
    content: object = None
    headers: dict[str, str] = field(default_factory=dict)
    error: str | None = None


class Dialect(Protocol):
    """One platform's API."""

    @property
    def platform(self) -> Platform:
        """Whose it is."""

    def carry_out(self, call: Call) -> Answer | Awaitable[Answer]:
        """Do what is asked, or answer with the platform's own error; never raises for what a caller sent."""

    def struck(self, kind: FaultKind, fault_seconds: int) -> Answer:
        """The platform's answer of a fault that keeps a call from being carried out, and lasts so many seconds yet."""


def endpoint(
    ground: Ground, dialect: Dialect, base: str, *, spared: frozenset[FaultKind] = frozenset()
) -> Callable[[Request], Awaitable[Response]]:
    """Answer every call beneath the base path; faults of the kinds in `spared` do not concern it."""

    async def handle(request: Request) -> Response:
        call = await _read(request, base)
        fault = ground.faults.strike(dialect.platform, spared)
        kind = fault.kind if fault is not None else None
        if fault is not None and kind is FaultKind.SLOW:
            await asyncio.sleep(fault.slow_seconds)
        if fault is not None and kind not in {FaultKind.SLOW, FaultKind.LOST_RESPONSE}:
            answer = dialect.struck(fault.kind, ground.faults.seconds_left(fault))
        else:
            answer = await _settled(dialect.carry_out(call))
        _record(ground, dialect.platform, call, answer, fault)
        if kind in {FaultKind.TIMEOUT, FaultKind.LOST_RESPONSE}:
            await hang(request, ground.settings.hang_for.total_seconds())
        return _response(answer)

    return handle


async def _settled(answer: Answer | Awaitable[Answer]) -> Answer:
    """What a call that had to ask someone else first is answered with."""
    return answer if isinstance(answer, Answer) else await answer


async def hang(request: Request, seconds: float) -> None:
    """Keep the caller waiting until it gives up, or for so long."""
    try:
        async with asyncio.timeout(seconds):
            while (await request.receive())["type"] != "http.disconnect":
                continue
    except TimeoutError:
        return


async def _read(request: Request, base: str) -> Call:
    raw_path: bytes = request.scope.get("raw_path") or request.url.path.encode()
    return Call(
        method=request.method,
        path=raw_path.decode("ascii", "replace").partition("?")[0].removeprefix(base),
        query=tuple(parse_qsl(request.url.query, keep_blank_values=True)),
        raw_query=request.url.query,
        headers={name.lower(): value for name, value in request.headers.items()},
        body=await request.body(),
    )


def _record(ground: Ground, platform: Platform, call: Call, answer: Answer, fault: Fault | None) -> None:
    now = ground.world.clock.now()
    ground.calls.add(
        RecordedCall(
            at=now,
            platform=platform,
            method=call.method,
            path=call.path,
            parameters=_shown(call),
            node=None,
            edge="",
            status=answer.status,
            error=answer.error,
            fault=fault.kind if fault is not None else None,
        )
    )
    for item_id, act in call.touched.items():
        ground.world.put(
            CallOnItem(item_id=item_id, at=now, call=act, method=call.method, path=call.path, status=answer.status)
        )


def _shown(call: Call) -> dict[str, object]:
    """The query and a body in JSON, without what must not be shown."""
    shown: dict[str, object] = {name: "***" if name in SECRET else value for name, value in call.query}
    if call.body and "json" in call.headers.get("content-type", ""):
        try:
            shown["body"] = json.loads(call.body)
        except ValueError:
            shown["body"] = "unreadable"
    return shown


def _response(answer: Answer) -> Response:
    if answer.content is None:
        return Response(status_code=answer.status, headers=answer.headers)
    body = json.dumps(answer.content, ensure_ascii=False, separators=(",", ":"))
    return Response(body, status_code=answer.status, headers=answer.headers, media_type="application/json")
