"""What every platform's settings have in common; each platform's own stand in its folder."""

from typing import ClassVar

from pydantic import BaseModel, ConfigDict, Field, SecretStr


class PlatformSettings(BaseModel):
    """One platform: how its deliveries are proven and where its calls go.

    `access_tokens` maps an account's external id to a token, for accounts that have none stored.
    """

    model_config = ConfigDict(frozen=True)

    # What must be set for deliveries to be taken, and for a subscription to be confirmed (None: nothing of its own).
    proof_setting: ClassVar[str]
    verify_setting: ClassVar[str | None] = None

    access_tokens: dict[str, SecretStr] = Field(default_factory=dict)
    base_url: str
    # How many calls a worker makes at the same time; all its jobs, `worker_concurrency`, are ten times as many.
    calls_at_once: int = Field(default=12, ge=1)

    @property
    def secrets(self) -> tuple[str, ...]:
        """All secrets that a signature may be made with; several while one is being replaced, comma-separated."""
        given: SecretStr | None = getattr(self, self.proof_setting)
        if given is None:
            return ()
        return tuple(part.strip() for part in given.get_secret_value().split(",") if part.strip())

    @property
    def verify_word(self) -> str | None:
        """The word that was agreed on when subscribing, where the platform has one."""
        given: SecretStr | None = getattr(self, self.verify_setting) if self.verify_setting else None
        return given.get_secret_value() if given is not None else None
