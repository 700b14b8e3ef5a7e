"""What `make fuzz` found where the service and its OpenAPI document disagreed."""

from collections.abc import Iterator, Mapping
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute
from pydantic import TypeAdapter, ValidationError

from app.api.v1 import ROUTERS
from tests.api.calling import Api
from tests.world import World


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("/v1/messages/1/hold", {"POST", "DELETE"}),
        ("/v1/modes/silence", {"GET", "POST", "DELETE"}),
        ("/v1/policies/evaluate", {"GET", "POST"}),  # a policy's version might be called so
        ("/v1/people", {"GET", "POST"}),
        ("/v1/audit", {"GET"}),
        ("/docs", {"GET", "HEAD"}),
    ],
)
async def test_a_method_that_is_not_served_is_answered_with_all_that_are(
    http: httpx.AsyncClient, path: str, allowed: set[str]
) -> None:
    response = await http.options(path)

    assert response.status_code == 405
    assert set(response.headers["allow"].split(", ")) == allowed


async def test_a_tokens_end_is_a_time_as_the_document_says(api: Api, world: World) -> None:
    address = f"/v1/accounts/{world.page.id}/token"
    for field in ("expires_at", "refresh_expires_at"):
        for odd in (0, 1_800_000_000, "1800000000", "-1.5", 1e30, True, "0001-01-01T00:00:00Z"):
            response = await api.call("director", "PUT", address, json={"access_token": "x", field: odd})

            assert response.status_code == 422, (field, odd)
            assert response.json()["errors"][0]["field"] == f"body.{field}"


@pytest.mark.parametrize("body", [b"\xc3(", b'{"reason":"\xc3"}'])
async def test_a_body_that_is_no_text_is_answered_as_documented(http: httpx.AsyncClient, api: Api, body: bytes) -> None:
    document = (await http.get("/openapi.json")).json()["paths"]["/v1/modes/silence"]["post"]["responses"]

    response = await api.call(
        "director", "POST", "/v1/modes/silence", content=body, headers={"Content-Type": "application/json"}
    )

    assert response.status_code == 400
    assert list(document["400"]["content"]) == ["application/problem+json"]


def test_every_write_that_may_be_sent_with_a_key_documents_that_it_may_still_run(app: FastAPI) -> None:
    silent = [
        f"{method} {path}"
        for path, operations in app.openapi()["paths"].items()
        for method, operation in operations.items()
        if any(one["name"] == "Idempotency-Key" for one in operation.get("parameters", ()))
        and "409" not in operation["responses"]
    ]

    assert silent == []


def test_no_body_takes_a_truth_for_a_number_or_a_word_for_either() -> None:
    odd = {"integer": (True, "1"), "number": (False, "1.5"), "boolean": (1, "true")}
    tried, taken = 0, []
    for route in [route for router in ROUTERS for route in router.routes]:
        if not isinstance(route, APIRoute) or route.body_field is None:
            continue
        body: TypeAdapter[Any] = TypeAdapter(route.body_field.field_info.annotation or Any)
        for place, kind in _plain_values(body.json_schema(), {}):
            for value in odd[kind]:
                tried += 1
                if not _is_refused(body, place, value):
                    taken.append((route.path, place, value))

    assert tried > 40
    assert taken == []


def _plain_values(
    schema: Mapping[str, Any], known: Mapping[str, Any], place: tuple[str | int, ...] = ()
) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Where numbers and truths stand in a body, the first one of each list."""
    known = schema.get("$defs", known)
    if (reference := schema.get("$ref")) is not None:
        yield from _plain_values(known[reference.rpartition("/")[2]], known, place)
    if schema.get("type") in ("integer", "number", "boolean"):
        yield place, schema["type"]
    for choice in schema.get("anyOf", ()):
        yield from _plain_values(choice, known, place)
    for name, inner in schema.get("properties", {}).items():
        yield from _plain_values(inner, known, (*place, name))
    if isinstance(inner := schema.get("items"), dict):
        yield from _plain_values(inner, known, (*place, 0))


def _is_refused(body: TypeAdapter[Any], place: tuple[str | int, ...], value: object) -> bool:
    """Whether a body with nothing but this value is refused for it, whatever else is missing."""
    sent: object = value
    for step in reversed(place):
        sent = [sent] if step == 0 else {step: sent}
    try:
        body.validate_python(sent)
    except ValidationError as error:
        return any(entry["loc"][: len(place)] == place for entry in error.errors())
    return False
