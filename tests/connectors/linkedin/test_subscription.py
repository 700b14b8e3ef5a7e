"""Turning notifications on and off, and noticing that they ended."""

from typing import Any

import pytest

from app.connectors.linkedin.api import LinkedInApi
from app.connectors.linkedin.subscription import EventSubscription, Subscribed, administrator_of
from app.errors import PlatformUnavailableError
from app.messages import ExternalId
from tests.connectors.linkedin.builders import ORG, WRITTEN_AT, WRITTEN_MS
from tests.connectors.linkedin.rest_api import RestApi

PLACE = (
    "/rest/eventSubscriptions/(developerApplication:urn%3Ali%3AdeveloperApplication%3A77,"
    "user:urn%3Ali%3Aperson%3AaYs1Adm1n0,entity:urn%3Ali%3Aorganization%3A90417755,"
    "eventType:ORGANIZATION_SOCIAL_ACTION_NOTIFICATIONS)"
)
MEMBER = "urn:li:person:aYs1Adm1n0"
ROLES = "GET /rest/organizationAcls"


@pytest.fixture
def subscription(api: LinkedInApi) -> EventSubscription:
    return EventSubscription(api, application_id="77", person=ExternalId("urn:li:person:aYs1Adm1n0"))


async def test_notifications_are_turned_on_for_an_address(server: RestApi, subscription: EventSubscription) -> None:
    server.answer(f"PUT {PLACE}", None, 204)

    await subscription.turn_on("https://nobet.example/webhooks/linkedin")

    assert server.calls[0].json == {"webhook": "https://nobet.example/webhooks/linkedin"}


async def test_a_subscription_is_found_or_missed(server: RestApi, subscription: EventSubscription) -> None:
    assert await subscription.find() is None

    server.answer(f"GET {PLACE}", {"webhook": "https://nobet.example/", "expiresAt": WRITTEN_MS})
    assert await subscription.find() == Subscribed(expires_at=WRITTEN_AT, webhook="https://nobet.example/")


async def test_a_trouble_does_not_look_like_a_missing_subscription(
    server: RestApi, subscription: EventSubscription
) -> None:
    server.answer(f"GET {PLACE}", "", 503)

    with pytest.raises(PlatformUnavailableError):
        await subscription.find()


async def test_turning_off_twice_is_turning_off_once(server: RestApi, subscription: EventSubscription) -> None:
    server.answer(f"DELETE {PLACE}", None, 204)
    server.fail(f"DELETE {PLACE}", 404)

    await subscription.turn_off()
    await subscription.turn_off()

    assert len(server.calls) == 2


@pytest.mark.parametrize(
    ("roles", "member"),
    [
        ([{"organization": "urn:li:organization:1"}, {"organization": ORG, "roleAssignee": MEMBER}], MEMBER),
        ([{"organizationalTarget": ORG, "roleAssignee": MEMBER}], MEMBER),
        ([{"organization": ORG}], ""),
        ([{"organization": "urn:li:organization:1", "roleAssignee": MEMBER}, None, {}], None),
        ([], None),
    ],
)
async def test_the_administrator_is_found_under_either_name(
    server: RestApi, api: LinkedInApi, roles: list[Any], member: str | None
) -> None:
    server.answer(ROLES, {"elements": roles, "paging": {"start": 0, "count": 100, "links": []}})

    assert await administrator_of(api) == member
    assert server.calls[0].query == "q=roleAssignee&role=ADMINISTRATOR&state=APPROVED&start=0&count=100"
