"""What the identity provider says is believed only where everything about it is right."""

import base64
import hmac
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, RSAKey
from pydantic import SecretStr, ValidationError

from app.errors import SettingsError
from app.settings import Settings
from app.signing_in.provider import Provider, ProviderRefusedError, ProviderUnavailableError
from app.signing_in.round_trip import RoundTrip, begin, from_cookie
from app.signing_in.settings import OidcSettings

ISSUER = "https://kimlik.ornek.test"
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
KEY = RSAKey.generate_key(2048, {"kid": "bir", "use": "sig", "alg": "RS256"})
NEXT_KEY = RSAKey.generate_key(2048, {"kid": "iki", "use": "sig", "alg": "RS256"})
TRIP = begin("/docs")
CLAIMS = {
    "iss": ISSUER,
    "aud": "nobet",
    "sub": "s-1",
    "exp": int((NOW + timedelta(minutes=5)).timestamp()),
    "iat": int(NOW.timestamp()),
    "nonce": TRIP.nonce,
    "email": "ayse@ornek.test",
    "email_verified": True,
}


class Answers:
    """A provider's answers; a test changes them. `asked` counts by path."""

    def __init__(self) -> None:
        self.discovery: dict[str, Any] = {
            "issuer": ISSUER,
            "authorization_endpoint": f"{ISSUER}/auth",
            "token_endpoint": f"{ISSUER}/token",
            "jwks_uri": f"{ISSUER}/keys",
            "userinfo_endpoint": f"{ISSUER}/me",
        }
        self.keys = KeySet([KEY])
        self.id_token: object = a_token()
        self.access_token: object = "erisim"
        self.user_info: dict[str, Any] = {"sub": "s-1"}
        self.asked: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        answers: dict[str, Callable[[], Any]] = {
            "/.well-known/openid-configuration": lambda: self.discovery,
            "/keys": lambda: self.keys.as_dict(private=False),
            "/token": lambda: {"access_token": self.access_token, "token_type": "Bearer", "id_token": self.id_token},
            "/me": lambda: self.user_info,
        }
        return httpx.Response(200, json=answers[request.url.path]())

    def count(self, path: str) -> int:
        """How often this was asked for."""
        return sum(request.url.path == path for request in self.asked)


def a_token(key: Any = KEY, header: dict[str, Any] | None = None, **changes: Any) -> str:
    """An id token that is right but for the changes; None leaves a claim out."""
    claims = {name: value for name, value in (CLAIMS | changes).items() if value is not None}
    header = header or {"alg": "RS256", "kid": key.kid}
    return jwt.encode(header, claims, key, algorithms=[header["alg"]])


def by_shared_secret(secret: bytes) -> str:
    """The right claims under HS256, with what a forger may know as the secret."""
    header = base64.urlsafe_b64encode(b'{"alg":"HS256","kid":"bir"}').rstrip(b"=")
    signed = header + b"." + a_token().split(".")[1].encode()
    signature = base64.urlsafe_b64encode(hmac.digest(secret, signed, "sha256")).rstrip(b"=")
    return (signed + b"." + signature).decode()


def a_provider(answers: Answers, now: Callable[[], datetime] = lambda: NOW, **settings: Any) -> Provider:
    """A provider of these answers."""
    given = {"issuer": ISSUER, "client_id": "nobet", "client_secret": SecretStr("gizli/anahtar")} | settings
    return Provider(
        settings=OidcSettings(**given),
        redirect_uri="https://nobet.ornek.test/auth/callback",
        signed_out_uri="https://nobet.ornek.test/auth/signed-out",
        http=httpx.AsyncClient(transport=httpx.MockTransport(answers)),
        clock=now,
    )


async def test_a_right_token_says_who_it_is() -> None:
    answers = Answers()

    who = await a_provider(answers).complete(TRIP, "kod")

    assert (who.issuer, who.subject, who.email) == (ISSUER, "s-1", "ayse@ornek.test")
    (exchange,) = [request for request in answers.asked if request.url.path == "/token"]
    assert b"code_verifier=" + TRIP.verifier.encode() in exchange.content
    # As RFC 6749 wants it, both encoded: "nobet" and "gizli%2Fanahtar".
    assert exchange.headers["authorization"] == "Basic bm9iZXQ6Z2l6bGklMkZhbmFodGFy"


