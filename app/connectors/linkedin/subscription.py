"""Whether notifications are on for a page, and turning them on and off.

A subscription belongs to one administrator: it ends, without notice, with their grant or role. So it is asked for
every day, together with the role.
https://learn.microsoft.com/en-us/linkedin/marketing/community-management/organizations/organization-social-action-notifications
https://learn.microsoft.com/en-us/linkedin/marketing/community-management/organizations/organization-access-control-by-role
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from app.clock import Clock
from app.connectors.base import Kept, Standing
from app.connectors.linkedin.api import Call, LinkedInApi, key
from app.connectors.linkedin.client import is_last
from app.connectors.linkedin.failures import GoneError
from app.connectors.linkedin.urns import actor_urn
from app.connectors.values import as_time, as_url
from app.messages import ExternalId

EVENTS = "ORGANIZATION_SOCIAL_ACTION_NOTIFICATIONS"
PAGE_SIZE, MOST_PAGES = 100, 10
RENEWED_BEFORE = timedelta(days=7)
# A member who administers the page, though LinkedIn did not tell their name.
NAMELESS = ExternalId("")


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscribed:
    """A subscription that stands; `expires_at` where LinkedIn says until when, `webhook` where it says to where."""

    expires_at: datetime | None
    webhook: str | None = None


class LinkedInSubscription:
    """A page's notifications, for whichever administrator has connected it. `webhook` is where they are sent."""

    def __init__(self, api: LinkedInApi, *, application_id: str, webhook: str, clock: Clock) -> None:
        self._api = api
        self._application_id = application_id
        self._webhook = webhook
        self._clock = clock

    async def check(self, kept: Kept) -> Standing:
        """Ask for the role, without which nothing is sent, then for the subscription."""
        person = await administrator_of(self._api)
        if not person:
            return Standing(problem="no administrator")
        found = await self._of(person).find()
        if found is None:
            return Standing(problem="no subscription")
        if found.webhook is not None and found.webhook != self._webhook:
            return Standing(problem="another address")
        return Standing(is_ending=found.expires_at is not None and found.expires_at - RENEWED_BEFORE <= self._clock())

    async def repair(self, kept: Kept) -> bool:
        """Turn the notifications on (again)."""
        person = await administrator_of(self._api)
        if not person:
            detail = "whoever connected the page does not administer it any more"
            raise self._api.refused("subscribe", "no administrator", detail)
        await self._of(person).turn_on(self._webhook)
        return True

    def _of(self, person: ExternalId) -> "EventSubscription":
        return EventSubscription(self._api, application_id=self._application_id, person=person)


class EventSubscription:
    """One administrator's subscription to one page. `application_id` is bare, `person` the member's URN."""

    def __init__(self, api: LinkedInApi, *, application_id: str, person: ExternalId) -> None:
        self._api = api
        place = key(
            developerApplication=f"urn:li:developerApplication:{application_id}",
            user=person,
            entity=api.organization,
            eventType=EVENTS,
        )
        self._path = f"eventSubscriptions/{place}"

    async def find(self) -> Subscribed | None:
        """Return the subscription, or None where there is none (any more)."""
        try:
            found = await self._api.get("find_subscription", self._path)
        except GoneError:
            return None
        return Subscribed(
            expires_at=as_time(found.document.get("expiresAt")), webhook=as_url(found.document.get("webhook"))
        )

    async def turn_on(self, webhook: str) -> None:
        """Have notifications sent to this address, which must have passed its challenge. May be repeated."""
        await self._api.run(Call(name="subscribe", method="PUT", path=self._path, json={"webhook": webhook}))

    async def turn_off(self) -> None:
        """Have no more notifications sent; none there counts as done."""
        try:
            await self._api.run(Call(name="unsubscribe", method="DELETE", path=self._path))
        except GoneError:
            return


async def administrator_of(api: LinkedInApi) -> ExternalId | None:
    """The member whose token is used, where they administer the page; None where they do not (any more)."""
    start = 0
    for _ in range(MOST_PAGES):
        query = f"q=roleAssignee&role=ADMINISTRATOR&state=APPROVED&start={start}&count={PAGE_SIZE}"
        page = await api.get("find_role", "organizationAcls", query)
        for item in page.elements:
            # Older versions call it the target.
            named = {actor_urn(item.get("organization")), actor_urn(item.get("organizationalTarget"))}
            if api.organization in named:
                return actor_urn(item.get("roleAssignee")) or NAMELESS
        start += len(page.elements)
        if is_last(page.document, end=start, found=len(page.elements), asked=PAGE_SIZE):
            break
    return None
