"""What `make fuzz` found where the service and its OpenAPI document disagreed."""

import httpx
import pytest
from fastapi import FastAPI

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
