"""The checker of recorded calls, and the sandbox's own routes, against Meta's specifications."""

import json
from pathlib import Path
from typing import Any

import pytest

from app.sandbox.graph.routes import ALWAYS, ROUTES
from tests.meta_spec import NEEDS_SPECS, UNSPECIFIED_EDGES, UNSPECIFIED_NODES, MetaSpecs, specs, top_level_names
from tests.sandbox.conftest import INSTAGRAM, PAGE, Client


def a_call(**changed: Any) -> dict[str, Any]:
    call = {"method": "POST", "path": "/v25.0/1_2", "node": "Widget", "edge": "", "parameters": {"is_on": "true"}}
    return {**call, **changed}


@pytest.fixture
def small_specs(tmp_path: Path) -> MetaSpecs:
    """Specifications of one invented node."""
    apis = [
        {"method": "POST", "endpoint": "", "params": [{"name": "is_on", "type": "bool", "required": True}]},
        {"method": "GET", "endpoint": "", "params": []},
        {"method": "GET", "endpoint": "parts", "params": [{"name": "order", "type": "widget_order_enum_param"}]},
        {"method": "POST", "endpoint": "parts", "params": [{"name": "acts", "type": "list<widget_act_enum_param>"}]},
    ]
    enums = [
        {"name": "widget_order_enum_param", "values": ["up", "down"]},
        {"name": "widget_act_enum_param", "values": ["TURN", "STOP"]},
    ]
    (tmp_path / "Widget.json").write_text(json.dumps({"apis": apis, "fields": [{"name": "id"}, {"name": "text"}]}))
    (tmp_path / "enum_types.subset.json").write_text(json.dumps(enums))
    return MetaSpecs(tmp_path)


@pytest.mark.parametrize(
    "call",
    [
        a_call(),
        a_call(parameters={"is_on": True, "access_token": "***"}),
        a_call(method="GET", parameters={"fields": "id,text,parts.limit(2){id,other}"}),
        a_call(method="GET", path="/v25.0/1/parts", parameters={"order": "UP", "limit": "5"}),
        a_call(path="/v25.0/1/parts", parameters={"acts": ["turn"]}),
        a_call(path="/v25.0/1/parts", parameters={"acts": '["turn","stop"]'}),
        a_call(node=None, parameters={"anything": "1"}),
    ],
)
def test_calls_that_agree(small_specs: MetaSpecs, call: dict[str, Any]) -> None:
    assert small_specs.problems(call) == []


@pytest.mark.parametrize(
    "call",
    [
        a_call(path="/25/1"),
        a_call(method="DELETE"),
        a_call(path="/v25.0/1/pieces"),
        a_call(parameters={}),
        a_call(parameters={"is_on": "maybe"}),
        a_call(parameters={"is_on": "true", "is_of": "true"}),
        a_call(parameters={"is_on": "true", "limit": "5"}),
        a_call(method="GET", parameters={"fields": "id,colour"}),
        a_call(method="GET", path="/v25.0/1/parts", parameters={"order": "sideways"}),
        a_call(path="/v25.0/1/parts", parameters={"acts": ["turn", "jump"]}),
    ],
)
def test_calls_that_do_not_agree(small_specs: MetaSpecs, call: dict[str, Any]) -> None:
    assert len(small_specs.problems(call)) == 1


def test_names_of_fields_are_read_without_what_hangs_on_them() -> None:
    names = top_level_names("id, from{id,name},comments.filter(stream).limit(1){from,message},media{a{b}}")

    assert names == ["id", "from", "comments", "media"]


@NEEDS_SPECS
def test_the_sandbox_has_no_call_and_no_parameter_of_its_own() -> None:
    known = specs()
    problems = [
        problem
        for (node, edge, method), route in ROUTES.items()
        for name in sorted(route.parameters | route.required) or ["pretty"]
        for problem in known.problems(
            {"method": method, "path": f"/v25.0/1/{edge}".rstrip("/"), "node": str(node), "parameters": {name: None}}
        )
        if node not in UNSPECIFIED_NODES and (node, edge) not in UNSPECIFIED_EDGES
        if "has no parameter" in problem or "is not in the specifications" in problem
    ]

    assert problems == []
    assert "fields" in ALWAYS


@NEEDS_SPECS
async def test_a_days_work_agrees_with_the_specifications(client: Client) -> None:
    known = specs()
    facebook, instagram = await client.comment(), await client.comment("instagram")
    await client.message()
    person = client.ground.world.comments[facebook].author_id

    await client.graph("GET", facebook, fields="id,message,from{id,name},created_time,permalink_url,is_hidden")
    await client.graph(
        "GET", instagram, fields="id,text,timestamp,from,hidden,parent_id,media{id,permalink},replies{id}"
    )
    await client.graph("POST", f"{facebook}/comments", message="Merhaba")
    await client.graph("POST", f"{instagram}/replies", message="Merhaba")
    await client.send(recipient={"id": person}, messaging_type="RESPONSE", message={"text": "Merhaba"})
    await client.graph("POST", facebook, is_hidden="true")
    await client.graph("POST", instagram, hide="true")
    await client.graph("GET", f"{PAGE}/conversations", platform="MESSENGER", user_id=person)
    await client.graph("POST", f"{PAGE}/blocked", psid=f"[{person}]")
    await client.graph("GET", f"{INSTAGRAM}/media", fields="id,caption", limit="5")
    await client.graph("DELETE", facebook)

    calls = (await client.http.get("/control/calls")).json()
    assert [call["status"] for call in calls] == [200] * 11
    assert [problem for call in calls for problem in known.problems(call)] == []
