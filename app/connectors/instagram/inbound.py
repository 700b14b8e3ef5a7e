"""What Instagram delivers, and how it is read."""

from app.connectors.instagram.parse import INSTAGRAM, POLLED, read_comment, read_mention
from app.connectors.meta.inbound import MetaInbound

INBOUND = MetaInbound(
    name=INSTAGRAM,
    object_name="instagram",
    readers={"comments": read_comment, "live_comments": read_comment, "mentions": read_mention},
    polled=POLLED,
)
