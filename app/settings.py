"""Settings, read once in `main.py` and handed down: environment ``NOBET_…``, ``.env`` for development, secret files.

A secret may come from a file instead: ``NOBET_FACEBOOK__APP_SECRET_FILE=/path``, or a file in ``/run/secrets`` named
``nobet_facebook__app_secret``.
Thresholds, texts, routes and dates are policy data in the database, not settings.
"""

import json
import os
from datetime import timedelta
from pathlib import Path
from typing import Any, Literal, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, SecretStr, create_model, field_validator, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from app.connectors import CONNECTORS
from app.connectors.settings import PlatformSettings
from app.errors import SettingsError
from app.evidence.pages.chromium import Where, find_browser
from app.evidence.settings import TimestampSettings
from app.notices.settings import HookSettings, SmtpSettings
from app.reading import Duration, FromOutside
from app.records.database import is_postgresql
from app.signing_in.settings import OidcSettings, is_safe
from app.vault import are_keys

SECRETS_FOLDER = Path("/run/secrets")
PREFIX = "NOBET_"
DATABASE_EXAMPLE = "postgresql+asyncpg://user:password@host/name"


def with_platforms(core: type["Settings"]) -> type["Settings"]:
    """The settings with a field for each platform that is listed, of the kind that its connector brings."""
    fields: dict[str, Any] = {connector.name: (connector.settings, connector.settings()) for connector in CONNECTORS}
    return create_model(core.__name__, __base__=core, __module__=core.__module__, **fields)


