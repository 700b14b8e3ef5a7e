"""The proof of a delivery, and the subscription handshake."""

import hmac
from hashlib import sha256

import pytest

from app.connectors import INBOUND
from app.connectors.base import Handshake, Keys, WebhookRequest
from app.connectors.meta.signature import appsecret_proof
from app.errors import DeliveryRejectedError
from app.messages import PlatformName

SECRET = "test_app_secret"
# Meta signs its own escaped form: \u with lower-case digits, and \/.
BODY = (
    rb'{"object":"page","entry":[{"id":"1","time":1700000000,"changes":[{"field":"feed","value":'
    rb'{"item":"comment","verb":"add","message":"\u015fikayet \ud83d\ude00 https:\/\/x.y"}}]}]}'
)
SIGNATURE = "sha256=9e7a4ea105b24d92ecc60912fbebf7e21a07bb9e95e582a9b38c5056fe593454"
RAW_BODY = '{"object":"page","entry":[],"not":"şikâyet 😀"}'.encode()

platforms = pytest.mark.parametrize("platform", [PlatformName("facebook"), PlatformName("instagram")])


def request(body: bytes, **headers: str) -> WebhookRequest:
    return WebhookRequest(headers={name.replace("_", "-"): value for name, value in headers.items()}, body=body)


def signed(body: bytes, secret: str) -> str:
    return "sha256=" + hmac.new(secret.encode(), body, sha256).hexdigest()


@platforms
def test_the_escaped_body_of_the_contract_is_genuine(platform: PlatformName) -> None:
    INBOUND[platform].verify(request(BODY, x_hub_signature_256=SIGNATURE), secrets=[SECRET])


@platforms
def test_a_body_of_raw_utf_8_is_genuine_as_its_bytes_are(platform: PlatformName) -> None:
    INBOUND[platform].verify(request(RAW_BODY, X_Hub_Signature_256=signed(RAW_BODY, SECRET)), secrets=[SECRET])


def test_each_secret_is_tried() -> None:
    INBOUND[PlatformName("facebook")].verify(
        request(BODY, x_hub_signature_256=SIGNATURE), secrets=["", "another app's", SECRET]
    )


@platforms
@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (BODY, {}),
        (BODY, {"x_hub_signature_256": signed(BODY, "someone else's")}),
        (BODY + b" ", {"x_hub_signature_256": SIGNATURE}),
        (BODY.replace(rb"\u015f", "ş".encode()), {"x_hub_signature_256": SIGNATURE}),
        (BODY, {"x_hub_signature_256": SIGNATURE.removeprefix("sha256=")}),
        (BODY, {"x_hub_signature_256": SIGNATURE + "0"}),
        (BODY, {"x_hub_signature_256": "sha256=" + "ş" * 64}),
        (BODY, {"x_hub_signature_256": ""}),
        (BODY, {"x_hub_signature": "sha1=" + hmac.new(SECRET.encode(), BODY, "sha1").hexdigest()}),
        (BODY, {"x_hub_signature_256": "sha1=" + hmac.new(SECRET.encode(), BODY, "sha1").hexdigest()}),
        (BODY, {"x_hub_signature_256": signed(BODY, "")}),
    ],
    ids=[
        "unsigned",
        "foreign secret",
        "one byte more",
        "written anew",
        "no scheme",
        "too long",
        "not ascii",
        "empty",
        "old header",
        "old scheme",
        "empty secret",
    ],
)
def test_a_forged_delivery_is_refused(platform: PlatformName, body: bytes, headers: dict[str, str]) -> None:
    with pytest.raises(DeliveryRejectedError):
        INBOUND[platform].verify(request(body, **headers), secrets=["", SECRET])


def test_without_a_secret_nothing_is_genuine() -> None:
    with pytest.raises(DeliveryRejectedError):
        INBOUND[PlatformName("facebook")].verify(request(BODY, x_hub_signature_256=signed(BODY, "")), secrets=[])


@platforms
def test_the_challenge_comes_back_as_it_was(platform: PlatformName) -> None:
    query = {"hub.mode": "subscribe", "hub.challenge": "0011580", "hub.verify_token": "söz"}

    assert INBOUND[platform].handshake(query, keys=Keys(verify_token="söz")) == Handshake(body="0011580")


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"hub.mode": "subscribe", "hub.challenge": "1", "hub.verify_token": "Söz"},
        {"hub.mode": "unsubscribe", "hub.challenge": "1", "hub.verify_token": "söz"},
        {"hub.mode": "subscribe", "hub.challenge": "1"},
        {"hub.mode": "subscribe", "hub.verify_token": "söz"},
    ],
)
def test_a_foreign_handshake_is_refused(query: dict[str, str]) -> None:
    assert INBOUND[PlatformName("facebook")].handshake(query, keys=Keys(verify_token="söz")) is None


def test_no_handshake_succeeds_while_no_token_is_set() -> None:
    query = {"hub.mode": "subscribe", "hub.challenge": "1", "hub.verify_token": ""}

    assert INBOUND[PlatformName("facebook")].handshake(query, keys=Keys(verify_token="")) is None


def test_the_proof_of_a_call_is_made_of_secret_and_token() -> None:
    # Computed with: printf token | openssl dgst -sha256 -hmac key
    assert appsecret_proof("key", "token") == "646b8eac0c4ae4178299c9bd924e2bf073dfb07e024901a8c864f65b9462bf0d"
