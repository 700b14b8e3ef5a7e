"""Every endpoint and every role, as `matrix.py` says it: who is let in, and to what."""

import httpx
import pytest
from fastapi import FastAPI

from app.api.v1 import ROUTERS
from app.decisions.model import UnitKey
from app.records import notification_steps
from app.records.database import Sessions
from app.settings import Settings
from tests.api.builders import a_delivery, a_notification, a_review, a_seal, a_stored_message, an_action
from tests.api.calling import Api
from tests.api.matrix import LINES
from tests.api.own_records import own_records
from tests.world import NOON, ROLES, World

EVERY = {*ROLES}
DIRECTORATE = {"specialist", "director"}
# An id that is in no database: whoever is let in gets past the door and finds nothing there.
NOWHERE = 999_999
# Let in, whether or not it could be done just then; 404 is for what is not there or not theirs.
DONE_OR_NOT_POSSIBLE = (200, 201, 204, 409)


async def test_every_endpoint_lets_in_whom_it_should_and_nobody_else(api: Api) -> None:
    wrong = []
    for line in LINES:
        for role, cell in line.cells.items():
            response = await api.call(role, line.method, line.at(NOWHERE), **line.sent(NOWHERE))

            let_in = response.status_code != 403
            if let_in != (cell != "-") or response.status_code in (401, 405, 422, 500, 503):
                wrong.append((line.method, line.path, role, response.status_code))

    assert wrong == []


async def test_who_is_let_in_to_their_own_alone_finds_it_and_nothing_else(
    api: Api, sessions: Sessions, settings: Settings, world: World
) -> None:
    records = await own_records(sessions, settings, world)
    wrong = []
    for line in LINES:
        for role in (role for role, cell in line.cells.items() if cell == "own"):
            own, foreign = records[role][line.kind], records["foreign"][line.kind]
            mine = await api.call(role, line.method, line.at(own), **line.sent(own))
            theirs = await api.call(role, line.method, line.at(foreign), **line.sent(foreign))

            if "{id}" in line.path:
                right = mine.status_code in DONE_OR_NOT_POSSIBLE and theirs.status_code == 404
            else:
                right = [entry["id"] for entry in mine.json()["items"]] == [own]
            if not right:
                wrong.append((line.method, line.path, role, mine.status_code, theirs.status_code))

    assert wrong == []


async def test_who_is_let_in_to_all_finds_what_is_anybodys(
    api: Api, sessions: Sessions, settings: Settings, world: World
) -> None:
    records = await own_records(sessions, settings, world)
    wrong = []
    for line in LINES:
        for role in (role for role, cell in line.cells.items() if cell == "all"):
            if line.method == "GET" and "{id}" in line.path and line.kind in records["foreign"]:
                response = await api.call(role, "GET", line.at(records["foreign"][line.kind]))
                if response.status_code != 200:
                    wrong.append((line.path, role, response.status_code))

    assert wrong == []


def test_the_matrix_has_a_line_for_every_endpoint_and_a_cell_for_every_role(app: FastAPI) -> None:
    documented = {
        (method.upper(), path)
        for path, operations in app.openapi()["paths"].items()
        for method in operations
        if path.startswith("/v1/")
    }
    hidden = [route for router in ROUTERS for route in router.routes if not getattr(route, "include_in_schema", False)]

    assert hidden == []
    assert documented == {(line.method, line.path) for line in LINES}
    assert all(list(line.cells) == list(ROLES) for line in LINES)
    assert {cell for line in LINES for cell in line.cells.values()} == {"all", "own", "self", "-"}


def test_the_auditor_changes_nothing_and_the_agency_sees_nothing_of_authors() -> None:
    """Two lines of policy section 6, for whoever adds a row."""
    # Trying a text or its looks changes nothing, and one's own tokens are nobody else's.
    harmless = {
        ("POST", "/v1/policies/evaluate"),
        ("POST", "/v1/templates/{key}/preview"),
        ("POST", "/v1/tokens"),
        ("DELETE", "/v1/tokens/{id}"),
    }
    changed = {(line.method, line.path) for line in LINES if line.method != "GET" and line.cells["auditor"] != "-"}
    of_authors = {"messages", "reviews", "actions", "tasks", "evidence", "notifications", "deliveries", "audit"}

    assert changed == harmless
    assert not [line.path for line in LINES if line.kind in of_authors and line.cells["agency"] != "-"]


@pytest.mark.parametrize(
    "header", [None, "", "Bearer", "Bearer ", "Basic bm9iZXQ6eA==", "Bearer nobet_test_nobody", "nobet_test_director"]
)
async def test_without_a_good_token_nothing_is_let_in(api: Api, header: str | None) -> None:
    for line in LINES:
        headers = {} if header is None else {"Authorization": header}
        response = await api.http.request(line.method, line.at(1), headers=headers)

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
    # Told of the same message, and by now on record as told.
    beside = await a_notification(sessions, "ogrenci_isleri", theirs)
    async with sessions.begin() as session:
        await notification_steps.note_first(session, beside, UnitKey("ogrenci_isleri"), "sent", at=NOON)

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
