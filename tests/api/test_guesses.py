"""Guessing at tokens gets nowhere, and stands in nobody else's way."""

from datetime import timedelta

import httpx
import pytest
from fastapi import FastAPI
from pydantic import SecretStr
from structlog.testing import capture_logs

from app.api.app import create_app
from app.api.guesses import MOST_ADDRESSES, Guesses, address_of
from app.main import running_service
from app.settings import Settings
from tests.api.calling import open_app, signed
from tests.api.conftest import APP_SECRET
from tests.flow import MovedClock
from tests.world import NOON, World, no_scores

ALLOWED = 5
WINDOW = timedelta(minutes=5)
HEADER = "X-Forwarded-For"


def with_token(token: str, **headers: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"} | headers


@pytest.fixture
def clock() -> MovedClock:
    return MovedClock()


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Behind a proxy that writes the caller's address."""
    changes = {"wrong_tokens_allowed": ALLOWED, "wrong_tokens_window": WINDOW, "client_address_header": HEADER}
    return settings.model_copy(update=changes)


@pytest.fixture
def app(settings: Settings, clock: MovedClock) -> FastAPI:
    return create_app(
        lambda: running_service(settings, clock=clock, detect_language=lambda text: "tr", classify=no_scores)
    )


async def guess(http: httpx.AsyncClient, number: int, address: str = "203.0.113.7") -> httpx.Response:
    return await http.get("/v1/people", headers=with_token(f"sarmasik{number}", **{HEADER: address}))


async def test_many_wrong_tokens_from_one_address_are_told_to_wait(
    http: httpx.AsyncClient, world: World, clock: MovedClock
) -> None:
    with capture_logs() as lines:
        answers = [await guess(http, number) for number in range(ALLOWED + 2)]

    assert [answer.status_code for answer in answers] == [401] * ALLOWED + [429, 429]
    told = answers[-1]
    assert told.headers["content-type"] == "application/problem+json"
    assert told.json()["type"] == "urn:nobet:problem:too_many_guesses"
    assert 0 < int(told.headers["retry-after"]) <= WINDOW.total_seconds()
    assert [line["event"] for line in lines] == ["token_rejected"] * ALLOWED + ["token_guess_refused"] * 2
    assert {line["address"] for line in lines} == {"203.0.113.7"}
    assert "sarmasik" not in str(lines)

    clock.shift = timedelta(seconds=int(told.headers["retry-after"]))
    assert (await guess(http, 99)).status_code == 401


async def test_a_right_token_that_is_guessed_too_late_is_not_even_looked_at(
    http: httpx.AsyncClient, world: World
) -> None:
    for number in range(ALLOWED):
        await guess(http, number)

    late = await http.get("/v1/people", headers=with_token(world.tokens["director"], **{HEADER: "203.0.113.7"}))

    assert late.status_code == 429


async def test_who_was_signed_in_before_stays_so_beside_a_guesser(http: httpx.AsyncClient, world: World) -> None:
    ours = with_token(world.tokens["director"], **{HEADER: "203.0.113.7"})
    before = await http.get("/v1/people", headers=ours)
    for number in range(ALLOWED + 1):
        await guess(http, number)

    assert (before.status_code, (await http.get("/v1/people", headers=ours)).status_code) == (200, 200)


async def test_other_addresses_and_requests_without_a_token_are_not_held_up(
    http: httpx.AsyncClient, world: World
) -> None:
    for number in range(ALLOWED + 1):
        await guess(http, number)

    assert (await guess(http, 0, address="203.0.113.8")).status_code == 401
    assert (await http.get("/v1/people", headers={HEADER: "203.0.113.7"})).status_code == 401
    assert (await http.get("/health/live", headers={HEADER: "203.0.113.7"})).status_code == 200


async def test_an_old_token_that_a_script_sends_again_and_again_counts_once(
    http: httpx.AsyncClient, world: World
) -> None:
    for _ in range(ALLOWED * 3):
        assert (await guess(http, 1)).status_code == 401

    late = await http.get("/v1/people", headers=with_token(world.tokens["director"], **{HEADER: "203.0.113.7"}))

    assert late.status_code == 200


async def test_a_forged_last_entry_is_all_that_helps_and_only_the_proxy_writes_it(
    http: httpx.AsyncClient, world: World
) -> None:
    answers = [await guess(http, number, address=f"198.51.100.{number}, 203.0.113.7") for number in range(ALLOWED + 1)]

    assert [answer.status_code for answer in answers] == [401] * ALLOWED + [429]


async def test_no_delivery_of_a_platform_is_ever_told_to_wait(http: httpx.AsyncClient, world: World) -> None:
    for number in range(ALLOWED + 1):
        await guess(http, number)
    body = b'{"object":"page","entry":[]}'
    from_there = with_token("sarmasik", **{HEADER: "203.0.113.7"})

    forged = [await http.post("/webhooks/facebook", content=body, headers=from_there) for _ in range(ALLOWED * 2)]
    taken = await http.post("/webhooks/facebook", content=body, headers=signed(body, APP_SECRET) | from_there)

    assert {answer.status_code for answer in forged} == {401}
    assert taken.status_code == 200


async def test_a_database_that_is_away_uses_up_no_guesses(settings: Settings) -> None:
    away = SecretStr("postgresql+asyncpg://nobet@127.0.0.1:9/nobet")
    without = settings.model_copy(update={"database_url": away})
    app = create_app(lambda: running_service(without, detect_language=lambda text: "tr", classify=no_scores))
    async with open_app(app) as http:
        answers = [await guess(http, number) for number in range(ALLOWED * 2)]

    assert {answer.status_code for answer in answers} == {503}


def test_what_is_remembered_has_an_end() -> None:
    guesses = Guesses(allowed=2, window=WINDOW)

    for number in range(MOST_ADDRESSES + 100):
        guesses.begin(str(number), b"token", now=NOON)

    assert len(guesses._wrong) == MOST_ADDRESSES


@pytest.mark.parametrize(
    ("peer", "told", "address"),
    [
        ("192.0.2.1", [], "192.0.2.1"),
        ("192.0.2.1", ["198.51.100.1"], "198.51.100.1"),
        ("192.0.2.1", ["10.0.0.1, 198.51.100.1"], "198.51.100.1"),
        ("192.0.2.1", ["10.0.0.1", "198.51.100.1"], "198.51.100.1"),
        ("192.0.2.1", ["nonsense"], "192.0.2.1"),
        ("192.0.2.1", [""], "192.0.2.1"),
        ("::ffff:192.0.2.1", [], "192.0.2.1"),
        ("2001:db8:1:2:3::4", [], "2001:db8:1:2::/64"),
        (None, [], "unknown"),
    ],
)
def test_guesses_are_counted_by_the_callers_address(peer: str | None, told: list[str], address: str) -> None:
    assert address_of(peer, told) == address


async def test_a_header_that_the_caller_wrote_above_the_proxys_own_is_not_believed(
    http: httpx.AsyncClient, world: World
) -> None:
    """HAProxy adds a line of its own beneath whatever came along."""
    answers = [
        await http.get(
            "/v1/people",
            headers=[
                ("Authorization", f"Bearer sarmasik{number}"),
                (HEADER, f"198.51.100.{number}"),
                (HEADER, "203.0.113.7"),
            ],
        )
        for number in range(ALLOWED + 1)
    ]

    assert [answer.status_code for answer in answers] == [401] * ALLOWED + [429]
    elsewhere = {**with_token("sarmasik"), HEADER: "203.0.113.8"}
    assert (await http.get("/v1/people", headers=elsewhere)).status_code == 401


async def test_no_header_is_believed_where_the_settings_trust_none(settings: Settings, world: World) -> None:
    bare = settings.model_copy(update={"client_address_header": None})
    app = create_app(lambda: running_service(bare, detect_language=lambda text: "tr", classify=no_scores))
    async with open_app(app) as http:
        answers = [await guess(http, number, address=f"203.0.113.{number}") for number in range(ALLOWED + 1)]

    assert [answer.status_code for answer in answers] == [401] * ALLOWED + [429]
