"""A Graph API on loopback and a client for it."""

from collections.abc import AsyncIterator

import httpx
import pytest

from app.outward import trust
from tests.connectors.meta.graph_api import GraphApi, serving


@pytest.fixture
async def api() -> AsyncIterator[GraphApi]:
    """A Graph API; after the test its calls are checked against the platform's specifications, where these are set."""
    async with serving() as graph_api:
        yield graph_api
    graph_api.check_against_specs()


@pytest.fixture
async def http() -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(verify=trust()) as client:
        yield client
