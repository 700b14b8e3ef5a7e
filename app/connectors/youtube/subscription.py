"""Whether the hub tells us of a channel's videos. It cannot be asked: what it confirmed at our door is remembered."""

from dataclasses import dataclass, field

import httpx

from app.clock import Clock
from app.connectors.base import Kept, Standing
from app.connectors.youtube.websub import subscribe, topics
from app.messages import ExternalId


@dataclass(frozen=True, slots=True, kw_only=True)
class YouTubeSubscription:
    """One channel's lease at the hub, renewed at half-time; one that was not confirmed is asked for again."""

    channel: ExternalId
    http: httpx.AsyncClient = field(repr=False)
    clock: Clock
    hub_url: str
    callback: str
    secret: str = field(repr=False)

    async def check(self, kept: Kept) -> Standing:
        """Look at what was confirmed."""
        now = self.clock()
        if kept.ends_at is None:
            return Standing(problem="no lease")
        if kept.ends_at <= now:
            return Standing(problem="lease ended")
        return Standing(is_ending=kept.renew_at is not None and kept.renew_at <= now)

    async def repair(self, kept: Kept) -> bool:
        """Ask the hub, which asks back at our door."""
        await subscribe(
            self.http,
            topic=topics(self.channel)[0],
            callback=self.callback,
            secret=self.secret,
            hub=self.hub_url,
        )
        return False
