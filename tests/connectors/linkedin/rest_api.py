"""LinkedIn's REST API on loopback: it answers what a test tells it to, and remembers what it was asked."""

import asyncio
import json
from collections import defaultdict, deque
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from tests.connectors.loopback import Answer, listening


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One call as it arrived: path and query as they stood on the wire, nothing decoded."""

    method: str
    path: str
    query: str
    body: bytes
    headers: Mapping[str, str]

    @property
    def line(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class RestApi:
    """Answers are given in the order they were set for a call; the last one stays."""

    def __init__(self) -> None:
        self.url = ""
        self.calls: list[Seen] = []
        self._answers: dict[str, deque[Answer]] = defaultdict(deque)

    def answer(self, line: str, body: Any = None, status: int = 200, **headers: str) -> None:
        """Set the next answer to a call such as ``GET /rest/posts``."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self._answers[line].append(Answer(body, status, named))

    def fail(self, line: str, status: int, number: int | None = None, message: str = "no", **fields: Any) -> None:
        """Set an error of LinkedIn's as the next answer; `number` is its `serviceErrorCode`."""
        headers = fields.pop("headers", {})
        error = {"status": status, "message": message} | ({"serviceErrorCode": number} if number else {}) | fields
        self._answers[line].append(Answer(error, status, headers))

    def instead(self, line: str) -> str:
        """Forget the answers set for a call, so that others take their place."""
        self._answers.pop(line, None)
        return line

    def hang(self, line: str) -> None:
        """Take the next call and never answer it."""
        self._answers[line].append(Answer(None, hang=True))

    @property
    def lines(self) -> list[str]:
        return [call.line for call in self.calls]

    async def __call__(self, request: Request) -> Response:
        seen = Seen(
            method=request.method,
            path=request.scope["raw_path"].decode().partition("?")[0],
            query=request.scope["query_string"].decode(),
            body=await request.body(),
            headers=dict(request.headers),
        )
        self.calls.append(seen)
        answers = self._answers[seen.line]
        if not answers:
            return Response(json.dumps({"status": 404, "message": "not set in this test"}), 404)
        answer = answers.popleft() if len(answers) > 1 else answers[0]
        if answer.hang:
            await asyncio.Event().wait()
        body = answer.body if isinstance(answer.body, str) else "" if answer.body is None else json.dumps(answer.body)
        return Response(body, answer.status, dict(answer.headers))


@asynccontextmanager
async def serving() -> AsyncIterator[RestApi]:
    """Serve on a free port until the block ends."""
    api = RestApi()
    async with listening(api) as origin:
        api.url = origin
        yield api
