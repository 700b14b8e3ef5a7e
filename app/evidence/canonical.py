"""One spelling of a JSON value, so that its hash means something (RFC 8785, with two differences).

Fractions are refused instead of formatted: nothing in evidence needs them, and their spelling is where readers differ.
Half a surrogate pair, which platforms do send, is written as its escape instead of refused: a text that cannot be
sealed could not be taken down. Text is otherwise untouched; its Unicode form is evidence too.
"""

import json
import re
from collections.abc import Mapping, Sequence
from typing import TypeAlias

JsonValue: TypeAlias = "bool | int | str | Sequence[JsonValue] | Mapping[str, JsonValue] | None"

# Every reader of JSON holds these exactly (RFC 8785, appendix D).
LARGEST_INTEGER = 2**53 - 1
_SURROGATE = re.compile("[\ud800-\udfff]")


def canonical_json(value: JsonValue) -> bytes:
    """The value's only spelling: keys by UTF-16 code units, no spaces, no fractions, UTF-8.

    Raises ValueError for integers that not every reader holds and for nesting past some hundred levels, TypeError for
    anything that is not JSON.
    """
    try:
        text = json.dumps(_ordered(value), ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    except RecursionError as error:
        raise ValueError("the value is nested too deep; seal it as text") from error
    return _SURROGATE.sub(lambda found: f"\\u{ord(found[0]):04x}", text).encode()


def _ordered(value: JsonValue) -> object:
    match value:
        case None | bool():
            return value
        case int():
            if abs(value) > LARGEST_INTEGER:
                raise ValueError("an integer beyond 2**53 - 1 has no sure spelling; write it as text")
            return int(value)
        case str():
            return _joined(value)
        case Mapping():
            return {key: _ordered(value[original]) for key, original in _sorted_keys(value)}
        case Sequence() if not isinstance(value, bytes | bytearray | memoryview):
            return [_ordered(item) for item in value]
        case _:
            raise TypeError(f"{type(value).__name__} is not part of canonical JSON")


def _sorted_keys(value: Mapping[str, JsonValue]) -> list[tuple[str, str]]:
    keys = {}
    for key in value:
        if not isinstance(key, str):
            raise TypeError(f"a key of canonical JSON is text, not {type(key).__name__}")
        keys[_joined(key)] = key
    if len(keys) != len(value):
        raise ValueError("two keys have the same spelling")
    return sorted(keys.items(), key=lambda pair: pair[0].encode("utf-16-be", "surrogatepass"))


def _joined(text: str) -> str:
    """Two halves of a surrogate pair as the one character they spell; plain text, enums included, as str."""
    if not _SURROGATE.search(text):
        return str(text)
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")
