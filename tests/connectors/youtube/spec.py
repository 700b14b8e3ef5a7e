"""The platform's machine-readable specification, against which each call of the tests is checked.

It is not part of the repository: the setting NOBET_YOUTUBE_SPEC names the discovery document
(https://www.googleapis.com/discovery/v1/apis/youtube/v3/rest). Without it the check is left out.
"""

import json
import os
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

SETTING = "NOBET_YOUTUBE_SPEC"


def check_call(method: str, path: str, query: Mapping[str, str]) -> None:
    """Assert that a call exists with these parameters and values."""
    if SETTING not in os.environ:
        return
    known = _methods().get((method, f"youtube/v3/{path}"))
    assert known is not None, f"there is no {method} {path}"
    parameters: dict[str, Any] = known["parameters"]
    assert query.keys() <= parameters.keys(), f"{method} {path} has no {query.keys() - parameters.keys()}"
    required = {name for name, parameter in parameters.items() if parameter.get("required")}
    assert required <= query.keys(), f"{method} {path} lacks {required - query.keys()}"
    for name, value in query.items():
        values = parameters[name].get("enum")
        assert values is None or value in values, f"{method} {path} takes no {name}={value}"


@cache
def _methods() -> dict[tuple[str, str], dict[str, Any]]:
    document = json.loads(Path(os.environ[SETTING]).read_text())
    return {(method["httpMethod"], method["path"]): method for method in _walk(document)}


def _walk(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield from node.get("methods", {}).values()
    for inner in node.get("resources", {}).values():
        yield from _walk(inner)
