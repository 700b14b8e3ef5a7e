"""A sixth platform, as small as one can be: `docs/connectors.md` leads through it.

Its webhooks are ``{"page", "comment": {"id", "author", "text", "post"}}`` with a hexadecimal HMAC in
``x-toy-signature``; its API hides with ``PUT /comments/{id}/hidden`` and can do nothing else.
"""

import asyncio
import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import ClassVar, NoReturn

import httpx
from pydantic import SecretStr

from app.connectors.base import (
    USUAL_MANNERS,
    Calling,
    Capability,
    Handshake,
    Keys,
    Manners,
    Outbound,
    Poll,
    Polled,
    Sent,
    WebhookRequest,
)
from app.connectors.connector import Connector, Surroundings
from app.connectors.settings import PlatformSettings
from app.connectors.transport import bearer
from app.decisions.capabilities import Lack, Lacks
from app.errors import DeliveryRejectedError, PlatformRefusedError, PlatformUnavailableError, UnreadableDeliveryError
from app.messages import Account, Channel, Event, EventKind, ExternalId, LookUp, Message, PlatformName

TOY = PlatformName("toy")


class ToySettings(PlatformSettings):
    """``NOBET_TOY__SECRET``, ``NOBET_TOY__BASE_URL``."""

    proof_setting: ClassVar[str] = "secret"

    secret: SecretStr | None = None
    base_url: str = "https://toy.example"


@dataclass(frozen=True, slots=True, kw_only=True)
class ToyInbound:
    """What it delivers."""

    name: PlatformName = TOY
    manners: Manners = USUAL_MANNERS

    def handshake(self, query: Mapping[str, str], *, keys: Keys) -> Handshake | None:
        """It never asks."""
        return None

    def verify(self, request: WebhookRequest, *, secrets: Sequence[str]) -> None:
        """Prove the body."""
        given = request.headers.get("x-toy-signature", "")
        if not any(hmac.compare_digest(sign(secret, request.body), given) for secret in secrets):
            raise DeliveryRejectedError(TOY, "wrong signature")

    def parse(self, body: bytes, *, received_at: datetime) -> tuple[Event, ...]:
        """Read the one comment."""
        try:
            document = json.loads(body)
        except ValueError:
            raise UnreadableDeliveryError(TOY, "not JSON") from None
        comment = document["comment"]
        return (
            Event(
                event=EventKind.CREATED,
                key=f"comment:{comment['id']}",
                platform=TOY,
                channel=Channel.COMMENT,
                account_id=ExternalId(document["page"]),
                external_id=ExternalId(comment["id"]),
                post_id=ExternalId(comment["post"]),
                author_id=ExternalId(comment["author"]),
                text=comment["text"],
                link=f"https://toy.example/{comment['id']}",
                sent_at=received_at,
            ),
        )


def sign(secret: str, body: bytes) -> str:
    """The signature of a body."""
    return hmac.new(secret.encode(), body, sha256).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class ToyOutbound:
    """What can be done there: hide."""

    account: Account
    settings: ToySettings
    around: Surroundings
    name: PlatformName = TOY

    def lacks(self, channel: Channel, message: Message | None = None) -> Lacks:
        """All but hiding."""
        return {one: Lack.NOT_OFFERED for one in Capability if one is not Capability.HIDE}

    @property
    def block_removes(self) -> bool:
        """There is no blocking."""
        return False

    async def look_up(self, message: Message) -> LookUp:
        """It tells nothing."""
        return LookUp(link_missing="not offered", author_link_missing="not offered")

    async def hide(self, message: Message) -> None:
        """Hide a comment."""
        token = await self.around.tokens(self.account).token()
        try:
            answer = await self.around.http.put(
                f"{self.settings.base_url}/comments/{message.external_id}/hidden",
                headers={"Authorization": bearer(TOY, "hide", token)},
            )
        except httpx.HTTPError as error:
            raise PlatformUnavailableError(TOY, "hide", type(error).__name__) from error
        if not answer.is_success:
            raise PlatformRefusedError(TOY, "hide", str(answer.status_code))

    async def unhide(self, message: Message) -> None:
        """Not offered."""
        self._cannot("unhide")

    async def delete(self, message: Message) -> None:
        """Not offered."""
        self._cannot("delete")

    async def reply(self, message: Message, text: str) -> Sent:
        """Not offered."""
        self._cannot("reply")

    async def private_message(self, message: Message, text: str, *, metadata: str) -> Sent:
        """Not offered."""
        self._cannot("private_message")

    async def block(self, message: Message) -> None:
        """Not offered."""
        self._cannot("block")

    async def unblock(self, message: Message) -> None:
        """Not offered."""
        self._cannot("unblock")

    async def find_reply(self, message: Message, text: str, *, since: datetime) -> Sent | None:
        """Not offered."""
        self._cannot("find_reply")

    async def find_private_message(self, message: Message, text: str, *, since: datetime) -> Sent | None:
        """Not offered."""
        self._cannot("find_private_message")

    def message_length_limit(self, kind: Capability) -> int | None:
        """None is known."""
        return None

    def message_length(self, kind: Capability, text: str) -> int:
        """Characters."""
        return len(text)

    def _cannot(self, call: str) -> NoReturn:
        raise PlatformRefusedError(TOY, call, "not offered", "the toy platform has no such call")


class NothingNew:
    """It cannot be polled."""

    async def poll(self, position: Mapping[str, object] | None) -> Polled:
        """Find nothing."""
        await asyncio.sleep(0)
        return Polled(pages=(), position={})


@dataclass(frozen=True, slots=True, kw_only=True)
class ToyCalling:
    """All its accounts."""

    settings: ToySettings
    around: Surroundings

    def outbound(self, account: Account) -> Outbound:
        """The calling half."""
        return ToyOutbound(account=account, settings=self.settings, around=self.around)

    def poll(self, account: Account) -> Poll:
        """What asks for news."""
        return NothingNew()

    def subscription(self, account: Account) -> None:
        """It has none."""
        return


def _calling(settings: ToySettings, around: Surroundings) -> Calling:
    return ToyCalling(settings=settings, around=around)


CONNECTOR = Connector(inbound=ToyInbound(), settings=ToySettings, calling=_calling)
