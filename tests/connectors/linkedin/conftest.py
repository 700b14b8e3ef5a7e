"""LinkedIn on loopback, and a page's half towards it."""

from collections.abc import AsyncIterator

import httpx
import pytest

from app.connectors.linkedin.api import LinkedInApi
from app.connectors.linkedin.pacing import Gates
from app.outward import trust
from tests.connectors.linkedin.builders import MovableClock, Tokens, an_account
from tests.connectors.linkedin.rest_api import RestApi, serving


@pytest.fixture
async def server() -> AsyncIterator[RestApi]:
    async with serving() as rest_api:
        yield rest_api


@pytest.fixture
async def http() -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(verify=trust()) as client:
        yield client


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock()


@pytest.fixture
def tokens() -> Tokens:
    return Tokens()


@pytest.fixture
def gates(clock: MovableClock) -> Gates:
    return Gates(clock)


@pytest.fixture
def api(server: RestApi, http: httpx.AsyncClient, clock: MovableClock, tokens: Tokens, gates: Gates) -> LinkedInApi:
    return LinkedInApi(
        an_account(),
        tokens=tokens,
        http=http,
        gates=gates,
        clock=clock,
        base_url=f"{server.url}/rest",
        version="202607",
    )
