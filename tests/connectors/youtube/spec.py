"""The platform's machine-readable specification, against which each call of the tests is checked.

It is not part of the repository: the setting NOBET_YOUTUBE_SPEC names the discovery document
(https://www.googleapis.com/discovery/v1/apis/youtube/v3/rest); the package google-api-python-client has it too, where
it happens to be installed. Without either the check is left out.
"""

import json
import os
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

SETTING = "NOBET_YOUTUBE_SPEC"
PACKAGED = "discovery_cache/documents/youtube.v3.json"
TYPES: Mapping[str, tuple[type, ...]] = {
    "string": (str,),
    "boolean": (bool,),
    "integer": (int,),
    "number": (int, float),
    "array": (list,),
    "object": (dict,),
}


def is_known() -> bool:
    """Whether there is a specification to check against."""
    return _place() is not None


def check_call(method: str, path: str, query: Mapping[str, str], body: object = None) -> None:
    """Assert that a call exists with these parameters and values, and with these fields in its body."""
    if not is_known():
        return
    known = methods().get((method, f"youtube/v3/{path}"))
    assert known is not None, f"there is no {method} {path}"
    parameters: dict[str, Any] = known["parameters"]
    assert query.keys() <= parameters.keys(), f"{method} {path} has no {query.keys() - parameters.keys()}"
    required = {name for name, parameter in parameters.items() if parameter.get("required")}
    assert required <= query.keys(), f"{method} {path} lacks {required - query.keys()}"
    for name, value in query.items():
        values = parameters[name].get("enum")
        assert values is None or value in values, f"{method} {path} takes no {name}={value}"
    schema = known.get("request", {}).get("$ref")
    assert (body is None) == (schema is None), f"{method} {path} takes {schema or 'no body'}"
    if schema is not None:
        _check_body(body, {"$ref": schema}, f"{method} {path}")


@cache
def methods() -> dict[tuple[str, str], dict[str, Any]]:
    """The methods by verb and path."""
    return {(method["httpMethod"], method["path"]): method for method in _walk(document())}


@cache
def document() -> dict[str, Any]:
    """The specification."""
    place = _place()
    assert place is not None
    found: dict[str, Any] = json.loads(place.read_text())
    return found


def _check_body(given: object, schema: Mapping[str, Any], where: str) -> None:
    if "$ref" in schema:
        schema = {"type": "object", **document()["schemas"][schema["$ref"]]}
    assert isinstance(given, TYPES[schema["type"]]), f"{where} is no {schema['type']}"
    if isinstance(given, dict):
        known = schema["properties"]
        assert given.keys() <= known.keys(), f"{where} has no {given.keys() - known.keys()}"
        for name, value in given.items():
            _check_body(value, known[name], f"{where} {name}")


def _place() -> Path | None:
    if SETTING in os.environ:
        return Path(os.environ[SETTING])
    package = find_spec("googleapiclient")
    packaged = Path(package.origin).parent / PACKAGED if package is not None and package.origin else None
    return packaged if packaged is not None and packaged.exists() else None


def _walk(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield from node.get("methods", {}).values()
    for inner in node.get("resources", {}).values():
        yield from _walk(inner)
