"""What the hub delivered (Atom) or the Data API answered (JSON) to events."""

from app.connectors.document import load
from app.connectors.youtube import answers, feed
from app.connectors.youtube.names import YOUTUBE
from app.messages import Event

# Byte order marks and white space, also those of UTF-16.
BEFORE_THE_FIRST_SIGN = b"\xef\xbb\xbf\xfe\xff\x00 \t\r\n"


def parse(body: bytes) -> tuple[Event, ...]:
    """Return the events of a body, in its order.

    Raises UnreadableDeliveryError for what is neither XML nor JSON, and for XML with a document type or entities.
    """
    if body.lstrip(BEFORE_THE_FIRST_SIGN).startswith(b"<"):
        return tuple(feed.events_of(body))
    return tuple(answers.events_of(load(YOUTUBE, body)))
