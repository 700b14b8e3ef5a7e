"""X, formerly Twitter."""

from app.connectors.x.connector import CONNECTOR as CONNECTOR

INBOUND = CONNECTOR.inbound
