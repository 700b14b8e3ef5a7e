"""What LinkedIn delivers: how it is proven and read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.connectors.base import Handshake, Keys, Manners, WebhookRequest
from app.connectors.linkedin import signature
from app.connectors.linkedin.notification import LINKEDIN
from app.connectors.linkedin.parse import parse
from app.messages import Event, PlatformName

# Members' comments may be stored for 48 hours (data storage rules of the Marketing API).
MANNERS = Manners(stores_content_for=timedelta(hours=48))


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkedInInbound:
    """The pure half: proving and reading what LinkedIn delivered, or what was polled from it."""

    name: PlatformName = LINKEDIN
    manners: Manners = MANNERS

    def handshake(self, query: Mapping[str, str], *, keys: Keys) -> Handshake | None:
        """Answer `challengeCode`, or None for what is no challenge of LinkedIn's."""
        return signature.handshake(query, keys=keys)

    def verify(self, request: WebhookRequest, *, secrets: Sequence[str]) -> None:
        """Prove the body by its `X-LI-Signature`."""
        signature.verify(self.name, request, secrets=secrets)

    def parse(self, body: bytes, *, received_at: datetime) -> tuple[Event, ...]:
        """Turn a delivery or a polled page into events: one for each item, in its order."""
        return parse(body, received_at=received_at)
