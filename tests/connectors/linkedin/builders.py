"""Accounts, messages, notifications and comments of an invented page, with good defaults."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

from app.errors import TokenRejectedError
from app.messages import Account, AccountId, Channel, ExternalId, Message, MessageId, PlatformName

LINKEDIN = PlatformName("linkedin")
ORG = "urn:li:organization:90417755"
ADMIN, MEMBER = "urn:li:person:aYs1Adm1n0", "urn:li:person:dEn1zAk50y"
ACTIVITY, SHARE = "urn:li:activity:7401112223334445550", "urn:li:share:7401112223331110001"
TOP = f"urn:li:comment:({ACTIVITY},7401119990001112220)"
NESTED = f"urn:li:comment:({ACTIVITY},7401125550003334440)"
OURS = f"urn:li:comment:({ACTIVITY},7401130000005556660)"
WRITTEN_MS = 1790000000000
WRITTEN_AT = datetime(2026, 9, 21, 14, 13, 20, tzinfo=UTC)
TOKEN = "AQX-secret-token"
T1 = "Merhabalar, Sorununuzu ilgili birime aktardık, en kısa sürede çözüme ulaşması için gereken yapılacaktır."


def number(urn: str) -> str:
    return urn.rpartition(",")[2].rstrip(")")


def on_wire(urn: str) -> str:
    return quote(urn, safe="")


def an_account(external_id: str = ORG) -> Account:
    return Account(id=AccountId(4), platform=LINKEDIN, external_id=ExternalId(external_id), handle="korfezuni")


def a_message(**fields: Any) -> Message:
    """A comment under our post."""
    defaults: dict[str, Any] = {
        "id": MessageId(41),
        "platform": LINKEDIN,
        "account": an_account(),
        "channel": Channel.COMMENT,
        "external_id": TOP,
        "post_id": ACTIVITY,
        "author_id": MEMBER,
        "text": "Yemekhane sırası çok uzun",
    }
    return Message(**(defaults | fields))


def a_notification(action: str = "COMMENT", **fields: Any) -> dict[str, Any]:
    """A notification with all that LinkedIn decorates it with."""
    return {
        "notificationId": 5700000001,
        "organizationalEntity": ORG,
        "action": action,
        "subscriber": ADMIN,
        "lastModifiedAt": WRITTEN_MS,
        "sourcePost": ACTIVITY,
        "decoratedSourcePost": {"entity": SHARE, "owner": ORG, "text": "Tanıtım günleri", "mediaCategory": "NONE"},
        "generatedActivity": TOP.replace("(urn:li:", "("),
        "decoratedGeneratedActivity": {
            "comment": {"entity": TOP, "owner": MEMBER, "object": ACTIVITY, "text": "Yemekhane sırası çok uzun"}
        },
    } | fields


def a_delivery(*notifications: Any) -> dict[str, Any]:
    return {"type": "ORGANIZATION_SOCIAL_ACTION_NOTIFICATIONS", "notifications": list(notifications)}


def a_comment(urn: str = TOP, *, by: str = MEMBER, text: str = "Yemekhane sırası çok uzun", **fields: Any) -> Any:
    """A comment as the API lists it."""
    return {
        "$URN": urn,
        "commentUrn": urn,
        "id": number(urn),
        "actor": by,
        "object": ACTIVITY,
        "message": {"text": text, "attributes": []},
        "created": {"actor": by, "time": WRITTEN_MS},
        "lastModified": {"actor": by, "time": WRITTEN_MS},
        "likesSummary": {"totalLikes": 0},
    } | fields


@dataclass
class Tokens:
    """A source of tokens that renews as often as a test says."""

    left: int = 0
    value: str = TOKEN
    asked: list[str] = field(default_factory=list)

    async def token(self) -> str:
        return self.value

    async def renewed(self, rejected: str) -> str:
        self.asked.append(rejected)
        if self.left == 0:
            raise TokenRejectedError(LINKEDIN, "renew", "none", "sign in again")
        self.left -= 1
        self.value = f"{TOKEN}-{self.left}"
        return self.value


@dataclass
class MovableClock:
    now: datetime = WRITTEN_AT

    def __call__(self) -> datetime:
        return self.now

    def move(self, by: timedelta) -> None:
        self.now += by
