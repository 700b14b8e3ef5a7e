"""A Data API on loopback that answers what a test tells it to, and remembers what it was asked."""

import asyncio
import json
from collections import deque
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import Response

from tests.connectors.loopback import Answer, listening
from tests.connectors.youtube.spec import check_call

ROOT = "youtube/v3"


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One call as it arrived; `path` without the version."""

    method: str
    path: str
    query: dict[str, str]
    body: bytes
    headers: Mapping[str, str]
    url: str

    @property
    def line(self) -> str:
        return f"{self.method} /{self.path}"

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def form(self) -> dict[str, str]:
        return dict(parse_qsl(self.body.decode(), strict_parsing=True))


@dataclass(frozen=True, slots=True)
class Rule:
    """The answers to calls with this line and at least these parameters."""

    line: str
    query: Mapping[str, str]
    answers: deque[Answer] = field(default_factory=deque)

    def fits(self, seen: Seen) -> bool:
        return seen.line == self.line and self.query.items() <= seen.query.items()


class DataApi:
    """Answers are given in the order they were set; the last one stays. The rule with the most parameters counts."""

    def __init__(self) -> None:
        self.origin = ""
        self.calls: list[Seen] = []
        self._rules: list[Rule] = []

    @property
    def url(self) -> str:
        return f"{self.origin}/{ROOT}"

    def answer(
        self,
        line: str,
        body: Any,
        status: int = 200,
        query: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """Set the next answer to a call such as ``GET /comments``; a function makes it out of the call."""
        self._rule(line, query or {}).answers.append(Answer(body, status, headers or {}))

    def fail(self, line: str, reason: str, status: int = 400, **headers: str) -> None:
        """Set an error of the platform's as the next answer."""
        item = {"message": "<code>olmaz</code>", "domain": "youtube.comment", "reason": reason}
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        error = {"code": status, "message": "<code>olmaz</code>", "errors": [item]}
        self.answer(line, {"error": error}, status, headers=named)

    def hang(self, line: str) -> None:
        """Take the next call and never answer it."""
        self._rule(line, {}).answers.append(Answer(None, hang=True))

    def forget(self) -> None:
        """Forget all answers and calls."""
        self.calls.clear()
        self._rules.clear()

    @property
    def lines(self) -> list[str]:
        return [call.line for call in self.calls]

    def check_against_spec(self) -> None:
        """Assert that the platform's specification knows each call that was made."""
        for call in self.calls:
            if call.url.startswith(self.url):
                check_call(call.method, call.path, call.query, call.json if call.body else None)

    def _rule(self, line: str, query: Mapping[str, str]) -> Rule:
        for rule in self._rules:
            if (rule.line, rule.query) == (line, query):
                return rule
        self._rules.append(Rule(line, query))
        return self._rules[-1]

    async def __call__(self, request: Request) -> Response:
        seen = Seen(
            method=request.method,
            path=request.url.path.lstrip("/").removeprefix(f"{ROOT}/"),
            query=dict(request.query_params),
            body=await request.body(),
            headers=dict(request.headers),
            url=str(request.url),
        )
        self.calls.append(seen)
        rule = max((rule for rule in self._rules if rule.fits(seen)), key=lambda rule: len(rule.query), default=None)
        if rule is None:
            return Response("<html>Not Found</html>", 404)
        answer = rule.answers.popleft() if len(rule.answers) > 1 else rule.answers[0]
        if answer.hang:
            await asyncio.Event().wait()
        given = answer.body(seen) if callable(answer.body) else answer.body
        body = given if isinstance(given, str | bytes) else json.dumps(given)
        return Response(body if answer.status != 204 else b"", answer.status, dict(answer.headers))


@asynccontextmanager
async def serving() -> AsyncIterator[DataApi]:
    """Serve on a free port until the block ends; each call must then be one that the specification knows."""
    api = DataApi()
    async with listening(api) as origin:
        api.origin = origin
        yield api
    api.check_against_spec()
