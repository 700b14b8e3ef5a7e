"""The HTTP application: webhooks, the staff's API, health, documentation."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version

from fastapi import FastAPI

from app.api import documentation, health, problems, webhooks
from app.api.edge import Edge
from app.api.service import OpenService
from app.api.v1 import ROUTERS


def create_app(open_service: OpenService) -> FastAPI:
    """The application; `open_service` is opened when it starts and closed when it stops.

    For instance ``create_app(lambda: running_service(settings))``.
    """

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with open_service() as service:
            app.state.service = service
            yield

    app = FastAPI(
        title="Nöbet",
        version=version("nobet"),
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    app.state.storage_probe = health.StorageProbe()
    app.router.routes.extend([webhooks.ROUTE, *documentation.ROUTES])
    for router in (*ROUTERS, health.router):
        app.include_router(router)
    app.openapi = lambda: documentation.describe(app)  # type: ignore[method-assign]  # FastAPI's own way to extend it
    problems.register(app)
    app.add_middleware(Edge)
    return app
