"""The platforms, listed once. Adding one is a folder and a line here: `docs/connectors.md` leads through it."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from app.connectors import facebook, instagram, linkedin, x, youtube
from app.connectors.base import Inbound
from app.connectors.connector import Connector
from app.messages import PlatformName

CONNECTORS: tuple[Connector[Any], ...] = (
    facebook.CONNECTOR,
    instagram.CONNECTOR,
    x.CONNECTOR,
    linkedin.CONNECTOR,
    youtube.CONNECTOR,
)
INBOUND: Mapping[PlatformName, Inbound] = MappingProxyType(
    {connector.name: connector.inbound for connector in CONNECTORS}
)
