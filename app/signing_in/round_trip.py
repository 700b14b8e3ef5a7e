"""The way to the identity provider and back, held together by one secret in the browser's cookie.

State, nonce and PKCE verifier are derived from the secret, so nothing is stored for somebody who only begins: a flood
of beginnings fills no table. Each is of no use for finding another one, or the secret.
"""

import base64
import binascii
import hashlib
import hmac
import re
from dataclasses import dataclass, field
from datetime import timedelta
from secrets import token_urlsafe
from urllib.parse import urlsplit

# Long enough to find a password and a second factor.
LIVES = timedelta(minutes=15)
HOME = "/"
LONGEST_PATH = 1000
_SECRET_BYTES = 32
_SECRET = re.compile(r"[A-Za-z0-9_-]{43}")
# A path of ours: visible ASCII without a backslash, which some browsers read as a slash.
_PATH = re.compile(r"/(?:[!-\[\]-~]*)")


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundTrip:
    """One way there and back; `next` is the path of ours to which the person wants afterwards."""

    secret: str = field(repr=False)
    next: str = HOME

    @property
    def state(self) -> str:
        """Comes back in the address: this browser began it."""
        return self._derived("state")

    @property
    def nonce(self) -> str:
        """Comes back in the id token: it was made for this way."""
        return self._derived("nonce")

    @property
    def verifier(self) -> str:
        """Proves to the provider that who brings the code asked for it (RFC 7636)."""
        return self._derived("verifier")

    def is_state(self, given: str) -> bool:
        """Whether this state came back, compared in constant time."""
        return hmac.compare_digest(self.state.encode(), given.encode("utf-8", "replace"))

    def as_cookie(self) -> str:
        """What the browser keeps meanwhile."""
        return f"{self.secret}.{base64.urlsafe_b64encode(self.next.encode()).decode()}"

    def _derived(self, purpose: str) -> str:
        digest = hmac.digest(self.secret.encode(), purpose.encode(), hashlib.sha256)
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def begin(next_path: str | None) -> RoundTrip:
    """A new way, to lead to `next_path` if that is a path of ours."""
    return RoundTrip(secret=token_urlsafe(_SECRET_BYTES), next=safe_path(next_path))


def from_cookie(value: str | None) -> RoundTrip | None:
    """The way that this browser began; None where the cookie is missing or not ours."""
    secret, _, encoded = (value or "").partition(".")
    if not _SECRET.fullmatch(secret):
        return None
    try:
        path = base64.b64decode(encoded.encode(), altchars=b"-_", validate=True).decode()
    except (binascii.Error, UnicodeError):
        return None
    return RoundTrip(secret=secret, next=safe_path(path))


def safe_path(given: str | None) -> str:
    """A path of ours as given; anything that could lead elsewhere becomes the first page."""
    if given is None or len(given) > LONGEST_PATH or not _PATH.fullmatch(given) or given.startswith("//"):
        return HOME
    parts = urlsplit(given)
    return given if not parts.scheme and not parts.netloc else HOME
