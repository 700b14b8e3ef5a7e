"""X's API v2: who may call it, how often, and what becomes of a call."""

from dataclasses import dataclass, replace
from inspect import isawaitable

from app.sandbox.endpoint import Answer, Call
from app.sandbox.faults import FaultKind
from app.sandbox.ground import Ground
from app.sandbox.seed import Platform
from app.sandbox.world.refusals import RefusedError
from app.sandbox.x.access import authenticate
from app.sandbox.x.asked import Asked
from app.sandbox.x.faults import struck, too_many
from app.sandbox.x.limits import Limits
from app.sandbox.x.problems import ProblemError, from_refusal
from app.sandbox.x.routes import check_ids, route_of

BASE = "/x"


@dataclass(frozen=True, slots=True, kw_only=True)
class XDialect:
    """The API beneath ``/2``."""

    ground: Ground
    limits: Limits
    platform: Platform = Platform.X

    async def carry_out(self, call: Call) -> Answer:
        """Check and do it."""
        headers: dict[str, str] = {}
        try:
            caller = authenticate(self.ground, call, BASE)
            route, ids = route_of(call.method, call.path)
            caller.require(route.kinds, route.scopes)
            counted = self.limits.count(f"{route.method} {route.path}", caller.subject, route.limit)
            headers = dict(counted.headers)
            if counted.is_over:
                return too_many(headers)
            check_ids(ids, call.path)
            answer = route.handler(Asked(ground=self.ground, call=call, caller=caller, ids=ids))
            done = await answer if isawaitable(answer) else answer
        except ProblemError as problem:
            return problem.answer(headers)
        except RefusedError as refusal:
            return from_refusal(refusal).answer(headers)
        return replace(done, headers={**headers, **done.headers})

    def struck(self, kind: FaultKind, fault_seconds: int) -> Answer:
        """X's answers to what goes wrong."""
        return struck(kind, fault_seconds, self.ground.world.clock.now())
