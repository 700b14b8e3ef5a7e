"""Rest.li 2.0 queries as they are written: structure raw, values encoded.

https://learn.microsoft.com/en-us/linkedin/shared/api-guide/concepts/protocol-version
"""

import re
from urllib.parse import unquote

_LIST = re.compile(r"List\(([^()]*)\)")
_RECORD = re.compile(r"\(([^()]*)\)")
# Within a value all of these must be encoded.
_RESERVED = re.compile(r"[(),:']")


class QueryError(ValueError):
    """A query that Rest.li cannot read; the message says what is wrong with it."""


def split(query: str) -> dict[str, str]:
    """The parameters with their values still as written. Raises QueryError where one comes twice."""
    found: dict[str, str] = {}
    for part in query.split("&") if query else []:
        name, _, value = part.partition("=")
        if name in found:
            raise QueryError(f"Parameter {name} is given twice")
        found[name] = value
    return found


def text(value: str) -> str:
    """A single value. Raises QueryError where it is not encoded."""
    if _RESERVED.search(value):
        raise QueryError(f"Value {value[:60]!r} holds reserved characters that are not encoded")
    return unquote(value)


def listed(value: str) -> list[str]:
    """The values of ``List(a,b)``. Raises QueryError."""
    found = _LIST.fullmatch(value)
    if found is None:
        raise QueryError(f"{value[:60]!r} is no List(…) with raw parentheses")
    return [text(part) for part in found[1].split(",") if part]


def record(value: str) -> dict[str, str]:
    """The fields of ``(name:value,…)``. Raises QueryError."""
    found = _RECORD.fullmatch(value)
    if found is None:
        raise QueryError(f"{value[:60]!r} is no (name:value,…) with raw parentheses")
    fields = {}
    for part in found[1].split(","):
        name, colon, inner = part.partition(":")
        if not colon:
            raise QueryError(f"{part[:60]!r} is no name:value")
        fields[name] = text(inner)
    return fields


def number(parameters: dict[str, str], name: str, *, default: int, most: int) -> int:
    """A count. Raises QueryError where it is none."""
    value = parameters.get(name)
    if value is None:
        return default
    if not value.isdecimal():
        raise QueryError(f"Parameter {name} must be a number")
    return min(int(value), most)
