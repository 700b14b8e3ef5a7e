"""Proof that a delivery is Meta's (facebook.md section 3 of the contract: `X-Hub-Signature-256`), and ours towards it.

https://developers.facebook.com/docs/graph-api/webhooks/getting-started
https://developers.facebook.com/docs/graph-api/securing-requests
"""

import hmac
import re
from collections.abc import Mapping, Sequence
from hashlib import sha256

from app.connectors.base import WebhookRequest
from app.errors import DeliveryRejectedError
from app.messages import PlatformName

HEADER = "x-hub-signature-256"
SIGNATURE = re.compile(r"sha256=([0-9a-f]{64})")


def sign(secret: str, message: bytes) -> str:
    """Return the lower-case hexadecimal HMAC-SHA256 of a message."""
    return hmac.new(secret.encode(), message, sha256).hexdigest()


def appsecret_proof(secret: str, token: str) -> str:
    """Return the parameter that proves a call with this token to come from the app's own servers."""
    return sign(secret, token.encode())


def verify(platform: PlatformName, request: WebhookRequest, *, secrets: Sequence[str]) -> None:
    """Prove the body. The bytes are taken as they came: Meta signs its own escapes (``\\u015f``, ``\\/``).

    Several apps may share one callback, so each secret is tried, and all of them always.
    """
    given = next((value for name, value in request.headers.items() if name.lower() == HEADER), None)
    if given is None:
        raise DeliveryRejectedError(platform, "no signature")
    found = SIGNATURE.fullmatch(given)
    if found is None:
        raise DeliveryRejectedError(platform, "malformed signature")
    matches = [hmac.compare_digest(sign(secret, request.body), found[1]) for secret in secrets if secret]
    if not any(matches):
        raise DeliveryRejectedError(platform, "wrong signature")


def handshake(query: Mapping[str, str], *, verify_token: str) -> str | None:
    """Return the challenge exactly as received where mode and token are right, else None."""
    given = query.get("hub.verify_token", "").encode("utf-8", "replace")
    is_ours = bool(verify_token) and hmac.compare_digest(given, verify_token.encode())
    return query.get("hub.challenge") if is_ours and query.get("hub.mode") == "subscribe" else None
