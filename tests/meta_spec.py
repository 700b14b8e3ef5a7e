"""Holds recorded Graph calls against Meta's machine-readable specifications.

The specifications are those of Meta's codegen: one JSON file a node, with `apis`, `params` and `fields`, and the enums
in files named ``enum_types…json``. They are not part of this repository: `NOBET_META_SPECS` points to a folder with
them, and without it the tests that use them are skipped. What the documentation has and they lack is listed here.
"""

import json
import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest

VARIABLE: Final = "NOBET_META_SPECS"
NEEDS_SPECS: Final = pytest.mark.skipif(
    not os.environ.get(VARIABLE), reason=f"{VARIABLE} names no folder with Meta's specifications"
)

# Every Graph call takes these; the specifications do not repeat them.
COMMON: Final = frozenset({"access_token", "appsecret_proof", "fields", "pretty", "debug", "locale", "format"})
PAGING: Final = frozenset({"limit", "after", "before", "offset", "since", "until", "summary"})
# Documented, and missing in the specifications: Send API's result, nodes of conversations, edges of nodes.
UNSPECIFIED_NODES: Final = frozenset({"UnifiedMessage", "Profile"})
UNSPECIFIED_PATHS: Final = frozenset({"debug_token"})
UNSPECIFIED_EDGES: Final = frozenset({("IGUser", "live_media")})
VERSION: Final = re.compile(r"v\d{1,2}\.0")


@dataclass(frozen=True, slots=True, kw_only=True)
class Api:
    """One call of the specification: its parameters by name, with their type and whether they are required."""

    parameters: Mapping[str, tuple[str, bool]]


class MetaSpecs:
    """The specifications of a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._apis: dict[tuple[str, str, str], Api] = {}
        self._fields: dict[str, frozenset[str]] = {}
        self._enums = {
            enum["name"]: frozenset(str(value).upper() for value in enum["values"])
            for path in folder.glob("enum_types*.json")
            for enum in json.loads(path.read_text("utf-8"))
        }

    def problems(self, call: Mapping[str, Any]) -> list[str]:
        """What of a call, as ``GET /control/calls`` shows it, does not agree with the specifications.

        A call about an object that the sandbox did not know cannot be held against any node; it has no problems.
        """
        _, version, *path = str(call["path"]).split("/")
        found = [] if VERSION.fullmatch(version) else [f"{version} is not a version"]
        node, edge = call["node"], "/".join(path[1:])
        is_unspecified = node in UNSPECIFIED_NODES or (node, edge) in UNSPECIFIED_EDGES
        if node is None or is_unspecified or path[0] in UNSPECIFIED_PATHS:
            return found
        self._load(node)
        api = self._apis.get((node, edge, call["method"]))
        where = f"{call['method']} {node}/{edge}"
        if api is None:
            return [*found, f"{where} is not in the specifications"]
        found += [f"{where}: {problem}" for problem in self._parameter_problems(api, call, is_edge=bool(edge))]
        if not edge and call["method"] == "GET":
            found += [f"{where}: {problem}" for problem in self._field_problems(node, call["parameters"].get("fields"))]
        return found

    def _parameter_problems(self, api: Api, call: Mapping[str, Any], *, is_edge: bool) -> Iterable[str]:
        parameters: Mapping[str, Any] = call["parameters"]
        allowed = COMMON | (PAGING if is_edge and call["method"] == "GET" else frozenset())
        for name, value in parameters.items():
            if name in api.parameters:
                yield from self._value_problems(name, api.parameters[name][0], value)
            elif name not in allowed:
                yield f"has no parameter {name}"
        for name, (_, is_required) in api.parameters.items():
            if is_required and name not in parameters:
                yield f"lacks {name}"

    def _value_problems(self, name: str, kind: str, value: Any) -> Iterable[str]:
        inner = kind.removeprefix("list<").removesuffix(">")
        if inner in self._enums:
            for one in _listed(value) if kind.startswith("list<") else [value]:
                # The documentation writes these words in either case.
                if str(one).upper() not in self._enums[inner]:
                    yield f"{name} cannot be {one}"
        elif kind == "bool" and str(value).lower() not in {"true", "false", "1", "0"}:
            yield f"{name} must be a boolean"

    def _field_problems(self, node: str, fields: object) -> Iterable[str]:
        if not isinstance(fields, str):
            return
        edges = {edge for known, edge, method in self._apis if known == node and method == "GET"}
        for name in top_level_names(fields):
            if name not in self._fields[node] | edges:
                yield f"has no field {name}"

    def _load(self, node: str) -> None:
        if node in self._fields:
            return
        spec = json.loads((self._folder / f"{node}.json").read_text("utf-8"))
        self._fields[node] = frozenset(field["name"] for field in spec["fields"])
        for api in spec["apis"]:
            parameters = {one["name"]: (str(one["type"]), bool(one.get("required"))) for one in api["params"]}
            self._apis[node, api.get("endpoint", ""), api["method"]] = Api(parameters=parameters)


def specs() -> MetaSpecs:
    """The specifications of the folder that the environment names; skips the test where it names none."""
    folder = os.environ.get(VARIABLE)
    if not folder:
        pytest.skip(f"{VARIABLE} names no folder with Meta's specifications")
    return MetaSpecs(Path(folder))


def top_level_names(fields: str) -> list[str]:
    """The names in a ``fields`` parameter that are asked of the node itself, without modifiers."""
    depth, names, name = 0, [], ""
    for sign in f"{fields},":
        if sign in "{(":
            depth += 1
        elif sign in "})":
            depth -= 1
        elif depth == 0 and sign == ",":
            names.append(name.partition(".")[0].strip())
            name = ""
            continue
        if depth == 0 and sign not in "})":
            name += sign
    return [found for found in names if found]


def _listed(value: Any) -> list[Any]:
    if isinstance(value, str):
        return list(json.loads(value)) if value.startswith("[") else value.split(",")
    return list(value) if isinstance(value, list) else [value]
