"""Who may call, with which token, how often."""

from typing import Any

import pytest

from app.sandbox.x import oauth1
from app.sandbox.x.seed import ACCESS_TOKENS, APP_BEARER, CONSUMER_KEY, CONSUMER_SECRET, FACULTY, UNIVERSITY
from tests.sandbox.conftest import Client, connected, some_settings
from tests.sandbox.x.api import APP, FACULTY_TOKEN, TOKEN, XApi, problem_of

ME = "/2/users/me"


@pytest.mark.parametrize("token", [None, "wrong", f"{TOKEN}x", ""])
async def test_without_a_right_token_nothing_is_told(x: XApi, token: str | None) -> None:
    problem_of(await x.call("GET", ME, token=token), 401)


async def test_another_scheme_is_no_proof(x: XApi) -> None:
    response = await x.client.http.get(f"/x{ME}", headers={"authorization": f"Basic {TOKEN}"})

    problem_of(response, 401)


async def test_each_token_opens_its_own_account(x: XApi) -> None:
    assert (await x.get(ME))["data"] == {
        "id": UNIVERSITY,
        "name": "İzmir Ekonomi Üniversitesi",
        "username": "izmirekonomiuni",
    }
    assert (await x.get(ME, token=FACULTY_TOKEN))["data"]["id"] == FACULTY


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", ME, None),
        ("POST", "/2/tweets", {"text": "a"}),
        ("PUT", "/2/tweets/1/hidden", {"hidden": True}),
        ("GET", "/2/dm_events", None),
        ("POST", "/2/dm_conversations/with/1/messages", {"text": "a"}),
        ("POST", f"/2/users/{UNIVERSITY}/muting", {"target_user_id": "1"}),
    ],
)
async def test_the_application_by_itself_is_no_user(x: XApi, method: str, path: str, body: Any) -> None:
    response = await x.call(method, path, token=APP, json=body)

    problem = problem_of(response, 403, "unsupported-authentication")
    assert "OAuth 2.0 Application-Only is forbidden" in problem["detail"]


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/2/webhooks"), ("POST", "/2/webhooks"), ("DELETE", "/2/webhooks/1"), ("POST", "/2/webhooks/replay")],
)
async def test_a_user_does_not_manage_webhooks(x: XApi, method: str, path: str) -> None:
    problem_of(await x.call(method, path), 403, "unsupported-authentication")


@pytest.mark.parametrize(
    ("method", "path", "lacking", "body"),
    [
        ("PUT", "/2/tweets/{reply}/hidden", "tweet.moderate.write", {"hidden": True}),
        ("POST", "/2/tweets", "tweet.write", {"text": "a"}),
        ("GET", "/2/dm_events", "dm.read", None),
        ("POST", "/2/dm_conversations/with/{person}/messages", "dm.write", {"text": "a"}),
        ("POST", f"/2/users/{UNIVERSITY}/muting", "mute.write", {"target_user_id": "1"}),
        ("GET", "/2/tweets/{reply}", "users.read", None),
    ],
)
async def test_each_call_needs_its_right(x: XApi, method: str, path: str, lacking: str, body: Any) -> None:
    reply, dm = await x.reply(), await x.dm()
    where = path.format(reply=reply, person=x.author_of(dm))
    world = x.client.ground.world
    grant = world.grants[TOKEN]
    scopes = tuple(scope for scope in grant.scopes if scope != lacking)

    assert (await x.call(method, where, json=body)).status_code in {200, 201, 404}
    world.put(type(grant)(**{**{name: getattr(grant, name) for name in grant.__slots__}, "scopes": scopes}))

    assert problem_of(await x.call(method, where, json=body), 403)["title"] == "Forbidden"


async def test_a_call_that_x_does_not_have(x: XApi) -> None:
    for method, path in (("GET", "/2/reports"), ("PATCH", "/2/tweets/1"), ("DELETE", "/2/users/me")):
        response = await x.call(method, path)
        assert response.status_code in {404, 405}


async def test_an_id_that_cannot_be_one(x: XApi) -> None:
    problem_of(await x.call("GET", "/2/tweets/abc"), 400, "invalid-request")
    problem_of(
        await x.call("PUT", "/2/tweets/12345678901234567890/hidden", json={"hidden": True}), 400, "invalid-request"
    )


async def test_a_signature_proves_the_user(x: XApi) -> None:
    reply = await x.reply()
    path = f"/2/tweets/{reply}"

    for account in (UNIVERSITY, FACULTY):
        headers = x.signed("GET", ME, account)
        response = await x.client.http.get(f"/x{ME}", headers=headers)
        assert response.json()["data"]["id"] == account
    query = {"expansions": "author_id", "tweet.fields": "created_at,text"}
    response = await x.client.http.get(f"/x{path}", params=query, headers=x.signed("GET", path, **query))
    assert response.status_code == 200


@pytest.mark.parametrize("spoilt", ["method", "path", "query", "token", "key"])
async def test_a_signature_of_something_else_does_not(x: XApi, spoilt: str) -> None:
    headers = x.signed("POST" if spoilt == "method" else "GET", "/2/users/you" if spoilt == "path" else ME)
    if spoilt == "token":
        headers["authorization"] = headers["authorization"].replace(UNIVERSITY, FACULTY)
    if spoilt == "key":
        headers["authorization"] = headers["authorization"].replace(CONSUMER_KEY, "another")
    params = {"user.fields": "name"} if spoilt == "query" else {}

    problem_of(await x.client.http.get(f"/x{ME}", params=params, headers=headers), 401)


