"""Proof that a delivery is the hub's, and that a subscription is ours.

https://developers.google.com/youtube/v3/guides/push_notifications
https://www.w3.org/TR/websub/#authenticated-content-distribution
"""

import hmac
import re
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha1

from app.connectors.base import WebhookRequest
from app.connectors.youtube.names import YOUTUBE
from app.connectors.youtube.websub import topics
from app.errors import DeliveryRejectedError
from app.messages import ExternalId

HEADER = "x-hub-signature"
SIGNATURE = re.compile(r"sha1=([0-9a-f]{40})", re.IGNORECASE)
MODES = frozenset({"subscribe", "unsubscribe"})


def sign(secret: str, body: bytes) -> str:
    """Return the lower-case hexadecimal HMAC-SHA1 of a body: the hub's own choice, sound for this use."""
    return hmac.new(secret.encode(), body, sha1).hexdigest()


def verify(request: WebhookRequest, *, secrets: Sequence[str]) -> None:
    """Prove the raw body. Each secret is tried, and all of them always.

    Raises DeliveryRejectedError, which this platform is answered with 2xx (see `YouTubeInbound`).
    """
    given = next((value for name, value in request.headers.items() if name.lower() == HEADER), None)
    if given is None:
        raise DeliveryRejectedError(YOUTUBE, "no signature")
    found = SIGNATURE.fullmatch(given)
    if found is None:
        raise DeliveryRejectedError(YOUTUBE, "malformed signature")
    matches = [hmac.compare_digest(sign(secret, request.body), found[1].lower()) for secret in secrets if secret]
    if not any(matches):
        raise DeliveryRejectedError(YOUTUBE, "wrong signature")


def handshake(query: Mapping[str, str], *, channels: Iterable[ExternalId]) -> str | None:
    """Return the challenge exactly as received where the topic is a feed of one of our channels, else None."""
    ours = {topic for channel in channels for topic in topics(channel)}
    is_ours = query.get("hub.mode") in MODES and query.get("hub.topic") in ours
    return query.get("hub.challenge") or None if is_ours else None
