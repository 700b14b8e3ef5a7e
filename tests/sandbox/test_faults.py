"""Platforms that answer errors, late, or never."""

import time
from random import Random

import httpx
import pytest

from app.sandbox.faults import FaultKind, Faults
from app.sandbox.seed import Platform
from tests.sandbox.conftest import PAGE, Client, error_of


async def order(client: Client, kind: str, platform: str = "facebook", **more: float) -> None:
    await client.control("faults", platform=platform, kind=kind, **{"rate": 1, "for_seconds": 60, **more})


@pytest.mark.parametrize(
    ("kind", "status", "code"),
    [("http_500", 500, (2, None)), ("http_429", 429, (80001, None)), ("expired_token", 400, (190, 463))],
)
async def test_a_failing_platform_does_nothing(
    client: Client, kind: str, status: int, code: tuple[int, int | None]
) -> None:
    comment_id = await client.comment()
    await order(client, kind)

    response = await client.graph("POST", comment_id, is_hidden="true")

    assert response.status_code == status
    assert error_of(response) == code
    assert (await client.item(comment_id))["state"] == "visible"
    await order(client, kind, rate=0)
    assert (await client.graph("POST", comment_id, is_hidden="true")).is_success


async def test_a_throttled_platform_says_when_to_come_back(client: Client) -> None:
    await order(client, "http_429", for_seconds=150)

    response = await client.graph("GET", PAGE)

    assert '"estimated_time_to_regain_access":2' in response.headers["x-business-use-case-usage"]


async def test_one_platforms_trouble_is_not_the_others(client: Client) -> None:
    facebook, instagram = await client.comment(), await client.comment("instagram")
    await client.message("instagram")
    person = client.ground.world.comments[instagram].author_id
    await order(client, "http_500", "instagram")

    assert (await client.graph("POST", facebook, is_hidden="true")).is_success
    assert (await client.graph("POST", instagram, hide="true")).status_code == 500
    assert (await client.send(recipient={"id": person}, message={"text": "Merhaba"})).status_code == 500
    assert (await client.send(recipient={"comment_id": instagram}, message={"text": "Merhaba"})).status_code == 500
    assert (await client.graph("GET", f"{PAGE}/conversations", platform="INSTAGRAM")).status_code == 500
    assert (await client.graph("GET", f"{PAGE}/conversations", platform="MESSENGER")).is_success


async def test_a_lost_response_means_that_the_act_was_done(client: Client) -> None:
    comment_id = await client.comment()
    await order(client, "lost_response")
    client.http.timeout = httpx.Timeout(0.3)

    with pytest.raises(httpx.ReadTimeout):
        await client.graph("POST", f"{comment_id}/comments", message="Merhaba")

    client.http.timeout = httpx.Timeout(5)
    assert [reply["text"] for reply in (await client.item(comment_id))["replies"]] == ["Merhaba"]
    recorded = (await client.http.get("/control/calls")).json()[-1]
    assert (recorded["status"], recorded["fault"]) == (200, "lost_response")


async def test_a_timeout_means_that_nothing_was_done(client: Client) -> None:
    comment_id = await client.comment()
    await order(client, "timeout")
    client.http.timeout = httpx.Timeout(0.3)

    with pytest.raises(httpx.ReadTimeout):
        await client.graph("POST", comment_id, is_hidden="true")

    client.http.timeout = httpx.Timeout(5)
    assert (await client.item(comment_id))["state"] == "visible"


async def test_a_slow_platform_answers_in_the_end(client: Client) -> None:
    comment_id = await client.comment()
    await order(client, "slow", slow_seconds=0.3)
    begun = time.monotonic()

    response = await client.graph("POST", comment_id, is_hidden="true")

    assert response.is_success
    assert time.monotonic() - begun >= 0.3


def test_a_share_of_calls_is_met_the_same_way_for_the_same_seed() -> None:
    def struck() -> list[bool]:
        faults = Faults(lambda: 0.0, Random(7))  # noqa: S311 - chance, not secrecy
        faults.order(Platform.FACEBOOK, FaultKind.HTTP_500, rate=0.3, for_seconds=1)
        return [faults.strike(Platform.FACEBOOK) is not None for _ in range(1000)]

    assert struck() == struck()
    assert 250 < sum(struck()) < 350


def test_a_fault_ends_with_its_time() -> None:
    now = [0.0]
    faults = Faults(lambda: now[0], Random(7))  # noqa: S311 - chance, not secrecy
    faults.order(Platform.INSTAGRAM, FaultKind.SLOW, rate=1, for_seconds=5)

    assert faults.strike(Platform.INSTAGRAM) is not None
    now[0] = 5.0
    assert faults.strike(Platform.INSTAGRAM) is None
