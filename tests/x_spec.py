"""Holds recorded calls to X against its machine-readable specification.

The specification is X's OpenAPI description, which is not part of this repository: `NOBET_X_SPEC` names the file, and
without it the tests that use it are skipped. It has the new names of a renaming that X has not finished: what is asked
in the older ones, which X's documentation and deliveries still have, is listed here; so is what it lacks.
"""

import json
import os
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

import pytest

VARIABLE: Final = "NOBET_X_SPEC"
NEEDS_SPEC: Final = pytest.mark.skipif(
    not os.environ.get(VARIABLE), reason=f"{VARIABLE} does not name X's specification"
)

# Documented for enterprise customers; the specification has only the list.
UNSPECIFIED: Final = frozenset(
    {("POST", "/2/users/{id}/blocking"), ("DELETE", "/2/users/{source_user_id}/blocking/{target_user_id}")}
)
OLD_FIELDS: Final = frozenset(
    {"author_id", "edit_history_tweet_ids", "in_reply_to_user_id", "note_tweet", "referenced_tweets"}
)
OLD_EXPANSIONS: Final = frozenset({"edit_history_tweet_ids", "referenced_tweets.id", "referenced_tweets.id.author_id"})
TOKEN_PATHS: Final = frozenset({"/oauth2/token", "/2/oauth2/token", "/2/oauth2/revoke"})
KINDS: Final[Mapping[str, type | tuple[type, ...]]] = {
    "string": str,
    "boolean": bool,
    "integer": int,
    "number": (int, float),
    "array": list,
    "object": dict,
}


