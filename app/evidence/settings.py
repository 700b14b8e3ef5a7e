"""Settings of the evidence: who stamps the day's root."""

from pathlib import Path

from pydantic import BaseModel, SecretStr


class TimestampSettings(BaseModel):
    """An RFC 3161 authority: its address, and a PEM file with the root certificates its stamps are checked against."""

    url: str
    certificates: Path
    user: str | None = None
    password: SecretStr | None = None

    @property
    def credentials(self) -> tuple[str, str] | None:
        """For authorities that ask who calls."""
        if self.user is None or self.password is None:
            return None
        return self.user, self.password.get_secret_value()