@pytest.mark.parametrize(
    "wrong",
    [
        {"iss": "https://baska.ornek.test"},
        {"iss": None},
        {"aud": "baska"},
        {"aud": None},
        {"aud": ["nobet", "baska"]},  # whose of the two it is, `azp` would say
        {"aud": ["nobet", "baska"], "azp": "baska"},
        {"azp": "baska"},
        {"exp": int((NOW - timedelta(minutes=2)).timestamp())},
        {"exp": None},
        {"exp": "yarın"},
        {"iat": int((NOW + timedelta(minutes=2)).timestamp())},
        {"iat": None},
        {"nbf": int((NOW + timedelta(minutes=2)).timestamp())},
        {"nonce": "baska"},
        {"nonce": None},
        {"sub": None},
        {"sub": ""},
        {"sub": 17},
        {"sub": "s\x00"},
        {"at_hash": "AAAA"},
    ],
)
async def test_one_wrong_claim_is_enough(wrong: dict[str, Any]) -> None:
    answers = Answers()
    answers.id_token = a_token(**wrong)

    with pytest.raises(ProviderRefusedError):
        await a_provider(answers).complete(TRIP, "kod")


@pytest.mark.parametrize(
    "forged",
    [
        a_token(NEXT_KEY, {"alg": "RS256", "kid": "bir"}),
        a_token(NEXT_KEY),
        # Signed with what we share with the provider, and with what everybody knows of it.
        by_shared_secret(b"gizli/anahtar"),
        by_shared_secret(KEY.as_pem(private=False)),
        a_token(ECKey.generate_key("P-256", {"kid": "bir"}), {"alg": "ES256", "kid": "bir"}),
        # RS512 is right for the key, but not one that we agreed on.
        a_token(RSAKey.import_key(KEY.as_dict(private=True) | {"alg": "RS512"}), {"alg": "RS512", "kid": "bir"}),
        "eyJhbGciOiJub25lIn0." + a_token().split(".")[1] + ".",
        a_token()[:-4] + "AAAA",
        "bir.iki",
        "",
        17,
        None,
    ],
    ids=count(1),
)
async def test_a_signature_that_is_not_the_providers_proves_nothing(forged: object) -> None:
    answers = Answers()
    answers.id_token = forged

    with pytest.raises(ProviderRefusedError):
        await a_provider(answers).complete(TRIP, "kod")


@pytest.mark.parametrize("access_token", ["erişim", "a\r\nb", "", 17, None])
async def test_an_access_token_that_no_header_can_carry_is_none(access_token: object) -> None:
    answers = Answers()
    answers.id_token, answers.access_token = a_token(email=None), access_token

    with pytest.raises(ProviderRefusedError):
        await a_provider(answers).complete(TRIP, "kod")


async def test_a_new_key_is_found_and_forged_ones_do_not_make_us_ask_again_and_again() -> None:
    answers, now = Answers(), [NOW]
    provider = a_provider(answers, lambda: now[0])
    await provider.complete(TRIP, "kod")
    answers.keys, answers.id_token = KeySet([KEY, NEXT_KEY]), a_token(NEXT_KEY)
    for _ in range(3):
        with pytest.raises(ProviderRefusedError):
            await provider.complete(TRIP, "kod")
    asked_at_once = answers.count("/keys")

    now[0] += timedelta(minutes=2)
    who = await provider.complete(TRIP, "kod")

    assert who.subject == "s-1"
    assert (asked_at_once, answers.count("/keys")) == (1, 2)


async def test_an_address_may_come_from_the_user_info_of_the_same_person_alone() -> None:
    answers = Answers()
    answers.id_token = a_token(email=None, email_verified=None)
    answers.user_info = {"sub": "s-1", "email": "ayse@ornek.test", "email_verified": True}
    found = await a_provider(answers).complete(TRIP, "kod")
    answers.user_info["sub"] = "s-2"

    with pytest.raises(ProviderRefusedError, match="user_info_of_another"):
        await a_provider(answers).complete(TRIP, "kod")
    assert found.email == "ayse@ornek.test"


