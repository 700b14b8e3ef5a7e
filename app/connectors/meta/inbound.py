"""The pure half of a Meta connector: proving and reading what was delivered or polled."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from app.connectors.base import USUAL_MANNERS, Handshake, Keys, Manners, WebhookRequest
from app.connectors.document import load
from app.connectors.meta import signature
from app.connectors.meta.conversations import conversed
from app.connectors.meta.envelope import Source, Update, is_envelope, updates_of
from app.connectors.meta.messaging import read_messaging
from app.connectors.meta.polled import PolledReader
from app.connectors.values import as_object
from app.messages import Event, PlatformName


@dataclass(frozen=True, slots=True, kw_only=True)
class MetaInbound:
    """Facebook and Instagram differ in their fields of content alone: `readers` has one for each that is handled."""

    name: PlatformName
    object_name: str
    readers: Mapping[str, Callable[[Update], Event]]
    polled: PolledReader
    manners: Manners = USUAL_MANNERS

    def handshake(self, query: Mapping[str, str], *, keys: Keys) -> Handshake | None:
        """Answer `hub.challenge`, or None for a foreign token."""
        challenge = signature.handshake(query, verify_token=keys.verify_token or "")
        return Handshake(body=challenge) if challenge is not None else None

    def verify(self, request: WebhookRequest, *, secrets: Sequence[str]) -> None:
        """Prove the body by its `X-Hub-Signature-256`."""
        signature.verify(self.name, request, secrets=secrets)

    def parse(self, body: bytes, *, received_at: datetime) -> tuple[Event, ...]:
        """Turn a delivery or a polled page into events: one for each update, in its order.

        Meta names every time itself, so `received_at` is not needed.
        """
        document = load(self.name, body)
        if is_envelope(document):
            return tuple(self._read(update) for update in updates_of(self.name, document))
        polled = (*self.polled.events_of(document), *conversed(self.name, document))
        return polled or (self._answer(document),)

    def _read(self, update: Update) -> Event:
        match update.source:
            case Source.CHANGES:
                reader = self.readers.get(update.name)
                return reader(update) if reader else update.other(update.name)
            case Source.MESSAGING | Source.STANDBY if update.object_name in {None, self.object_name}:
                return read_messaging(update)
            case Source.MESSAGING | Source.STANDBY:
                # A person's id means something else on the other platform, so these are not taken for messages.
                return update.other(f"{update.object_name}/{update.name}")
            case Source.UNKNOWN:
                return update.other(update.name)

    def _answer(self, document: object) -> Event:
        kind = "error" if "error" in as_object(document) else "answer"
        return Update(platform=self.name, source=Source.UNKNOWN, name=kind, value={"document": document}).other(
            f"api/{kind}"
        )
