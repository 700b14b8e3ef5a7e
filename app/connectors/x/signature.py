"""Proof that a delivery is X's, and ours towards it: both an HMAC-SHA256 in base64, made with the consumer secret.

https://docs.x.com/x-api/webhooks/quickstart
"""

import hmac
from base64 import b64encode
from collections.abc import Sequence
from hashlib import sha256

from app.connectors.base import WebhookRequest
from app.errors import DeliveryRejectedError
from app.messages import PlatformName

HEADER, PREFIX = "x-twitter-webhooks-signature", "sha256="


def sign(secret: str, message: bytes) -> str:
    """Return a signature as X writes it: ``sha256=`` and base64, not hexadecimal."""
    return PREFIX + b64encode(hmac.new(secret.encode(), message, sha256).digest()).decode()


def verify(platform: PlatformName, request: WebhookRequest, *, secrets: Sequence[str]) -> None:
    """Prove the body by its bytes as they came. Each secret is tried, and all of them always."""
    given = next((value for name, value in request.headers.items() if name.lower() == HEADER), None)
    if given is None:
        raise DeliveryRejectedError(platform, "no signature")
    given_bytes = given.strip().encode("utf-8", "replace")
    if not given_bytes.startswith(PREFIX.encode()):
        raise DeliveryRejectedError(platform, "malformed signature")
    matches = [hmac.compare_digest(sign(secret, request.body).encode(), given_bytes) for secret in secrets if secret]
    if not any(matches):
        raise DeliveryRejectedError(platform, "wrong signature")
