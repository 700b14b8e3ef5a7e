"""Every endpoint and every role: who is let in and who is not. Written out here, apart from the code's own table."""

import httpx
import pytest
from fastapi import FastAPI

from app.records.database import Sessions
from tests.api.builders import a_delivery, a_notification, a_review, a_seal, a_stored_message, an_action
from tests.api.calling import Api
from tests.world import ROLES, World

EVERY = {*ROLES}
DIRECTORATE = {"specialist", "director"}
DECIDERS = DIRECTORATE | {"responsible"}
NOTIFIED = {"security", "sks", "service_unit"}

# Ids and keys that are in no database: whoever is let in gets past the door and finds nothing there.
NOWHERE = "999999"
ENDPOINTS: dict[tuple[str, str], tuple[set[str], object]] = {
    ("GET", "/v1/reviews"): (DECIDERS | {"auditor"}, None),
    ("GET", "/v1/messages"): (DECIDERS | NOTIFIED | {"auditor"}, None),
    ("GET", "/v1/messages/{id}"): (DECIDERS | NOTIFIED | {"auditor"}, None),
    ("POST", "/v1/messages/{id}/override"): (DECIDERS, {"action": "keep", "reason": "deneme"}),
    ("GET", "/v1/actions"): (DECIDERS | {"auditor"}, None),
    ("POST", "/v1/messages/{id}/hold"): ({"director"}, {"reason": "deneme"}),
    ("DELETE", "/v1/messages/{id}/hold"): ({"director"}, None),
    ("GET", "/v1/actions/{id}"): (DECIDERS | {"auditor"}, None),
    ("POST", "/v1/actions/{id}/release"): (DECIDERS, {}),
    ("POST", "/v1/actions/{id}/discard"): (DECIDERS, {"reason": "deneme"}),
    ("POST", "/v1/actions/{id}/retry"): (DECIDERS, None),
    ("GET", "/v1/tasks"): (DECIDERS | {"auditor"}, None),
    ("POST", "/v1/tasks/{id}/confirm"): (DECIDERS, {"note": "deneme"}),
    ("GET", "/v1/evidence"): (DECIDERS | {"security", "sks", "auditor"}, None),
    ("GET", "/v1/evidence/{id}"): (DECIDERS | {"security", "sks", "auditor"}, None),
    ("GET", "/v1/evidence/{id}/image"): (DECIDERS | {"security", "sks", "auditor"}, None),
    ("GET", "/v1/notifications"): (DIRECTORATE | NOTIFIED | {"top_management", "auditor"}, None),
    ("GET", "/v1/notifications/{id}"): (DIRECTORATE | NOTIFIED | {"top_management", "auditor"}, None),
    ("POST", "/v1/notifications/{id}/acknowledge"): (DIRECTORATE | NOTIFIED | {"top_management"}, None),
    ("GET", "/v1/modes/silence"): (DECIDERS | {"top_management", "auditor"}, None),
    ("POST", "/v1/modes/silence"): ({"director", "top_management"}, {"reason": "deneme"}),
    ("DELETE", "/v1/modes/silence"): ({"director", "top_management"}, None),
    ("GET", "/v1/limits"): (DIRECTORATE | {"auditor"}, None),
    ("POST", "/v1/limits/{id}/lift"): (DIRECTORATE, {"reason": "deneme"}),
    ("GET", "/v1/templates"): (DECIDERS | {"auditor"}, None),
    ("POST", "/v1/templates/{key}/approve"): ({"director"}, None),
    ("GET", "/v1/policies"): (DIRECTORATE | {"auditor"}, None),
    ("GET", "/v1/policies/{version}"): (DIRECTORATE | {"auditor"}, None),
    ("POST", "/v1/policies/evaluate"): (DIRECTORATE | {"auditor"}, {"text": "deneme"}),
    ("GET", "/v1/accounts"): (DECIDERS | {"top_management", "auditor"}, None),
    ("POST", "/v1/accounts/{id}/connect"): (DIRECTORATE, None),
    ("PUT", "/v1/accounts/{id}/token"): (DIRECTORATE, {"access_token": "deneme"}),
    ("PUT", "/v1/accounts/{id}/capabilities/{capability}"): (DIRECTORATE, {"is_on": True, "reason": "deneme"}),
    ("GET", "/v1/units"): (DIRECTORATE | {"top_management", "auditor"}, None),
    ("PATCH", "/v1/units/{key}"): ({"director"}, {}),
    ("GET", "/v1/people"): ({"director", "auditor"}, None),
    ("GET", "/v1/deliveries"): (DIRECTORATE | {"auditor"}, None),
    ("GET", "/v1/deliveries/{id}"): (DIRECTORATE | {"auditor"}, None),
    ("POST", "/v1/deliveries/{id}/replay"): (DIRECTORATE, None),
    ("GET", "/v1/jobs"): (DIRECTORATE | {"auditor"}, None),
    ("POST", "/v1/jobs/{id}/retry"): (DIRECTORATE, None),
    ("POST", "/v1/jobs/{id}/discard"): (DIRECTORATE, {"reason": "deneme"}),
    ("GET", "/v1/audit"): ({"director", "auditor"}, None),
}


async def test_every_endpoint_lets_in_whom_it_should_and_nobody_else(api: Api) -> None:
    wrong = []
    for (method, path), (allowed, body) in ENDPOINTS.items():
        address = path.replace("{id}", NOWHERE).replace("{key}", "yok").replace("{version}", "yok")
        address = address.replace("{capability}", "hide")
        for role in ROLES:
            response = await api.call(role, method, address, json=body)

            let_in = response.status_code != 403
            if let_in != (role in allowed) or response.status_code in (401, 405, 422, 500, 503):
                wrong.append((method, path, role, response.status_code))

    assert wrong == []


