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
# X proves a delivery and has us prove ourselves by the same signature, and anybody may ask us for the second. What has
# this in it is signed for nobody, and what has it not is no delivery: whatever we were made to sign is of no use.
ONLY_DELIVERIES_HAVE = "{"
LONGEST_CHALLENGE = 1000


def sign(secret: str, message: bytes) -> str:
    """Return a signature as X writes it: ``sha256=`` and base64, not hexadecimal."""
    return PREFIX + b64encode(hmac.new(secret.encode(), message, sha256).digest()).decode()


def answer(secret: str, challenge: str) -> str | None:
    """Return the answer to a challenge; None where it is none, but a delivery that somebody wants to have signed."""
    if ONLY_DELIVERIES_HAVE in challenge or not 0 < len(challenge) <= LONGEST_CHALLENGE:
        return None
    return sign(secret, challenge.encode("utf-8", "replace"))


def verify(platform: PlatformName, request: WebhookRequest, *, secrets: Sequence[str]) -> None:
    """Prove the body by its bytes as they came. Each secret is tried, and all of them always."""
    if ONLY_DELIVERIES_HAVE.encode() not in request.body:
        raise DeliveryRejectedError(platform, "no object, which anybody could have had signed")
    given = next((value for name, value in request.headers.items() if name.lower() == HEADER), None)
    if given is None:
        raise DeliveryRejectedError(platform, "no signature")
    given_bytes = given.strip().encode("utf-8", "replace")
    if not given_bytes.startswith(PREFIX.encode()):
        raise DeliveryRejectedError(platform, "malformed signature")
    matches = [hmac.compare_digest(sign(secret, request.body).encode(), given_bytes) for secret in secrets if secret]
    if not any(matches):
        raise DeliveryRejectedError(platform, "wrong signature")
