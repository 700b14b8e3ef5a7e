"""The platforms' door: only what is proven gets in, and what got in is durable."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import uvicorn
from fastapi import FastAPI
from pydantic import SecretStr
from sqlalchemy import func, select
from structlog.testing import capture_logs

from app.api.app import create_app
from app.api.bodies import Room
from app.main import running_service
from app.outward import trust
from app.records.database import Sessions
from app.records.tables import deliveries, notifications
from app.settings import Settings
from tests.api.calling import open_app, signed
from tests.api.conftest import APP_SECRET, VERIFY_TOKEN
from tests.world import no_scores

MARKER = "sarmaşık7391"
BODY = json.dumps(
    {"object": "page", "entry": [{"id": "104000000000001", "time": 1, "changes": [{"value": MARKER}]}]},
    ensure_ascii=False,
).encode()


async def stored(sessions: Sessions) -> int:
    async with sessions() as session:
        return int((await session.execute(select(func.count()).select_from(deliveries))).scalar_one())


async def test_a_signed_delivery_is_stored_and_its_reading_queued(http: httpx.AsyncClient, sessions: Sessions) -> None:
    response = await http.post("/webhooks/facebook", content=BODY, headers=signed(BODY, APP_SECRET))

    assert (response.status_code, response.content) == (200, b"")
    async with sessions() as session:
        row = (await session.execute(select(deliveries))).one()
        jobs = (await session.connection()).exec_driver_sql("select entrypoint, payload from pgqueuer")
        queued = (await jobs).all()
    assert row.body == BODY
    assert row.state == "received"
    assert [(job.entrypoint, job.payload) for job in queued] == [("delivery", str(row.id).encode())]


async def test_the_same_delivery_again_is_taken_once(http: httpx.AsyncClient, sessions: Sessions) -> None:
    answers = [await http.post("/webhooks/facebook", content=BODY, headers=signed(BODY, APP_SECRET)) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert await stored(sessions) == 1


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-Hub-Signature-256": ""},
        {"X-Hub-Signature-256": "sha256="},
        {"X-Hub-Signature-256": "sha256=" + "0" * 64},
        {"X-Hub-Signature-256": "md5=" + "0" * 32},
        {"X-Hub-Signature-256": "sha256=" + "ğ" * 64},
        signed(BODY, "another-secret"),
        signed(BODY + b" ", APP_SECRET),
        signed(BODY, ""),
    ],
)
async def test_a_forged_delivery_is_refused_and_leaves_nothing(
    http: httpx.AsyncClient, sessions: Sessions, headers: dict[str, str]
) -> None:
    raw = [(name.encode(), value.encode()) for name, value in headers.items()]

    with capture_logs() as lines:
        response = await http.post("/webhooks/facebook", content=BODY, headers=raw)

    assert response.status_code == 401
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json()["type"] == "urn:nobet:problem:signature_rejected"
    assert await stored(sessions) == 0
    assert [line["event"] for line in lines] == ["delivery_rejected"]
    assert MARKER not in str(lines)


async def test_a_cut_delivery_is_refused(http: httpx.AsyncClient, sessions: Sessions) -> None:
    response = await http.post("/webhooks/facebook", content=BODY[:-5], headers=signed(BODY, APP_SECRET))

    assert response.status_code == 401
    assert await stored(sessions) == 0


async def test_an_unknown_platform_is_not_found(http: httpx.AsyncClient) -> None:
    for platform in ("myspace", "Facebook", "facebook%00", "..%2Ffacebook"):
        response = await http.post(f"/webhooks/{platform}", content=BODY, headers=signed(BODY, APP_SECRET))

        assert response.status_code == 404
        assert response.headers["content-type"] == "application/problem+json"


async def test_a_platform_without_its_secret_says_which_setting_is_missing(http: httpx.AsyncClient) -> None:
    with capture_logs() as lines:
        response = await http.post("/webhooks/instagram", content=BODY, headers=signed(BODY, APP_SECRET))

    assert response.status_code == 503
    assert lines == [
        {
            "event": "webhook_secret_missing",
            "log_level": "error",
            "platform": "instagram",
            "setting": "NOBET_INSTAGRAM__APP_SECRET",
        }
    ]


async def test_the_handshake_gives_the_challenge_back_as_it_was(http: httpx.AsyncClient) -> None:
    query = {"hub.mode": "subscribe", "hub.challenge": "11<5>8", "hub.verify_token": VERIFY_TOKEN}

    response = await http.get("/webhooks/facebook", params=query)

    assert (response.status_code, response.text) == (200, "11<5>8")
    assert response.headers["content-type"].startswith("text/plain")
    assert response.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"hub.mode": "subscribe", "hub.challenge": "1", "hub.verify_token": "wrong"},
        {"hub.mode": "subscribe", "hub.challenge": "1"},
        {"hub.mode": "unsubscribe", "hub.challenge": "1", "hub.verify_token": VERIFY_TOKEN},
        {"hub.mode": "subscribe", "hub.verify_token": VERIFY_TOKEN},
    ],
)
async def test_a_wrong_handshake_is_refused(http: httpx.AsyncClient, query: dict[str, str]) -> None:
    response = await http.get("/webhooks/facebook", params=query)

    assert response.status_code == 403
    assert response.headers["content-type"] == "application/problem+json"


async def test_other_methods_are_not_allowed(http: httpx.AsyncClient) -> None:
    response = await http.put("/webhooks/facebook", content=b"")

    assert response.status_code == 405
    assert {"GET", "POST"} <= {method.strip() for method in response.headers["allow"].split(",")}


async def test_a_delivery_is_answered_503_while_the_database_is_away(settings: Settings) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        away = f"postgresql+asyncpg://nobet@127.0.0.1:{taken.getsockname()[1]}/nobet"
        without = settings.model_copy(update={"database_url": SecretStr(away)})
        app = create_app(lambda: running_service(without, detect_language=lambda text: "tr", classify=no_scores))
        async with open_app(app) as http:
            with capture_logs() as lines:
                delivered = await http.post("/webhooks/facebook", content=BODY, headers=signed(BODY, APP_SECRET))
            read = await http.get("/v1/messages", headers={"Authorization": "Bearer x"})
            ready = await http.get("/health/ready")
            live = await http.get("/health/live")

    assert delivered.status_code == 503
    assert delivered.headers["retry-after"] == "5"
    assert [line["event"] for line in lines] == ["delivery_not_stored"]
    assert MARKER not in str(lines)
    assert read.status_code == 503
    assert read.headers["content-type"] == "application/problem+json"
    assert ready.status_code == 503
    assert ready.json()["checks"]["database"]["status"] == "failing"
    assert live.status_code == 200


@pytest.fixture
async def served(settings: Settings) -> AsyncIterator[str]:
    """The application behind a real server, with room for bodies of 1000 bytes."""
    small = settings.model_copy(update={"max_body_bytes": 1000})
    app = create_app(lambda: running_service(small, detect_language=lambda text: "tr", classify=no_scores))
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_config=None, lifespan="on"))
    running = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110  (uvicorn tells it by this attribute alone)
        await asyncio.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    await running


async def endless(produced: list[int]) -> AsyncIterator[bytes]:
    """A chunked body of a gigabyte, as long as somebody reads it."""
    for _ in range(1_000_000):
        produced.append(1)
        yield b"x" * 1000


async def test_a_body_that_says_it_is_too_large_is_refused_unread(served: str, sessions: Sessions) -> None:
    port = int(served.rsplit(":", 1)[1])
    reader, writer = await asyncio.open_connection("127.0.0.1", port)

    writer.write(b"POST /webhooks/facebook HTTP/1.1\r\nHost: x\r\nContent-Length: 999999999999\r\n\r\n")
    await writer.drain()
    status = await asyncio.wait_for(reader.readline(), 5)

    writer.close()
    assert status.startswith(b"HTTP/1.1 413")
    assert await stored(sessions) == 0


async def test_a_chunked_body_without_end_is_cut_off_and_alarms_once_an_hour(served: str, sessions: Sessions) -> None:
    produced: list[int] = []
    outcomes: list[Any] = []

    with capture_logs() as lines:
        async with httpx.AsyncClient(verify=trust(), timeout=10) as client:
            for _ in range(2):
                try:
                    outcomes.append(
                        (await client.post(f"{served}/webhooks/facebook", content=endless(produced))).status_code
                    )
                except httpx.TransportError:
                    outcomes.append(413)  # the server hung up while the client was still sending

    assert outcomes == [413, 413]
    assert sum(produced) < 500_000
    assert [line["event"] for line in lines].count("delivery_too_large") == 2
    assert await stored(sessions) == 0
    async with sessions() as session:
        alarms = (await session.execute(select(notifications))).all()
    assert [(alarm.kind, alarm.unit, alarm.state) for alarm in alarms] == [
        ("delivery_too_large", "kurumsal_iletisim", "queued")
    ]


async def test_large_bodies_share_what_room_there_is_and_small_ones_need_none(
    app: FastAPI, http: httpx.AsyncClient
) -> None:
    app.state.room = Room(left=150_000)
    large = b'{"object":"page","entry":[]}'.ljust(200_000)
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def slowly() -> AsyncIterator[bytes]:
        yield large[:150_000]
        begun.set()
        await go_on.wait()
        yield large[150_000:]

    first = asyncio.create_task(http.post("/webhooks/facebook", content=slowly(), headers=signed(large, APP_SECRET)))
    await begun.wait()
    second = await http.post("/webhooks/facebook", content=large, headers=signed(large, APP_SECRET))
    small = await http.post("/webhooks/facebook", content=BODY, headers=signed(BODY, APP_SECRET))
    go_on.set()
    taken = await first
    third = await http.post("/webhooks/facebook", content=large, headers=signed(large + b" ", APP_SECRET))

    assert (second.status_code, second.headers["retry-after"]) == (503, "5")
    assert small.status_code == 200
    # Given back, by whoever was proven and by whoever was not.
    assert (taken.status_code, third.status_code) == (200, 401)
    assert app.state.room.left == 150_000


async def test_a_body_of_just_the_limit_is_taken(served: str, sessions: Sessions) -> None:
    body = b'{"object":"page","entry":[]}'.ljust(1000)

    async with httpx.AsyncClient(verify=trust()) as client:
        taken = await client.post(f"{served}/webhooks/facebook", content=body, headers=signed(body, APP_SECRET))
        longer = await client.post(f"{served}/webhooks/facebook", content=body + b" ", headers=signed(body, APP_SECRET))

    assert (taken.status_code, longer.status_code) == (200, 413)
    assert await stored(sessions) == 1
