"""The challenge and the proof of a delivery."""

import hmac
import json
from hashlib import sha256

import pytest

from app.connectors.base import Keys, WebhookRequest
from app.connectors.linkedin import INBOUND
from app.errors import DeliveryRejectedError

SECRET, OLD_SECRET = "yeni-gizli", "eski-gizli"
BODY = '{"type":"ORGANIZATION_SOCIAL_ACTION_NOTIFICATIONS","notifications":[{"text":"şikâyet"}]}'.encode()
CODE = "1f0c2a52-77cf-4f0e-9a43-2d9d1c0b7b11"


def digest(secret: str, message: bytes) -> str:
    return hmac.new(secret.encode(), message, sha256).hexdigest()


def verify(signature: str | None, *, name: str = "x-li-signature", body: bytes = BODY) -> None:
    headers = {name: signature} if signature is not None else {}
    INBOUND.verify(WebhookRequest(headers=headers, body=body), secrets=(SECRET, OLD_SECRET))


@pytest.mark.parametrize("secret", [SECRET, OLD_SECRET])
@pytest.mark.parametrize("prefix", ["", "hmacsha256="])
def test_a_signature_over_prefix_and_body_is_a_proof(secret: str, prefix: str) -> None:
    verify(prefix + digest(secret, b"hmacsha256=" + BODY))


def test_the_header_is_found_whatever_its_case() -> None:
    verify(digest(SECRET, b"hmacsha256=" + BODY), name="X-LI-Signature")


@pytest.mark.parametrize(
    "signature",
    [
        None,
        "",
        "hmacsha256=",
        digest(SECRET, BODY),
        digest("başkası", b"hmacsha256=" + BODY),
        digest("", b"hmacsha256=" + BODY),
        digest(SECRET, b"hmacsha256=" + BODY)[:-1],
        digest(SECRET, b"hmacsha256=" + BODY) + "\n",
        "hmacsha256=hmacsha256=" + digest(SECRET, b"hmacsha256=" + BODY),
        "ş" * 64,
    ],
    ids=["none", "empty", "prefix alone", "body alone", "foreign", "no secret", "short", "longer", "twice", "letters"],
)
def test_anything_else_is_none(signature: str | None) -> None:
    with pytest.raises(DeliveryRejectedError):
        verify(signature)


def test_a_body_that_was_touched_is_refused() -> None:
    with pytest.raises(DeliveryRejectedError):
        verify(digest(SECRET, b"hmacsha256=" + BODY), body=BODY + b" ")


def test_without_secrets_nothing_is_proven() -> None:
    request = WebhookRequest(headers={"x-li-signature": digest("", b"hmacsha256=" + BODY)}, body=BODY)

    with pytest.raises(DeliveryRejectedError):
        INBOUND.verify(request, secrets=("",))


def test_a_challenge_is_answered_with_the_first_secret() -> None:
    answer = INBOUND.handshake({"challengeCode": CODE, "applicationId": "77"}, keys=Keys(secrets=(SECRET, OLD_SECRET)))

    assert answer is not None
    assert answer.media_type == "application/json"
    assert json.loads(answer.body) == {"challengeCode": CODE, "challengeResponse": digest(SECRET, CODE.encode())}


@pytest.mark.parametrize("query", [{}, {"challengeCode": ""}, {"challengeCode": "a b"}, {"challengeCode": "x" * 101}])
def test_what_is_no_challenge_is_refused(query: dict[str, str]) -> None:
    assert INBOUND.handshake(query, keys=Keys(secrets=(SECRET,))) is None


def test_a_challenge_is_refused_without_a_secret() -> None:
    assert INBOUND.handshake({"challengeCode": CODE}, keys=Keys(verify_token="x")) is None
    assert INBOUND.handshake({"challengeCode": CODE}, keys=Keys(secrets=("",))) is None


@pytest.mark.parametrize("code", ["hmacsha256=" + BODY.decode(), "hmacsha256=", "hmacsha256={}"])
def test_a_challenge_never_signs_a_delivery(code: str) -> None:
    """Who asks chooses the code: answering this one would hand out the signature of a forged delivery."""
    assert INBOUND.handshake({"challengeCode": code}, keys=Keys(secrets=(SECRET,))) is None
