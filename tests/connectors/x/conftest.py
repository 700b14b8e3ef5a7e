"""X on loopback."""

from collections.abc import AsyncIterator

import pytest

from tests.connectors.x.x_api import LoopbackX, serving


@pytest.fixture
async def x() -> AsyncIterator[LoopbackX]:
    async with serving() as api:
        yield api