def test_the_table_of_endpoints_is_complete(app: FastAPI) -> None:
    documented = {
        (method.upper(), path)
        for path, operations in app.openapi()["paths"].items()
        for method in operations
        if path.startswith("/v1/")
    }

    assert documented == ENDPOINTS.keys()


@pytest.mark.parametrize(
    "header", [None, "", "Bearer", "Bearer ", "Basic bm9iZXQ6eA==", "Bearer nobet_test_nobody", "nobet_test_director"]
)
async def test_without_a_good_token_nothing_is_let_in(api: Api, header: str | None) -> None:
    for method, path in ENDPOINTS:
        address = path.replace("{id}", "1").replace("{key}", "sks").replace("{version}", "active")

        headers = {} if header is None else {"Authorization": header}
        response = await api.http.request(method, address, headers=headers)

        assert response.status_code == 401
        assert response.headers["www-authenticate"].startswith("Bearer")
        assert response.headers["content-type"] == "application/problem+json"
        assert response.json()["title"] == "Kimlik doğrulanamadı"
        assert response.json()["title_en"] == "Not signed in"


@pytest.mark.parametrize(
    "ended",
    [
        "update api_tokens set expires_at = now() - interval '1 second'",
        "update api_tokens set revoked_at = now()",
        "update people set is_active = false",
    ],
)
async def test_a_token_that_ended_is_refused(api: Api, sessions: Sessions, ended: str) -> None:
    assert (await api.get("director", "/v1/people")).status_code == 200
    async with sessions.begin() as session:
        await (await session.connection()).exec_driver_sql(ended)

    assert (await api.get("director", "/v1/people")).status_code == 401


async def test_a_responsible_sees_and_decides_only_their_own_accounts(
    api: Api, sessions: Sessions, world: World
) -> None:
    own = await a_stored_message(sessions, world.unit_page)
    other = await a_stored_message(sessions, world.page)
    for message in (own, other):
        await a_review(sessions, message)
        await a_seal(sessions, message)
    own_action, other_action = await an_action(sessions, own), await an_action(sessions, other)

    listed = {
        name: [entry.get("message_id") or entry.get("message", entry)["id"] for entry in items]
        for name in ("messages", "reviews", "actions", "evidence")
        for items in [(await api.get("responsible", f"/v1/{name}")).json()["items"]]
    }
    refused = [
        await api.get("responsible", f"/v1/messages/{other}"),
        await api.post("responsible", f"/v1/messages/{other}/override", {"action": "hide", "reason": "deneme"}),
        await api.get("responsible", f"/v1/actions/{other_action}"),
        await api.post("responsible", f"/v1/actions/{other_action}/release", {}),
        await api.get("responsible", "/v1/evidence/2"),
        await api.get("responsible", "/v1/evidence/2/image"),
    ]
    done = await api.post("responsible", f"/v1/messages/{own}/override", {"action": "keep", "reason": "deneme"})

    assert listed == {"messages": [own], "reviews": [own], "actions": [own_action and own], "evidence": [own]}
    assert [answer.status_code for answer in refused] == [404] * 6
    assert done.status_code == 201
    accounts = (await api.get("responsible", "/v1/accounts")).json()["items"]
    assert [account["handle"] for account in accounts] == ["ieu.muh"]


async def test_a_unit_sees_the_messages_behind_its_own_notifications_and_no_others(
    api: Api, sessions: Sessions, world: World
) -> None:
    theirs = await a_stored_message(sessions, world.page, "Yemekler soğuk")
    others = await a_stored_message(sessions, world.page, "Klima bozuk")
    mine = await a_notification(sessions, "yemek_hizmetleri", theirs)
    foreign = await a_notification(sessions, "teknik_isler", others)

    messages = (await api.get("service_unit", "/v1/messages")).json()["items"]
    detail = (await api.get("service_unit", f"/v1/messages/{theirs}")).json()
    notices = (await api.get("service_unit", "/v1/notifications")).json()["items"]

    assert [(entry["id"], entry["text"]) for entry in messages] == [(theirs, "Yemekler soğuk")]
    assert [entry["id"] for entry in notices] == [mine]
    assert [entry["id"] for entry in detail["notifications"]] == [mine]
    assert (await api.get("service_unit", f"/v1/messages/{others}")).status_code == 404
    assert (await api.get("service_unit", f"/v1/notifications/{foreign}")).status_code == 404
    assert (await api.post("service_unit", f"/v1/notifications/{foreign}/acknowledge")).status_code == 404
    for role in ("security", "sks"):
        assert (await api.get(role, "/v1/messages")).json()["items"] == []
        assert (await api.get(role, "/v1/notifications")).json()["items"] == []


async def test_raw_bodies_are_open_to_the_directorate_alone(api: Api, sessions: Sessions) -> None:
    delivery = await a_delivery(sessions, b'{"secret": 1}')
    answers = {role: await api.get(role, f"/v1/deliveries/{delivery}", body="true") for role in EVERY}

    allowed = {role for role, answer in answers.items() if answer.status_code == 200}

    assert allowed == DIRECTORATE
    assert answers["director"].json()["body"] == '{"secret": 1}'
    assert (await api.get("auditor", f"/v1/deliveries/{delivery}")).json()["body"] is None


async def test_health_metrics_and_documentation_need_no_token(http: httpx.AsyncClient) -> None:
    for path in ("/health/live", "/health/ready", "/metrics", "/docs", "/openapi.json"):
        assert (await http.get(path)).status_code == 200, path
