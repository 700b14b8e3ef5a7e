"""How X answers when something is wrong with it."""

from datetime import datetime, timedelta

from app.sandbox.endpoint import Answer
from app.sandbox.faults import FaultKind
from app.sandbox.x.limits import limit_headers
from app.sandbox.x.problems import ProblemError, unauthorized


def struck(kind: FaultKind, fault_seconds: int, now: datetime) -> Answer:
    """X's answer of a fault that lasts so many seconds yet; a limit is told until then."""
    match kind:
        case FaultKind.HTTP_429:
            return too_many(limit_headers("x-rate-limit", 300, 0, now + timedelta(seconds=max(1, fault_seconds))))
        case FaultKind.EXPIRED_TOKEN:
            return unauthorized().answer()
        case FaultKind.TIMEOUT:
            return ProblemError(504, "Gateway Timeout", "Gateway Timeout").answer()
        case _:
            problem = ProblemError(500, "Internal Server Error", "Something is broken.", name="internal-error")
            return problem.answer()


def too_many(headers: dict[str, str]) -> Answer:
    """No call is left."""
    return ProblemError(429, "Too Many Requests", "Too Many Requests").answer(headers)
