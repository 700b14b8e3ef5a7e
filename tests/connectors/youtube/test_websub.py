"""Subscribing at the hub, and the lease."""

from datetime import timedelta

import httpx
import pytest

from app.connectors.youtube.websub import DEFAULT_LEASE, LONGEST_LEASE, Lease, Mode, lease_of, subscribe, topics
from app.errors import PlatformRefusedError, PlatformUnavailableError
from app.messages import ExternalId
from tests.connectors.youtube.builders import CHANNEL, NOW
from tests.connectors.youtube.data_api import DataApi

TOPIC = topics(ExternalId(CHANNEL))[0]
CALLBACK = "https://nobet.example/webhooks/youtube"


@pytest.mark.parametrize("mode", Mode)
async def test_a_subscription_is_asked_for_at_the_hub(api: DataApi, http: httpx.AsyncClient, mode: Mode) -> None:
    api.answer("POST /subscribe", "", 202)

    await subscribe(http, topic=TOPIC, callback=CALLBACK, secret="s3cret", hub=f"{api.origin}/subscribe", mode=mode)

    assert api.calls[0].form == {
        "hub.mode": mode,
        "hub.topic": TOPIC,
        "hub.callback": CALLBACK,
        "hub.verify": "async",
        "hub.secret": "s3cret",
        "hub.lease_seconds": "828000",
    }


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, PlatformRefusedError),
        (404, PlatformRefusedError),
        (302, PlatformRefusedError),
        (429, PlatformUnavailableError),
        (503, PlatformUnavailableError),
    ],
)
async def test_the_hubs_refusal_has_a_name(
    api: DataApi, http: httpx.AsyncClient, status: int, kind: type[Exception]
) -> None:
    api.answer("POST /subscribe", "no", status)

    with pytest.raises(kind):
        await subscribe(http, topic=TOPIC, callback=CALLBACK, secret="s", hub=f"{api.origin}/subscribe")


async def test_a_hub_that_is_away_is_asked_again_later(http: httpx.AsyncClient) -> None:
    with pytest.raises(PlatformUnavailableError):
        await subscribe(http, topic=TOPIC, callback=CALLBACK, secret="s", hub="http://127.0.0.1:1/")


def test_a_lease_is_renewed_at_half_its_time() -> None:
    lease = Lease(topic=TOPIC, confirmed_at=NOW, lasts=timedelta(days=4))

    assert lease.ends_at == NOW + timedelta(days=4)
    assert not lease.is_due(NOW + timedelta(days=2) - timedelta(seconds=1))
    assert lease.is_due(NOW + timedelta(days=2))


@pytest.mark.parametrize(
    ("seconds", "lasts"),
    [
        ("86400", timedelta(days=1)),
        ("99999999", LONGEST_LEASE),
        ("0", DEFAULT_LEASE),
        ("", DEFAULT_LEASE),
        ("-1", DEFAULT_LEASE),
        ("٣", DEFAULT_LEASE),
        ("9" * 30, DEFAULT_LEASE),
    ],
)
def test_the_hub_names_the_time_of_the_lease(seconds: str, lasts: timedelta) -> None:
    query = {"hub.mode": "subscribe", "hub.topic": TOPIC, "hub.lease_seconds": seconds}

    assert lease_of(query, confirmed_at=NOW) == Lease(topic=TOPIC, confirmed_at=NOW, lasts=lasts)


def test_the_end_of_a_subscription_is_no_lease() -> None:
    assert lease_of({"hub.mode": "unsubscribe", "hub.topic": TOPIC}, confirmed_at=NOW) is None
    assert lease_of({}, confirmed_at=NOW) is None
