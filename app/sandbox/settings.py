"""What the sandbox is told from outside; read once, handed down."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Literal

from pydantic import SecretStr
from pydantic_settings import SettingsConfigDict

from app.reading import Duration, FromOutside
from app.sandbox.meta import seed
from app.sandbox.seed import Platform, SeedAccount
from app.sandbox.x import seed as x
from app.sandbox.youtube import seed as youtube


class SandboxSettings(FromOutside):
    """Settings of the simulated platforms (environment ``NOBET_SANDBOX__…``).

    `webhook_url` is the base address of the service; None sends no webhooks. `public_url` is how a browser reaches
    the sandbox, None for ``http://host:port``. `data_dir` keeps the state; None keeps it in memory. `smtp_port`
    None starts no mail sink. `hourly_calls` is the call budget of a Page; its usage is what the usage headers tell.
    `youtube_daily_units` is the quota that an application has at YouTube from midnight to midnight in California.

    `x_tier` is what was bought of X. `x_plain_replies_summon`: an answer by API to a reply that does not name us is
    taken on self-serve too, which X does not document. `x_limits_times` multiplies X's limits. `x_redirect_uris` are
    the addresses registered for sign-ins; while there are none, the service's own and any on this machine.
    """

    model_config = SettingsConfigDict(env_prefix="NOBET_SANDBOX__", frozen=True, extra="ignore")

    host: str = "127.0.0.1"
    port: int = 8090
    smtp_port: int | None = None
    webhook_url: str | None = "http://127.0.0.1:8000"
    public_url: str | None = None
    data_dir: Path | None = None

    facebook_app_secret: SecretStr = SecretStr(seed.APP_SECRET)
    instagram_app_secret: SecretStr = SecretStr(seed.APP_SECRET)
    facebook_verify_token: SecretStr = SecretStr(seed.FACEBOOK_VERIFY_TOKEN)
    instagram_verify_token: SecretStr = SecretStr(seed.INSTAGRAM_VERIFY_TOKEN)

    youtube_websub_secret: SecretStr = SecretStr(youtube.WEBSUB_SECRET)
    x_consumer_secret: SecretStr = SecretStr(x.CONSUMER_SECRET)
    x_tier: Literal["self_serve", "enterprise"] = "self_serve"
    x_plain_replies_summon: bool = False
    x_limits_times: int = 1
    x_redirect_uris: tuple[str, ...] = ()

    webhook_timeout: Duration = timedelta(seconds=5)
    webhook_retry_for: Duration = timedelta(minutes=15)
    human_agent_approved: bool = True
    requires_app_secret_proof: bool = False
    private_replies_per_hour: int = 750
    hourly_calls: int = 500_000
    linkedin_deletes_members_comments: bool = True
    youtube_daily_units: int = 10_000
    hang_for: Duration = timedelta(seconds=60)

    @property
    def base_url(self) -> str:
        """Where a browser finds the sandbox, without a trailing slash."""
        return (self.public_url or f"http://{self.host}:{self.port}").rstrip("/")

    def with_secrets(self, account: SeedAccount) -> SeedAccount:
        """The account with the secrets of these settings, where they hold any for its platform."""
        secrets = {
            Platform.FACEBOOK: (self.facebook_app_secret, self.facebook_verify_token),
            Platform.INSTAGRAM: (self.instagram_app_secret, self.instagram_verify_token),
            Platform.X: (self.x_consumer_secret, SecretStr("")),
        }
        if account.platform is Platform.YOUTUBE:
            return replace(account, app_secret=self.youtube_websub_secret.get_secret_value())
        if account.platform not in secrets:
            return account
        app_secret, verify_token = (secret.get_secret_value() for secret in secrets[account.platform])
        return replace(account, app_secret=app_secret, verify_token=verify_token)
