"""X, formerly Twitter."""

from app.connectors.x.inbound import XInbound

INBOUND = XInbound()
