"""Whether notifications are on for a page, and turning them on and off.

A subscription belongs to one administrator: it ends, without notice, with their grant or role. So it is asked for
every day, together with the role.
https://learn.microsoft.com/en-us/linkedin/marketing/community-management/organizations/organization-social-action-notifications
https://learn.microsoft.com/en-us/linkedin/marketing/community-management/organizations/organization-access-control-by-role
"""

from dataclasses import dataclass
from datetime import datetime

from app.connectors.linkedin.api import Call, LinkedInApi, key
from app.connectors.linkedin.client import is_last
from app.connectors.linkedin.failures import GoneError
from app.connectors.linkedin.urns import actor_urn
from app.connectors.values import as_time

EVENTS = "ORGANIZATION_SOCIAL_ACTION_NOTIFICATIONS"
PAGE_SIZE, MOST_PAGES = 100, 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscribed:
    """A subscription that stands; `expires_at` where LinkedIn says until when."""

    expires_at: datetime | None


class Subscription:
    """One administrator's subscription to one page. Ids are the bare ones of the application and the member."""

    def __init__(self, api: LinkedInApi, *, application_id: str, person_id: str) -> None:
        self._api = api
        place = key(
            developerApplication=f"urn:li:developerApplication:{application_id}",
            user=f"urn:li:person:{person_id}",
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
        return Subscribed(expires_at=as_time(found.document.get("expiresAt")))

    async def turn_on(self, webhook: str) -> None:
        """Have notifications sent to this address, which must have passed its challenge. May be repeated."""
        await self._api.run(Call(name="subscribe", method="PUT", path=self._path, json={"webhook": webhook}))

    async def turn_off(self) -> None:
        """Have no more notifications sent; none there counts as done."""
        try:
            await self._api.run(Call(name="unsubscribe", method="DELETE", path=self._path))
        except GoneError:
            return

    async def is_administrator(self) -> bool:
        """Whether the member whose token is used still administers the page."""
        start = 0
        for _ in range(MOST_PAGES):
            query = f"q=roleAssignee&role=ADMINISTRATOR&state=APPROVED&start={start}&count={PAGE_SIZE}"
            page = await self._api.get("find_role", "organizationAcls", query)
            for item in page.elements:
                # Older versions call it the target.
                if self._api.organization in {
                    actor_urn(item.get("organization")),
                    actor_urn(item.get("organizationalTarget")),
                }:
                    return True
            start += len(page.elements)
            if is_last(page.document, end=start, found=len(page.elements), asked=PAGE_SIZE):
                break
        return False
