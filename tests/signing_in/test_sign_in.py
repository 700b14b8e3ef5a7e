"""People sign in at a real identity provider, come back as one of ours, and leave again."""

import asyncio
import html
import re
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import select, text, update

from app.actions.send_notices import sign_in_link
from app.records.database import Sessions
from app.records.tables import audit, browser_sessions, people, units
from app.settings import Settings
from app.signing_in.people import Refusal, person_of
from app.signing_in.provider import SignedIn
from tests.api.builders import a_notification, a_stored_message
from tests.api.calling import open_app
from tests.signing_in.identity_provider import CLIENT_ID, IdentityProvider
from tests.signing_in.moving_clock import MovingClock
from tests.world import NOON, ROLES, World

# The provider of the tests is behind its own library.
pytestmark = pytest.mark.filterwarnings("ignore:get_jwt_config:DeprecationWarning")

OURS = {"Origin": "http://127.0.0.1:8000"}


async def sign_in(
    http: httpx.AsyncClient,
    provider: IdentityProvider,
    role: str = "director",
    *,
    next: str = "/docs",
    **claims: object,
) -> httpx.Response:
    """Go to the provider, sign in there as the person of a role, come back."""
    subject = str(claims.pop("sub", f"ozne-{role}"))
    provider.user(subject, **({"email": f"{role}@ornek.test", "email_verified": True} | claims))
    gone = await http.get("/auth/login", params={"next": next})
    assert gone.status_code == 303, gone.text
    return await http.get(provider.sign_in(gone.headers["location"], subject))


@pytest.mark.parametrize("role", ROLES)
async def test_whoever_signs_in_is_the_person_of_their_verified_address(
    http: httpx.AsyncClient, provider: IdentityProvider, world: World, role: str
) -> None:
    back = await sign_in(http, provider, role)
    me = (await http.get("/v1/me")).json()

    assert (back.status_code, back.headers["location"]) == (303, "/docs")
    assert (me["id"], me["role"], me["via"], me["scope"]) == (world.people[role], role, "session", "write")
    assert me["accounts"] == ([world.unit_page.id] if role == "responsible" else [])


async def test_the_way_there_names_pkce_a_nonce_and_nothing_of_the_cookie(
    http: httpx.AsyncClient, provider: IdentityProvider, world: World
) -> None:
    await sign_in(http, provider)
    http.cookies.clear()
    again = parse_qs(urlsplit((await http.get("/auth/login")).headers["location"]).query)

    (_, token) = next(entry for entry in provider.asked if entry[0] == "token")
    assert again["code_challenge_method"] == ["S256"]
    assert again["response_type"] == ["code"]
    assert again["redirect_uri"] == ["http://127.0.0.1:8000/auth/callback"]
    assert len(token["code_verifier"]) == 43
    secret = http.cookies["nobet-sign-in"].split(".")[0]
    assert len({secret, again["state"][0], again["nonce"][0], token["code_verifier"]}) == 4


async def test_the_session_cookie_is_for_us_alone_and_nothing_of_it_is_stored(
    http: httpx.AsyncClient, provider: IdentityProvider, world: World, sessions: Sessions
) -> None:
    back = await sign_in(http, provider)

    (cookie,) = [one for one in back.headers.get_list("set-cookie") if one.startswith("nobet-session=")]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Path=/" in cookie
    # On plain http of this machine a browser would not keep it otherwise; see the settings.
    assert "Secure" not in cookie
    async with sessions() as session:
        (digest,) = (await session.scalars(select(browser_sessions.c.digest))).all()
    assert http.cookies["nobet-session"].encode() not in digest


