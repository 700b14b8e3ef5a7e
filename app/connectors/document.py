"""Reading a body as JSON, however odd what stands inside. One strange value must not cost the batch it came in."""

import json
import re

from app.connectors.values import as_object
from app.errors import UnreadableDeliveryError
from app.messages import PlatformName

# Meta nests about ten deep. Python's own reader gives up at about a thousand, for the whole body.
MAX_DEPTH = 64
# Python refuses to turn more than 4300 digits into a number; an id has at most 20.
MAX_DIGITS = 40

# A string with its escapes (an unfinished one too, so that a search never goes over the same text twice), or a bracket.
TOKEN = re.compile(r'"(?:[^"\\]|\\.)*+"?|[\[\]{}]', re.DOTALL)


def load(platform: PlatformName, body: bytes) -> object:
    """Return the JSON document.

    Raises UnreadableDeliveryError where the body is not JSON. What nests deeper than MAX_DEPTH becomes null, a
    number too long for any id stays a string, bytes that are not UTF-8 become U+FFFD.
    """
    text = body.decode("utf-8-sig", "replace")
    try:
        try:
            document = _loads(text)
        except RecursionError:
            document = _loads(flatten(text))
    except (ValueError, RecursionError) as error:
        raise UnreadableDeliveryError(platform, "the body is not JSON") from error
    return document


def _loads(text: str) -> object:
    document: object = json.loads(text, parse_int=_number, parse_constant=lambda _: None)
    if depth_is_over(document, MAX_DEPTH):
        document = json.loads(flatten(text), parse_int=_number, parse_constant=lambda _: None)
    return document


def _number(digits: str) -> int | str:
    return int(digits) if len(digits) <= MAX_DIGITS else digits


def depth_is_over(document: object, limit: int) -> bool:
    """Whether the document nests deeper than `limit`, without nesting calls itself."""
    level = [document]
    for _ in range(limit):
        level = [
            child
            for parent in level
            for child in (as_object(parent).values() or (parent if isinstance(parent, list) else ()))
            if isinstance(child, dict | list)
        ]
        if not level:
            return False
    return True


def flatten(text: str, limit: int = MAX_DEPTH) -> str:
    """Return JSON text with null in place of what nests deeper than `limit`. One pass; needs no valid JSON."""
    kept: list[str] = []
    depth = start = 0
    for token in TOKEN.finditer(text):
        sign = token[0][0]
        if sign in "[{":
            depth += 1
            if depth == limit + 1:
                kept += text[start : token.start()], "null"
        elif sign in "]}":
            depth -= 1
            if depth == limit:
                start = token.end()
    return "".join((*kept, text[start:])) if depth <= limit else ""
