"""What Facebook delivers, and how it is read."""

from app.connectors.facebook.parse import FACEBOOK, POLLED, read_feed, read_mention, read_rating
from app.connectors.meta.inbound import MetaInbound

INBOUND = MetaInbound(
    name=FACEBOOK,
    object_name="page",
    readers={"feed": read_feed, "mention": read_mention, "ratings": read_rating},
    polled=POLLED,
)
