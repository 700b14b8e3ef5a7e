"""The way of one API call: read it, meet a fault or not, carry it out, record it, answer."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import count
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from app.sandbox.calls import RecordedCall
from app.sandbox.endpoint import hang
from app.sandbox.faults import Fault, FaultKind
from app.sandbox.graph import app_calls, tokens
from app.sandbox.graph.attribution import platform_of
from app.sandbox.graph.call import Call, read_call
from app.sandbox.graph.context import Context, Rules
from app.sandbox.graph.errors import (
    GraphError,
    expired_token,
    from_refusal,
    gone,
    missing_token,
    parameter,
    permission,
    unknown_path,
)
from app.sandbox.graph.fields import parse_fields
from app.sandbox.graph.nodes import Target, find, node_of_removed
from app.sandbox.graph.render import View
from app.sandbox.graph.routes import EDGES, ROUTES, Route
from app.sandbox.graph.usage import over_limit, usage_headers
from app.sandbox.ground import Ground
from app.sandbox.seed import Platform, SeedAccount
from app.sandbox.world.clock import opaque
from app.sandbox.world.records import CallOnItem
from app.sandbox.world.refusals import RefusedError

# Older versions are served as the oldest that lives; newer ones than this do not exist.
NEWEST_VERSION: Final = 26
METHODS: Final = ("GET", "POST", "DELETE")


@dataclass(slots=True, kw_only=True)
class Answer:
    """What is sent back, and what the call came upon on its way."""

    status: int
    body: Mapping[str, object]
    headers: dict[str, str]
    error: str | None = None


class GraphEndpoint:
    """Answers every call beneath the API's base path."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._view = View(ground.world, ground.settings.base_url)
        self._rules = Rules(
            human_agent_approved=ground.settings.human_agent_approved,
            private_replies_per_hour=ground.settings.private_replies_per_hour,
        )
        self._trace = count(1)

    async def handle(self, request: Request) -> Response:
        """Handle one call."""
        try:
            call = await read_call(request)
        except GraphError as error:
            return _response(self._refused(error))
        target = find(self._ground.world, self._object_id(call)) if call.path else None
        platform = platform_of(self._ground.world, call, target)
        fault = self._ground.faults.strike(platform)
        if fault is not None and fault.kind is FaultKind.SLOW:
            await asyncio.sleep(fault.slow_seconds)
            target = find(self._ground.world, self._object_id(call)) if call.path else None
        touched: dict[str, str] = {}
        answer = self._struck(fault, call) or await self._answer(call, target, platform, touched)
        self._record(call, target, platform, answer, fault, touched)
        if fault is not None and fault.kind in {FaultKind.TIMEOUT, FaultKind.LOST_RESPONSE}:
            await hang(request, self._ground.settings.hang_for.total_seconds())
        return _response(answer)

    def _struck(self, fault: Fault | None, call: Call) -> Answer | None:
        """The answer of a fault that keeps the call from being carried out."""
        match fault.kind if fault else None:
            case FaultKind.HTTP_500:
                return self._refused(GraphError(2, "Service temporarily unavailable", status=500, is_transient=True))
            case FaultKind.HTTP_429:
                assert fault is not None  # noqa: S101 - there is no kind without a fault
                answer = self._refused(over_limit(fault.platform, status=429))
                page_id = call.path[0] if call.path else ""
                regain = self._ground.faults.minutes_left(fault)
                answer.headers |= usage_headers(page_id, fault.platform, 100, regain_minutes=regain)
                return answer
            case FaultKind.EXPIRED_TOKEN:
                return self._refused(expired_token())
            case FaultKind.TIMEOUT:
                return self._refused(GraphError(2, "timeout", status=504))
        return None

    async def _answer(self, call: Call, target: Target | None, platform: Platform, touched: dict[str, str]) -> Answer:
        headers: dict[str, str] = {}
        try:
            body = await self._carry_out(call, target, platform, headers, touched)
            return Answer(status=200, body=body, headers=headers)
        except GraphError as error:
            refused = self._refused(error)
        except RefusedError as refusal:
            refused = self._refused(from_refusal(refusal, platform, call.method))
        refused.headers |= headers
        return refused

    async def _carry_out(
        self, call: Call, target: Target | None, platform: Platform, headers: dict[str, str], touched: dict[str, str]
    ) -> Mapping[str, object]:
        _check_version(call)
        if call.path == ("debug_token",) and call.method == "GET":
            return tokens.debug_token(self._ground.world, call)
        if call.path == app_calls.PATH:
            return await app_calls.carry_out(self._ground, call)
        if call.token is None:
            raise missing_token()
        requires_proof = self._ground.settings.requires_app_secret_proof
        page = tokens.page_behind(self._ground.world, call, requires_proof=requires_proof)
        self._count(page, platform, headers)
        route = self._route(call, target, touched)
        if target is None or target.account.page_id != page.external_id:
            raise permission("The token does not give access to this object")
        route.check(call)
        fields = call.text("fields")
        context = Context(
            call=call,
            target=target,
            view=self._view,
            rules=self._rules,
            fields=parse_fields(fields) if fields else None,
            announce=self._ground.announce,
            touched=touched,
        )
        return route.handler(context)

    def _route(self, call: Call, target: Target | None, touched: dict[str, str]) -> Route:
        edge = "/".join(call.path[1:])
        if not call.path or edge not in EDGES:
            raise unknown_path("/".join(call.path[1:] or call.path))
        if target is None:
            if call.path[0] in self._ground.world.comments and call.method != "GET":
                touched[call.path[0]] = "delete" if call.method == "DELETE" else edge or "update"
            raise gone(call.path[0], call.method)
        route = ROUTES.get((target.node, edge, call.method))
        if route is None:
            if not any(node is target.node and known == edge for node, known, _ in ROUTES):
                raise parameter(f"Tried accessing nonexisting field ({edge}) on node type ({target.node})")
            raise gone(call.path[0], call.method)
        return route

    def _count(self, page: SeedAccount, platform: Platform, headers: dict[str, str]) -> None:
        percent = self._ground.usage.count(page.external_id, self._ground.world.clock.unshifted())
        headers |= usage_headers(page.external_id, platform, percent)
        if percent > 100:
            headers |= usage_headers(page.external_id, platform, percent, regain_minutes=60)
            raise over_limit(platform)

    def _object_id(self, call: Call) -> str:
        if call.path[0] != "me" or call.token is None:
            return call.path[0]
        pages = self._ground.world.accounts_on(Platform.FACEBOOK)
        return next((page.external_id for page in pages if page.access_token == call.token), "me")

    def _refused(self, error: GraphError) -> Answer:
        trace = opaque("A", str(next(self._trace)))[:23]
        shown = f"{error.code}/{error.subcode}" if error.subcode is not None else str(error.code)
        headers = {}
        if error.code == 190:
            headers["www-authenticate"] = f'OAuth "Facebook Platform" "invalid_token" "{error.message}"'
        return Answer(status=error.status, body=error.body(trace), headers=headers, error=shown)

    def _record(
        self,
        call: Call,
        target: Target | None,
        platform: Platform,
        answer: Answer,
        fault: Fault | None,
        touched: dict[str, str],
    ) -> None:
        world = self._ground.world
        node = target.node if target else node_of_removed(world, call.path[0] if call.path else "")
        now = world.clock.now()
        self._ground.calls.add(
            RecordedCall(
                at=now,
                platform=platform,
                method=call.method,
                path=call.shown_path,
                parameters=call.shown_parameters(),
                node=node,
                edge="/".join(call.path[1:]),
                status=answer.status,
                error=answer.error,
                fault=fault.kind if fault else None,
            )
        )
        for item_id, act in touched.items():
            world.put(
                CallOnItem(
                    item_id=item_id,
                    at=now,
                    call=act,
                    method=call.method,
                    path=call.shown_path,
                    status=answer.status,
                )
            )


def _check_version(call: Call) -> None:
    major, _, minor = call.version.removeprefix("v").partition(".")
    if not call.version.startswith("v") or not major.isdecimal() or minor != "0" or int(major) > NEWEST_VERSION:
        raise unknown_path(call.version)


def _response(answer: Answer) -> Response:
    headers = {"facebook-api-version": "v26.0", "cache-control": "private, no-cache, no-store", **answer.headers}
    body = json.dumps(answer.body, ensure_ascii=True, separators=(",", ":"))
    return Response(body, status_code=answer.status, headers=headers, media_type="application/json; charset=UTF-8")
