"""The simulated methods against Google's discovery document: none of them takes, lacks or asks for anything else."""

from typing import Any

import pytest

from app.sandbox.youtube.dialect import METHODS
from app.sandbox.youtube.method import COMMON, Fields
from tests.connectors.youtube.spec import check_answer, check_call, document, methods

# In the document, and not simulated: partial answers, other formats, uploads; an old spelling; sizes of a player.
LEFT_OUT = {"callback", "fields", "uploadType", "upload_protocol", "locale", "maxHeight", "maxWidth"}
LEFT_OUT |= {"categoryId", "videoCategoryId"}


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


def test_what_every_method_takes_is_the_documents() -> None:
    known = {name: parameter for name, parameter in document()["parameters"].items() if name not in LEFT_OUT}

    assert COMMON.keys() == known.keys()
    assert all(set(parameter.values) <= set(known[name].get("enum", ())) for name, parameter in COMMON.items())


LISTED = {"part": "snippet", "textFormat": "plainText"}


@pytest.mark.parametrize(
    ("method", "path", "query", "body", "complaint"),
    [
        ("POST", "comments/hold", {}, None, "there is no"),
        ("GET", "comments", LISTED | {"parent": "x"}, None, "has no"),
        ("GET", "comments", {"parentId": "x"}, None, "lacks"),
        ("GET", "comments", LISTED | {"textFormat": "plain"}, None, "cannot be plain"),
        ("GET", "comments", LISTED | {"maxResults": "200"}, None, "cannot be 200"),
        ("GET", "comments", LISTED | {"id": ""}, None, "is empty"),
        ("POST", "comments/setModerationStatus", {"id": "x", "moderationStatus": "published"}, {}, "takes no body"),
        ("POST", "comments", {"part": "snippet"}, None, "takes Comment"),
        ("POST", "comments", {"part": "snippet"}, {"snippet": {"text": "x"}}, "has no"),
        ("POST", "comments", {"part": "snippet"}, {"snippet": {"textOriginal": 1}}, "is no string"),
    ],
)
def test_a_call_that_youtube_does_not_know_is_noticed(
    method: str, path: str, query: dict[str, str], body: object, complaint: str
) -> None:
    with pytest.raises(AssertionError, match=complaint):
        check_call(method, path, query, body)


@pytest.mark.parametrize("answer", [None, {"items": [{"snippet": {"likes": 1}}]}, {"items": {}}])
def test_an_answer_that_is_none_of_youtubes_is_noticed(answer: object) -> None:
    with pytest.raises(AssertionError):
        check_answer("GET", "comments", answer)


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
