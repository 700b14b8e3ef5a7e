"""The platforms, listed once. Adding one touches its own folder and this list."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

import httpx

from app.clock import Clock
from app.connectors import facebook, instagram
from app.connectors.base import Endpoint, Inbound, Outbound, Poll
from app.connectors.facebook.client import FacebookOutbound
from app.connectors.facebook.poll import facebook_poll
from app.connectors.instagram.client import InstagramOutbound
from app.connectors.instagram.poll import instagram_poll
from app.connectors.meta.graph import Graph
from app.connectors.meta.usage import Gauges
from app.messages import PlatformName

INBOUND: Mapping[PlatformName, Inbound] = MappingProxyType(
    {connector.name: connector for connector in (facebook.INBOUND, instagram.INBOUND)}
)

OUTBOUND: Mapping[PlatformName, Callable[[Graph], Outbound]] = MappingProxyType(
    {facebook.INBOUND.name: FacebookOutbound, instagram.INBOUND.name: InstagramOutbound}
)

POLLS: Mapping[PlatformName, Callable[[Graph, Clock], Poll]] = MappingProxyType(
    {facebook.INBOUND.name: facebook_poll, instagram.INBOUND.name: instagram_poll}
)


def outbound(endpoint: Endpoint, http: httpx.AsyncClient, gauges: Gauges | None = None) -> Outbound:
    """Return the calling half for an account.

    Hand in one `Gauges` for the life of the process: it remembers how much of each account's allowance is used, so
    that throttled calls are not made. Without one, this connector remembers for itself alone. Raises KeyError for a
    platform that is not listed.
    """
    return OUTBOUND[endpoint.account.platform](Graph(endpoint, http, gauges or Gauges()))


def poll(endpoint: Endpoint, http: httpx.AsyncClient, gauges: Gauges, clock: Clock) -> Poll:
    """Return what asks an account for what is new; it heeds the same `gauges` as the account's other calls."""
    return POLLS[endpoint.account.platform](Graph(endpoint, http, gauges), clock)
