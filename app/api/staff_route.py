"""The route class of the staff's API: says who may, and carries out a write once per `Idempotency-Key`."""

import hashlib
import json
from collections.abc import Callable, Coroutine, Iterable, Iterator
from contextvars import ContextVar
from functools import wraps
from typing import Any

from fastapi import Request, Response
from fastapi.dependencies.models import Dependant
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute
from sqlalchemy.exc import IntegrityError
from starlette.exceptions import HTTPException

from app.actions.by_hand import NotPossibleError
from app.api.access import ALLOWED, ROLE_NAMES, Permission, Role
from app.api.identity import May, Person, identify
from app.api.problems import ProblemError, wrong_field
from app.api.service import Service, service_of
from app.records import idempotency
from app.records.idempotency import Earlier

HEADER = "Idempotency-Key"
REPLAYED = {"Idempotency-Replayed": "true"}
LONGEST_KEY = 255
# What is raised before anything was changed, or by the database taking it back as a whole.
CHANGED_NOTHING = (ProblemError, NotPossibleError, IntegrityError, RequestValidationError, HTTPException)

# Set while a request that was carried out before is checked once more: its answer of that time.
_answered: ContextVar[Response | None] = ContextVar("answered", default=None)

HEADER_DOCUMENTED = {
    "name": HEADER,
    "in": "header",
    "required": False,
    "description": (
        "İsteğe bağlı. Aynı anahtarla yinelenen istek bir kez yürütülür; yanıtı, yetkiniz sürdükçe, 24 saat boyunca "
        "aynen verilir. Her yeni istek için yeni bir değer (ör. UUID) kullanın."
    ),
    # In the schema, where the documentation shows it without filling it in: a key is never used for two requests.
    "schema": {
        "type": "string",
        "maxLength": LONGEST_KEY,
        "examples": ["3f1f6a52-6f0c-4f0e-9a3e-0d7c3c1b2a11"],
    },
}


class StaffRoute(APIRoute):
    """A route with a permission.

    Whether the caller may do this to what the request names is asked in dependencies, not in the endpoint: they run for
    a repeated request too, since its answer of that time may be closed to the caller by now.
    """

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        super().__init__(path, _once_answered(endpoint), **options)
        if (permission := permission_of(self.dependant)) is not None:
            names = ", ".join(ROLE_NAMES[role] for role in Role if role in ALLOWED[permission])
            self.description = f"{self.description}\n\n**Kimler:** {names}."
        if self._writes:
            self.openapi_extra = {"parameters": [HEADER_DOCUMENTED]} | (self.openapi_extra or {})

    @property
    def _writes(self) -> bool:
        return bool((self.methods or set()) & {"POST", "PATCH", "DELETE"})

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler, wrapped so that the caller is known first, and that a write's key is heeded."""
        handle = super().get_route_handler()

        async def known(request: Request) -> Response:
            # Who it is comes before what it is: of nobody else is a body read, or kept anywhere.
            await identify(request)
            key = request.headers.get(HEADER) if self._writes else None
            return await (handle(request) if key is None else _once(key, request, handle))

        return known


async def _once(key: str, request: Request, handle: Callable[[Request], Coroutine[Any, Any, Response]]) -> Response:
    """Carry the request out unless it was before; then return the answer of that time."""
    if not (0 < len(key) <= LONGEST_KEY and key.isascii() and key.isprintable()):
        raise wrong_field(
            f"header.{HEADER}",
            "1–255 yazdırılabilir ASCII karakter olmalıdır.",
            "must be 1–255 printable ASCII characters",
        )
    service, person = service_of(request), await identify(request)
    digest = await _digest(request)
    async with service.sessions.begin() as session:
        earlier = await idempotency.claim(session, person.id, key, request_digest=digest, now=service.clock())
    if earlier is not None:
        return await _again(earlier, digest, request, handle)
    try:
        response = await handle(request)
    except CHANGED_NOTHING:
        async with service.sessions.begin() as session:
            await idempotency.give_back(session, person.id, key)
        raise
    if response.headers.get("content-type") == "application/zip":
        # What is handed over as a file is not kept to be repeated: asked again, it is made anew.
        async with service.sessions.begin() as session:
            await idempotency.give_back(session, person.id, key)
        return response
    # Anything else that is raised leaves the key taken: whether it was carried out, nobody knows.
    await _keep(service, person, key, response, without=getattr(request.state, "told_once", ()))
    return response


async def _again(
    earlier: Earlier, digest: bytes, request: Request, handle: Callable[[Request], Coroutine[Any, Any, Response]]
) -> Response:
    """The answer of that time, after everything that comes before the endpoint has let the request through again."""
    if earlier.request_digest != digest:
        raise ProblemError("key_reused")
    if earlier.status is None:
        raise ProblemError("still_running")
    token = _answered.set(JSONResponse(earlier.body, status_code=earlier.status, headers=REPLAYED))
    try:
        return await handle(request)
    finally:
        _answered.reset(token)


def _once_answered(endpoint: Callable[..., Any]) -> Callable[..., Any]:
    """The endpoint, which does nothing where its request was answered before."""

    @wraps(endpoint)
    async def answer(*args: Any, **values: Any) -> Any:
        before = _answered.get()
        return before if before is not None else await endpoint(*args, **values)

    return answer


def tell_once(request: Request, *fields: str) -> None:
    """Have these fields of the answer told this once alone: a repeated request gets null in their place.

    For secrets, which must lie in no table as they are.
    """
    request.state.told_once = fields


async def _keep(service: Service, person: Person, key: str, response: Response, *, without: Iterable[str]) -> None:
    body: Any = json.loads(bytes(response.body)) if response.body else None
    if isinstance(body, dict):
        body |= dict.fromkeys(without)
    async with service.sessions.begin() as session:
        await idempotency.keep_answer(session, person.id, key, status=response.status_code, body=body)


async def _digest(request: Request) -> bytes:
    """What makes two requests the same: method, address, body."""
    target = f"{request.method} {request.url.path}?{request.url.query}\n".encode()
    return hashlib.sha256(target + await request.body()).digest()


def permission_of(dependant: Dependant) -> Permission | None:
    """The permission that a route asks for."""
    return next(_permissions(dependant), None)


def _permissions(dependant: Dependant) -> Iterator[Permission]:
    if isinstance(dependant.call, May):
        yield dependant.call.permission
    for inner in dependant.dependencies:
        yield from _permissions(inner)
