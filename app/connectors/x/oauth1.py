"""Signing calls as a user by OAuth 1.0a: tokens that do not expire and cannot be renewed.

A JSON body is no part of what is signed. https://docs.x.com/fundamentals/authentication/oauth-1-0a/creating-a-signature
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from authlib.common.security import generate_token  # type: ignore[import-untyped]
from authlib.oauth1 import ClientAuth  # type: ignore[import-untyped]
from authlib.oauth1.rfc5849.parameters import prepare_headers  # type: ignore[import-untyped]

FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True, kw_only=True)
class UserSignature:
    """The app's and the account's keys; `clock` and `nonce` are handed in where they must be known beforehand."""

    consumer_key: str
    consumer_secret: str = field(repr=False)
    token: str
    token_secret: str = field(repr=False)
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    nonce: Callable[[], str] = generate_token

    def header(self, method: str, url: str, *, form: str = "") -> str:
        """Return the `Authorization` of a call to this address with its query, and with this form where it has one."""
        signer = ClientAuth(self.consumer_key, self.consumer_secret, self.token, self.token_secret)
        params = signer.get_oauth_params(self.nonce(), str(int(self.clock().timestamp())))
        headers = prepare_headers(params, {"Content-Type": FORM} if form else {})
        signature = signer.get_oauth_signature(method, url, headers, form)
        return str(prepare_headers([*params, ("oauth_signature", signature)])["Authorization"])
