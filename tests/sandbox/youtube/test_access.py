"""Who may call what, and what the day's quota allows."""

from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from app.sandbox.youtube.access import READ_ONLY
from app.sandbox.youtube.grants import challenge_of, consent
from app.sandbox.youtube.seed import API_KEY, CLIENT_ID
from tests.sandbox.clocks import HandClock
from tests.sandbox.conftest import connected, some_settings
from tests.sandbox.youtube.api import CHANNEL, VIDEO, YouTube, reason_of

PUBLIC = {"part": "snippet", "videoId": VIDEO}


async def units(youtube: YouTube) -> int:
    spent: dict[str, Any] = (await youtube.http.get("/control/youtube/quota")).json()
    assert isinstance(spent["units"], int)
    return spent["units"]


async def test_a_call_without_key_and_token_is_refused(youtube: YouTube) -> None:
    youtube.token = None

    response = await youtube.call("GET", "commentThreads", **PUBLIC)

    assert reason_of(response) == (403, "forbidden")
    assert response.json()["error"]["status"] == "PERMISSION_DENIED"
    assert await units(youtube) == 0


async def test_a_key_opens_what_is_public_alone(youtube: YouTube) -> None:
    youtube.token = None
    held = await youtube.comment(held="heldForReview")

    threads = await youtube.get("commentThreads", key=API_KEY, **PUBLIC)
    of_owner = await youtube.call("GET", "commentThreads", key=API_KEY, moderationStatus="heldForReview", **PUBLIC)
    mine = await youtube.call("GET", "channels", part="id", mine="true", key=API_KEY)
    acting = await youtube.call("DELETE", "comments", id=held, key=API_KEY)
    by_id = await youtube.call("GET", "comments", part="id", id=held, key=API_KEY)

    assert threads["items"]
    assert "moderationStatus" not in threads["items"][0]["snippet"]["topLevelComment"]["snippet"]
    assert reason_of(of_owner) == (403, "forbidden")
    assert reason_of(mine) == (401, "authorizationRequired")
    assert reason_of(acting) == (401, "required")
    assert reason_of(by_id) == (404, "commentNotFound")


async def test_a_wrong_key_is_told_so(youtube: YouTube) -> None:
    youtube.token = None

    response = await youtube.call("GET", "commentThreads", key="AIza-other", **PUBLIC)

    assert reason_of(response) == (400, "badRequest")
    assert response.json()["error"]["details"][0]["reason"] == "API_KEY_INVALID"


@pytest.mark.parametrize("given", ["Bearer ya29.other", "Bearer 1//sandbox-refresh-university", "Basic dTpw"])
async def test_what_is_no_access_token_is_refused(youtube: YouTube, given: str) -> None:
    headers = {"authorization": given}

    response = await youtube.http.get(
        "/youtube/youtube/v3/channels", params={"part": "id", "mine": "true"}, headers=headers
    )

    assert reason_of(response) == (401, "authError")
    assert response.json()["error"]["status"] == "UNAUTHENTICATED"


async def test_a_consent_to_read_does_not_cover_comments(youtube: YouTube) -> None:
    world = youtube.ground.world
    verifier = "v" * 43
    code = consent(
        world,
        CHANNEL,
        client_id=CLIENT_ID,
        scopes=[READ_ONLY],
        redirect_uri="http://127.0.0.1/back",
        challenge=challenge_of(verifier),
        is_offline=False,
    )
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": "http://127.0.0.1/back",
        "code_verifier": verifier,
        "client_id": CLIENT_ID,
        "client_secret": "GOCSPX-sandbox-client-secret",
    }
    youtube.token = (await youtube.http.post("/youtube/token", data=form)).json()["access_token"]

    assert (await youtube.get("channels", part="id", mine="true"))["items"][0]["id"] == CHANNEL
    refused = await youtube.call("GET", "commentThreads", **PUBLIC)
    assert reason_of(refused) == (403, "insufficientPermissions")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "search"),
        ("POST", "comments/markAsSpam"),
        ("PATCH", "comments"),
        ("GET", "comments/setModerationStatus"),
        ("GET", "../v3/commentThreads/"),
    ],
)
async def test_there_is_no_other_method(youtube: YouTube, method: str, path: str) -> None:
    assert (await youtube.call(method, path)).status_code == 404