@pytest.mark.parametrize(
    ("given", "led_to"),
    [
        ("/docs#/reviews", "/docs#/reviews"),
        ("/v1/messages?label=insult&limit=5", "/v1/messages?label=insult&limit=5"),
        ("//evil.test/x", "/"),
        ("https://evil.test/", "/"),
        ("/\\evil.test", "/"),
        ("/x\r\nSet-Cookie: a=b", "/"),
        ("javascript:alert(1)", "/"),
        ("docs", "/"),
        ("", "/"),
        ("/" + "a" * 2000, "/"),
    ],
)
async def test_nobody_is_led_elsewhere(
    http: httpx.AsyncClient, provider: IdentityProvider, world: World, given: str, led_to: str
) -> None:
    assert (await sign_in(http, provider, next=given)).headers["location"] == led_to
    # Whoever is in already is led on at once, by the same rule.
    assert (await http.get("/auth/login", params={"next": given})).headers["location"] == led_to


async def test_after_the_first_time_a_person_is_known_by_subject_whatever_becomes_of_the_address(
    app: FastAPI, provider: IdentityProvider, world: World
) -> None:
    async with open_app(app) as http:
        await sign_in(http, provider, "sks")
        http.cookies.clear()

        back = await sign_in(http, provider, "sks", email="yeni.soyadi@ornek.test", email_verified=False)

        assert back.status_code == 303
        assert (await http.get("/v1/me")).json()["role"] == "sks"


async def test_an_address_that_came_to_somebody_else_does_not_bring_its_role_along(
    http: httpx.AsyncClient, provider: IdentityProvider, world: World
) -> None:
    await sign_in(http, provider, "director")
    http.cookies.clear()

    back = await sign_in(http, provider, "director", sub="baska-biri")

    assert back.status_code == 403
    assert "başka bir üniversite hesabıyla kullanılıyor" in back.text
    assert (await http.get("/v1/me")).status_code == 401


async def test_two_who_come_with_one_address_at_once_are_not_both_let_in(sessions: Sessions, world: World) -> None:
    first, second = [
        SignedIn(issuer="https://kimlik.test", subject=subject, email="director@ornek.test")
        for subject in ("bir", "iki")
    ]

    async def come() -> object:
        async with sessions.begin() as other:
            return await person_of(other, second, at=NOON)

    async with sessions.begin() as one:
        let_in = await person_of(one, first, at=NOON)
        waiting = asyncio.create_task(come())
        for _ in range(500):
            if await one.scalar(text("select count(*) from pg_locks where not granted")):
                break
            await asyncio.sleep(0.01)

    assert let_in == world.people["director"]
    assert await waiting is Refusal.OTHER_SUBJECT


async def test_who_is_not_registered_is_told_whom_to_ask(
    http: httpx.AsyncClient, provider: IdentityProvider, world: World, sessions: Sessions
) -> None:
    async with sessions.begin() as session:
        await session.execute(
            update(units).where(units.c.key == "kurumsal_iletisim").values(email="iletisim@ornek.test")
        )

    back = await sign_in(http, provider, sub="yabanci", email="<b>@ornek.test")

    assert back.status_code == 403
    assert "Kurumsal İletişim Direktörlüğü&#39;ne başvurun" in back.text
    assert "iletisim@ornek.test" in back.text
    assert "&lt;b&gt;@ornek.test" in back.text
    assert "nobet-session" not in http.cookies
    async with sessions() as session:
        assert len((await session.scalars(select(people.c.id))).all()) == len(ROLES)


async def test_who_left_is_refused_before_and_after_their_first_time(
    http: httpx.AsyncClient, provider: IdentityProvider, world: World, sessions: Sessions
) -> None:
    await sign_in(http, provider, "auditor")
    async with sessions.begin() as session:
        await session.execute(update(people).values(is_active=False))

    assert (await http.get("/v1/me")).status_code == 401
    for role in ("auditor", "agency"):
        back = await sign_in(http, provider, role)
        assert back.status_code == 403
        assert "artık etkin değil" in back.text


@pytest.mark.parametrize("claims", [{"email_verified": False}, {"email_verified": None}, {"email": None}])
async def test_an_address_that_nobody_verified_says_nothing(
    http: httpx.AsyncClient, provider: IdentityProvider, world: World, claims: dict[str, Any]
) -> None:
    back = await sign_in(http, provider, sub=f"belirsiz-{claims}".replace("/", ""), **claims)

    assert back.status_code == 403
    assert "Doğrulanmış e-posta adresi yok" in back.text


