"""The identity provider at which people sign in, ``NOBET_OIDC__…``. Included in the service's settings."""

import ipaddress
from typing import Self
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator, model_validator

STANDARD_EMAIL_CLAIM = "email"


class OidcSettings(BaseModel):
    """Our application at the identity provider.

    `issuer` is what the provider calls itself; everything else about it is read from its discovery document. Without
    `client_secret` we are a public client, which PKCE alone protects. A person is found by the e-mail address in
    `email_claim`, which must be verified: the provider says so itself in ``email_verified``, or the operator says so
    with `trust_email`, where addresses are given out by the University and nobody can enter another's.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    issuer: str
    client_id: str = Field(min_length=1)
    client_secret: SecretStr | None = None
    scopes: str = "openid email profile"
    email_claim: str = Field(default=STANDARD_EMAIL_CLAIM, min_length=1)
    trust_email: bool = False

    @field_validator("issuer")
    @classmethod
    def _is_reached_safely(cls, issuer: str) -> str:
        if not is_safe(issuer):
            raise ValueError("must be an https address (http on this machine alone)")
        return issuer

    @field_validator("scopes")
    @classmethod
    def _asks_for_a_sign_in(cls, scopes: str) -> str:
        if "openid" not in scopes.split():
            raise ValueError("must name openid, without which there is no sign-in")
        return scopes

    @model_validator(mode="after")
    def _knows_who_vouches(self) -> Self:
        if self.email_claim != STANDARD_EMAIL_CLAIM and not self.trust_email:
            raise ValueError(
                "email_verified speaks of the claim email alone: with another email_claim set trust_email to true, "
                "where the University gives these addresses out itself"
            )
        return self


def is_safe(address: str) -> bool:
    """Whether what goes to this address cannot be read on the way: https, or this very machine."""
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return False
    return parts.scheme in (("http", "https") if is_this_machine(host) else ("https",)) and bool(host)


def is_this_machine(host: str | None) -> bool:
    """Whether a host's name or address is this machine's own."""
    if not host:
        return False
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
