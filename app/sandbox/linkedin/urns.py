"""LinkedIn's names for things, and the form in which Rest.li takes them."""

import re
from urllib.parse import quote, unquote

from app.sandbox.world.records import Comment, Post

_COMMENT = re.compile(r"urn:li:comment:\((urn:li:\w+:\d+),(\d+)\)")


def person_urn(author_id: str) -> str:
    """The name of a member, or of the organisation, that wrote something."""
    return author_id if author_id.startswith("urn:") else f"urn:li:person:{re.sub(r'[^A-Za-z0-9_-]', '-', author_id)}"


def comment_urn(activity: str, number: int) -> str:
    """The name of a comment: nineteen digits beneath an activity."""
    return f"urn:li:comment:({activity},7{number % 10**18:018d})"


def number_of(comment: Comment) -> str:
    """A comment's own number."""
    return comment.id.rpartition(",")[2].removesuffix(")")


def share_urn(post: Post) -> str:
    """A post as its author's call names it."""
    return f"urn:li:share:{post.shortcode}"


def comment_parts(urn: str) -> tuple[str, str] | None:
    """The post and number that a comment's name holds; None for any other name."""
    found = _COMMENT.fullmatch(urn)
    return (found[1], found[2]) if found else None


def read_segment(segment: str) -> str | None:
    """A path segment decoded; None where reserved characters of Rest.li stand in it raw."""
    return None if re.search(r"[:(),]", segment) else unquote(segment)


def encoded(urn: str) -> str:
    """A name for a path or query."""
    return quote(urn, safe="")
