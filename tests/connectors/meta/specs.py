"""The platform's machine-readable specifications, against which each call of the tests is checked.

They are not part of the repository: the setting NOBET_META_SPECS names a folder with the `specs` of
https://github.com/facebook/facebook-business-sdk-codegen (``Page.json``, ``Comment.json``, ``IGComment.json`` …).
Without it the check is left out.
"""

import json
import os
import re
from functools import cache
from pathlib import Path
from typing import Any

SETTING = "NOBET_META_SPECS"
# Parameters that every call may have.
COMMON = {"fields", "limit", "after", "appsecret_proof"}
# Not described in the files: what a list of messages holds.
UNDESCRIBED = {"UnifiedMessage"}
# The specification lists a field's arguments nowhere: `mentioned_comment.comment_id(1){…}` is the field's name alone.
FIELD = re.compile(r"^\w+")


def check_call(kind: str, method: str, edge: str, params: set[str], fields: str | None) -> None:
    """Assert that a call to an object of this kind (or its edge) exists with these parameters and fields."""
    if SETTING not in os.environ:
        return
    spec = _spec(kind)
    call = next((call for call in spec["apis"] if call["method"] == method and _name_of(call, method) == edge), None)
    assert call is not None, f"{kind} has no {method} {edge}"
    known = {param["name"] for param in call["params"]}
    required = {param["name"] for param in call["params"] if param.get("required")}
    assert params <= known | COMMON, f"{method} {kind} {edge} has no parameter {params - known - COMMON}"
    assert required <= params, f"{method} {kind} {edge} lacks {required - params}"
    if fields is not None:
        _check_fields(kind if edge.startswith("#") else call["return"], fields)


def _name_of(call: dict[str, Any], method: str) -> str:
    return str(call.get("endpoint") or call["name"])


def _check_fields(kind: str, fields: str) -> None:
    if kind in UNDESCRIBED:
        return
    spec = _spec(kind)
    edges = {call["endpoint"] for call in spec["apis"] if call.get("endpoint")}
    for part in _split(fields):
        found = FIELD.match(part)
        assert found is not None, f"{part!r} is no field"
        assert found[0] in edges | {field["name"] for field in spec["fields"]}, f"{kind} has no field {found[0]}"


def _split(fields: str) -> list[str]:
    """Split at the commas outside of braces."""
    parts, depth = [""], 0
    for sign in fields:
        depth += (sign == "{") - (sign == "}")
        if sign == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += sign
    return parts


@cache
def _spec(kind: str) -> dict[str, Any]:
    spec: dict[str, Any] = json.loads((Path(os.environ[SETTING]) / f"{kind}.json").read_text())
    return spec
