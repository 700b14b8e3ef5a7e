"""Reading a call's query and JSON body by what the specification allows; anything else is refused."""

import json
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from app.sandbox.endpoint import Call
from app.sandbox.x.problems import invalid

ID: Final = re.compile(r"[0-9]{1,19}")
CONVERSATION_ID: Final = re.compile(r"[0-9]{1,19}-[0-9]{1,19}|[0-9]{15,19}")

Check = Callable[[str, str], Any]
BodyCheck = Callable[[str, Any], Any]


def an_id(name: str, value: str) -> str:
    """An id of X's."""
    if ID.fullmatch(value) is None:
        raise invalid(f"The `{name}` query parameter value [{value}] is not valid", **{name: value})
    return value


def a_number(least: int, most: int) -> Check:
    """A whole number within bounds."""

    def check(name: str, value: str) -> int:
        if not (value.isascii() and value.isdecimal() and least <= int(value) <= most):
            message = f"The `{name}` query parameter value [{value}] is not between {least} and {most}"
            raise invalid(message, **{name: value})
        return int(value)

    return check


def a_text(least: int, most: int) -> Check:
    """A text of some length."""

    def check(name: str, value: str) -> str:
        if not least <= len(value) <= most:
            raise invalid(f"The `{name}` query parameter has to have {least} to {most} characters", **{name: value})
        return value

    return check


def a_list(allowed: frozenset[str]) -> Check:
    """Words of these, each once, between commas."""

    def check(name: str, value: str) -> frozenset[str]:
        words = value.split(",")
        for word in words:
            if word not in allowed:
                listed = ",".join(sorted(allowed))
                raise invalid(f"The `{name}` query parameter value [{word}] is not one of [{listed}]", **{name: word})
        if len(set(words)) < len(words):
            raise invalid(f"The `{name}` query parameter holds a value twice", **{name: value})
        return frozenset(words)

    return check


def ids(name: str, value: str) -> list[str]:
    """Up to a hundred ids."""
    found = [an_id(name, one) for one in value.split(",")]
    if len(found) > 100:
        raise invalid(f"The number of values in the `{name}` query parameter list is not between 1 and 100")
    return found


def a_moment(name: str, value: str) -> datetime:
    """A time of ISO 8601, in UTC."""
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        moment = None
    if moment is None or moment.utcoffset() is None or "T" not in value:
        raise invalid(f"The `{name}` query parameter value [{value}] is not a valid date-time", **{name: value})
    return moment.astimezone(UTC)


def read_query(call: Call, allowed: Mapping[str, Check], required: frozenset[str] = frozenset()) -> dict[str, Any]:
    """The query's parameters, checked."""
    found: dict[str, Any] = {}
    for name, value in call.query:
        if name not in allowed:
            listed = ",".join(sorted(allowed))
            raise invalid(f"The query parameter [{name}] is not one of [{listed}]", **{name: value})
        if name in found:
            raise invalid(f"The query parameter [{name}] is given twice", **{name: value})
        found[name] = allowed[name](name, value)
    for name in sorted(required - found.keys()):
        raise invalid(f"The `{name}` query parameter can not be empty", **{name: ""})
    return found


def read_body(call: Call, allowed: Mapping[str, BodyCheck], required: frozenset[str] = frozenset()) -> dict[str, Any]:
    """A JSON body's members, checked."""
    if call.headers.get("content-type", "").partition(";")[0].strip() != "application/json":
        raise invalid("The body has to be application/json")
    try:
        document = json.loads(call.body)
    except ValueError:
        raise invalid("The body is not valid JSON") from None
    return read_object("", document, allowed, required)


def no_body(call: Call) -> None:
    """Refuse a body where there is none in the specification."""
    if call.body.strip() not in {b"", b"{}"}:
        raise invalid("This call has no body")


def read_object(
    name: str, document: object, allowed: Mapping[str, BodyCheck], required: frozenset[str] = frozenset()
) -> dict[str, Any]:
    """The members of an object, checked."""
    if not isinstance(document, dict):
        raise invalid(f"$.{name}: object expected".replace("$.:", "$:"))
    for key in document:
        if key not in allowed:
            raise invalid(f"$.{key}: is not defined in the schema and the schema does not allow additional properties")
    for key in sorted(required - document.keys()):
        raise invalid(f"$.{key}: is missing but it is required")
    return {key: allowed[key](key, value) for key, value in document.items()}


def body_text(least: int = 0, most: int = 25_000, pattern: str | None = None) -> BodyCheck:
    """A string, of some length or form."""

    def check(name: str, value: Any) -> str:
        if not isinstance(value, str):
            raise invalid(f"$.{name}: string expected")
        if not least <= len(value) <= most or (pattern is not None and re.fullmatch(pattern, value) is None):
            raise invalid(f"$.{name}: does not have the form that is required", **{name: value[:100]})
        return value

    return check


def body_flag(name: str, value: Any) -> bool:
    """True or false."""
    if not isinstance(value, bool):
        raise invalid(f"$.{name}: boolean expected")
    return value


BODY_ID: Final = body_text(1, 19, ID.pattern)


def body_word(*allowed: str) -> BodyCheck:
    """One of these."""

    def check(name: str, value: Any) -> str:
        if value not in allowed:
            raise invalid(f"$.{name}: does not have a value in the enumeration")
        return str(value)

    return check


def body_list(check: BodyCheck, *, least: int = 0, most: int = 100) -> BodyCheck:
    """An array."""

    def check_all(name: str, value: Any) -> list[Any]:
        if not isinstance(value, list) or not least <= len(value) <= most:
            raise invalid(f"$.{name}: array of {least} to {most} items expected")
        return [check(name, one) for one in value]

    return check_all