class XSpec:
    """The specification of a file."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self.document = document
        self.operations: dict[tuple[str, str], Mapping[str, Any]] = {
            (method.upper(), path): operation
            for path, item in document["paths"].items()
            for method, operation in item.items()
            if method in {"get", "post", "put", "delete", "patch"}
        }
        self._patterns = [
            (method, path, re.compile(re.sub(r"\{[^}]+\}", "[^/]+", path))) for method, path in self.operations
        ]

    def path_of(self, method: str, path: str) -> str | None:
        """The specified path that a call's is one of; one without ids goes before one with them."""
        found = [known for way, known, pattern in self._patterns if way == method and pattern.fullmatch(path)]
        return min(found, key=lambda known: known.count("{"), default=None)

    def problems(self, call: Mapping[str, Any]) -> list[str]:
        """What of a call, as ``GET /control/calls`` shows it, does not agree with the specification."""
        method, path = call["method"], call["path"]
        known, where = self.path_of(method, path), f"{method} {path}"
        if path in TOKEN_PATHS or any(
            method == way and re.fullmatch(re.sub(r"\{[^}]+\}", "[^/]+", one), path) for way, one in UNSPECIFIED
        ):
            return []
        if known is None:
            return [f"{where} is not in the specification"]
        operation, given = self.operations[method, known], dict(call["parameters"])
        body = given.pop("body", None)
        found = [
            *self._of_query(operation, given),
            *self._of_body(operation, body),
            *self._of_path(operation, path, known),
        ]
        return [f"{where}: {problem}" for problem in found]

    def answer_problems(self, method: str, path: str, status: int, document: Any) -> list[str]:
        """What of an answer in the new names does not agree with the specification."""
        known = self.path_of(method, path)
        if known is None:
            return [f"{method} {path} is not in the specification"]
        response = self.operations[method, known]["responses"].get(str(status))
        if response is None:
            return [f"{method} {path}: {status} is not specified"]
        schema = response["content"]["application/json"]["schema"]
        return [f"{method} {path}: {problem}" for problem in self.value_problems("$", document, schema, is_closed=True)]

    def parameters(self, operation: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
        """The parameters of a call, by name."""
        resolved = (self._resolved(parameter) for parameter in operation.get("parameters", ()))
        return {parameter["name"]: parameter for parameter in resolved}

    def value_problems(
        self, where: str, value: Any, schema: Mapping[str, Any], *, is_closed: bool = False
    ) -> Iterator[str]:
        """What of a value does not agree with a schema; `is_closed`: names that it does not list are none of X's."""
        schema = self._resolved(schema)
        if value is None and schema.get("nullable"):
            return
        if "oneOf" in schema:
            kinds = [list(self.value_problems(where, value, one, is_closed=is_closed)) for one in schema["oneOf"]]
            if all(kinds):
                yield from min(kinds, key=len)
            return
        kind = schema.get("type")
        if kind is not None and (
            not isinstance(value, KINDS[kind]) or (kind in {"integer", "number"} and isinstance(value, bool))
        ):
            yield f"{where} is no {kind}"
            return
        yield from self._bound_problems(where, value, schema)
        if isinstance(value, list):
            for place, item in enumerate(value):
                yield from self.value_problems(f"{where}[{place}]", item, schema.get("items", {}), is_closed=is_closed)
        if isinstance(value, dict):
            yield from self._member_problems(where, value, schema, is_closed=is_closed)

    def _member_problems(
        self, where: str, value: Mapping[str, Any], schema: Mapping[str, Any], *, is_closed: bool
    ) -> Iterator[str]:
        known = schema.get("properties", {})
        for name in schema.get("required", ()):
            if name not in value:
                yield f"{where} lacks {name}"
        wanted = schema.get("anyOf", ())
        if wanted and not any(set(one["required"]) <= value.keys() for one in wanted):
            yield f"{where} lacks one of {wanted}"
        for name, item in value.items():
            if name in known:
                yield from self.value_problems(f"{where}.{name}", item, known[name], is_closed=is_closed)
            elif known and (is_closed or schema.get("additionalProperties") is False):
                yield f"{where} has no {name}"

    def _bound_problems(self, where: str, value: Any, schema: Mapping[str, Any]) -> Iterator[str]:
        if "enum" in schema and value not in schema["enum"]:
            yield f"{where} cannot be {value}"
        if isinstance(value, str):
            if "pattern" in schema and re.search(schema["pattern"], value) is None:
                yield f"{where} does not match {schema['pattern']}"
            if not schema.get("minLength", 0) <= len(value) <= schema.get("maxLength", len(value)):
                yield f"{where} has {len(value)} characters"
        elif isinstance(value, list):
            if not schema.get("minItems", 0) <= len(value) <= schema.get("maxItems", len(value)):
                yield f"{where} has {len(value)} items"
        elif isinstance(value, int) and not schema.get("minimum", value) <= value <= schema.get("maximum", value):
            yield f"{where} cannot be {value}"

    def _of_query(self, operation: Mapping[str, Any], given: Mapping[str, str]) -> Iterator[str]:
        known = {name: one for name, one in self.parameters(operation).items() if one["in"] == "query"}
        for name, value in given.items():
            asked_in_new_names = "post.fields" if name == "tweet.fields" else name
            if asked_in_new_names not in known:
                yield f"has no parameter {name}"
                continue
            schema = self._resolved(known[asked_in_new_names]["schema"])
            old = OLD_FIELDS if name == "tweet.fields" else OLD_EXPANSIONS if name == "expansions" else frozenset()
            yield from self.value_problems(name, _typed(value, schema, old), schema)
        for name, parameter in known.items():
            if parameter.get("required") and name not in given:
                yield f"lacks {name}"

    def _of_body(self, operation: Mapping[str, Any], body: Any) -> Iterator[str]:
        request = operation.get("requestBody")
        if request is None:
            if body:
                yield "has no body"
        elif body is None:
            if request.get("required"):
                yield "lacks a body"
        else:
            schema = request["content"]["application/json"]["schema"]
            yield from self.value_problems("$", body, schema, is_closed=True)

    def _of_path(self, operation: Mapping[str, Any], path: str, known: str) -> Iterator[str]:
        parameters = self.parameters(operation)
        for part, name in zip(path.split("/"), known.split("/"), strict=True):
            if name.startswith("{"):
                yield from self.value_problems(name, part, parameters[name[1:-1]]["schema"])

    def _resolved(self, value: Mapping[str, Any]) -> Mapping[str, Any]:
        while "$ref" in value:
            found: Any = self.document
            for part in value["$ref"].removeprefix("#/").split("/"):
                found = found[part]
            value = found
        return value


@cache
def spec() -> XSpec:
    """The specification that the environment names."""
    return XSpec(json.loads(Path(os.environ[VARIABLE]).read_text("utf-8")))


def _typed(value: str, schema: Mapping[str, Any], old: frozenset[str]) -> Any:
    """A query's text as what it stands for; words of the older names are left out."""
    match schema.get("type"):
        case "array":
            words = value.split(",")
            return [word for word in words if word not in old] or [schema.get("items", {}).get("enum", words)[0]]
        case "integer":
            return int(value) if value.isdecimal() else value
        case _:
            return value
