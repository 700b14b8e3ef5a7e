"""The hub's question and signature."""

import pytest

from app.connectors.base import Handshake, Keys, WebhookRequest
from app.connectors.youtube import INBOUND
from app.connectors.youtube.verify import sign
from app.errors import DeliveryRejectedError
from app.messages import ExternalId
from tests.connectors.youtube.builders import CHANNEL

KEYS = Keys(accounts=frozenset({ExternalId(CHANNEL), ExternalId("UCother")}))
TOPIC = f"https://www.youtube.com/xml/feeds/videos.xml?channel_id={CHANNEL}"
OLD_TOPIC = f"https://www.youtube.com/feeds/videos.xml?channel_id={CHANNEL}"
QUESTION = {"hub.mode": "subscribe", "hub.topic": TOPIC, "hub.challenge": "14ş <b>", "hub.lease_seconds": "432000"}
BODY = "<feed>ş</feed>".encode()


@pytest.mark.parametrize("topic", [TOPIC, OLD_TOPIC])
@pytest.mark.parametrize("mode", ["subscribe", "unsubscribe"])
def test_the_challenge_comes_back_exactly_where_the_feed_is_ours(topic: str, mode: str) -> None:
    answer = INBOUND.handshake({**QUESTION, "hub.topic": topic, "hub.mode": mode}, keys=KEYS)

    assert answer == Handshake(body="14ş <b>", media_type="text/plain")


@pytest.mark.parametrize(
    "change",
    [
        {"hub.topic": "https://www.youtube.com/xml/feeds/videos.xml?channel_id=UCforeign"},
        {"hub.topic": TOPIC + "&x=1"},
        {"hub.topic": TOPIC.replace("https", "http")},
        {"hub.topic": TOPIC.lower()},
        {"hub.topic": "https://www.youtube.com/xml/feeds/videos.xml?channel_id="},
        {"hub.topic": ""},
        {"hub.mode": "denied"},
        {"hub.mode": ""},
        {"hub.challenge": ""},
    ],
)
def test_every_other_question_is_refused(change: dict[str, str]) -> None:
    assert INBOUND.handshake({**QUESTION, **change}, keys=KEYS) is None


def test_nothing_is_ours_without_accounts_and_nothing_is_answered_without_a_question() -> None:
    assert INBOUND.handshake(QUESTION, keys=Keys()) is None
    assert INBOUND.handshake(QUESTION, keys=Keys(accounts=frozenset({ExternalId("")}))) is None
    assert INBOUND.handshake({}, keys=KEYS) is None


def request(signature: str | None, body: bytes = BODY, name: str = "x-hub-signature") -> WebhookRequest:
    return WebhookRequest(headers={} if signature is None else {name: signature}, body=body)


def test_a_known_signature() -> None:
    assert sign("key", b"The quick brown fox jumps over the lazy dog") == "de7c9b85b8b78aa6bc8a7a36f70a90701c9db4d9"


@pytest.mark.parametrize("secrets", [("new", "old"), ("old", "new"), ("", "old")])
def test_a_body_signed_with_one_of_the_secrets_is_the_hubs(secrets: tuple[str, ...]) -> None:
    INBOUND.verify(request(f"sha1={sign('old', BODY)}"), secrets=secrets)
    INBOUND.verify(request(f"sha1={sign('old', BODY).upper()}", name="X-Hub-Signature"), secrets=secrets)


@pytest.mark.parametrize(
    "signature",
    [
        None,
        "",
        "sha1=",
        sign("old", BODY),
        f"sha256={sign('old', BODY)}",
        f"sha1={sign('old', BODY)}0",
        f"sha1={sign('old', BODY)}\n",
        f"sha1={sign('wrong', BODY)}",
        f"sha1={sign('', BODY)}",
        "sha1=" + "٣" * 40,
    ],
)
def test_what_is_not_proven_is_rejected(signature: str | None) -> None:
    with pytest.raises(DeliveryRejectedError):
        INBOUND.verify(request(signature), secrets=("old", ""))


def test_one_other_byte_is_another_body() -> None:
    with pytest.raises(DeliveryRejectedError):
        INBOUND.verify(request(f"sha1={sign('old', BODY)}", BODY + b" "), secrets=("old",))


def test_without_a_secret_nothing_is_proven() -> None:
    with pytest.raises(DeliveryRejectedError):
        INBOUND.verify(request(f"sha1={sign('old', BODY)}"), secrets=())


def test_a_forged_delivery_is_to_be_answered_as_taken() -> None:
    assert (INBOUND.manners.forged, INBOUND.manners.foreign) == (202, 404)
