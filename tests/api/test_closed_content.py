"""6.4.15: what a message of self-harm says is open to SKS and the directorate alone, whichever way one asks."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from app.evidence import keep
from app.evidence.objects import ObjectStore
from app.messages import ActionId, MessageId
from app.records import tasks
from app.records.database import Sessions
from app.rules.model import Label
from app.settings import Settings
from tests.api.builders import (
    a_decision,
    a_notification,
    a_picture,
    a_review,
    a_seal,
    a_stored_message,
    an_action,
    an_appeal,
    an_edit,
)
from tests.api.calling import Api
from tests.world import World

MARKER = "sarmaşık7391"
AUTHOR = "yazar8842"
PLACEHOLDER = "İçerik yalnızca SKS ve Kurumsal İletişim Direktörlüğü'ne açıktır"


@pytest.fixture
async def cry(sessions: Sessions, world: World, settings: Settings) -> MessageId:
    """A message of self-harm on the responsible's own account, with everything that hangs on it."""
    message = await a_stored_message(
        sessions, world.unit_page, f"{MARKER} dayanamıyorum", author=AUTHOR, labels=(Label.SELF_HARM,)
    )
    await a_review(sessions, message, priority=100)
    action = await an_action(sessions, message, text=f"Merhaba {MARKER}")
    sealed = await a_seal(sessions, message)
    image = await ObjectStore(settings.evidence_store_url).put(MARKER.encode(), "image/png")
    async with sessions.begin() as session:
        await keep.add_image(session, sealed.id, image, kind="card", taken_at=datetime.now(UTC))
        await tasks.open_task(
            session,
            kind="private_message",
            reason="expired",
            message_id=message,
            action_id=ActionId(action),
            urgency="urgent",
            due_at=datetime.now(UTC),
            detail={"text": MARKER, "link": "https://platform.test/900"},
        )
    return message


async def everything(api: Api, role: str, message: MessageId) -> list[Any]:
    """Every answer in which the message could be."""
    paths = [
        "/v1/messages",
        f"/v1/messages/{message}",
        "/v1/messages?label=self_harm",
        f"/v1/messages?author={AUTHOR}",
        "/v1/reviews",
        "/v1/actions",
        f"/v1/actions/{await action_on(api, message)}",
        "/v1/tasks",
        "/v1/evidence",
        "/v1/evidence/1",
        "/v1/evidence/1/image",
        "/v1/audit",
        "/v1/notifications",
        "/v1/deliveries",
    ]
    return [await api.get(role, path) for path in paths]


async def action_on(api: Api, message: MessageId) -> int:
    """The first action on a message, as the director sees it."""
    return int((await api.get("director", f"/v1/messages/{message}")).json()["actions"][0]["id"])


@pytest.mark.parametrize("role", ["responsible", "auditor", "service_unit", "top_management", "agency"])
async def test_nothing_of_it_reaches_those_it_is_closed_to(
    api: Api, sessions: Sessions, world: World, cry: MessageId, role: str
) -> None:
    await a_notification(sessions, "yemek_hizmetleri", cry)
    done = [
        await api.post("director", f"/v1/messages/{cry}/override", {"action": "keep", "reason": f"{MARKER} aranacak"}),
        await api.post("director", f"/v1/actions/{await action_on(api, cry)}/discard", {"reason": f"{MARKER} arandı"}),
        await api.post("director", "/v1/tasks/1/confirm", {"note": f"{MARKER} ile görüşüldü"}),
    ]
    assert [answer.status_code for answer in done] == [201, 200, 200]

    for answer in await everything(api, role, cry):
        assert MARKER not in answer.text, answer.url
        assert AUTHOR not in answer.text, answer.url
        assert "platform.test" not in answer.text, answer.url
        assert answer.status_code < 500


