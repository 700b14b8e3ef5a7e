"""The simulated methods against Google's discovery document: none of them takes, lacks or asks for anything else."""

from typing import Any

import pytest

from app.sandbox.youtube.dialect import METHODS
from app.sandbox.youtube.method import COMMON, Fields
from tests.connectors.youtube.spec import SETTING, document, is_known, methods

NEEDS_SPEC = pytest.mark.skipif(not is_known(), reason=f"{SETTING} names no discovery document")
# In the document, and not simulated: partial answers, other formats, uploads; an old spelling; sizes of a player.
LEFT_OUT = {"callback", "fields", "uploadType", "upload_protocol", "locale", "maxHeight", "maxWidth"}
LEFT_OUT |= {"categoryId", "videoCategoryId"}


@NEEDS_SPEC
@pytest.mark.parametrize(("method", "path"), METHODS)
def test_a_method_is_the_documents(method: str, path: str) -> None:
    simulated, documented = METHODS[method, path], methods()[method, f"youtube/v3{path}"]

    known = {name: _shape(parameter) for name, parameter in documented["parameters"].items() if name not in LEFT_OUT}
    assert {
        name: (
            parameter.kind,
            parameter.is_required,
            parameter.is_repeated,
            parameter.values,
            parameter.least,
            parameter.most,
        )
        for name, parameter in simulated.parameters.items()
    } == known
    assert set(simulated.scopes) <= set(documented["scopes"])
    schema = documented.get("request", {}).get("$ref")
    assert bool(simulated.body) == bool(schema)
    if schema:
        _check_fields(simulated.body, schema)


@NEEDS_SPEC
def test_what_every_method_takes_is_the_documents() -> None:
    known = {name: parameter for name, parameter in document()["parameters"].items() if name not in LEFT_OUT}

    assert COMMON.keys() == known.keys()
    assert all(set(parameter.values) <= set(known[name].get("enum", ())) for name, parameter in COMMON.items())


def _shape(parameter: dict[str, Any]) -> tuple[Any, ...]:
    bounds = [int(parameter[bound]) if bound in parameter else None for bound in ("minimum", "maximum")]
    return (
        parameter["type"],
        parameter.get("required", False),
        parameter.get("repeated", False),
        tuple(parameter.get("enum", ())),
        *bounds,
    )


def _check_fields(fields: Fields, schema: str) -> None:
    kinds = {"string": str, "boolean": bool, "integer": int, "array": list}
    properties = document()["schemas"][schema]["properties"]
    assert fields.keys() == properties.keys()
    for name, kind in fields.items():
        known = properties[name]
        if "$ref" in known and not isinstance(kind, type):
            _check_fields(kind, known["$ref"])
        else:
            assert kind is kinds[known["type"]]
