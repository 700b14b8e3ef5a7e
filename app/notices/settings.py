"""Where notices go out: a mail server, an HTTP hook, or both. Included in the service's settings."""

import ipaddress
from datetime import timedelta
from email.errors import MessageError
from email.headerregistry import Address
from enum import StrEnum
from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, HttpUrl, SecretStr, field_validator, model_validator

from app.reading import Duration


class Security(StrEnum):
    """How the connection to the mail server is protected."""

    NONE = "none"
    STARTTLS = "starttls"
    TLS = "tls"


_PORTS = {Security.NONE: 25, Security.STARTTLS: 587, Security.TLS: 465}


class SmtpSettings(BaseModel):
    """The mail server, ``NOBET_SMTP__…``.

    `security` is STARTTLS unless said otherwise, and none towards this very machine; `port` follows from it. `sender`
    is a bare address. `ca_bundle` is a PEM file with the certificates of an authority of one's own. `time_limit` is for
    one mail, from connecting to the last answer.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    host: str = Field(min_length=1)
    sender: str
    port: int | None = Field(default=None, ge=1, le=65535)
    username: str | None = None
    password: SecretStr | None = None
    security: Security | None = None
    ca_bundle: Path | None = None
    time_limit: Duration = timedelta(seconds=20)

    @field_validator("sender")
    @classmethod
    def _is_an_address(cls, sender: str) -> str:
        return mail_address(sender).addr_spec

    @model_validator(mode="after")
    def _never_shows_a_password(self) -> Self:
        if (self.username is None) != (self.password is None):
            raise ValueError("username and password are given together or not at all")
        if self.username is not None and self.effective_security is Security.NONE:
            raise ValueError("a password is not sent over an unprotected connection: set security to starttls or tls")
        return self

    @property
    def effective_security(self) -> Security:
        """The protection that will be used."""
        return self.security or (Security.NONE if _is_this_machine(self.host) else Security.STARTTLS)

    @property
    def effective_port(self) -> int:
        """The port that will be used."""
        return self.port or _PORTS[self.effective_security]

    @property
    def sender_domain(self) -> str:
        """The domain in whose name mails go out."""
        return mail_address(self.sender).domain


class HookSettings(BaseModel):
    """The HTTP hook, ``NOBET_HOOK__…``: `secret` signs every body, `time_limit` is for one whole call.

    `url` is for notices whose unit has no address of its own.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    url: HttpUrl
    secret: SecretStr = Field(min_length=1)
    time_limit: Duration = timedelta(seconds=10)


def mail_address(text: str) -> Address:
    """A bare address, ``name@domain``. Raises ValueError for anything else."""
    try:
        return Address(addr_spec=text)
    # What Python's parser raises, by the way in which it is wrong; the last two are slips of its own ("a@[", "a@[ ").
    except (MessageError, IndexError, ValueError, AttributeError, UnboundLocalError):
        raise ValueError("must be an address such as nobet@ornek.edu.tr") from None


def _is_this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
