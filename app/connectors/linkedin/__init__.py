"""LinkedIn organisation pages."""

from app.connectors.linkedin.connector import CONNECTOR as CONNECTOR

INBOUND = CONNECTOR.inbound