async def test_a_way_back_that_this_browser_did_not_begin_is_refused(
    app: FastAPI, provider: IdentityProvider, world: World
) -> None:
    """Signing somebody in as somebody else (login CSRF) by sending them one's own way back."""
    provider.user("ozne-director", email="director@ornek.test", email_verified=True)
    async with open_app(app) as http:
        gone = await http.get("/auth/login")
        back = provider.sign_in(gone.headers["location"], "ozne-director")
        http.cookies.clear()

        without = await http.get(back)
        await http.get("/auth/login")
        with_another = await http.get(back)

        assert [answer.status_code for answer in (without, with_another)] == [400, 400]
        assert "Yeniden başlatın" in without.text
        assert "nobet-session" not in http.cookies


async def test_a_way_back_is_good_once(http: httpx.AsyncClient, provider: IdentityProvider, world: World) -> None:
    provider.user("ozne-director", email="director@ornek.test", email_verified=True)
    gone = await http.get("/auth/login")
    trip = http.cookies["nobet-sign-in"]
    back = provider.sign_in(gone.headers["location"], "ozne-director")
    assert (await http.get(back)).status_code == 303
    http.cookies.clear()

    http.cookies.set("nobet-sign-in", trip)
    again = await http.get(back)

    assert again.status_code == 403
    assert "Kimliğiniz doğrulanamadı" in again.text


async def test_who_changes_their_mind_there_is_told_so(
    http: httpx.AsyncClient, provider: IdentityProvider, world: World
) -> None:
    gone = await http.get("/auth/login")
    denied = await http.get(provider.deny(gone.headers["location"]))
    # The provider of these tests forgets the state, which a real one sends along.
    state = parse_qs(urlsplit((await http.get("/auth/login")).headers["location"]).query)["state"][0]
    properly = await http.get("/auth/callback", params={"error": "access_denied", "state": state})

    assert denied.status_code in (400, 403)
    assert properly.status_code == 403
    assert "vazgeçildi" in properly.text


async def test_a_provider_that_is_away_is_told_as_that(app: FastAPI, settings: Settings, world: World) -> None:
    assert settings.oidc is not None
    async with open_app(app) as http:
        app.state.service.identity_provider.settings = settings.oidc.model_copy(update={"issuer": "http://localhost:1"})

        answer = await http.get("/auth/login")

        assert answer.status_code == 503
        assert "yanıt vermiyor" in answer.text


@pytest.mark.parametrize("path", ["/auth/password", "/auth/login"])
async def test_without_local_accounts_there_is_no_password_to_ask_for(
    http: httpx.AsyncClient, world: World, path: str
) -> None:
    shown = await http.get(path)
    tried = await http.post("/auth/login", data={"email": "director@ornek.test", "password": "x"}, headers=OURS)

    assert shown.status_code in (303, 503)
    assert "parola" not in shown.text.casefold()
    assert tried.status_code == 404


async def test_many_wrong_ways_back_from_one_address_must_wait(
    http: httpx.AsyncClient, provider: IdentityProvider, world: World, settings: Settings
) -> None:
    for number in range(settings.wrong_tokens_allowed):
        assert (await http.get("/auth/callback", params={"state": f"x{number}", "code": "y"})).status_code == 400

    refused = await http.get("/auth/callback", params={"state": "another", "code": "y"})

    assert refused.status_code == 429
    assert int(refused.headers["retry-after"]) > 0


