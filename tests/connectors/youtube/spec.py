"""YouTube's machine-readable specification, against which each call of the tests is checked, and each answer.

It is the Data API's discovery document as the package google-api-python-client brings it; the setting
NOBET_YOUTUBE_SPEC may name another copy (https://www.googleapis.com/discovery/v1/apis/youtube/v3/rest).
"""

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from app.sandbox.calls import RecordedCall
from app.sandbox.seed import Platform

SETTING: Final = "NOBET_YOUTUBE_SPEC"
PACKAGED: Final = "discovery_cache/documents/youtube.v3.json"
ROOT: Final = "youtube/v3"
# Google's sign-in is an API of its own.
SIGN_IN: Final = frozenset({"/token", "/revoke"})
TYPES: Final[Mapping[str, tuple[type, ...]]] = {
    "string": (str,),
    "boolean": (bool,),
    "integer": (int,),
    "number": (int, float),
    "array": (list,),
    "object": (dict,),
}


def check_call(method: str, path: str, query: Mapping[str, str], body: object = None) -> None:
    """Assert that a call exists with these parameters and values, and with these fields in its body."""
    where = f"{method} {path}"
    known = _method(method, path)
    parameters: dict[str, Any] = document()["parameters"] | known["parameters"]
    assert query.keys() <= parameters.keys(), f"{where} has no {query.keys() - parameters.keys()}"
    required = {name for name, parameter in parameters.items() if parameter.get("required")}
    assert required <= query.keys(), f"{where} lacks {required - query.keys()}"
    for name, given in query.items():
        for value in given.split(",") if parameters[name].get("repeated") else [given]:
            _check_value(value, parameters[name], f"{where} {name}")
    schema = known.get("request", {}).get("$ref")
    assert (body is None) == (schema is None), f"{where} takes {schema or 'no body'}"
    if schema is not None:
        _check_body(body, {"$ref": schema}, where)


def check_answer(method: str, path: str, answer: object) -> None:
    """Assert that an answer has the fields of the method's resource, and no others; None is one without a body."""
    schema = _method(method, path).get("response", {}).get("$ref")
    assert (answer is None) == (schema is None), f"{method} {path} answers {schema or 'nothing'}"
    if schema is not None:
        _check_body(answer, {"$ref": schema}, f"the answer to {method} {path}")


def check_recorded(calls: Iterable[RecordedCall]) -> None:
    """Assert of every call to YouTube that a sandbox received that the specification knows it."""
    for call in calls:
        if call.platform == Platform.YOUTUBE and call.path not in SIGN_IN:
            query = {name: str(value) for name, value in call.parameters.items() if name != "body"}
            check_call(call.method, call.path.lstrip("/"), query, call.parameters.get("body"))


@cache
def methods() -> dict[tuple[str, str], dict[str, Any]]:
    """The methods by verb and path."""
    return {(method["httpMethod"], method["path"]): method for method in _walk(document())}


@cache
def document() -> dict[str, Any]:
    """The specification."""
    found: dict[str, Any] = json.loads(_place().read_text("utf-8"))
    return found


def _method(method: str, path: str) -> dict[str, Any]:
    known = methods().get((method, f"{ROOT}/{path}"))
    assert known is not None, f"there is no {method} {path}"
    return known


def _check_value(value: str, parameter: Mapping[str, Any], where: str) -> None:
    """Assert that a text is what its parameter takes; an empty one is one that was left out by mistake."""
    assert value, f"{where} is empty"
    assert value in parameter.get("enum", [value]), f"{where} cannot be {value}"
    match parameter["type"]:
        case "boolean":
            assert value in {"true", "false"}, f"{where} is no boolean: {value}"
        case "integer":
            assert value.isdecimal(), f"{where} is no number: {value}"
            least, most = int(parameter.get("minimum", value)), int(parameter.get("maximum", value))
            assert least <= int(value) <= most, f"{where} cannot be {value}"


def _check_body(given: object, schema: Mapping[str, Any], where: str) -> None:
    if "$ref" in schema:
        schema = {"type": "object", **document()["schemas"][schema["$ref"]]}
    # Numbers of 64 bits are written as texts.
    assert isinstance(given, TYPES[schema["type"]]), f"{where} is no {schema['type']}: {given!r}"
    assert "enum" not in schema or given in schema["enum"], f"{where} cannot be {given!r}"
    if isinstance(given, list):
        for item in given:
            _check_body(item, schema["items"], where)
    if isinstance(given, dict) and "properties" in schema:
        known = schema["properties"]
        assert given.keys() <= known.keys(), f"{where} has no {given.keys() - known.keys()}"
        for name, value in given.items():
            _check_body(value, known[name], f"{where} {name}")


def _place() -> Path:
    if SETTING in os.environ:
        return Path(os.environ[SETTING])
    package = find_spec("googleapiclient")
    assert package is not None, "google-api-python-client is not installed"
    assert package.origin is not None
    return Path(package.origin).parent / PACKAGED


def _walk(node: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    yield from node.get("methods", {}).values()
    for inner in node.get("resources", {}).values():
        yield from _walk(inner)
