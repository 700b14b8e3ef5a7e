"""LinkedIn's names for things, in one spelling each.

The same comment is called ``urn:li:comment:(urn:li:activity:1,2)``, ``urn:li:comment:(activity:1,2)`` and the
percent-encoded form of either, within one delivery. A post has an activity URN and a share or ugcPost URN, whose
numbers differ, so one cannot be turned into the other.
https://learn.microsoft.com/en-us/linkedin/shared/api-guide/concepts/urns
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import quote, unquote

from app.connectors.values import as_id
from app.messages import ExternalId

PREFIX = "urn:li:"
# Within a comment's name a thread may be given as a bare number; it is the activity's.
THREAD_TYPE = "activity"
TYPES = {name.lower(): name for name in ("activity", "share", "ugcPost", "groupPost", "person", "organization")}
# A company is what an organisation was called before, and a brand is an organisation of another one: same numbers.
ORGANIZATIONS = frozenset({"organization", "company", "organizationbrand"})

NUMBER = re.compile(r"[0-9]{1,40}")
SIMPLE = re.compile(r"(?:urn:li:)?([A-Za-z]{1,40}):([A-Za-z0-9_-]{1,100})", re.IGNORECASE)
COMMENT = re.compile(r"(?:urn:li:)?comment:\((.{1,400}),([A-Za-z0-9_-]{1,100})\)", re.IGNORECASE)
# Deeper than a comment beneath a comment LinkedIn does not go.
MAX_NESTING = 3


def plain(value: object) -> str | None:
    """Return a name without percent-encoding, under which it comes where it was copied out of an address."""
    text = as_id(value)
    for _ in range(2):
        if text is not None and "%" in text:
            text = as_id(unquote(text, errors="replace"))
    return text


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentName:
    """What a comment's URN says: its own number, the post it stands under, and the comment above where it names one."""

    number: str
    thread: ExternalId | None = None
    parent: "CommentName | None" = None

    @classmethod
    def read(cls, value: object) -> "CommentName | None":
        """Read any spelling; None for what names no comment."""
        text = plain(value)
        return cls._read(text, MAX_NESTING) if text is not None else None

    @classmethod
    def _read(cls, text: str, levels: int) -> "CommentName | None":
        found = COMMENT.fullmatch(text)
        if found is None or levels == 0:
            return None
        above = cls._read(found[1], levels - 1)
        if above is not None:
            return cls(number=found[2], thread=above.thread, parent=above)
        if NUMBER.fullmatch(found[1]):
            return cls(number=found[2], thread=ExternalId(f"{PREFIX}{THREAD_TYPE}:{found[1]}"))
        return cls(number=found[2], thread=post_urn(found[1]))


def comment_urn(thread: ExternalId | None, number: str) -> ExternalId:
    """Return a comment's name in the one spelling used here; its number alone where nobody tells the post."""
    return ExternalId(f"{PREFIX}comment:({thread},{number})" if thread else number)


def post_urn(value: object) -> ExternalId | None:
    """Return a post's name; None for what names no single thing (a comment, a word)."""
    text = plain(value)
    found = SIMPLE.fullmatch(text) if text is not None else None
    return ExternalId(f"{PREFIX}{TYPES.get(found[1].lower(), found[1])}:{found[2]}") if found else None


def actor_urn(value: object) -> ExternalId | None:
    """Return a person's or organisation's name; a spelling that is not known stays as it is."""
    text = plain(value)
    found = SIMPLE.fullmatch(text) if text is not None else None
    if found is None:
        return ExternalId(text) if text is not None else None
    kind = "organization" if found[1].lower() in ORGANIZATIONS else TYPES.get(found[1].lower(), found[1])
    return ExternalId(f"{PREFIX}{kind}:{found[2]}")


def organization_urn(external_id: ExternalId) -> ExternalId:
    """Return an account's URN, also where it was set as a bare number."""
    text = external_id.strip()
    return actor_urn(f"organization:{text}" if NUMBER.fullmatch(text) else text) or external_id


def best_thread(candidates: Iterable[ExternalId | None]) -> ExternalId | None:
    """Choose the post's name that a comment is called by: the activity, which webhook and API share, if it is there."""
    known = [candidate for candidate in candidates if candidate is not None]
    activities = (candidate for candidate in known if candidate.startswith(f"{PREFIX}{THREAD_TYPE}:"))
    return next(activities, known[0] if known else None)


def encoded(urn: str) -> str:
    """Return a URN as Rest.li wants it within a path or a value: encoded in full, brackets and commas too.

    https://learn.microsoft.com/en-us/linkedin/shared/api-guide/concepts/protocol-version
    """
    return quote(urn, safe="")