async def test_a_session_ends_when_idle_and_in_any_case_in_the_end(
    http: httpx.AsyncClient, provider: IdentityProvider, world: World, clock: MovingClock, settings: Settings
) -> None:
    await sign_in(http, provider)
    for _ in range(5):
        clock.move(settings.session_idle - timedelta(minutes=1))
        assert (await http.get("/v1/me")).status_code == 200
    clock.move(settings.session_idle + timedelta(minutes=1))
    idle = await http.get("/v1/me")
    await sign_in(http, provider)
    for _ in range(6):
        clock.move(settings.session_idle - timedelta(seconds=1))
        await http.get("/v1/me")
    clock.move(timedelta(seconds=30))
    old = await http.get("/v1/me")

    assert (idle.status_code, old.status_code) == (401, 401)


async def test_signing_out_ends_the_session_for_good(
    http: httpx.AsyncClient, provider: IdentityProvider, world: World, sessions: Sessions
) -> None:
    await sign_in(http, provider)
    token = (await http.get("/v1/me")).json()["csrf_token"]
    cookie = http.cookies["nobet-session"]

    left = await http.post("/auth/logout", data={"csrf_token": token}, headers=OURS)
    forgotten = "nobet-session" not in http.cookies
    http.cookies.set("nobet-session", cookie)

    assert left.status_code == 200
    assert "Oturum kapatıldı" in left.text
    assert forgotten
    assert (await http.get("/v1/me")).status_code == 401
    async with sessions() as session:
        acts = (await session.execute(select(audit.c.act, audit.c.person_id).order_by(audit.c.id))).all()
    assert acts == [("session.begin", world.people["director"]), ("session.end", world.people["director"])]


async def test_who_signs_out_is_offered_the_providers_way_out_and_comes_back_from_it(
    http: httpx.AsyncClient, provider: IdentityProvider, world: World
) -> None:
    await sign_in(http, provider)
    token = (await http.get("/v1/me")).json()["csrf_token"]

    left = await http.post("/auth/logout", data={"csrf_token": token}, headers=OURS)
    (way_out,) = re.findall(r'href="(http[^"]*)"', left.text)
    asked = parse_qs(urlsplit(html.unescape(way_out)).query)
    back = provider.sign_out(html.unescape(way_out))
    told = await http.get(back)

    assert way_out.startswith(f"{provider.issuer}/oauth2/end_session?")
    assert asked["client_id"] == [CLIENT_ID]
    assert asked["post_logout_redirect_uri"] == ["http://127.0.0.1:8000/auth/signed-out"]
    # No name, no address, no token of theirs stands in an address line.
    assert set(asked) == {"client_id", "post_logout_redirect_uri", "state"}
    assert back == f"/auth/signed-out?state={asked['state'][0]}"
    assert (told.status_code, "Çıkış tamamlandı" in told.text) == (200, True)


async def test_signing_out_does_not_wait_for_a_provider_that_is_away(
    app: FastAPI, settings: Settings, provider: IdentityProvider, world: World, clock: MovingClock
) -> None:
    async with open_app(app) as http:
        await sign_in(http, provider)
        token = (await http.get("/v1/me")).json()["csrf_token"]
        # What it said of itself is old by now, and it says no more.
        clock.move(timedelta(hours=1, minutes=1))
        with provider.away():
            left = await http.post("/auth/logout", data={"csrf_token": token}, headers=OURS)

        assert left.status_code == 200
        assert "Oturum kapatıldı" in left.text
        assert "Üniversite hesabından da çık" not in left.text
        assert (await http.get("/v1/me")).status_code == 401


