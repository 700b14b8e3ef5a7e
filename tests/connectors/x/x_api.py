"""X's API on loopback: answers what a test tells it to, and remembers what it was asked."""

import asyncio
import json
from collections import defaultdict, deque
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import Response

from tests.connectors.loopback import Answer, listening


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One call as it arrived."""

    method: str
    path: str
    query: dict[str, str]
    json: Any
    form: dict[str, str]
    headers: Mapping[str, str]
    url: str

    @property
    def line(self) -> str:
        return f"{self.method} {self.path}"


class LoopbackX:
    """Answers are given in the order they were set for a call; the last one stays."""

    def __init__(self) -> None:
        self.url = ""
        self.calls: list[Seen] = []
        self._answers: dict[str, deque[Answer]] = defaultdict(deque)

    def answer(self, line: str, body: Any, status: int = 200, **headers: str) -> None:
        """Set the next answer to a call such as ``GET /2/tweets/12``."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self._answers[line].append(Answer(body, status, named))

    def problem(self, line: str, status: int, name: str = "about:blank", detail: str = "olmaz", **headers: str) -> None:
        """Set an error of today's form as the next answer."""
        kind = name if name == "about:blank" else f"https://api.x.com/2/problems/{name}"
        self.answer(line, {"title": "Olmaz", "detail": detail, "type": kind, "status": status}, status, **headers)

    def hang(self, line: str) -> None:
        """Take the next call and never answer it."""
        self._answers[line].append(Answer(None, hang=True))

    @property
    def lines(self) -> list[str]:
        return [call.line for call in self.calls]

    async def __call__(self, request: Request) -> Response:
        seen = await _seen(request)
        self.calls.append(seen)
        answers = self._answers[seen.line]
        if not answers:
            return Response(json.dumps({"title": "No such call", "type": "about:blank", "status": 400}), 400)
        answer = answers.popleft() if len(answers) > 1 else answers[0]
        if answer.hang:
            await asyncio.Event().wait()
        body = answer.body if isinstance(answer.body, str) else json.dumps(answer.body)
        return Response(body, answer.status, dict(answer.headers))


async def _seen(request: Request) -> Seen:
    body = await request.body()
    is_json = request.headers.get("content-type", "").startswith("application/json")
    return Seen(
        method=request.method,
        path=request.url.path,
        query=dict(request.query_params),
        json=json.loads(body) if is_json else None,
        form={} if is_json else dict(parse_qsl(body.decode(), strict_parsing=bool(body))),
        headers=dict(request.headers),
        url=str(request.url),
    )


@asynccontextmanager
async def serving() -> AsyncIterator[LoopbackX]:
    """Serve on a free port until the block ends."""
    api = LoopbackX()
    async with listening(api) as origin:
        api.url = origin
        yield api
