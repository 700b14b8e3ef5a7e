"""Errors as RFC 9457 problem documents, in Turkish and English. Never with internals, never with what was sent."""

from collections.abc import Mapping, Sequence
from typing import Any

import asyncpg
import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import IntegrityError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response
from starlette.routing import Match

from app.actions.not_possible import MeanwhileError, NotPossibleError
from app.api.fields import at_field, field_problem
from app.api.problem_kinds import KINDS
from app.errors import ModerationError

log = structlog.get_logger(__name__)

MEDIA_TYPE = "application/problem+json"
# The database cannot be reached, or not in time: worth another try by whoever asked.
UNREACHABLE = (
    OSError,
    TimeoutError,
    PoolTimeoutError,
    OperationalError,
    InterfaceError,
    asyncpg.PostgresConnectionError,
    asyncpg.CannotConnectNowError,
    asyncpg.TooManyConnectionsError,
    asyncpg.InterfaceError,
)


METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
_OF_STATUS = {
    400: "bad_request",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    408: "too_slow",
    413: "too_large",
}


class ProblemError(ModerationError):
    """Ends a request with a problem document; `code` is one of KINDS."""

    def __init__(
        self,
        code: str,
        *,
        detail: str | None = None,
        detail_en: str | None = None,
        errors: Sequence[Mapping[str, str]] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(code)
        self.code = code
        self.detail = detail
        self.detail_en = detail_en
        self.errors = errors
        self.headers = headers


def wrong_field(field: str, turkish: str, english: str) -> ProblemError:
    """What ends a request of which one field is wrong (422)."""
    return ProblemError("invalid", errors=[at_field(field, turkish, english)])


def problem(
    code: str,
    *,
    detail: str | None = None,
    detail_en: str | None = None,
    errors: Sequence[Mapping[str, str]] = (),
    headers: Mapping[str, str] | None = None,
    status: int | None = None,
) -> Response:
    """Return the problem document; `detail` replaces the kind's own sentence."""
    body = document_of(code)
    if detail is not None:
        body["detail"] = detail
    if detail_en is not None:
        body["detail_en"] = detail_en
    if status is not None:
        body["status"] = status
    if errors:
        body["errors"] = list(errors)
    if request_id := structlog.contextvars.get_contextvars().get("request_id"):
        body["request_id"] = request_id
    return JSONResponse(body, status_code=body["status"], headers=dict(headers or {}), media_type=MEDIA_TYPE)


def document_of(code: str) -> dict[str, Any]:
    """The kind's document, without anything of a single request."""
    kind = KINDS[code]
    return {
        "type": f"urn:nobet:problem:{code}",
        "title": kind.title,
        "title_en": kind.title_en,
        "status": kind.status,
        "detail": kind.detail,
        "detail_en": kind.detail_en,
    }


def register(app: FastAPI) -> None:
    """Answer everything that ends a request early with a problem document."""
    app.add_exception_handler(ProblemError, _of_problem)
    app.add_exception_handler(NotPossibleError, _of_not_possible)
    app.add_exception_handler(IntegrityError, _of_integrity)
    app.add_exception_handler(RequestValidationError, _of_validation)
    app.add_exception_handler(HTTPException, _of_http)
    for unreachable in UNREACHABLE:
        app.add_exception_handler(unreachable, _of_unreachable)


async def _of_problem(request: Request, error: Exception) -> Response:
    assert isinstance(error, ProblemError)  # noqa: S101  (registered for it alone)
    return problem(
        error.code, detail=error.detail, detail_en=error.detail_en, errors=error.errors, headers=error.headers
    )


async def _of_not_possible(request: Request, error: Exception) -> Response:
    assert isinstance(error, NotPossibleError)  # noqa: S101  (registered for it alone)
    code = "changed_meanwhile" if isinstance(error, MeanwhileError) else "not_possible"
    return problem(code, detail=error.why, detail_en=error.why_en)


async def _of_integrity(request: Request, error: Exception) -> Response:
    """The database refused: never with its words, which hold the row."""
    cause = getattr(getattr(error, "orig", None), "__cause__", None)
    log.warning("write_refused_by_database", constraint=getattr(cause, "constraint_name", None))
    return problem("not_possible")


async def _of_validation(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101  (registered for it alone)
    return problem("invalid", errors=[field_problem(entry) for entry in error.errors()])


async def _of_http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101  (registered for it alone)
    code = _OF_STATUS.get(error.status_code, "bad_request" if error.status_code < 500 else "internal")
    headers = {"Allow": ", ".join(_served(request))} if error.status_code == 405 else error.headers
    return problem(code, headers=headers, status=error.status_code)


def _served(request: Request) -> list[str]:
    """The methods of this address. The router names those of the first route alone, though each method is a route."""
    return [
        method
        for method in METHODS
        if any(route.matches({**request.scope, "method": method})[0] is Match.FULL for route in request.app.routes)
    ]


async def _of_unreachable(request: Request, error: Exception) -> Response:
    log.error("database_unreachable", error=type(error).__name__)
    return problem("unavailable", headers={"Retry-After": "5"})
