"""Proof that a delivery is LinkedIn's (`X-LI-Signature`), and that this address is ours (the challenge).

https://learn.microsoft.com/en-us/linkedin/shared/api-guide/webhook-validation
"""

import hmac
import json
import re
from collections.abc import Mapping, Sequence
from hashlib import sha256

from app.connectors.base import Handshake, Keys, WebhookRequest
from app.errors import DeliveryRejectedError
from app.messages import PlatformName

HEADER = "x-li-signature"
# Part of the text that is signed, before the body. The header is the bare digest; some senders put it there too.
PREFIX = "hmacsha256="
SIGNATURE = re.compile(r"[0-9a-f]{64}")
# LinkedIn's codes are UUIDs. Nothing else is signed: whoever asks for a challenge chooses what we sign, and the code
# `hmacsha256={"type":…}` would be answered with the valid signature of a forged delivery.
CHALLENGE = re.compile(r"[0-9A-Za-z_-]{1,100}")


def sign(secret: str, message: bytes) -> str:
    """Return the lower-case hexadecimal HMAC-SHA256 of a message."""
    return hmac.new(secret.encode(), message, sha256).hexdigest()


def sign_body(secret: str, body: bytes) -> str:
    """Return the signature that a delivery with this body bears."""
    return sign(secret, PREFIX.encode() + body)


def verify(platform: PlatformName, request: WebhookRequest, *, secrets: Sequence[str]) -> None:
    """Prove the body. Each secret is tried, and all of them always. A signature of the body alone does not count."""
    given = next((value for name, value in request.headers.items() if name.lower() == HEADER), None)
    if given is None:
        raise DeliveryRejectedError(platform, "no signature")
    digest = given.removeprefix(PREFIX)
    if SIGNATURE.fullmatch(digest) is None:
        raise DeliveryRejectedError(platform, "malformed signature")
    matches = [hmac.compare_digest(sign_body(secret, request.body), digest) for secret in secrets if secret]
    if not any(matches):
        raise DeliveryRejectedError(platform, "wrong signature")


def handshake(query: Mapping[str, str], *, keys: Keys) -> Handshake | None:
    """Answer a challenge with the first secret. LinkedIn asks at registration and then every two hours."""
    code = query.get("challengeCode", "")
    secret = keys.secrets[0] if keys.secrets else ""
    if not secret or CHALLENGE.fullmatch(code) is None:
        return None
    answer = {"challengeCode": code, "challengeResponse": sign(secret, code.encode())}
    return Handshake(body=json.dumps(answer), media_type="application/json")
