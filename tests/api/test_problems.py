"""Whatever is sent, the answer is a problem document with a sensible status, never an error of ours."""

import asyncio
import base64
import json
import re
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy.exc import IntegrityError
from structlog.testing import capture_logs

from app.api import edge
from app.api.app import create_app
from app.main import running_service
from app.records.database import Sessions
from app.settings import Settings
from tests.api.builders import a_stored_message
from tests.api.calling import Api, open_app
from tests.api.conftest import VERIFY_TOKEN
from tests.world import World, no_scores

LISTS = (
    "messages",
    "reviews",
    "actions",
    "tasks",
    "evidence",
    "notifications",
    "accounts",
    "people",
    "deliveries",
    "jobs",
    "audit",
)
BIGGEST = 2**63 - 1


def is_problem(response: httpx.Response) -> bool:
    body = response.json()
    return (
        response.headers["content-type"] == "application/problem+json"
        and {"type", "title", "title_en", "status", "detail", "detail_en", "request_id"} <= body.keys()
        and body["status"] == response.status_code
        and response.headers["x-request-id"] == body["request_id"]
    )


async def test_unknown_addresses_and_methods_are_problems(api: Api) -> None:
    missing = await api.get("director", "/v1/nothing")
    method = await api.call("director", "PUT", "/v1/messages")

    assert (missing.status_code, method.status_code) == (404, 405)
    assert is_problem(missing)
    assert is_problem(method)
    assert method.headers["allow"] == "GET"


@pytest.mark.parametrize("number", ["0", "-1", str(BIGGEST + 1), "9" * 400, "abc", "1.5", "%00", "١", "1e3", "%F0%9F"])
async def test_odd_ids_are_refused(api: Api, number: str) -> None:
    for path in ("messages", "actions", "evidence", "notifications", "deliveries"):
        response = await api.get("director", f"/v1/{path}/{number}")

        assert response.status_code in (404, 422), path
        assert is_problem(response)


async def test_the_biggest_id_is_just_not_there(api: Api) -> None:
    for path in ("messages", "actions", "evidence", "notifications", "deliveries"):
        assert (await api.get("director", f"/v1/{path}/{BIGGEST}")).status_code == 404
    assert (await api.get("director", "/v1/messages", account=BIGGEST)).json()["items"] == []


@pytest.mark.parametrize(
    "cursor",
    [
        "x",
        "äöü",
        "=" * 10,
        "bWVzc2FnZXM",
        "bWVzc2FnZXMu",
        "bWVzc2FnZXMuLTE",
        "bWVzc2FnZXMuOTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5",
        "b3RoZXIuMQ",
        "bWVzc2FnZXMuMS4y",
        "\x00",
        "A" * 201,
    ],
)
async def test_odd_cursors_are_refused(api: Api, cursor: str) -> None:
    for name in LISTS:
        response = await api.get("director", f"/v1/{name}", cursor=cursor)

        assert response.status_code == 422, (name, response.text)
        assert response.json()["errors"][0]["field"] == "query.cursor"
        assert is_problem(response)


async def test_a_cursor_beyond_what_its_column_holds_is_refused(api: Api) -> None:
    def cursor(place: str) -> str:
        return base64.urlsafe_b64encode(place.encode()).rstrip(b"=").decode()

    too_far = [await api.get("director", "/v1/reviews", cursor=cursor(f"reviews.{2**31}.1"))]
    too_far += [await api.get("director", f"/v1/{name}", cursor=cursor(f"{name}.{BIGGEST + 1}")) for name in LISTS]
    by_id = ("messages", "actions", "evidence", "notifications", "deliveries", "jobs", "audit")
    farthest = [await api.get("director", "/v1/reviews", cursor=cursor(f"reviews.{2**31 - 1}.{BIGGEST}"))]
    year_9999 = 253_402_300_799_999_999
    farthest += [await api.get("director", "/v1/tasks", cursor=cursor(f"tasks.3.{year_9999}.{BIGGEST}"))]
    too_far += [await api.get("director", "/v1/tasks", cursor=cursor(f"tasks.3.{year_9999 + 1}.1"))]
    farthest += [await api.get("director", f"/v1/{name}", cursor=cursor(f"{name}.{BIGGEST}")) for name in by_id]

    assert [answer.status_code for answer in too_far] == [422] * len(too_far)
    assert [answer.status_code for answer in farthest] == [200] * len(farthest)