async def test_a_responsible_sees_a_placeholder_and_cannot_decide(api: Api, cry: MessageId) -> None:
    listed = (await api.get("responsible", "/v1/messages")).json()["items"]
    detail = (await api.get("responsible", f"/v1/messages/{cry}")).json()
    image = await api.get("responsible", "/v1/evidence/1/image")
    action = await action_on(api, cry)
    decided = [
        await api.post("responsible", f"/v1/messages/{cry}/override", {"action": "hide", "reason": "deneme"}),
        await api.post("responsible", f"/v1/actions/{action}/release", {}),
        await api.post("responsible", f"/v1/actions/{action}/discard", {"reason": "deneme"}),
        await api.post("responsible", "/v1/tasks/1/confirm", {"note": "deneme"}),
    ]

    assert [(entry["text"], entry["author"], entry["closed"]) for entry in listed] == [(PLACEHOLDER, None, "self_harm")]
    assert detail["revisions"][0]["text"] == PLACEHOLDER
    assert detail["decisions"][0]["findings"][0]["spans"] == []
    assert detail["decisions"][0]["findings"][0]["reasons"] == []
    assert detail["tasks"][0]["detail"] == {"closed": PLACEHOLDER}
    assert (image.status_code, image.json()["type"]) == (403, "urn:nobet:problem:content_closed")
    assert [answer.status_code for answer in decided] == [403] * 4


async def test_what_people_wrote_about_it_is_closed_with_it(
    api: Api, sessions: Sessions, settings: Settings, world: World, cry: MessageId
) -> None:
    words = f"şöyle demiş: {MARKER}"
    because = {"reason": words}
    appeal = await an_appeal(sessions, cry)
    item = (await api.get("director", "/v1/reviews")).json()["items"][0]["id"]
    await api.call("director", "PUT", f"/v1/messages/{cry}/author", json={"kind": "student", "source": words})
    later = {"until": (datetime.now(UTC) + timedelta(days=2)).isoformat(), "unit": "sks", "although_urgent": True}
    task = (await api.get("director", "/v1/tasks")).json()["items"][0]["id"]
    wrote = [
        await api.post("director", f"/v1/tasks/{task}/confirm", {"note": words}),
        await api.post("director", f"/v1/reviews/{item}/wait", because | later),
        await api.post("director", f"/v1/messages/{cry}/hold", because),
        await api.post("director", f"/v1/messages/{cry}/override", because | {"action": "hide"}),
        await api.post("director", f"/v1/messages/{cry}/undo", because),
        await api.post("director", f"/v1/messages/{cry}/save-as-case", {"note": words, "text": words}),
        await api.call(
            "director",
            "POST",
            f"/v1/messages/{cry}/evidence/upload",
            files={"file": ("a.png", a_picture())},
            data={"note": words},
        ),
    ]
    async with sessions.begin() as session:
        await session.execute(text("update messages set state = 'hidden' where id = :id"), {"id": cry})
    wrote.append(await api.post("director", f"/v1/appeals/{appeal}/uphold", because))
    case = (await api.get("director", "/v1/cases")).json()["items"][0]["id"]
    wrote.append(await api.call("director", "DELETE", f"/v1/cases/{case}", json=because))

    refused = await api.post("responsible", f"/v1/appeals/{appeal}/restore", because)
    told = [
        await api.get(role, path)
        for role in ("auditor", "responsible")
        for path in (
            f"/v1/messages/{cry}",
            f"/v1/messages/{cry}/notes",
            "/v1/reviews?state=decided",
            "/v1/reviews",
            "/v1/reviews?state=parked",
            "/v1/approvals",
            "/v1/appeals",
            "/v1/cases",
            "/v1/cases?retired=true",
            "/v1/tasks",
            "/v1/audit?limit=100",
        )
    ]

    assert [answer.text for answer in wrote if not answer.is_success] == []
    assert refused.status_code == 403
    assert [answer.request.url.path for answer in told if MARKER in answer.text] == []


async def test_it_is_open_to_the_directorate(api: Api, cry: MessageId) -> None:
    for role in ("specialist", "director"):
        detail = (await api.get(role, f"/v1/messages/{cry}")).json()
        sealed = (await api.get(role, "/v1/evidence/1")).json()
        image = await api.get(role, "/v1/evidence/1/image")

        assert MARKER in detail["text"]
        assert detail["author"] == {"id": AUTHOR, "name": "Deneme Kişi", "kind": None, "kind_source": None}
        assert detail["closed"] is None
        assert MARKER in sealed["fields"]["text"]
        assert image.content == MARKER.encode()


