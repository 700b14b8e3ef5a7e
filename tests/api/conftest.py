"""A running service behind its real application, on this test's own database."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from pydantic import SecretStr

from app.api.app import create_app
from app.connectors.meta.settings import MetaSettings
from app.main import running_service
from app.records.database import Sessions
from app.settings import Settings
from app.vault import new_key
from tests.api.calling import Api, open_app
from tests.world import World, make_world, no_scores

APP_SECRET = "gizli-anahtar"
VERIFY_TOKEN = "dogrulama"


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    """Settings of a service with Facebook set up and Instagram without secrets."""
    return Settings(
        _env_file=None,
        environment="test",
        database_url=SecretStr(database_url),
        data_dir=tmp_path,
        captures_at_once=0,
        facebook=MetaSettings(
            app_secret=SecretStr(APP_SECRET),
            verify_token=SecretStr(VERIFY_TOKEN),
            access_tokens={"104000000000001": SecretStr("sayfa")},
            # Nobody listens there: what asks the platform is told so at once.
            base_url="http://127.0.0.1:9",
        ),
        instagram=MetaSettings(),
        token_keys=SecretStr(new_key()),
    )


@pytest.fixture
def app(settings: Settings) -> FastAPI:
    """The application, not started yet."""
    return create_app(lambda: running_service(settings, detect_language=lambda text: "tr", classify=no_scores))


@pytest.fixture
async def world(sessions: Sessions) -> World:
    """Accounts, people and their tokens."""
    return await make_world(sessions)


@pytest.fixture
async def http(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the started application."""
    async with open_app(app) as client:
        yield client


@pytest.fixture
def api(http: httpx.AsyncClient, world: World) -> Api:
    """The API as each role calls it."""
    return Api(http, world.tokens)
