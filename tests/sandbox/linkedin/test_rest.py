"""LinkedIn's REST API in the sandbox: what its documentation forbids is refused, as LinkedIn refuses it."""

from typing import Any
from urllib.parse import quote

import httpx
import pytest

from app.sandbox.linkedin.seed import ACCESS_TOKEN, ADMINISTRATORS, APPLICATION_ID, INSTITUTE, POSTS, UNIVERSITY
from tests.sandbox.clocks import HandClock
from tests.sandbox.conftest import Client, connected, some_settings

POST = POSTS[0]
SHARE = f"urn:li:share:{POST.shortcode}"
EVENTS = "ORGANIZATION_SOCIAL_ACTION_NOTIFICATIONS"
GOOD = {
    "Authorization": f"Bearer {ACCESS_TOKEN}",
    "LinkedIn-Version": "202607",
    "X-Restli-Protocol-Version": "2.0.0",
}


def urn(text: str) -> str:
    return quote(text, safe="")


async def ask(client: Client, method: str, path: str, body: Any = None, **headers: str | None) -> httpx.Response:
    """A call with good headers, save those given (None: left out)."""
    changed = {name.replace("_", "-"): value for name, value in headers.items()}
    sent = {name: value for name, value in (GOOD | changed).items() if value is not None}
    return await client.http.request(method, f"/linkedin/rest/{path}", headers=sent, json=body)


def refusal(response: httpx.Response) -> tuple[int, str | None]:
    body = response.json()
    assert body["status"] == response.status_code
    return response.status_code, body.get("code")


def comments_of(post: str = SHARE) -> str:
    return f"socialActions/{urn(post)}/comments"


def a_comment(text: str = "Teşekkürler", **changes: Any) -> dict[str, Any]:
    return {"actor": UNIVERSITY, "object": POST.id, "message": {"text": text}} | changes


async def test_a_comment_is_listed_by_share_and_by_activity(client: Client) -> None:
    made = await client.comment("linkedin", "Tebrikler")
    for post in (SHARE, POST.id):
        listed = (await ask(client, "GET", comments_of(post))).json()["elements"]
        assert [item["message"]["text"] for item in listed][-1] == "Tebrikler"
        assert listed[-1]["$URN"] == made
        assert listed[-1]["object"] == POST.id
        assert listed[-1]["actor"].startswith("urn:li:person:")


@pytest.mark.parametrize(
    ("headers", "wanted"),
    [
        ({"Authorization": None}, (401, "EMPTY_ACCESS_TOKEN")),
        ({"Authorization": "Bearer nobody"}, (401, "INVALID_ACCESS_TOKEN")),
        ({"LinkedIn_Version": None}, (400, "VERSION_MISSING")),
        ({"LinkedIn_Version": "202401"}, (426, "NONEXISTENT_VERSION")),
        ({"LinkedIn_Version": "newest"}, (426, "NONEXISTENT_VERSION")),
        ({"X_Restli_Protocol_Version": None}, (400, "ILLEGAL_ARGUMENT")),
        ({"X_Restli_Protocol_Version": "1.0.0"}, (400, "ILLEGAL_ARGUMENT")),
    ],
)
async def test_wrong_headers_are_refused(
    client: Client, headers: dict[str, str | None], wanted: tuple[int, str]
) -> None:
    assert refusal(await ask(client, "GET", comments_of(), **headers)) == wanted


@pytest.mark.parametrize(
    ("path", "status"),
    [
        (f"socialActions/{SHARE}/comments", 400),
        (f"{comments_of()}?nonsense=1", 400),
        (f"{comments_of()}?start=x", 400),
        (comments_of("urn:li:share:1"), 404),
        ("nothing", 404),
        (f"socialActions/{urn(SHARE)}/likes", 404),
        (f"posts?q=author&author={urn(UNIVERSITY)}", 400),
        (f"organizationalEntityNotifications?q=criteria&organizationalEntity={UNIVERSITY}", 400),
        (f"organizationalEntityNotifications?q=criteria&organizationalEntity={urn(UNIVERSITY)}&actions=COMMENT", 400),
        (
            f"organizationalEntityNotifications?q=criteria&organizationalEntity={urn(UNIVERSITY)}"
            "&actions=List%28COMMENT%29",
            400,
        ),
        (f"organizationalEntityNotifications?q=criteria&organizationalEntity={urn('urn:li:organization:1')}", 403),
    ],
)
async def test_what_rest_li_cannot_read_is_refused(client: Client, path: str, status: int) -> None:
    response = await ask(client, "GET", path)
    assert response.status_code == status, response.text


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (a_comment(""), 400),
        (a_comment("x" * 1251), 400),
        (a_comment(actor="urn:li:organization:1"), 403),
        (a_comment(actor="urn:li:person:x"), 400),
        (a_comment(object="urn:li:share:9"), 400),
        (a_comment(message="words"), 400),
        (a_comment(content=[{"entity": "urn:li:image:1"}]), 403),
        (a_comment(colour="red"), 400),
        (a_comment(parentComment="urn:li:comment:(urn:li:activity:1,2)"), 404),
    ],
)
async def test_comments_that_linkedin_would_not_take(client: Client, body: dict[str, Any], status: int) -> None:
    response = await ask(client, "POST", comments_of(), body)
    assert response.status_code == status, response.text