async def test_each_call_costs_its_units(youtube: YouTube) -> None:
    comment_id = await youtube.comment()
    costs = []
    for call in (
        youtube.get("commentThreads", **PUBLIC),
        youtube.moderate(comment_id, "heldForReview"),
        youtube.moderate(comment_id, "published"),
        youtube.reply(comment_id),
        youtube.call("GET", "comments", part="snippet"),
        youtube.call("GET", "comments", part="snippet", id="Ugx-none"),
        youtube.moderate(comment_id, "hidden"),
    ):
        before = await units(youtube)
        await call
        costs.append(await units(youtube) - before)

    # What cannot even be read costs one unit.
    assert costs == [1, 50, 50, 50, 1, 1, 1]


async def test_a_used_up_day_ends_at_midnight_in_california(hand_clock: HandClock) -> None:
    # Half past eleven in the evening of California, in winter.
    hand_clock.at = datetime(2026, 12, 2, 7, 30, tzinfo=UTC)
    async with connected(some_settings(youtube_daily_units=60), hand_clock) as client:
        youtube = YouTube(client)
        comment_id = await youtube.comment()
        assert (await youtube.moderate(comment_id, "heldForReview")).status_code == 204

        refused = await youtube.moderate(comment_id, "published")
        still_open = await youtube.call("GET", "videos", part="id", id=VIDEO)

        assert reason_of(refused) == (403, "quotaExceeded")
        assert refused.json()["error"]["errors"][0]["domain"] == "youtube.quota"
        assert still_open.status_code == 200
        assert (await youtube.item(comment_id))["state"] == "hidden"
        hand_clock.forward(minutes=29)
        assert reason_of(await youtube.moderate(comment_id, "published")) == (403, "quotaExceeded")
        hand_clock.forward(minutes=1)
        assert (await youtube.moderate(comment_id, "published")).status_code == 204


async def test_a_content_that_is_known_is_not_sent_again_but_costs(youtube: YouTube) -> None:
    first = await youtube.get("videos", part="snippet", id=VIDEO)
    headers = {"authorization": f"Bearer {youtube.token}", "if-none-match": f'"{first["etag"]}"'}
    address = f"/youtube/youtube/v3/videos?part=snippet&id={VIDEO}"

    same = await youtube.http.get(address, headers=headers)
    await youtube.client.control(f"youtube/videos/{VIDEO}/edit", title="Yeni başlık")
    other = await youtube.http.get(address, headers=headers)

    assert (same.status_code, same.content, other.status_code) == (304, b"", 200)
    assert await units(youtube) == 3


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("http_500", (500, "backendError")),
        ("http_429", (429, "rateLimitExceeded")),
        ("expired_token", (401, "authError")),
    ],
)
async def test_faults_answer_in_youtubes_form(youtube: YouTube, kind: str, expected: tuple[int, str]) -> None:
    comment_id = await youtube.comment()
    await youtube.client.control("faults", platform="youtube", kind=kind, for_seconds=90)

    response = await youtube.moderate(comment_id, "rejected")

    assert reason_of(response) == expected
    assert ("retry-after" in response.headers) == (kind == "http_429")
    assert (await youtube.item(comment_id))["state"] == "visible"


async def test_calls_are_recorded_without_secrets(youtube: YouTube) -> None:
    await youtube.http.get(
        "/youtube/youtube/v3/channels", params={"part": "id", "mine": "true", "access_token": youtube.token}
    )

    (call,) = (await youtube.http.get("/control/calls")).json()

    assert (call["platform"], call["path"], call["status"]) == ("youtube", "/channels", 200)
    assert call["parameters"] == {"part": "id", "mine": "true", "access_token": "***"}


async def test_an_expired_token_fault_spares_the_renewal(youtube: YouTube) -> None:
    await youtube.client.control("faults", platform="youtube", kind="expired_token")
    form = {
        "grant_type": "refresh_token",
        "refresh_token": "1//sandbox-refresh-university",
        "client_id": CLIENT_ID,
        "client_secret": "GOCSPX-sandbox-client-secret",
    }

    renewed: httpx.Response = await youtube.http.post("/youtube/token", data=form)

    assert renewed.status_code == 200
