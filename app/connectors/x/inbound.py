"""The pure half: proving and reading what X sent."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from app.connectors.base import USUAL_MANNERS, Handshake, Keys, Manners, WebhookRequest
from app.connectors.document import load
from app.connectors.x import signature
from app.connectors.x.parse import X, events_of
from app.messages import Event, PlatformName


@dataclass(frozen=True, slots=True, kw_only=True)
class XInbound:
    """All secrets are consumer secrets of the app: neither the OAuth 2 client secret nor a bearer token."""

    name: PlatformName = X
    manners: Manners = USUAL_MANNERS

    def handshake(self, query: Mapping[str, str], *, keys: Keys) -> Handshake | None:
        """Answer a challenge-response check, which X asks for anew about every hour."""
        answer = signature.answer(keys.secrets[0], query.get("crc_token", "")) if keys.secrets else None
        if answer is None:
            return None
        return Handshake(body=json.dumps({"response_token": answer}), media_type="application/json")

    def verify(self, request: WebhookRequest, *, secrets: Sequence[str]) -> None:
        """Prove the body by its `x-twitter-webhooks-signature`."""
        signature.verify(self.name, request, secrets=secrets)

    def parse(self, body: bytes, *, received_at: datetime) -> tuple[Event, ...]:
        """Turn a delivery or a polled page into events.

        X names the time of all that matters itself, so `received_at` is not needed.
        """
        return tuple(events_of(load(self.name, body)))
