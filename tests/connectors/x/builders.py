"""The account, its messages, and what its calls are made with."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from app.connectors.base import TokenSource
from app.connectors.x.allowance import Allowances
from app.connectors.x.api import Api
from app.connectors.x.oauth1 import UserSignature
from app.connectors.x.parse import X
from app.errors import TokenRejectedError
from app.messages import Account, AccountId, Channel, ExternalId, Message, MessageId
from tests.connectors.builders import FixedToken

US, AYSE = "1500000000000000077", "1600000000000000011"
ROOT, REPLY, MENTION, DM = "1970000000000000501", "1970000000000001001", "1970000000000001003", "1970000000000002001"
TOKEN = "secret-access-token"
NOW = datetime(2026, 9, 21, 14, 30, tzinfo=UTC)
SINCE = datetime(2026, 9, 21, 14, 13, 20, tzinfo=UTC)

# What cannot be renewed, so that a rejection comes through as it is.
SIGNATURE = UserSignature(consumer_key="ck", consumer_secret="cs", token="t", token_secret="ts")

ACCOUNT = Account(id=AccountId(3), platform=X, external_id=ExternalId(US), handle="@korfezuni")


class RenewableToken:
    """A token that can be renewed once for each rejection; remembers what was rejected."""

    def __init__(self, *values: str) -> None:
        self.values = list(values)
        self.rejected: list[str] = []

    async def token(self) -> str:
        return self.values[0]

    async def renewed(self, rejected: str) -> str:
        self.rejected.append(rejected)
        if len(self.values) == 1:
            raise TokenRejectedError(X, "renew", "invalid_grant", "sign in again")
        del self.values[0]
        return self.values[0]


def an_api(
    base_url: str,
    http: httpx.AsyncClient,
    *,
    credentials: TokenSource | UserSignature | None = None,
    clock: Callable[[], datetime] = lambda: NOW,
    timeout: timedelta = timedelta(seconds=2),
) -> Api:
    return Api(
        account=ACCOUNT,
        credentials=credentials or FixedToken(TOKEN),
        http=http,
        base_url=base_url,
        allowances=Allowances(clock=clock),
        timeout=timeout,
    )


def a_message(**fields: Any) -> Message:
    """A reply by Ayşe beneath our post."""
    defaults: dict[str, Any] = {
        "id": MessageId(41),
        "platform": X,
        "account": ACCOUNT,
        "channel": Channel.COMMENT,
        "external_id": REPLY,
        "post_id": ROOT,
        "author_id": AYSE,
        "text": "Yemekhane sırası çok uzun",
    }
    return Message(**(defaults | fields))


def a_mention(**fields: Any) -> Message:
    return a_message(**({"channel": Channel.MENTION, "external_id": MENTION, "post_id": MENTION} | fields))


def a_dm(**fields: Any) -> Message:
    return a_message(**({"channel": Channel.DM, "external_id": DM, "post_id": None} | fields))
