"""The settings of X: ``NOBET_X__…``."""

from typing import ClassVar, Literal

from pydantic import SecretStr

from app.connectors.settings import PlatformSettings


class XSettings(PlatformSettings):
    """X. `consumer_secret` proves deliveries and answers the CRC; `tier` decides what the API lets us do."""

    proof_setting: ClassVar[str] = "consumer_secret"

    consumer_key: SecretStr | None = None
    consumer_secret: SecretStr | None = None
    client_id: str | None = None
    client_secret: SecretStr | None = None
    tier: Literal["self_serve", "enterprise"] = "self_serve"
    # What X calls the fields of a post in a request: its documents and its specification disagree.
    fields_name: Literal["post", "tweet"] = "tweet"
    authorize_url: str = "https://x.com/i/oauth2/authorize"
    base_url: str = "https://api.x.com"
    # Where the pages of posts and persons are.
    pages_url: str = "https://x.com"
