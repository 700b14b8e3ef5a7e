"""Proving deliveries, and proving ourselves to X."""

import hmac
import json
from base64 import b64encode
from hashlib import sha256

import pytest

from app.connectors.base import Inbound, Keys, WebhookRequest
from app.connectors.x import INBOUND
from app.connectors.x.signature import sign
from app.errors import DeliveryRejectedError

SECRET, NEXT = "consumer-secret", "next-consumer-secret"
BODY = '{"data":{"text":"Öğrenci 😡"}}'.encode()


def a_request(**headers: str) -> WebhookRequest:
    return WebhookRequest(headers={name.replace("_", "-"): value for name, value in headers.items()}, body=BODY)


def signed(secret: str = SECRET, body: bytes = BODY) -> str:
    return "sha256=" + b64encode(hmac.new(secret.encode(), body, sha256).digest()).decode()


def verify(request: WebhookRequest, *secrets: str) -> None:
    INBOUND.verify(request, secrets=secrets or (SECRET,))


def test_it_is_an_inbound() -> None:
    inbound: Inbound = INBOUND

    assert inbound.name == "x"


def test_a_published_pair_of_token_and_answer() -> None:
    answer = INBOUND.handshake({"crc_token": "test-crc-token"}, keys=Keys(secrets=("test-consumer-secret",)))

    assert answer is not None
    assert answer.media_type == "application/json"
    assert json.loads(answer.body) == {"response_token": "sha256=1Fg22hsV/J0MPCeiX/iZqLqDkZ0S28yOOMIljrsAX9M="}


def test_the_first_secret_answers() -> None:
    answer = INBOUND.handshake({"crc_token": "t", "nonce": "n"}, keys=Keys(secrets=(SECRET, NEXT)))

    assert answer is not None
    assert json.loads(answer.body)["response_token"] == sign(SECRET, b"t")


@pytest.mark.parametrize("query", [{}, {"crc_token": ""}, {"hub.challenge": "1"}])
def test_another_question_is_refused(query: dict[str, str]) -> None:
    assert INBOUND.handshake(query, keys=Keys(secrets=(SECRET,))) is None


def test_without_a_secret_nothing_is_answered() -> None:
    assert INBOUND.handshake({"crc_token": "t"}, keys=Keys()) is None


def test_an_odd_token_is_answered() -> None:
    assert INBOUND.handshake({"crc_token": "\ud800ş\x00"}, keys=Keys(secrets=(SECRET,))) is not None


@pytest.mark.parametrize("token", [BODY.decode(), ' {"for_user_id":"1"}', "{", "[{}]", "a" * 1001])
def test_a_token_that_could_be_a_delivery_is_not_signed(token: str) -> None:
    assert INBOUND.handshake({"crc_token": token}, keys=Keys(secrets=(SECRET,))) is None


@pytest.mark.parametrize("token", ["test-crc-token", "1", "[]", "null", "\ud800ş\x00", "", " "])
def test_what_anybody_can_have_signed_proves_no_delivery(token: str) -> None:
    body = token.encode("utf-8", "replace")
    given = WebhookRequest(headers={"x-twitter-webhooks-signature": signed(body=body)}, body=body)

    with pytest.raises(DeliveryRejectedError):
        verify(given)


def test_a_signed_body_is_proven() -> None:
    verify(a_request(x_twitter_webhooks_signature=signed()))


def test_the_name_of_the_header_may_be_written_in_capitals() -> None:
    verify(WebhookRequest(headers={"X-Twitter-Webhooks-Signature": signed()}, body=BODY))


def test_a_body_signed_with_any_of_several_secrets_is_proven() -> None:
    verify(a_request(x_twitter_webhooks_signature=signed(NEXT)), SECRET, NEXT)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"x_hub_signature_256": signed()},
        {"x_twitter_webhooks_signature": ""},
        {"x_twitter_webhooks_signature": signed().removeprefix("sha256=")},
        {"x_twitter_webhooks_signature": signed("other")},
        {"x_twitter_webhooks_signature": signed(body=BODY + b" ")},
        {"x_twitter_webhooks_signature": signed().rstrip("=")},
        {"x_twitter_webhooks_signature": "sha256=" + hmac.new(SECRET.encode(), BODY, sha256).hexdigest()},
        {"x_twitter_webhooks_signature": "sha256=ş\ud800"},
    ],
)
def test_anything_else_is_rejected(headers: dict[str, str]) -> None:
    with pytest.raises(DeliveryRejectedError):
        verify(a_request(**headers))


@pytest.mark.parametrize("secrets", [(), ("",)])
def test_nothing_is_proven_without_a_secret(secrets: tuple[str, ...]) -> None:
    with pytest.raises(DeliveryRejectedError):
        INBOUND.verify(a_request(x_twitter_webhooks_signature=signed("")), secrets=secrets)
