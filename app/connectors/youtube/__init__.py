"""YouTube: comments, which are polled, and the feeds of our channels' videos, which a hub delivers (WebSub)."""

from app.connectors.youtube.connector import CONNECTOR as CONNECTOR

INBOUND = CONNECTOR.inbound
