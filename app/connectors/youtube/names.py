"""What the platform is called, and what its ids look like."""

import re

from app.messages import ExternalId, PlatformName

YOUTUBE = PlatformName("youtube")

# Ids that stand inside an address; eleven signs for a video today, which nobody promises.
PLAIN_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")


PAGES_URL = "https://www.youtube.com"


def watch_link(video_id: ExternalId | None, pages_url: str = PAGES_URL) -> str | None:
    """Return a video's address in the form that the feeds give."""
    return f"{pages_url}/watch?v={video_id}" if video_id and PLAIN_ID.fullmatch(video_id) else None


def thread_of(comment_id: ExternalId) -> ExternalId | None:
    """Return the top-level comment above a reply: a reply's id is its parent's, a dot, and a part of its own."""
    parent_id, dot, own_part = comment_id.partition(".")
    return ExternalId(parent_id) if parent_id and dot and own_part else None