@pytest.mark.parametrize(("role", "unit"), [("sks", "sks"), ("security", "guvenlik")])
async def test_it_is_open_to_sks_and_security_behind_their_own_notification(
    api: Api, sessions: Sessions, cry: MessageId, role: str, unit: str
) -> None:
    before = await api.get(role, f"/v1/messages/{cry}")
    await a_notification(sessions, unit, cry, kind="self_harm")

    after = await api.get(role, f"/v1/messages/{cry}")

    assert before.status_code == 404
    assert MARKER in after.json()["text"]


async def test_what_nobody_has_judged_yet_stays_closed_until_it_is(api: Api, sessions: Sessions, world: World) -> None:
    fresh = await a_stored_message(sessions, world.unit_page, MARKER, judged=False)
    edited = await a_stored_message(sessions, world.unit_page, "Kampüs çok güzel")
    await an_edit(sessions, edited, MARKER)

    before = await api.get("responsible", "/v1/messages")
    await a_decision(sessions, fresh)
    await a_decision(sessions, edited, revision=2)
    after = await api.get("responsible", "/v1/messages")

    assert MARKER not in before.text
    assert [entry["closed"] for entry in before.json()["items"]] == ["not_judged", "not_judged"]
    assert [entry["text"] for entry in after.json()["items"]] == [MARKER, MARKER]


async def test_words_that_were_edited_before_anybody_judged_them_stay_closed(
    api: Api, sessions: Sessions, world: World
) -> None:
    message = await a_stored_message(sessions, world.unit_page, MARKER, judged=False)
    await an_edit(sessions, message, "Kampüs çok güzel")
    await a_decision(sessions, message, revision=2)

    before = await api.get("responsible", f"/v1/messages/{message}")
    await a_decision(sessions, message, revision=1)
    after = await api.get("responsible", f"/v1/messages/{message}")

    assert before.json()["closed"] == "not_judged"
    assert MARKER not in before.text
    assert after.json()["revisions"][0]["text"] == MARKER


async def test_an_edit_to_harmless_words_does_not_open_what_was_said_before(
    api: Api, sessions: Sessions, world: World, cry: MessageId
) -> None:
    await an_edit(sessions, cry, "Şaka yaptım")
    await a_decision(sessions, cry, revision=2)

    detail = await api.get("responsible", f"/v1/messages/{cry}")

    assert MARKER not in detail.text
    assert detail.json()["closed"] == "self_harm"


async def test_who_wrote_it_is_not_found_out_by_asking_for_the_author(api: Api, cry: MessageId) -> None:
    asked = {
        role: [entry["id"] for entry in (await api.get(role, "/v1/messages", author=AUTHOR)).json()["items"]]
        for role in ("responsible", "auditor", "specialist")
    }

    assert asked == {"responsible": [], "auditor": [], "specialist": [cry]}


async def test_which_messages_are_in_a_crisis_is_for_those_who_may_open_its_file(api: Api, cry: MessageId) -> None:
    statuses = {
        role: (await api.get(role, "/v1/messages?crisis=1")).status_code
        for role in ("responsible", "service_unit", "director", "auditor")
    }

    assert statuses == {"responsible": 403, "service_unit": 403, "director": 200, "auditor": 200}


async def test_the_authors_history_leaves_out_what_is_closed(
    api: Api, sessions: Sessions, world: World, cry: MessageId
) -> None:
    later = await a_stored_message(sessions, world.unit_page, "Kampüs çok güzel", author=AUTHOR)

    seen = {
        role: [entry["id"] for entry in (await api.get(role, f"/v1/messages/{later}")).json()["earlier"]]
        for role in ("responsible", "specialist")
    }

    assert seen == {"responsible": [], "specialist": [cry]}


async def test_the_raw_delivery_in_evidence_is_for_those_who_may_open_deliveries(
    api: Api, sessions: Sessions, world: World
) -> None:
    message = await a_stored_message(sessions, world.unit_page)
    await a_seal(sessions, message)

    fields = {role: (await api.get(role, "/v1/evidence/1")).json()["fields"] for role in ("responsible", "specialist")}

    assert fields["responsible"]["text"] == "Kampüs çok güzel"
    assert fields["responsible"]["delivery"]["body"] is None
    assert fields["specialist"]["delivery"]["body"] == "the whole batch"
