"""The settings of Facebook and Instagram: ``NOBET_FACEBOOK__…``, ``NOBET_INSTAGRAM__…``."""

from typing import ClassVar

from pydantic import SecretStr

from app.connectors.settings import PlatformSettings


class MetaSettings(PlatformSettings):
    """Facebook or Instagram. `app_id` lets the application's own subscription be looked after.

    It also lets accounts be connected by signing in at `dialog_url`; an empty one stands for no such page.
    """

    proof_setting: ClassVar[str] = "app_secret"
    verify_setting: ClassVar[str | None] = "verify_token"

    app_secret: SecretStr | None = None
    verify_token: SecretStr | None = None
    app_id: str | None = None
    dialog_url: str = "https://www.facebook.com/v25.0/dialog/oauth"
    base_url: str = "https://graph.facebook.com/v25.0"
