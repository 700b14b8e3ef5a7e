"""The settings of YouTube: ``NOBET_YOUTUBE__…``."""

from typing import ClassVar, Self

from pydantic import Field, SecretStr, model_validator

from app.connectors.settings import PlatformSettings


class YouTubeSettings(PlatformSettings):
    """YouTube. `websub_secret` proves what the hub tells of videos.

    `daily_units` is the project's quota; `reserved_units` of them are kept for acts when polling is paced.
    """

    proof_setting: ClassVar[str] = "websub_secret"

    client_id: str | None = None
    client_secret: SecretStr | None = None
    websub_secret: SecretStr | None = None
    daily_units: int = Field(default=10_000, ge=1)
    reserved_units: int = Field(default=4_000, ge=0)
    authorize_url: str = "https://accounts.google.com/o/oauth2/v2/auth"
    token_url: str = "https://oauth2.googleapis.com/token"  # noqa: S105  (an address)
    hub_url: str = "https://pubsubhubbub.appspot.com/subscribe"
    base_url: str = "https://www.googleapis.com/youtube/v3"
    # Where the pages of videos are.
    pages_url: str = "https://www.youtube.com"

    @model_validator(mode="after")
    def _polling_has_units(self) -> Self:
        if self.reserved_units >= self.daily_units:
            raise ValueError("reserved_units must be fewer than daily_units: nothing would be left to poll with")
        return self