@pytest.mark.parametrize("limit", ["0", "101", "-5", "x", "99999999999999999999"])
async def test_odd_limits_are_refused(api: Api, limit: str) -> None:
    for name in LISTS:
        assert (await api.get("director", f"/v1/{name}", limit=limit)).status_code == 422


async def test_characters_that_cannot_be_stored_are_refused_not_stumbled_over(
    api: Api, sessions: Sessions, world: World
) -> None:
    message = await a_stored_message(sessions, world.page)
    address = f"/v1/messages/{message}/override"
    raw = [
        b'{"action":"hide","reason":"a\\u0000b"}',
        b'{"action":"hide","reason":"a\\ud800b"}',
        b'{"action":"reply","reason":"x","text":"\\u0000"}',
        b'{"action":"hide","reason":"\xff"}',
        b'{"action":"hide","reason":',
        b"[" * 100_000,
        b"",
        b"null",
        b'"text"',
        b'{"action":"hide","reason":"x","revision":' + b"9" * 5000 + b"}",
        b'{"action":"hide","reason":"x","revision":1e400}',
    ]

    for body in raw:
        response = await api.call(
            "director", "POST", address, content=body, headers={"Content-Type": "application/json"}
        )

        assert response.status_code in (400, 422), (body[:60], response.text)
        assert is_problem(response)
    for path in (
        "/v1/messages?author=%00",
        "/v1/messages?platform=a%00b",
        "/v1/audit?subject=%00",
        "/v1/policies/%00",
        "/v1/deliveries?platform=%00",
        "/v1/policies/active/compare?with=%00",
    ):
        response = await api.get("director", path)
        assert response.status_code == 422, path
    for path in ("/v1/templates/%00/approve", "/v1/units/%00"):
        response = await api.call("director", "PATCH" if "units" in path else "POST", path, json={})
        assert response.status_code == 422, path


@pytest.mark.parametrize(
    "odd",
    [
        b'"a\\u0000b"',
        b'"\\ud800"',
        b'{"\\u0000":"x"}',
        b"NaN",
        b"1e999",
        b'{"a":' * 400 + b"1" + b"}" * 400,
        b"[" * 400 + b"]" * 400,
    ],
)
async def test_json_of_no_fixed_shape_is_kept_as_it_is_or_refused(api: Api, odd: bytes) -> None:
    sent = [
        ("POST", "/v1/policies", b'{"reason":"x","changes":{"variables":{"phone":%b}}}' % odd),
        ("POST", "/v1/policies", b'{"reason":"x","document":{"name":%b}}' % odd),
        (
            "PUT",
            "/v1/platforms/facebook/browser-state",
            b'{"cookies":[{"name":"a","value":"b","domain":"c.d","more":%b}]}' % odd,
        ),
    ]

    answers = [
        await api.call("director", method, path, content=body, headers={"Content-Type": "application/json"})
        for method, path, body in sent
    ]

    assert [answer.status_code for answer in answers] == [422, 422, 422]
    assert all(is_problem(answer) for answer in answers)


async def test_a_policys_base_and_name_are_words_that_can_be_kept(api: Api) -> None:
    for body in ({"base": "\x00", "changes": {}}, {"changes": {"name": "\x00"}}, {"changes": {"name": "a" * 61}}):
        assert (await api.post("director", "/v1/policies", {"reason": "x"} | body)).status_code == 422


@pytest.mark.parametrize("email", ["a@[", "a@[ ", "%@[", ".@[", "a@", "@", "a b@c", "\x00@["])
async def test_odd_addresses_are_refused(api: Api, email: str) -> None:
    response = await api.call("director", "PATCH", "/v1/units/sks", json={"email": email})

    assert response.status_code == 422
    assert is_problem(response)


@pytest.mark.parametrize(
    "until",
    ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2026-11-23T18:00:00", "yarın", "1e99", 10**30, -1],
)
async def test_odd_times_are_refused(api: Api, until: object) -> None:
    response = await api.post("director", "/v1/modes/silence", {"reason": "x", "until": until})

    assert response.status_code == 422
    assert is_problem(response)


async def test_a_wrong_field_is_named_in_two_languages_and_not_repeated(api: Api) -> None:
    response = await api.post("director", "/v1/modes/silence", {"until": "sarmaşık7391", "reasn": "y"})

    errors = {error["field"]: error for error in response.json()["errors"]}
    assert errors.keys() == {"body.until", "body.reason", "body.reasn"}
    assert errors["body.reason"]["problem"] == "Bu alan zorunludur."
    assert errors["body.reason"]["problem_en"] == "Field required"
    assert "sarmaşık7391" not in response.text