@pytest.mark.parametrize(
    ("claims", "settings", "email"),
    [
        ({"email_verified": None}, {}, None),
        ({"email_verified": False}, {}, None),
        ({"email_verified": "false"}, {}, None),
        ({"email_verified": 1}, {}, "ayse@ornek.test"),
        ({"email_verified": "true"}, {}, "ayse@ornek.test"),
        ({"email_verified": None}, {"trust_email": True}, "ayse@ornek.test"),
        ({"upn": "ayse@ieu.test"}, {"trust_email": True, "email_claim": "upn"}, "ayse@ieu.test"),
        ({"email": ["ayse@ornek.test"]}, {}, None),
        ({"email": "a\x00@ornek.test"}, {}, None),
    ],
)
async def test_whose_word_an_address_is(claims: dict[str, Any], settings: dict[str, Any], email: str | None) -> None:
    answers = Answers()
    answers.id_token = a_token(**claims)

    assert (await a_provider(answers, **settings).complete(TRIP, "kod")).email == email


@pytest.mark.parametrize(
    "document",
    [
        {"issuer": "https://baska.ornek.test"},
        {"token_endpoint": "http://kimlik.ornek.test/token"},
        {"jwks_uri": None},
        {"authorization_endpoint": 17},
        {"authorization_endpoint": "https://"},
        {"token_endpoint": "https://a:b/"},
    ],
)
async def test_a_discovery_document_that_is_not_right_is_not_followed(document: dict[str, Any]) -> None:
    answers = Answers()
    answers.discovery |= document

    with pytest.raises(ProviderUnavailableError):
        await a_provider(answers).authorization_url(TRIP)


@pytest.mark.parametrize(
    "answer",
    [httpx.Response(500), httpx.Response(429), httpx.Response(200, text="<html>"), httpx.Response(200, json=[])],
)
async def test_a_provider_that_answers_nonsense_is_away(answer: httpx.Response) -> None:
    provider = a_provider(Answers())
    provider.http = httpx.AsyncClient(transport=httpx.MockTransport(lambda _: answer))

    with pytest.raises(ProviderUnavailableError):
        await provider.authorization_url(TRIP)


@pytest.mark.parametrize(
    "cookie", [None, "", "x", "x.y", TRIP.secret, f"{TRIP.secret}.%%%", f"{TRIP.secret}.w4A="], ids=count(1)
)
def test_a_cookie_that_is_not_ours_is_no_way_begun(cookie: str | None) -> None:
    found = from_cookie(cookie)

    assert found is None or found == RoundTrip(secret=TRIP.secret, next="/")
    assert from_cookie(TRIP.as_cookie()) == TRIP


@pytest.mark.parametrize(
    "settings",
    [
        {"issuer": "http://kimlik.ornek.test"},
        {"issuer": "kimlik"},
        {"scopes": "email"},
        {"email_claim": "upn"},
        {"client_id": ""},
    ],
)
def test_unsafe_settings_are_refused(settings: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        OidcSettings(**({"issuer": ISSUER, "client_id": "nobet"} | settings))


@pytest.mark.parametrize("environment", ["production", "test"])
def test_local_accounts_are_refused_outside_the_demo(environment: str) -> None:
    with pytest.raises(SettingsError, match="NOBET_LOCAL_ACCOUNTS"):
        Settings(_env_file=None, environment=environment, local_accounts=True)


def test_nobody_signs_in_over_plain_http() -> None:
    oidc = OidcSettings(issuer=ISSUER, client_id="nobet")

    with pytest.raises(SettingsError, match="https"):
        Settings(_env_file=None, public_url="http://nobet.ornek.test", oidc=oidc)
    assert Settings(_env_file=None, public_url="https://nobet.ornek.test", oidc=oidc).signs_in


@pytest.mark.parametrize(
    ("said", "led_to"),
    [
        ({}, None),
        # Not https: nobody is sent there, and signing in goes on.
        ({"end_session_endpoint": "http://kimlik.ornek.test/cikis"}, None),
        ({"end_session_endpoint": "javascript:alert(1)"}, None),
        ({"end_session_endpoint": f"{ISSUER}/cikis?p=B2C"}, f"{ISSUER}/cikis?p=B2C&client_id=nobet&"),
        ({"end_session_endpoint": f"{ISSUER}/cikis"}, f"{ISSUER}/cikis?client_id=nobet&"),
    ],
)
async def test_people_sign_out_where_the_provider_says_and_it_is_safe(said: dict[str, str], led_to: str | None) -> None:
    answers = Answers()
    answers.discovery |= said
    provider = a_provider(answers)

    way_out = await provider.sign_out_url()

    assert (way_out is None) if led_to is None else str(way_out).startswith(led_to)
    assert (await provider.complete(TRIP, "kod")).subject == "s-1"
