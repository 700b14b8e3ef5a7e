"""A Graph API on loopback that answers what a test tells it to, and remembers what it was asked."""

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
from tests.connectors.meta.specs import check_call

VERSION = "v25.0"


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One call as it arrived; `path` without the version."""

    method: str
    path: str
    query: dict[str, str]
    form: dict[str, str]
    json: Any
    headers: Mapping[str, str]
    url: str

    @property
    def line(self) -> str:
        return f"{self.method} /{self.path}"


class GraphApi:
    """Answers are given in the order they were set for a call; the last one stays."""

    def __init__(self) -> None:
        self.url = ""
        self.calls: list[Seen] = []
        # Which kind of object an id names, for checking the calls against the specifications.
        self.kinds: dict[str, str] = {}
        self._answers: dict[str, deque[Answer]] = defaultdict(deque)

    def answer(self, line: str, body: Any, status: int = 200, **headers: str) -> None:
        """Set the next answer to a call such as ``GET /12_34``."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self._answers[line].append(Answer(body, status, named))

    def fail(self, line: str, code: int, subcode: int | None = None, status: int = 400, **fields: Any) -> None:
        """Set an error of the platform's as the next answer."""
        error = {"message": f"(#{code}) olmaz", "type": "OAuthException", "code": code, "fbtrace_id": "A1b2", **fields}
        self.answer(line, {"error": error | ({"error_subcode": subcode} if subcode else {})}, status)

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
            unknown = {"message": "Unknown path components", "type": "OAuthException", "code": 2500}
            return Response(json.dumps({"error": unknown}), 400)
        answer = answers.popleft() if len(answers) > 1 else answers[0]
        if answer.hang:
            await asyncio.Event().wait()
        body = answer.body if isinstance(answer.body, str) else json.dumps(answer.body)
        return Response(body, answer.status, dict(answer.headers))

    def check_against_specs(self) -> None:
        """Assert that the platform's specifications know each call that was made."""
        for call in self.calls:
            object_id, _, edge = call.path.partition("/")
            names = call.query.keys() | call.form.keys() | (call.json.keys() if isinstance(call.json, dict) else set())
            by_method = {"GET": "#get", "POST": "#update", "DELETE": "#delete"}
            kind = self.kinds[object_id]
            check_call(kind, call.method, edge or by_method[call.method], set(names), call.query.get("fields"))


async def _seen(request: Request) -> Seen:
    body = await request.body()
    is_json = request.headers.get("content-type", "").startswith("application/json")
    return Seen(
        method=request.method,
        path=request.url.path.removeprefix(f"/{VERSION}/"),
        query=dict(request.query_params),
        form={} if is_json else dict(parse_qsl(body.decode(), strict_parsing=bool(body))),
        json=json.loads(body) if is_json else None,
        headers=dict(request.headers),
        url=str(request.url),
    )


@asynccontextmanager
async def serving() -> AsyncIterator[GraphApi]:
    """Serve on a free port until the block ends."""
    api = GraphApi()
    async with listening(api) as origin:
        api.url = f"{origin}/{VERSION}"
        yield api