async def test_where_a_word_is_one_of_a_few_both_languages_name_them(api: Api) -> None:
    response = await api.post(
        "director",
        "/v1/reviews/decisions",
        {"action": "sarmaşık7391", "reason": "y", "items": [{"id": 1, "version": "1.1"}]},
    )
    listed = await api.get("director", "/v1/tasks", state="sarmaşık7391")

    (action,), (state,) = response.json()["errors"], listed.json()["errors"]
    assert action["problem"] == "Şunlardan biri olmalıdır: 'keep', 'hide', 'restore', 'delete'."
    assert state["problem"] == "Şunlardan biri olmalıdır: 'open', 'done'."
    assert "sarmaşık7391" not in response.text + listed.text


async def test_a_body_beyond_the_limit_is_refused(api: Api) -> None:
    async def chunks() -> Any:
        for _ in range(1000):
            yield b"x" * 1000

    said = await api.call("director", "POST", "/v1/modes/silence", content=b"x" * 1_000_000)
    chunked = await api.call("director", "POST", "/v1/modes/silence", content=chunks())
    with_key = await api.call(
        "director", "POST", "/v1/modes/silence", content=chunks(), headers={"Idempotency-Key": "k"}
    )

    assert [answer.status_code for answer in (said, chunked, with_key)] == [413, 413, 413]
    assert all(is_problem(answer) for answer in (said, chunked, with_key))


