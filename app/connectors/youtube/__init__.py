"""YouTube: comments, which are polled, and the feeds of our channels' videos, which a hub delivers (WebSub)."""

from app.connectors.youtube.inbound import YouTubeInbound

INBOUND = YouTubeInbound()
