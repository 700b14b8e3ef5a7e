"""The documentation explains every field, and works with the network cut."""

import re
from typing import Any

import httpx
import pytest
from fastapi import FastAPI


def test_every_field_is_described_with_an_example(app: FastAPI) -> None:
    document = app.openapi()
    lacking = []
    for name, schema in document["components"]["schemas"].items():
        for field, said in schema.get("properties", {}).items():
            nested = "$ref" in str(said)
            if not said.get("description") or not (nested or "examples" in said):
                lacking.append(f"{name}.{field}")
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            for parameter in operation.get("parameters", []):
                shown = "examples" in parameter["schema"] or "example" in parameter or "examples" in parameter
                if not (parameter.get("description") or parameter["schema"].get("description")) or not shown:
                    lacking.append(f"{method} {path} {parameter['name']}")

    assert lacking == []


def test_every_endpoint_has_a_turkish_summary_a_description_and_says_who_may(app: FastAPI) -> None:
    document = app.openapi()
    tags = {tag["name"]: tag["description"] for tag in document["tags"]}
    used = set()
    for path, operations in document["paths"].items():
        for operation in operations.values():
            used |= set(operation["tags"])
            assert operation["summary"]
            assert len(operation["description"]) > 20, path
            if path.startswith("/v1/"):
                assert "**Kimler:**" in operation["description"], path

    assert used == tags.keys()


def test_problems_are_documented_under_their_own_media_type(app: FastAPI) -> None:
    override: dict[str, Any] = app.openapi()["paths"]["/v1/messages/{id}/override"]["post"]

    for status in ("400", "401", "403", "404", "409", "413", "422", "429"):
        assert list(override["responses"][status]["content"]) == ["application/problem+json"]
    assert "HTTPValidationError" not in app.openapi()["components"]["schemas"]


async def test_the_page_loads_nothing_from_elsewhere(http: httpx.AsyncClient) -> None:
    page = await http.get("/docs")
    home = await http.get("/")
    named = re.findall(r'(?:src|href)="([^"]+)"', page.text)

    assert home.headers["location"] == "docs"
    assert "docs/assets/swagger-ui-bundle.js" in named
    for address in named:
        assert not re.match(r"(https?:)?//", address), address
        if not address.startswith("data:"):
            assert (await http.get(f"/{address}")).status_code == 200, address
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "http" not in policy


@pytest.mark.parametrize(
    "path", ["/docs/assets/../../../etc/passwd", "/docs/own/%2e%2e/app.py", "/docs/own/nothing.js"]
)
async def test_nothing_but_the_assets_is_served(http: httpx.AsyncClient, path: str) -> None:
    assert (await http.get(path)).status_code == 404


def test_the_form_fills_in_no_reason_and_no_key(app: FastAPI) -> None:
    """What the page fills in by itself is sent by whoever just clicks: never a reason, never the same key twice."""
    document = app.openapi()
    forms = {
        name: schema["examples"][0]
        for name, schema in document["components"]["schemas"].items()
        if name.endswith("Body")
    }
    parameters = [
        parameter
        for operations in document["paths"].values()
        for operation in operations.values()
        for parameter in operation.get("parameters", [])
    ]

    assert len(forms) >= 12
    assert all(form.get("reason", "") == "" and form.get("note", "") == "" for form in forms.values())
    assert not any("example" in parameter or "examples" in parameter for parameter in parameters)
