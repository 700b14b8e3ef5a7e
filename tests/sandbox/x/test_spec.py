"""The checker of recorded calls, and the simulated calls against X's specification."""

from typing import Any

import httpx
import pytest

from app.sandbox.x import render
from app.sandbox.x.access import Kind
from app.sandbox.x.routes import ROUTES, XRoute
from app.sandbox.x.subscription_calls import PRIVATE, PUBLIC
from app.sandbox.x.wanted import USER_EXPANSIONS
from app.sandbox.x.webhook_calls import FIELDS as WEBHOOK_FIELDS
from tests.sandbox.x.api import APP, XApi
from tests.x_spec import NEEDS_SPEC, UNSPECIFIED, XSpec, spec

SMALL = XSpec(
    {
        "paths": {
            "/2/things/{id}": {
                "get": {
                    "parameters": [
                        {
                            "name": "id",
                            "in": "path",
                            "required": True,
                            "schema": {"type": "string", "pattern": "^[0-9]+$"},
                        },
                        {
                            "name": "post.fields",
                            "in": "query",
                            "schema": {"type": "array", "items": {"type": "string", "enum": ["id", "text"]}},
                        },
                        {
                            "name": "size",
                            "in": "query",
                            "required": True,
                            "schema": {"type": "integer", "minimum": 5, "maximum": 9},
                        },
                    ]
                },
                "put": {
                    "parameters": [{"name": "id", "in": "path", "schema": {"type": "string"}}],
                    "requestBody": {"required": True, "content": {"application/json": {"schema": {"$ref": "#/thing"}}}},
                },
            }
        },
        "thing": {
            "type": "object",
            "required": ["is_on"],
            "properties": {"is_on": {"type": "boolean"}, "name": {"type": "string", "maxLength": 3}},
        },
    }
)


def a_call(method: str = "GET", path: str = "/2/things/1", **parameters: Any) -> dict[str, Any]:
    return {
        "method": method,
        "path": path,
        "parameters": {name.replace("__", "."): v for name, v in parameters.items()},
    }


@pytest.mark.parametrize(
    "call",
    [
        a_call(size="5"),
        a_call(size="9", post__fields="id,text"),
        a_call(size="9", tweet__fields="id,author_id"),
        a_call("PUT", body={"is_on": True, "name": "abc"}),
        a_call("POST", "/2/users/1/blocking", body={"target_user_id": "2"}),
    ],
)
def test_calls_that_agree(call: dict[str, Any]) -> None:
    assert SMALL.problems(call) == []


@pytest.mark.parametrize(
    "call",
    [
        a_call(),
        a_call(size="4"),
        a_call(size="many"),
        a_call(size="5", colour="red"),
        a_call(size="5", post__fields="id,author_id"),
        a_call(path="/2/things/one", size="5"),
        a_call(path="/2/others/1"),
        a_call("PUT"),
        a_call("PUT", body={"name": "abc"}),
        a_call("PUT", body={"is_on": "true"}),
        a_call("PUT", body={"is_on": True, "name": "abcd"}),
        a_call("PUT", body={"is_on": True, "size": 1}),
        a_call(size="5", body={"is_on": True}),
    ],
)
def test_calls_that_do_not_agree(call: dict[str, Any]) -> None:
    assert len(SMALL.problems(call)) == 1


def specified_path(route: XRoute) -> str:
    parts = (f"{{{part[1:]}}}" if part.startswith(":") else part for part in route.path.split("/"))
    return "/".join(parts)


@NEEDS_SPEC
@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.method} {route.path}")
def test_a_call_lets_in_whom_the_specification_does(route: XRoute) -> None:
    path = specified_path(route)
    if (route.method, path) in UNSPECIFIED:
        pytest.skip("the specification lacks it")

    security = spec().operations[route.method, path]["security"]

    kinds = {Kind.USER: "OAuth2UserToken", Kind.SIGNED: "UserToken", Kind.APP: "BearerToken"}
    assert {kinds[kind] for kind in route.kinds} == {name for way in security for name in way}
    scopes = [way["OAuth2UserToken"] for way in security if "OAuth2UserToken" in way]
    assert route.scopes == frozenset(scopes[0] if scopes else ())


@NEEDS_SPEC
@pytest.mark.parametrize(
    ("name", "ours"),
    [
        ("PostFieldsParameter", render.FIELDS[render.Naming.POST]),
        ("PostExpansionsParameter", render.EXPANSIONS[render.Naming.POST]),
        ("UserFieldsParameter", render.USER_FIELDS),
        ("UserExpansionsParameter", USER_EXPANSIONS),
        ("MediaFieldsParameter", render.MEDIA_FIELDS),
        ("PollFieldsParameter", render.POLL_FIELDS),
        ("PlaceFieldsParameter", render.PLACE_FIELDS),
        ("DmEventFieldsParameter", render.MESSAGE_FIELDS),
        ("DmEventExpansionsParameter", render.MESSAGE_EXPANSIONS),
        ("WebhookConfigFieldsParameter", WEBHOOK_FIELDS),
    ],
)
def test_the_fields_are_those_of_the_specification(name: str, ours: frozenset[str]) -> None:
    parameter = spec().document["components"]["parameters"][name]

    assert ours == set(parameter["schema"]["items"]["enum"])


