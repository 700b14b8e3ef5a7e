"""Subscribing to the feeds of our channels at a hub, and knowing when to do so again.

The hub tells of new videos and of changed titles, never of comments; and it does not tell when a lease ran out, so it
is renewed at half its time. https://developers.google.com/youtube/v3/guides/push_notifications
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import httpx

from app.connectors.base import CALL_TIMEOUT, Leased
from app.connectors.youtube.names import YOUTUBE
from app.errors import PlatformRefusedError, PlatformUnavailableError
from app.messages import ExternalId

HUB = "https://pubsubhubbub.appspot.com/subscribe"
# The address of today's documentation, and the older one that the hub still knows.
TOPICS = (
    "https://www.youtube.com/xml/feeds/videos.xml?channel_id={channel}",
    "https://www.youtube.com/feeds/videos.xml?channel_id={channel}",
)
# What the hub grants where nothing is asked for, and the most it grants.
DEFAULT_LEASE, LONGEST_LEASE = timedelta(seconds=432_000), timedelta(seconds=828_000)


class Mode(StrEnum):
    """What the hub is asked for."""

    SUBSCRIBE = "subscribe"
    UNSUBSCRIBE = "unsubscribe"


def topics(channel: ExternalId) -> tuple[str, ...]:
    """Return the addresses under which a channel's feed may be subscribed to; the first is the one to ask for."""
    return tuple(topic.format(channel=channel) for topic in TOPICS) if channel else ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """A subscription as the hub confirmed it."""

    topic: str
    confirmed_at: datetime
    lasts: timedelta

    @property
    def ends_at(self) -> datetime:
        """From when on nothing is delivered."""
        return self.confirmed_at + self.lasts

    @property
    def renew_at(self) -> datetime:
        """When to subscribe again: at half-time, so that a hub that is down for a day costs nothing."""
        return self.confirmed_at + self.lasts / 2

    def is_due(self, now: datetime) -> bool:
        """Whether it is time to subscribe again."""
        return now >= self.renew_at


def lease_of(query: Mapping[str, str], *, confirmed_at: datetime) -> Lease | None:
    """Return the lease that the hub's question confirms once it is answered; None for an end or a strange question.

    A hub that does not name the lease's time has granted its default.
    """
    topic, seconds = query.get("hub.topic"), query.get("hub.lease_seconds", "")
    if query.get("hub.mode") != Mode.SUBSCRIBE or not topic:
        return None
    is_told = seconds.isascii() and seconds.isdecimal() and 0 < len(seconds) <= 9 and int(seconds) > 0
    lasts = min(timedelta(seconds=int(seconds)), LONGEST_LEASE) if is_told else DEFAULT_LEASE
    return Lease(topic=topic, confirmed_at=confirmed_at, lasts=lasts)


def leased_of(query: Mapping[str, str], *, at: datetime) -> Leased | None:
    """Return what the hub's question about one of our feeds confirms, for keeping; None for a strange question."""
    channel = ExternalId(query.get("hub.topic", "").rpartition("channel_id=")[2])
    if query.get("hub.mode") == Mode.UNSUBSCRIBE:
        return Leased(external_id=channel, ends_at=None, renew_at=at)
    lease = lease_of(query, confirmed_at=at)
    return Leased(external_id=channel, ends_at=lease.ends_at, renew_at=lease.renew_at) if lease is not None else None


async def subscribe(
    http: httpx.AsyncClient,
    *,
    topic: str,
    callback: str,
    secret: str,
    hub: str = HUB,
    mode: Mode = Mode.SUBSCRIBE,
    lease: timedelta = LONGEST_LEASE,
) -> None:
    """Ask the hub to begin, renew or end a subscription; it asks back at `callback` (see `handshake`).

    May be repeated at will. Raises PlatformUnavailableError, or PlatformRefusedError where the hub finds the request
    wrong.
    """
    form = {
        "hub.mode": mode,
        "hub.topic": topic,
        "hub.callback": callback,
        "hub.verify": "async",
        "hub.secret": secret,
        "hub.lease_seconds": str(int(lease.total_seconds())),
    }
    try:
        response = await http.post(hub, data=form, timeout=CALL_TIMEOUT.total_seconds())
    except httpx.RequestError as error:
        raise PlatformUnavailableError(YOUTUBE, mode, type(error).__name__) from error
    code = f"http {response.status_code}"
    if response.status_code == httpx.codes.TOO_MANY_REQUESTS or response.is_server_error:
        raise PlatformUnavailableError(YOUTUBE, mode, code)
    if not response.is_success:
        raise PlatformRefusedError(YOUTUBE, mode, code, "the hub did not take the request")
