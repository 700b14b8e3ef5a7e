"""The demo's settings: what a visitor does shows soon, on every platform, within what the platforms allow."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.connectors import CONNECTORS
from app.connectors.youtube.poll import QUIET_ROUND
from app.connectors.youtube.quota import Allowance, Usage, pause
from app.connectors.youtube.settings import YouTubeSettings
from app.demo import Demo, _environment
from app.messages import PlatformName
from app.sandbox.platforms import ACCOUNTS
from app.sandbox.settings import SandboxSettings
from app.settings import Settings

MIDNIGHT = datetime(2026, 11, 2, 8, tzinfo=UTC)


@pytest.fixture
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The process's, as a part of the demo has it."""
    demo = Demo(api_port=8000, sandbox_port=8090, data_dir=tmp_path, workers=1)
    for name, value in _environment(demo, "postgresql+asyncpg://ground/none").items():
        monkeypatch.setenv(name, value)


@pytest.mark.usefixtures("environment")
def test_a_youtube_comment_is_asked_for_within_seconds_all_day_long() -> None:
    settings, sandbox = Settings(_env_file=None), SandboxSettings()
    youtube = settings.platform("youtube")
    assert isinstance(youtube, YouTubeSettings)
    channels = sum(account.platform == "youtube" for account in ACCOUNTS)
    allowance = Allowance(daily=youtube.daily_units, reserve=youtube.reserved_units)

    every = settings.poll_every["youtube"]
    least = pause(Usage(), allowance, round_units=QUIET_ROUND * channels, at=MIDNIGHT)

    assert timedelta() < least <= every <= timedelta(seconds=5)
    assert sandbox.youtube_daily_units == youtube.daily_units


@pytest.mark.usefixtures("environment")
def test_the_other_platforms_are_asked_as_they_would_be_for_real() -> None:
    usual = {str(connector.name): connector.poll_every for connector in CONNECTORS}

    assert Settings(_env_file=None).poll_every | {"youtube": usual["youtube"]} == usual
    assert PlatformName("facebook") in usual