async def test_the_link_of_a_notice_leads_through_signing_in_to_what_it_is_about(
    http: httpx.AsyncClient, provider: IdentityProvider, world: World, sessions: Sessions
) -> None:
    message = await a_stored_message(sessions, world.page, "Yemekler soğuk")
    notice = await a_notification(sessions, "yemek_hizmetleri", message)
    link = sign_in_link("", f"/v1/notifications/{notice}")  # below the client's own address
    provider.user("asci", email="service_unit@ornek.test", email_verified=True)

    gone = await http.get(link)
    back = await http.get(provider.sign_in(gone.headers["location"], "asci"))
    shown = await http.get(back.headers["location"])
    again = await http.get(link)

    assert (shown.status_code, shown.json()["id"], shown.json()["message_id"]) == (200, notice, message)
    assert again.headers["location"] == f"/v1/notifications/{notice}"


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, 201),
        (OURS, 201),
        ({}, 403),
        ({"Sec-Fetch-Site": "same-site"} | OURS, 403),
        ({"Sec-Fetch-Site": "cross-site"} | OURS, 403),
        ({"Sec-Fetch-Site": "none"}, 403),
        ({"Origin": "https://evil.test"}, 403),
        ({"Origin": "http://127.0.0.1:8090"}, 403),
        ({"Origin": "null"}, 403),
        ({"Sec-Fetch-Site": "same-origin", "X-CSRF-Token": "wrong"}, 403),
        ({"Sec-Fetch-Site": "same-origin", "X-CSRF-Token": ""}, 403),
    ],
)
async def test_a_write_with_a_session_must_come_from_a_page_of_ours(
    http: httpx.AsyncClient, provider: IdentityProvider, world: World, headers: dict[str, str], status: int
) -> None:
    await sign_in(http, provider)
    token = (await http.get("/v1/me")).json()["csrf_token"]

    for key in ({}, {"Idempotency-Key": "bir"}):
        sent = {"X-CSRF-Token": token} | headers | key
        answer = await http.post("/v1/modes/silence", json={"reason": "deneme"}, headers=sent)
        assert answer.status_code in ((status, 409) if key else (status,)), answer.text

    is_on = (await http.get("/v1/modes/silence")).json()["is_on"]
    assert is_on == (status == 201)


async def test_a_session_may_what_its_role_may_and_no_more(
    http: httpx.AsyncClient, provider: IdentityProvider, world: World
) -> None:
    await sign_in(http, provider, "auditor")
    token = (await http.get("/v1/me")).json()["csrf_token"]

    reading = await http.get("/v1/people")
    writing = await http.post("/v1/modes/silence", json={"reason": "deneme"}, headers=OURS | {"X-CSRF-Token": token})

    assert reading.status_code == 200
    assert writing.status_code == 403
    assert writing.json()["type"] == "urn:nobet:problem:forbidden"


async def test_a_token_goes_before_a_session(http: httpx.AsyncClient, provider: IdentityProvider, world: World) -> None:
    await sign_in(http, provider, "auditor")

    me = await http.get("/v1/me", headers={"Authorization": f"Bearer {world.tokens['sks']}"})
    wrong = await http.get("/v1/me", headers={"Authorization": "Bearer wrong"})

    assert (me.json()["role"], me.json()["via"], me.json()["csrf_token"]) == ("sks", "token", None)
    assert wrong.status_code == 401


async def test_old_cookies_are_no_guesses_but_invented_ones_are(
    http: httpx.AsyncClient, provider: IdentityProvider, world: World, settings: Settings, sessions: Sessions
) -> None:
    for _ in range(settings.wrong_tokens_allowed + 1):
        http.cookies.clear()
        await sign_in(http, provider)
        async with sessions.begin() as session:
            await session.execute(update(browser_sessions).values(ended_at=browser_sessions.c.created_at))
        assert (await http.get("/v1/me")).status_code == 401
    for number in range(settings.wrong_tokens_allowed):
        http.cookies.set("nobet-session", f"wrong{number}")
        assert (await http.get("/v1/me")).status_code == 401

    http.cookies.set("nobet-session", "one more")
    assert (await http.get("/v1/me")).status_code == 429


async def test_the_documentation_says_who_one_is(
    http: httpx.AsyncClient, provider: IdentityProvider, world: World
) -> None:
    before = await http.get("/docs")
    await sign_in(http, provider, "director")
    after = await http.get("/docs")

    assert 'href="auth/login?next=/docs"' in before.text
    assert "csrf-token" not in before.text
    assert "Deneme director" in after.text
    assert (await http.get("/v1/me")).json()["csrf_token"] in after.text
