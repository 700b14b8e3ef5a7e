"""The settings of YouTube: ``NOBET_YOUTUBE__…``."""

from typing import ClassVar

from pydantic import SecretStr

from app.connectors.settings import PlatformSettings


class YouTubeSettings(PlatformSettings):
    """YouTube. `websub_secret` proves what the hub tells of videos; `daily_units` is the project's quota."""

    proof_setting: ClassVar[str] = "websub_secret"

    client_id: str | None = None
    client_secret: SecretStr | None = None
    websub_secret: SecretStr | None = None
    daily_units: int = 10_000
    authorize_url: str = "https://accounts.google.com/o/oauth2/v2/auth"
    token_url: str = "https://oauth2.googleapis.com/token"  # noqa: S105  (an address)
    hub_url: str = "https://pubsubhubbub.appspot.com/subscribe"
    base_url: str = "https://www.googleapis.com/youtube/v3"