def test_the_signature_is_that_of_the_official_example() -> None:
    """https://docs.x.com/fundamentals/authentication/oauth-1-0a/creating-a-signature, with the host of today."""
    parameters = {
        "status": "Hello Ladies + Gentlemen, a signed OAuth request!",
        "include_entities": "true",
        "oauth_consumer_key": "xvz1evFS4wEEPTGEFPHBog",
        "oauth_nonce": "kYjzVBB8Y0ZFabxSWbWovY3uYSQ2pTgmZeNu2VS4cg",
        "oauth_signature_method": "HMAC-SHA1",
        "oauth_timestamp": "1318622958",
        "oauth_token": "370773112-GmHxMAgYyLbNEtIKZeRNFsMKPR9EyMZeS9weJAEb",
        "oauth_version": "1.0",
    }

    found = oauth1.signature(
        "POST",
        "https://api.x.com/1.1/statuses/update.json",
        parameters.items(),
        secret="kAcSOqF21Fu85e7zjz7ZN2U4ZRhfV3WpwPAoE3Z7kBw",
        token_secret="LswwdoUaIvS8ltyTt5jkRh4J50vUPVVHtR2YPi5kE",
    )

    assert found == "Ls93hJiZbQ3akF3HF3x1Bz8/zU4="


async def test_every_answer_tells_what_is_left(x: XApi) -> None:
    first, second = await x.call("GET", "/2/dm_events"), await x.call("GET", "/2/dm_events")

    reset = str(int(x.client.clock().timestamp()) + 15 * 60)
    assert first.headers["x-rate-limit-limit"] == "15"
    assert [answer.headers["x-rate-limit-remaining"] for answer in (first, second)] == ["14", "13"]
    assert {answer.headers["x-rate-limit-reset"] for answer in (first, second)} == {reset}


async def test_one_call_too_many_waits_for_the_reset(x: XApi) -> None:
    for _ in range(15):
        assert (await x.call("GET", "/2/dm_events")).status_code == 200

    refused = await x.call("GET", "/2/dm_events")

    problem_of(refused, 429)
    assert refused.headers["x-rate-limit-remaining"] == "0"
    assert "retry-after" not in refused.headers
    assert (await x.call("GET", "/2/dm_events", token=FACULTY_TOKEN)).status_code == 200
    assert (await x.call("GET", ME)).status_code == 200
    x.client.clock.forward(minutes=15)
    assert (await x.call("GET", "/2/dm_events")).status_code == 200


async def test_refused_calls_count_and_a_reset_of_the_sandbox_forgets(x: XApi) -> None:
    for _ in range(50):
        problem_of(await x.call("DELETE", "/2/tweets/1"), 404, "resource-not-found")
    problem_of(await x.call("DELETE", "/2/tweets/1"), 429)

    await x.client.control("reset")

    problem_of(await x.call("DELETE", "/2/tweets/1"), 404, "resource-not-found")


async def test_some_calls_have_a_limit_of_a_day_besides(x: XApi) -> None:
    answer = await x.call("POST", "/2/dm_conversations/with/1/messages", json={"text": "a"})

    assert answer.headers["x-user-limit-24hour-limit"] == "1440"
    assert answer.headers["x-user-limit-24hour-remaining"] == "1439"
    assert answer.headers["x-app-limit-24hour-reset"] == str(int(x.client.clock().timestamp()) + 24 * 3600)


async def test_limits_can_be_widened(client: Client) -> None:
    async with connected(some_settings(x_limits_times=3), client.clock) as wide:
        answer = await XApi(wide).call("GET", "/2/dm_events")

        assert answer.headers["x-rate-limit-limit"] == "45"


@pytest.mark.parametrize(
    ("kind", "status", "name"),
    [("http_500", 500, "internal-error"), ("http_429", 429, "about:blank"), ("expired_token", 401, "about:blank")],
)
async def test_faults_are_told_in_its_own_words(x: XApi, kind: str, status: int, name: str) -> None:
    reply = await x.reply()
    await x.client.control("faults", platform="x", kind=kind, for_seconds=120)

    response = await x.call("PUT", f"/2/tweets/{reply}/hidden", json={"hidden": True})

    problem_of(response, status, name)
    assert (await x.client.item(reply, "x"))["state"] == "visible"
    if kind == "http_429":
        left = int(response.headers["x-rate-limit-reset"]) - x.client.clock().timestamp()
        assert 115 <= left <= 121
    (call,) = x.client.ground.calls.all()
    assert (call.status, call.fault) == (status, kind)


async def test_calls_are_recorded_without_secrets(x: XApi) -> None:
    reply = await x.reply()
    await x.call("PUT", f"/2/tweets/{reply}/hidden", json={"hidden": True})
    await x.client.http.post("/x/2/oauth2/token", data={"grant_type": "refresh_token", "refresh_token": "a-secret"})

    recorded = (await x.client.http.get("/control/calls")).text

    assert f"/2/tweets/{reply}/hidden" in recorded
    assert not any(secret in recorded for secret in (*ACCESS_TOKENS.values(), APP_BEARER, CONSUMER_SECRET, "a-secret"))
