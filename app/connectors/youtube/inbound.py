"""The pure half: proving and reading what the hub delivered or the API answered."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.connectors.base import Handshake, Keys, Leased, Manners, WebhookRequest
from app.connectors.youtube import parse, verify, websub
from app.connectors.youtube.names import YOUTUBE
from app.messages import Event, PlatformName

# WebSub asks for 2xx to a delivery that is not proven, which is dropped: nobody learns a secret by
# trying (https://www.w3.org/TR/websub/#signature-validation), and 404 to a topic that is not theirs.
# What was got with a person's authorisation is refreshed or deleted within 30 days.
MANNERS = Manners(forged=202, foreign=404, names_account=True, stores_content_for=timedelta(days=30))


@dataclass(frozen=True, slots=True)
class YouTubeInbound:
    """Feeds of videos by WebSub, and answers of the Data API."""

    name: PlatformName = YOUTUBE
    manners: Manners = MANNERS

    def handshake(self, query: Mapping[str, str], *, keys: Keys) -> Handshake | None:
        """Answer the hub where it asks about a feed of one of our channels (`keys.accounts`), else None."""
        challenge = verify.handshake(query, channels=keys.accounts)
        return Handshake(body=challenge) if challenge is not None else None

    def leased(self, query: Mapping[str, str], *, at: datetime) -> Leased | None:
        """The lease that an answer to the hub's question would confirm, or the subscription's end."""
        return websub.leased_of(query, at=at)

    def verify(self, request: WebhookRequest, *, secrets: Sequence[str]) -> None:
        """Prove the body by its `X-Hub-Signature`."""
        verify.verify(request, secrets=secrets)

    def parse(self, body: bytes, *, received_at: datetime) -> tuple[Event, ...]:
        """Turn a feed or an answer of the API into events. The platform names its times, so `received_at` is unused."""
        return parse.parse(body)
