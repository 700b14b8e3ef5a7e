"""The HTTP application: webhooks, the staff's API, health, documentation."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version

from fastapi import APIRouter, FastAPI
from starlette.types import Receive, Scope, Send

from app.api import auth, documentation, health, oauth, problems, webhooks
from app.api.bodies import Room
from app.api.edge import Edge, guarded, safe_headers, with_headers
from app.api.guesses import Guesses
from app.api.service import OpenService
from app.api.v1 import ROUTERS


def _gathered(*routers: APIRouter) -> APIRouter:
    gathered = APIRouter()
    for router in routers:
        gathered.include_router(router)
    return gathered


# Gathered once a process: FastAPI reads every endpoint's signature for each router that it is included in.
_ENDPOINTS = _gathered(*ROUTERS, health.router, oauth.router, auth.router)


class Application(FastAPI):
    """The staff's API, with the platforms' door before it."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"].startswith(webhooks.PREFIX):
            scope["app"] = self
            await guarded(webhooks.door, scope, receive, with_headers(send, self.state.safe_headers))
        else:
            await super().__call__(scope, receive, send)


def create_app(open_service: OpenService) -> FastAPI:
    """The application; `open_service` is opened when it starts and closed when it stops.

    For instance ``create_app(lambda: running_service(settings))``.
    """

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with open_service() as service:
            app.state.service = service
            settings = service.settings
            app.state.guesses = Guesses(allowed=settings.wrong_tokens_allowed, window=settings.wrong_tokens_window)
            app.state.sign_in_guesses = Guesses(
                allowed=settings.wrong_tokens_allowed, window=settings.wrong_tokens_window
            )
            app.state.safe_headers = safe_headers(https=settings.public_url.startswith("https://"))
            yield

    app = Application(
        title="Nöbet",
        version=version("nobet"),
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    app.state.safe_headers = safe_headers(https=False)
    app.state.storage_probe = health.StorageProbe()
    app.state.room = Room()
    app.router.routes.extend(documentation.ROUTES)
    app.router.routes.extend(_ENDPOINTS.routes)
    app.openapi = lambda: documentation.describe(app)  # type: ignore[method-assign]  # FastAPI's own way to extend it
    problems.register(app)
    app.add_middleware(Edge)
    return app
