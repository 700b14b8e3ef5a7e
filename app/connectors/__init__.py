"""The platforms, listed once. Adding one touches its own folder, its settings, and where `main.py` sets it up."""

from collections.abc import Mapping
from types import MappingProxyType

from app.connectors import facebook, instagram, linkedin, x, youtube
from app.connectors.base import Inbound
from app.messages import PlatformName

INBOUND: Mapping[PlatformName, Inbound] = MappingProxyType(
    {
        connector.name: connector
        for connector in (facebook.INBOUND, instagram.INBOUND, x.INBOUND, linkedin.INBOUND, youtube.INBOUND)
    }
)
