import asyncio
import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import httpx
import pytest

from app.errors import NoticeError, NoticeRefusedError, NoticeUnavailableError
from app.notices.hook import HookChannel
from app.notices.settings import HookSettings
from app.outward import Allowed, outward_client, trust
from tests.notices.builders import a_notice
from tests.notices.receiver import Receiver, a_receiver

SECRET = "hook-secret-ığüş"


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with a_receiver() as listening:
        yield listening


@asynccontextmanager
async def a_channel(
    url: str, *, private: tuple[str, ...] = ("127.0.0.1",), **changes: Any
) -> AsyncIterator[HookChannel]:
    settings = HookSettings.model_validate({"url": url, "secret": SECRET, "time_limit": timedelta(seconds=5)} | changes)
    async with (
        httpx.AsyncClient(verify=trust()) as http,
        outward_client(allowed=Allowed.of(private), time_limit_seconds=5) as outward,
    ):
        yield HookChannel(settings, http, outward=outward)


async def test_a_notice_arrives_with_kind_urgency_place_and_link_and_nothing_else(receiver: Receiver) -> None:
    async with a_channel(f"{receiver.url}/hook") as channel:
        await channel.send(a_notice())

    assert json.loads(receiver.bodies[0]) == {
        "id": "42",
        "kind": "threat",
        "urgency": "urgent",
        "place": {"platform": "instagram", "account": "@ieu.ornek"},
        "link": "https://nobet.ornek.edu.tr/console/notifications/42",
    }
    assert receiver.headers[0]["content-type"] == "application/json"


async def test_the_receiver_can_prove_the_body_with_the_secret(receiver: Receiver) -> None:
    async with a_channel(f"{receiver.url}/hook") as channel:
        await channel.send(a_notice())

    expected = hmac.new(SECRET.encode(), receiver.bodies[0], hashlib.sha256).hexdigest()
    assert receiver.headers[0]["x-nobet-signature"] == f"sha256={expected}"


async def test_a_repeated_sending_is_the_same_to_the_byte(receiver: Receiver) -> None:
    async with a_channel(f"{receiver.url}/hook") as channel:
        await channel.send(a_notice())
        await channel.send(a_notice())
        await channel.send(a_notice(id="43"))

    first, again, other = (headers["idempotency-key"] for headers in receiver.headers)
    assert first == again != other
    assert receiver.bodies[0] == receiver.bodies[1]


async def test_a_unit_with_an_address_of_its_own_gets_it_there(receiver: Receiver) -> None:
    async with a_channel("http://127.0.0.1:9/nowhere") as channel:
        await channel.send(a_notice(hook_url=f"{receiver.url}/hook"))

    assert len(receiver.bodies) == 1


async def test_a_units_own_address_that_leads_behind_our_walls_is_refused(receiver: Receiver) -> None:
    async with a_channel(f"{receiver.url}/hook", private=()) as channel:
        await channel.send(a_notice())  # the operator's own address is the operator's choice
        with pytest.raises(NoticeRefusedError, match="no public host"):
            await channel.send(a_notice(hook_url=f"{receiver.url}/hook"))

    assert len(receiver.bodies) == 1


@pytest.mark.parametrize(
    ("status", "failure"),
    [
        (400, NoticeRefusedError),
        (410, NoticeRefusedError),
        (422, NoticeRefusedError),
        (401, NoticeUnavailableError),
        (404, NoticeUnavailableError),
        (429, NoticeUnavailableError),
        (500, NoticeUnavailableError),
        (503, NoticeUnavailableError),
    ],
)
async def test_what_the_receiver_answers_decides_whether_the_notice_goes_later(
    receiver: Receiver, status: int, failure: type[NoticeError]
) -> None:
    receiver.status = status

    async with a_channel(f"{receiver.url}/hook") as channel:
        with pytest.raises(failure, match=f"HTTP {status}"):
            await channel.send(a_notice())


@pytest.mark.parametrize("status", [200, 202, 204])
async def test_any_success_is_taken_as_received(receiver: Receiver, status: int) -> None:
    receiver.status = status

    async with a_channel(f"{receiver.url}/hook") as channel:
        await channel.send(a_notice())

    assert len(receiver.bodies) == 1


async def test_a_redirect_is_not_followed(receiver: Receiver) -> None:
    async with a_channel(f"{receiver.url}/moved") as channel:
        with pytest.raises(NoticeRefusedError, match="HTTP 307"):
            await channel.send(a_notice())

    assert receiver.bodies == []


async def test_an_answer_without_end_holds_nothing_up(receiver: Receiver) -> None:
    async with a_channel(f"{receiver.url}/endless") as channel, asyncio.timeout(3):
        await channel.send(a_notice())

    assert len(receiver.bodies) == 1


async def test_a_receiver_that_takes_too_long_is_unavailable(receiver: Receiver) -> None:
    async with a_channel(f"{receiver.url}/slow", time_limit=timedelta(seconds=0.2)) as channel:
        with pytest.raises(NoticeUnavailableError):
            await channel.send(a_notice())


async def test_a_receiver_that_is_not_there_is_unavailable_and_its_address_is_not_told() -> None:
    async with a_channel("http://127.0.0.1:9/key-in-path") as channel:
        with pytest.raises(NoticeUnavailableError) as raised:
            await channel.send(a_notice())

    assert "key-in-path" not in str(raised.value)


@pytest.mark.parametrize("url", ["ftp://ornek.edu.tr/x", "not an address"])
async def test_an_address_that_is_none_is_refused(url: str) -> None:
    async with a_channel("http://127.0.0.1:9/") as channel:
        with pytest.raises(NoticeRefusedError, match="no HTTP address"):
            await channel.send(a_notice(hook_url=url))
