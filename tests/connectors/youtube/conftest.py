"""A Data API on loopback, and what calls it."""

from collections.abc import AsyncIterator
from datetime import timedelta

import httpx
import pytest

from app.connectors.youtube.api import Api
from app.connectors.youtube.budget import Budget
from app.connectors.youtube.client import YouTubeOutbound
from app.connectors.youtube.poll import YouTubePoll
from app.connectors.youtube.quota import MemoryLedger
from app.outward import trust
from tests.connectors.youtube.builders import NOW, Tokens, a_channel
from tests.connectors.youtube.data_api import DataApi, serving


@pytest.fixture
async def api() -> AsyncIterator[DataApi]:
    async with serving() as data_api:
        yield data_api


@pytest.fixture
async def http() -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(verify=trust()) as client:
        yield client


@pytest.fixture
def tokens() -> Tokens:
    return Tokens()


@pytest.fixture
def ledger() -> MemoryLedger:
    return MemoryLedger()


@pytest.fixture
def calls(api: DataApi, http: httpx.AsyncClient, tokens: Tokens, ledger: MemoryLedger) -> Api:
    budget = Budget(ledger, clock=lambda: NOW)
    return Api(
        a_channel(),
        http,
        tokens,
        budget,
        base_url=api.url,
        # A busy machine may let an answer wait; only the tests of answers that never come wait for all of it.
        timeout=timedelta(seconds=3),
        clock=lambda: NOW,
    )


@pytest.fixture
def channel(calls: Api) -> YouTubeOutbound:
    return YouTubeOutbound(calls)


@pytest.fixture
def poll(calls: Api) -> YouTubePoll:
    return YouTubePoll(calls)
