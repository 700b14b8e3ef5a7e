"""The body of `nobet parse PLATFORM`: a raw webhook body or polled page in, one normalised event a line out."""

import json
import sys
from datetime import UTC, datetime
from typing import BinaryIO, TextIO

from app.connectors import INBOUND
from app.errors import UnreadableDeliveryError
from app.messages import Event, PlatformName

# Line ends of Unicode, which JSON leaves alone and readers of lines may not.
LINE_ENDS = str.maketrans({"\x85": "\\u0085", "\u2028": "\\u2028", "\u2029": "\\u2029"})


def parse_stdin(platform: str, stdin: BinaryIO, stdout: TextIO) -> int:
    """Write the events of the body on `stdin` as JSON lines; return the exit code: 2 for what is not even JSON."""
    inbound = INBOUND.get(PlatformName(platform))
    if inbound is None:
        print(f"nobet parse: no platform {platform!r}; there are {', '.join(sorted(INBOUND))}", file=sys.stderr)
        return 2
    try:
        events = tuple(inbound.parse(stdin.read(), received_at=datetime.now(UTC)))
    except UnreadableDeliveryError as error:
        print(f"nobet parse: {error}", file=sys.stderr)
        return 2
    is_ascii = "utf" not in (stdout.encoding or "utf-8").lower()
    for event in events:
        stdout.write(json.dumps(as_json(event), ensure_ascii=is_ascii).translate(LINE_ENDS) + "\n")
    return 0


def as_json(event: Event) -> dict[str, object]:
    """Return an event in the form that outside programs rely on."""
    return {
        "event": event.event,
        "channel": event.channel,
        "platform": event.platform,
        "account_id": event.account_id,
        "external_id": event.external_id,
        "parent_id": event.parent_id,
        "post_id": event.post_id,
        "author_id": event.author_id,
        "author_name": event.author_name,
        "text": event.text,
        "link": event.link,
        "sent_at": event.sent_at and event.sent_at.isoformat(),
        "media": [{"kind": medium.kind, "url": medium.url} for medium in event.media],
    }