@with_platforms
class Settings(FromOutside):
    """Everything that is set from outside; the platforms' own are asked for by their names (`platform`)."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_nested_delimiter="__",
        env_file=".env",
        extra="ignore",
        frozen=True,
    )

    environment: Literal["development", "production", "demo", "test"] = "development"
    database_url: SecretStr | None = None
    data_dir: Path = Path(".nobet")
    evidence_url: str | None = None
    public_url: str = "http://127.0.0.1:8000"
    log_format: Literal["auto", "json", "console"] = "auto"
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    # Keys that encrypt access tokens at rest, comma-separated; the first seals, all open.
    token_keys: SecretStr | None = None
    # Hosts, addresses and networks of our own that units' hooks, and pages to be captured, may lead to all the same,
    # comma-separated.
    outward_private_hosts: str = ""
    # Behind a proxy: the header in which it, and nobody else, writes the caller's address (as in ``X-Forwarded-For``).
    client_address_header: str | None = None
    # So many different wrong tokens (or wrong sign-ins) may come from one address within the window; then it waits.
    wrong_tokens_allowed: int = Field(default=20, ge=1)
    wrong_tokens_window: Duration = timedelta(minutes=5)
    # The browser that takes pictures of pages: its program (else one that is installed is found), or the address of one
    # that runs elsewhere (`http://host:9222`), with the name under which that one reaches this machine (else its own).
    chromium: Path | None = None
    chromium_cdp: str | None = None
    capture_reached_at: str | None = None
    # How many pages one worker captures at the same time; 0: none, and cards alone stand in the evidence.
    captures_at_once: int = Field(default=2, ge=0)
    time_zone: str = "Europe/Istanbul"
    max_body_bytes: int = Field(default=16 * 1024 * 1024, ge=1)
    database_pool_size: int = Field(default=10, ge=1)
    worker_concurrency: int = Field(default=240, ge=2)
    shutdown_grace: Duration = timedelta(seconds=15)

    # How long whole months stay in the database; what they hold of people's words ends sooner, by the policy.
    deliveries_kept: timedelta = timedelta(days=365)
    messages_kept: timedelta = timedelta(days=3 * 365)

    # How often each platform is asked for what its webhooks missed; a platform that is not named is not asked.
    poll_every: dict[str, Duration] = Field(
        default_factory=lambda: {str(connector.name): connector.poll_every for connector in CONNECTORS}
    )

    # How often it is asked whether each platform still tells us of its accounts; one that is not named is not asked.
    subscriptions_every: dict[str, Duration] = Field(
        default_factory=lambda: {str(connector.name): connector.subscriptions_every for connector in CONNECTORS}
    )

    # Who time-stamps each day of evidence (RFC 3161); without one, days are closed and stay unstamped.
    timestamp: TimestampSettings | None = None

    # Where people sign in; without it they have tokens alone.
    oidc: OidcSettings | None = None
    # Passwords kept here, for the demo's invented people.
    local_accounts: bool = False
    # A browser's session ends when it was idle for so long, and in any case after so long.
    session_idle: Duration = timedelta(hours=2)
    session_longest: Duration = timedelta(hours=12)

    smtp: SmtpSettings | None = None
    hook: HookSettings | None = None

    @model_validator(mode="after")
    def _signs_in_safely(self) -> Self:
        if self.local_accounts and self.environment not in ("demo", "development"):
            raise ValueError(
                "NOBET_LOCAL_ACCOUNTS is for the demo alone: take it away, and let people sign in at the University's "
                "identity provider (NOBET_OIDC__ISSUER, __CLIENT_ID, __CLIENT_SECRET)"
            )
        if self.signs_in and not is_safe(self.public_url):
            raise ValueError("people sign in over https alone: set NOBET_PUBLIC_URL to the https address they use")
        return self

    @property
    def signs_in(self) -> bool:
        """Whether people can sign in with a browser."""
        return self.oidc is not None or self.local_accounts

    @field_validator("database_url")
    @classmethod
    def _is_a_postgresql(cls, url: SecretStr | None) -> SecretStr | None:
        if url is not None and not is_postgresql(url.get_secret_value()):
            raise ValueError(f"must be the URL of a PostgreSQL, such as {DATABASE_EXAMPLE}")
        return url

    @field_validator("token_keys")
    @classmethod
    def _are_keys(cls, keys: SecretStr | None) -> SecretStr | None:
        if keys is not None and not are_keys(_parts(keys.get_secret_value())):
            raise ValueError("must hold keys that `nobet token-key` made, comma-separated")
        return keys

    @field_validator("time_zone")
    @classmethod
    def _is_a_time_zone(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError):
            raise ValueError("must be the name of a time zone, such as Europe/Istanbul") from None
        return name

    def require_database_url(self) -> str:
        """The database's URL. Raises SettingsError where none is set."""
        if self.database_url is None:
            raise SettingsError(
                "NOBET_DATABASE_URL is not set: give the URL of a PostgreSQL 14 or newer "
                f"({DATABASE_EXAMPLE}), or use `nobet demo`, which brings its own."
            )
        return self.database_url.get_secret_value()

    def platform(self, name: str) -> PlatformSettings:
        """The settings of one platform, by its name."""
        found = getattr(self, name)
        assert isinstance(found, PlatformSettings)  # noqa: S101  (every listed platform has its settings)
        return found

    @property
    def token_key_list(self) -> tuple[str, ...]:
        """The keys that encrypt access tokens, the newest first."""
        given = self.token_keys.get_secret_value() if self.token_keys is not None else ""
        return _parts(given)

    @property
    def private_hosts(self) -> tuple[str, ...]:
        """What calls to addresses that people typed in may reach though it is private."""
        return _parts(self.outward_private_hosts)

    @property
    def browser(self) -> Where | None:
        """The browser that takes pictures of pages; None where there is none, or none are to be taken."""
        if self.captures_at_once == 0:
            return None
        return find_browser(path=self.chromium, cdp_url=self.chromium_cdp, reached_at=self.capture_reached_at)

    @property
    def evidence_store_url(self) -> str:
        """Where evidence objects are kept: by default a folder beside the other data."""
        return self.evidence_url or (self.data_dir / "evidence").absolute().as_uri()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments, then the environment, then secret files, then ``.env``."""
        return init_settings, env_settings, SecretFiles(settings_cls), dotenv_settings


class SecretFiles(PydanticBaseSettingsSource):
    """Reads values from the files that ``NOBET_…_FILE`` names, and from ``/run/secrets/nobet_…``."""

    def get_field_value(self, field: Any, field_name: str) -> tuple[Any, str, bool]:
        """Not used: all values are read at once in `__call__`."""
        return None, field_name, False

    def __call__(self) -> dict[str, Any]:
        """Return the nested values found in files."""
        values: dict[str, Any] = {}
        for name, path in self._files():
            parts = name.split("__")
            at = values
            for part in parts[:-1]:
                at = at.setdefault(part, {})
            content = _content(path, name)
            # An empty file is a platform that is not connected; several tokens are written as a JSON object.
            if content:
                at[parts[-1]] = _value(content, name)
        return values

    def _files(self) -> list[tuple[str, Path]]:
        mounted = sorted(SECRETS_FOLDER.iterdir()) if SECRETS_FOLDER.is_dir() else []
        return [
            (path.name.lower().removeprefix(PREFIX.lower()), path)
            for path in mounted
            if path.name.lower().startswith(PREFIX.lower()) and path.is_file()
        ] + [
            (variable.removeprefix(PREFIX).removesuffix("_FILE").lower(), Path(value))
            for variable, value in sorted(os.environ.items())
            if variable.startswith(PREFIX) and variable.endswith("_FILE")
        ]


def _parts(given: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in given.split(",") if part.strip())


def _content(path: Path, name: str) -> str:
    try:
        return path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is no text"
        raise SettingsError(f"{PREFIX}{name.upper()} comes from a file that cannot be read: {path}: {why}.") from None


def _value(content: str, name: str) -> object:
    if not content.startswith("{"):
        return content
    try:
        return json.loads(content)
    except ValueError:
        raise SettingsError(f"{PREFIX}{name.upper()} comes from a file that is not the JSON it looks like.") from None
