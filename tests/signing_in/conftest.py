"""A service at whose door people sign in."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from pydantic import SecretStr

from app.api.app import create_app
from app.main import running_service
from app.records.database import Sessions
from app.settings import Settings
from app.signing_in.settings import OidcSettings
from tests.api.conftest import api, http  # noqa: F401  (fixtures)
from tests.signing_in.identity_provider import CLIENT_ID, CLIENT_SECRET, IdentityProvider, identity_provider
from tests.signing_in.moving_clock import MovingClock
from tests.world import World, make_world, no_scores


@pytest.fixture(scope="session")
def shared_provider() -> Iterator[IdentityProvider]:
    """A provider for all tests of this process."""
    with identity_provider() as running:
        yield running


@pytest.fixture
def provider(shared_provider: IdentityProvider) -> IdentityProvider:
    """The provider, of which nothing was asked yet."""
    shared_provider.asked.clear()
    return shared_provider


@pytest.fixture
def clock() -> MovingClock:
    """The service's clock, which begins with the provider's."""
    return MovingClock()


@pytest.fixture
def settings(database_url: str, tmp_path: Path, provider: IdentityProvider) -> Settings:
    """Settings of a service with an identity provider."""
    return Settings(
        _env_file=None,
        environment="test",
        database_url=SecretStr(database_url),
        data_dir=tmp_path,
        wrong_tokens_allowed=4,
        oidc=OidcSettings(issuer=provider.issuer, client_id=CLIENT_ID, client_secret=SecretStr(CLIENT_SECRET)),
    )


@pytest.fixture
def app(settings: Settings, clock: MovingClock) -> FastAPI:
    """The application, not started yet."""
    return create_app(
        lambda: running_service(settings, clock=clock, detect_language=lambda text: "tr", classify=no_scores)
    )


@pytest.fixture
async def world(sessions: Sessions) -> World:
    """Accounts, people and their tokens."""
    return await make_world(sessions)