async def test_a_reply_goes_beneath_the_top_comment_alone(client: Client) -> None:
    top = await client.comment("linkedin", "Başvuru ne zaman?")
    body = a_comment("Yakında", parentComment=top)
    made = await ask(client, "POST", comments_of(top), body)
    assert made.status_code == 201
    assert made.headers["x-restli-id"] == made.json()["id"]
    reply = made.json()["$URN"]
    assert (await ask(client, "POST", comments_of(top), a_comment())).status_code == 400
    assert (await ask(client, "POST", comments_of(reply), a_comment(parentComment=reply))).status_code == 400
    beneath = (await ask(client, "GET", comments_of(top))).json()["elements"]
    assert [item["parentComment"] for item in beneath] == [top]
    assert beneath[0]["created"]["impersonator"] == ADMINISTRATORS[0]


async def test_deleting_takes_the_page_as_actor(client: Client) -> None:
    made = await client.comment("linkedin", "Reklam")
    place = f"{comments_of()}/{made.rpartition(',')[2].removesuffix(')')}"
    assert (await ask(client, "DELETE", place)).status_code == 400
    assert (await ask(client, "DELETE", f"{place}?actor={urn(INSTITUTE)}")).status_code == 403
    assert (await ask(client, "DELETE", f"{place}?actor={urn(UNIVERSITY)}")).status_code == 204
    assert (await client.item(made, "linkedin"))["state"] == "deleted"
    assert (await ask(client, "DELETE", f"{place}?actor={urn(UNIVERSITY)}")).status_code == 404


async def test_a_platform_that_lets_pages_delete_only_their_own(hand_clock: HandClock) -> None:
    async with connected(some_settings(linkedin_deletes_members_comments=False), hand_clock) as client:
        made = await client.comment("linkedin", "Reklam")
        place = f"{comments_of()}/{made.rpartition(',')[2].removesuffix(')')}?actor={urn(UNIVERSITY)}"
        assert refusal(await ask(client, "DELETE", place)) == (403, "ACCESS_DENIED")
        assert (await client.item(made, "linkedin"))["state"] == "visible"


async def test_subscriptions_are_shown_put_and_ended(client: Client) -> None:
    key = (
        f"(developerApplication:{urn(f'urn:li:developerApplication:{APPLICATION_ID}')},"
        f"user:{urn(ADMINISTRATORS[0])},entity:{urn(UNIVERSITY)},eventType:{EVENTS})"
    )
    place = f"eventSubscriptions/{key}"
    assert (await ask(client, "GET", place)).json()["expiresAt"] > 0
    assert (await ask(client, "DELETE", place)).status_code == 204
    assert (await ask(client, "GET", place)).status_code == 404
    assert (await ask(client, "PUT", place, {"webhook": "http://nobet.example/hook"})).status_code == 400
    assert (await ask(client, "PUT", place, {"webhook": "https://nobet.example/hook"})).status_code == 204
    assert (await ask(client, "GET", place)).json()["webhook"] == "https://nobet.example/hook"


async def test_nobody_writes_to_a_page_in_private(client: Client) -> None:
    refused = await client.http.post("/control/linkedin/dms", json={"author": "Elif Şenel", "text": "Merhaba"})
    assert refused.status_code == 409
    assert refused.json()["detail"]["why"] == "no_messages"
    assert (await client.http.get(f"/linkedin/{UNIVERSITY}/messages")).status_code == 404


async def test_a_post_and_its_comment_have_pages(client: Client) -> None:
    made = await client.comment("linkedin", "Çok güzel bir etkinlik")
    page = await client.http.get(f"/linkedin/feed/update/{POST.id}/")
    assert "Çok güzel bir etkinlik" in page.text
    marked = await client.http.get(f"/linkedin/feed/update/{POST.id}/", params={"commentUrn": made})
    assert "Çok güzel bir etkinlik" in marked.text
    assert "Deniz Arıkan" not in marked.text.partition('class="thread"')[2].partition("</ol>")[0]
    account = await client.http.get(f"/linkedin/{UNIVERSITY}")
    assert "Mesaj gönder" not in account.text
