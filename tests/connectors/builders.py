"""Accounts, endpoints and messages with good defaults."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from app.connectors.base import Endpoint
from app.errors import TokenRejectedError
from app.messages import Account, AccountId, Channel, ExternalId, Message, MessageId, PlatformName

PAGE, POST, COMMENT, REPLY = "104857600000001", "104857600000001_501", "501_9001", "501_9006"
IG, MEDIA, IG_COMMENT, IG_REPLY = "17841400000000077", "17900000000000501", "18000000000001001", "18000000000001003"
PERSON, IG_PERSON = "7300000000000011", "6611000000000021"
TOKEN = "EAAB-secret-token"
SINCE = datetime(2026, 9, 21, 14, 13, 20, tzinfo=UTC)

FACEBOOK, INSTAGRAM = PlatformName("facebook"), PlatformName("instagram")


def a_page() -> Account:
    return Account(id=AccountId(1), platform=FACEBOOK, external_id=ExternalId(PAGE), handle="korfezuni")


def an_instagram_account(page_id: str | None = PAGE) -> Account:
    return Account(
        id=AccountId(2),
        platform=INSTAGRAM,
        external_id=ExternalId(IG),
        handle="korfezuni",
        page_id=ExternalId(page_id) if page_id else None,
    )


@dataclass(slots=True)
class FixedToken:
    """A token that nobody renews."""

    value: str = TOKEN

    async def token(self) -> str:
        return self.value

    async def renewed(self, rejected: str) -> str:
        raise TokenRejectedError("test", "renew", "fixed")


def an_endpoint(account: Account, base_url: str, *, token: str = TOKEN, **fields: Any) -> Endpoint:
    return Endpoint(**{"account": account, "base_url": base_url, "tokens": FixedToken(token), **fields})


def a_message(account: Account, **fields: Any) -> Message:
    """A comment under our post on the account's platform."""
    is_facebook = account.platform == FACEBOOK
    defaults: dict[str, Any] = {
        "id": MessageId(41),
        "platform": account.platform,
        "account": account,
        "channel": Channel.COMMENT,
        "external_id": COMMENT if is_facebook else IG_COMMENT,
        "post_id": POST if is_facebook else MEDIA,
        "author_id": PERSON if is_facebook else IG_PERSON,
        "text": "Yemekhane sırası çok uzun",
    }
    return Message(**(defaults | fields))


def a_dm(account: Account, **fields: Any) -> Message:
    return a_message(account, **({"channel": Channel.DM, "external_id": "m_Qx3-1", "post_id": None} | fields))
