"""The settings of LinkedIn: ``NOBET_LINKEDIN__…``."""

from typing import ClassVar, Literal

from pydantic import SecretStr

from app.connectors.settings import PlatformSettings


class LinkedInSettings(PlatformSettings):
    """LinkedIn. `client_secret` proves deliveries; `version` is the month of the API, as in ``202610``.

    `application_id` is the application's number, which its subscriptions are named by (not the client id).
    """

    proof_setting: ClassVar[str] = "client_secret"

    client_id: str | None = None
    client_secret: SecretStr | None = None
    application_id: str | None = None
    version: str = "202607"
    tier: Literal["standard", "development"] = "standard"
    oauth_url: str = "https://www.linkedin.com/oauth/v2"
    base_url: str = "https://api.linkedin.com/rest"
