"""Platforms that count our calls: how each quota stands, for the poller that keeps within it and for who watches."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from app.connectors.base import Calling, Metered, Quota
from app.messages import PlatformName
from app.records import polls
from app.records.database import Sessions


@dataclass(frozen=True, slots=True, kw_only=True)
class Quotas:
    """The quotas of all platforms that have one. `rhythm` is how often each is polled when all goes well."""

    sessions: Sessions
    callings: Mapping[PlatformName, Calling]
    rhythm: Mapping[PlatformName, timedelta]

    async def of(self, platform: PlatformName) -> Quota | None:
        """The quota as it stands; None for a platform without one."""
        calling = self.callings[platform]
        if not isinstance(calling, Metered):
            return None
        async with self.sessions() as session:
            accounts = await polls.accounts_on(session, platform)
        return await calling.quota(accounts)

    async def shown(self) -> dict[PlatformName, Quota]:
        """All quotas, for people and machines that watch: `pause` is the one that polls really keep."""
        found = {platform: await self.of(platform) for platform in self.callings}
        return {
            platform: replace(quota, pause=max(quota.pause, self.rhythm.get(platform, timedelta())))
            for platform, quota in found.items()
            if quota is not None
        }
