"""A Data API on loopback."""

import pytest

from tests.sandbox.conftest import Client
from tests.sandbox.youtube.api import YouTube


@pytest.fixture
def youtube(client: Client) -> YouTube:
    """A running sandbox that sends no webhooks."""
    return YouTube(client)


@pytest.fixture
def told(linked: Client) -> YouTube:
    """A running sandbox that tells the receiver of videos."""
    return YouTube(linked)
