"""The control API: what tests, checks and the demo may ask of the simulated platforms. No platform has it."""

from typing import Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import JSONResponse

from app.sandbox.control.changes import add_changes
from app.sandbox.control.looks import add_looks
from app.sandbox.control.orders import add_orders
from app.sandbox.control.writing import add_writing
from app.sandbox.ground import Ground
from app.sandbox.world.refusals import RefusedError, Why

NOT_FOUND: Final = frozenset({Why.GONE, Why.NO_SUCH_USER})


def router(ground: Ground) -> APIRouter:
    """The control API of a sandbox."""
    routes = APIRouter(prefix="/control", tags=["control"])
    for add in (add_writing, add_changes, add_looks, add_orders):
        add(routes, ground)
    return routes


async def answer_refusal(request: Request, refusal: Exception) -> JSONResponse:
    """What a visitor could not do either: 404 for what is not there, 409 else."""
    assert isinstance(refusal, RefusedError)  # noqa: S101 - the handler is registered for it alone
    detail = {"why": refusal.why.value, "subject": refusal.subject}
    return JSONResponse({"detail": detail}, 404 if refusal.why in NOT_FOUND else 409)