@NEEDS_SPEC
def test_the_kinds_of_events_are_those_of_the_specification() -> None:
    request = spec().document["components"]["schemas"]["CreateActivitySubscriptionRequest"]

    assert {*PRIVATE, *PUBLIC} == set(request["properties"]["event_type"]["enum"])


@NEEDS_SPEC
@pytest.mark.parametrize("route", [one for one in ROUTES if one.method == "GET"], ids=lambda route: str(route.path))
async def test_every_parameter_of_the_specification_is_known_and_no_other(x: XApi, route: XRoute) -> None:
    """A parameter with nonsense in it is refused for the nonsense, not for its name."""
    operation = spec().operations["GET", specified_path(route)]
    path = route.path
    for name in (":dm_conversation_id", ":id", ":participant_id", ":event_id"):
        path = path.replace(name, "12-13" if "dm_conversations/:id" in path else "12")
    token = APP if Kind.USER not in route.kinds else None
    more: dict[str, Any] = {"token": token} if token else {}

    async def complaint(name: str) -> str:
        response = await x.call("GET", path, **more, **{name.replace(".", "__"): "\u2603"})
        assert response.status_code in {200, 400, 403}, response.text
        return response.text

    for parameter in (one for one in spec().parameters(operation).values() if one["in"] == "query"):
        assert "query parameter [" not in await complaint(parameter["name"])
    if "{id}" not in specified_path(route) or route.path.startswith("/2/tweets"):
        assert "query parameter [colour]" in await complaint("colour")


@NEEDS_SPEC
async def test_a_days_work_agrees_with_the_specification(x: XApi) -> None:
    problems: list[str] = []

    async def check(response: httpx.Response) -> None:
        await response.aread()
        path = response.request.url.path.removeprefix("/x")
        if response.is_success and path.startswith("/2/"):
            problems.extend(
                spec().answer_problems(response.request.method, path, response.status_code, response.json())
            )

    reply = await x.reply("@izmirekonomiuni bakar mısınız https://ornek.edu.tr #kampüs", media="photo")
    dm = await x.dm()
    person, root = x.author_of(reply), await x.root()
    fields = {
        "post__fields": ",".join(sorted(render.FIELDS[render.Naming.POST])),
        "expansions": ",".join(sorted(render.EXPANSIONS[render.Naming.POST])),
        "user__fields": ",".join(sorted(render.USER_FIELDS)),
        "media__fields": ",".join(sorted(render.MEDIA_FIELDS)),
    }
    x.client.http.event_hooks["response"].append(check)

    await x.get("/2/users/me", user__fields=fields["user__fields"], post__fields="id")
    await x.get(f"/2/tweets/{reply}", **fields)
    await x.get("/2/tweets", ids=f"{reply},{root},12", **fields)
    await x.get("/2/users/2817364509/tweets", max_results=5, exclude="replies,retweets", **fields)
    await x.get("/2/users/2817364509/mentions", max_results=100, **fields)
    await x.get("/2/tweets/search/recent", query=f"conversation_id:{root}", max_results=10, **fields)
    await x.done("PUT", f"/2/tweets/{reply}/hidden", json={"hidden": True})
    made = await x.call("POST", "/2/tweets", json={"text": "Merhaba", "reply": {"in_reply_to_tweet_id": reply}})
    assert made.status_code == 201
    await x.done("DELETE", f"/2/tweets/{made.json()['data']['id']}")
    await x.done("POST", f"/2/dm_conversations/with/{person}/messages", json={"text": "Merhaba"})
    await x.get("/2/dm_events", max_results=100, dm_event__fields="created_at,entities,text", expansions="sender_id")
    await x.get(f"/2/dm_conversations/with/{person}/dm_events", event_types="MessageCreate")
    await x.get(f"/2/dm_events/{dm}")
    await x.done("POST", "/2/users/2817364509/muting", json={"target_user_id": person})
    await x.get("/2/users/2817364509/muting")
    await x.done("DELETE", f"/2/users/2817364509/muting/{person}")
    await x.done("POST", f"/2/users/{person}/dm/block")
    await x.done("POST", f"/2/users/{person}/dm/unblock")
    await x.get("/2/webhooks", token=APP)
    await x.get("/2/activity/subscriptions", token=APP)
    followed = {"event_type": "follow.follow", "filter": {"user_id": "2817364509"}, "tag": "takip"}
    made_subscription = (await x.done("POST", "/2/activity/subscriptions", json=followed))["subscription"]
    about = f"/2/activity/subscriptions/{made_subscription['subscription_id']}"
    await x.done("PUT", about, json={"tag": "yeni"}, token=APP)
    await x.done("DELETE", about, token=APP)
    await x.done("DELETE", "/2/webhooks/1985700000000000001", token=APP)

    calls = (await x.client.http.get("/control/calls")).json()
    assert len(calls) == 24
    assert [problem for call in calls for problem in spec().problems(call)] == []
    assert [one for one in problems if "edit_history_tweet_ids" not in one] == []