async def test_a_body_that_does_not_come_is_not_waited_for(
    api: Api, sessions: Sessions, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(edge, "BODY_LIMIT", timedelta(seconds=0.2))
    monkeypatch.setattr(edge, "UPLOAD_LIMIT", timedelta(seconds=0.2))
    message = await a_stored_message(sessions, world.page)

    async def trickle(begin: bytes = b"{") -> AsyncIterator[bytes]:
        yield begin
        while True:
            await asyncio.sleep(0.02)
            yield b" "

    form = {"Content-Type": "multipart/form-data; boundary=x"}
    picture = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\n\r\n'
    upload = f"/v1/messages/{message}/evidence/upload"
    answers = [
        await api.call("director", "POST", "/v1/modes/silence", content=trickle()),
        await api.call("director", "POST", "/v1/modes/silence", content=trickle(), headers={"Idempotency-Key": "k"}),
        await api.call("director", "POST", upload, content=trickle(picture), headers=form),
    ]

    assert [answer.status_code for answer in answers] == [408, 408, 408]
    assert all(is_problem(answer) for answer in answers)


async def test_of_somebody_unknown_no_body_is_read(http: httpx.AsyncClient) -> None:
    read = []

    async def body() -> AsyncIterator[bytes]:
        read.append(1)
        yield b"{"

    writes = (
        ("POST", "/v1/modes/silence"),
        ("PUT", "/v1/platforms/facebook/browser-state"),
        ("POST", "/v1/messages/1/evidence/upload"),
    )
    answers = [await http.request(method, path, content=body()) for method, path in writes]

    assert [answer.status_code for answer in answers] == [401, 401, 401]
    assert read == []


async def test_what_nobody_foresaw_is_told_without_internals(app: FastAPI, http: httpx.AsyncClient) -> None:
    async def stumble() -> None:
        raise ZeroDivisionError("sarmaşık7391")

    async def refuse() -> None:
        raise IntegrityError("insert sarmaşık7391", {"text": "sarmaşık7391"}, ValueError("sarmaşık7391"))

    app.add_api_route("/stumble", stumble)
    app.add_api_route("/refuse", refuse)

    with capture_logs() as lines:
        broken, refused = await http.get("/stumble"), await http.get("/refuse")

    assert (broken.status_code, refused.status_code) == (500, 409)
    assert is_problem(broken)
    assert is_problem(refused)
    assert "sarmaşık7391" not in broken.text + refused.text + json.dumps(lines)
    (line,) = [line for line in lines if line["event"] == "request_failed"]
    assert line["error"] == "ZeroDivisionError"
    assert any("stumble" in place for place in line["at"])


async def test_answers_carry_safe_headers(app: FastAPI, api: Api, http: httpx.AsyncClient) -> None:
    async def stumble() -> None:
        raise ZeroDivisionError

    app.add_api_route("/stumble", stumble)
    asset = re.findall(r'src="(docs/assets/[^"]+)"', (await http.get("/docs")).text)[0]
    answers = [await http.get(path) for path in ("/", "/docs", "/openapi.json", "/metrics", "/nothing", "/stumble")]
    answers += [await http.get(path) for path in (f"/{asset}", "/docs/assets/nothing", "/v1/people", "/health/ready")]
    answers += [await http.request(method, "/v1/people") for method in ("PUT", "OPTIONS", "TRACE")]
    answers += [await api.get("director", path) for path in ("/v1/people", "/v1/messages?limit=x")]
    handshake = {"hub.mode": "subscribe", "hub.challenge": "1", "hub.verify_token": VERIFY_TOKEN}
    answers += [await http.get("/webhooks/facebook", params=handshake), await http.put("/webhooks/facebook")]
    answers += [await http.post(f"/webhooks/{platform}") for platform in ("facebook", "instagram", "myspace")]
    statuses = {200, 307, 401, 404, 405, 422, 500, 503}

    assert {answer.status_code for answer in answers} == statuses
    for response in answers:
        assert response.headers["x-content-type-options"] == "nosniff"
        assert response.headers["referrer-policy"] == "no-referrer"
        assert "frame-ancestors 'none'" in response.headers["content-security-policy"]
        assert response.headers["x-frame-options"] == "DENY"
        is_file = response.url.path.startswith("/docs/")
        assert response.headers.get("cache-control") == (None if is_file else "no-store")
        assert "strict-transport-security" not in response.headers  # people come by HTTP here
    assert "access-control-allow-origin" not in (await http.get("/docs", headers={"Origin": "https://x.test"})).headers


async def test_where_people_come_by_https_no_browser_comes_otherwise(settings: Settings) -> None:
    secure = settings.model_copy(update={"public_url": "https://nobet.ornek.edu.tr"})
    app = create_app(lambda: running_service(secure, detect_language=lambda text: "tr", classify=no_scores))
    async with open_app(app) as http:
        answers = [await http.get("/docs"), await http.get("/nothing"), await http.post("/webhooks/facebook")]

    assert [answer.headers["strict-transport-security"] for answer in answers] == ["max-age=31536000"] * 3


async def test_no_words_names_or_tokens_reach_the_log(api: Api, sessions: Sessions, world: World) -> None:
    message = await a_stored_message(sessions, world.page, "sarmaşık7391", author="yazar8842")

    with capture_logs() as lines:
        await api.get("director", "/v1/messages?author=yazar8842")
        await api.get("director", f"/v1/messages/{message}")
        await api.get("director", "/v1/nothing/sarmaşık7391")
        await asyncio.gather(
            *(
                api.post("director", f"/v1/messages/{message}/override", body)
                for body in (
                    {"action": "reply", "reason": "sarmaşık7391", "text": "sarmaşık7391"},
                    {"action": "sarmaşık7391", "reason": "x"},
                    {"action": "reply", "reason": "sarmaşık7391"},
                )
            )
        )

    assert "request_handled" in [line["event"] for line in lines]
    for secret in ("sarmaşık7391", "yazar8842", world.tokens["director"], "Deneme"):
        assert secret not in str(lines)


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PUT", "/v1/accounts/1/capabilities/hide", {"is_on": 0, "reason": "deneme"}),
        ("POST", "/v1/modes/silence", {"includes_support": "yes", "reason": "deneme"}),
        ("GET", "/v1/reviewers/load?last=0", None),
    ],
)
async def test_what_the_document_does_not_know_is_not_guessed_at(api: Api, method: str, path: str, body: Any) -> None:
    answer = await api.call("director", method, path, json=body)

    assert answer.status_code == 422, answer.text
    assert answer.json()["errors"][0]["problem"] in (
        "true ya da false olmalıdır.",
        "Zaman ISO 8601 biçiminde olmalıdır.",
    )


@pytest.mark.parametrize("path", ["/v1/reviews/decisions", "/v1/evidence/exports"])
async def test_what_can_only_be_posted_is_said_so(api: Api, path: str) -> None:
    assert (await api.get("director", path)).status_code == 405


def test_the_document_says_that_times_of_the_calendar_have_no_zone(app: FastAPI) -> None:
    parts = app.openapi()["components"]["schemas"]

    for name in ("HoursView", "HoursBody"):
        opens = parts[name]["properties"]["opens"]
        assert "format" not in opens
        assert re.fullmatch(opens["pattern"], "09:00:00")
        assert not re.fullmatch(opens["pattern"], "09:00:00Z")
