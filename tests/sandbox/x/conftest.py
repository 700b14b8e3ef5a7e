"""X on loopback."""

import pytest

from app.sandbox.x.seed import CONSUMER_SECRET
from tests.sandbox.conftest import Client
from tests.sandbox.receiver import Receiver
from tests.sandbox.x.api import XApi


@pytest.fixture
def x(client: Client) -> XApi:
    """A running sandbox that sends no webhooks."""
    return XApi(client)


@pytest.fixture
def told(linked: Client, receiver: Receiver) -> XApi:
    """A running sandbox that sends its webhooks to a receiver, which can prove itself."""
    receiver.consumer_secret = CONSUMER_SECRET
    return XApi(linked)
