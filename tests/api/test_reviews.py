"""Working through the queue: what is due when, who has it in hand, who waits for advice, who was faster."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import insert, select, text

from app.messages import MessageId
from app.records.api_tokens import digest_of
from app.records.database import Sessions
from app.records.tables import api_tokens, audit, notifications, people, reviews
from app.rules.model import Label
from tests.api.builders import a_decision, a_notification, a_review, a_stored_message, an_edit
from tests.api.calling import Api
from tests.world import World


async def an_item(sessions: Sessions, world: World, *, priority: int = 50) -> tuple[MessageId, int]:
    """An item of the queue on the unit's page: ids of message and item."""
    message = await a_stored_message(sessions, world.unit_page, labels=(Label.INSULT,), disposition="contain")
    return message, await a_review(sessions, message, priority=priority)


async def change(sessions: Sessions, statement: str, **values: object) -> None:
    async with sessions.begin() as session:
        await session.execute(text(statement), values)


def keep(version: str = "1.1", **more: object) -> dict[str, object]:
    return {"action": "keep", "reason": "Alıntı", "version": version} | more


async def test_an_item_shows_until_when_it_is_due_and_whether_it_is_late(
    api: Api, sessions: Sessions, world: World
) -> None:
    _, ordinary = await an_item(sessions, world)
    _, urgent = await an_item(sessions, world, priority=100)
    # A Friday evening, weeks ago: two hours of work before the weekend's end there were none.
    await change(sessions, "update reviews set opened_at = '2026-10-30 14:30:00+00'")

    late = {item["id"]: item for item in (await api.get("responsible", "/v1/reviews")).json()["items"]}
    await change(sessions, "update reviews set opened_at = now()")
    fresh = (await api.get("responsible", f"/v1/reviews/{ordinary}")).json()

    assert (late[ordinary]["due_at"], late[ordinary]["is_overdue"]) == ("2026-11-02T09:30:00Z", True)
    assert (late[urgent]["due_at"], late[urgent]["is_at_once"]) == ("2026-10-30T14:30:00Z", True)
    assert (fresh["is_overdue"], fresh["is_at_once"]) == (False, False)


async def test_a_decision_on_what_another_decided_says_who_what_and_when(
    api: Api, sessions: Sessions, world: World
) -> None:
    message, item = await an_item(sessions, world)
    seen = (await api.get("responsible", f"/v1/reviews/{item}")).json()["version"]
    await api.post("director", f"/v1/reviews/{item}/decision", keep(seen))

    late = await api.post("responsible", f"/v1/reviews/{item}/decision", keep(seen) | {"action": "delete"})

    assert (late.status_code, late.json()["title_en"]) == (409, "Changed meanwhile")
    assert "Deneme director" in late.json()["detail"]
    assert "“kalsın”" in late.json()["detail"]
    assert f"{datetime.now(UTC).year}" in late.json()["detail"]
    assert "“keep”" in late.json()["detail_en"]
    shown = (await api.get("responsible", f"/v1/reviews/{item}")).json()
    assert (shown["state"], shown["decided_as"], shown["decided_by"]["name"]) == ("decided", "keep", "Deneme director")
    detail = (await api.get("director", f"/v1/messages/{message}")).json()
    assert [entry["made_by"] for entry in detail["decisions"]] == ["machine", "person"]


async def test_an_override_beside_the_queue_is_told_in_the_same_words(
    api: Api, sessions: Sessions, world: World
) -> None:
    message, item = await an_item(sessions, world)
    await api.post("director", f"/v1/messages/{message}/override", {"action": "hide", "reason": "Hakaret"})

    late = await api.post("responsible", f"/v1/reviews/{item}/decision", keep())

    assert late.status_code == 409
    assert "“gizle”" in late.json()["detail"]


async def test_what_changed_while_one_looked_is_not_decided(api: Api, sessions: Sessions, world: World) -> None:
    edited, edited_item = await an_item(sessions, world)
    _, graver = await an_item(sessions, world)
    await an_edit(sessions, edited, "başka bir söz")
    await a_decision(sessions, edited, revision=2)
    await change(sessions, "update reviews set version = 2, reason = 'threat' where id = :id", id=graver)

    answers = [await api.post("responsible", f"/v1/reviews/{item}/decision", keep()) for item in (edited_item, graver)]

    assert [answer.status_code for answer in answers] == [409, 409]
    versions = [
        (await api.get("responsible", f"/v1/reviews/{item}")).json()["version"] for item in (edited_item, graver)
    ]
    assert versions == ["2.1", "1.2"]
    again = await api.post("responsible", f"/v1/reviews/{edited_item}/decision", keep("2.1"))
    assert again.status_code == 201


async def test_what_one_has_in_hand_another_neither_claims_nor_decides(
    api: Api, sessions: Sessions, world: World
) -> None:
    _, item = await an_item(sessions, world)

    mine = await api.post("responsible", f"/v1/reviews/{item}/claim")
    longer = await api.post("responsible", f"/v1/reviews/{item}/claim")
    others = [
        await api.post("specialist", f"/v1/reviews/{item}/claim"),
        await api.post("specialist", f"/v1/reviews/{item}/decision", keep()),
    ]

    assert mine.json()["claim"]["by"]["name"] == "Deneme responsible"
    until = datetime.fromisoformat(mine.json()["claim"]["until"])
    assert timedelta(minutes=19) < until - datetime.now(UTC) <= timedelta(minutes=20)
    assert longer.json()["claim"]["until"] > mine.json()["claim"]["until"]
    assert [answer.status_code for answer in others] == [409, 409]
    assert all("Deneme responsible" in answer.json()["detail"] for answer in others)
    assert (await api.post("responsible", f"/v1/reviews/{item}/decision", keep())).status_code == 201


async def test_a_claim_ends_by_itself_by_its_owner_or_by_the_directorate(
    api: Api, sessions: Sessions, world: World
) -> None:
    _, item = await an_item(sessions, world)
    await api.post("specialist", f"/v1/reviews/{item}/claim")

    by_another = await api.call("responsible", "DELETE", f"/v1/reviews/{item}/claim")
    by_director = await api.call("director", "DELETE", f"/v1/reviews/{item}/claim")
    of_nobody = await api.call("director", "DELETE", f"/v1/reviews/{item}/claim")
    await api.post("specialist", f"/v1/reviews/{item}/claim")
    await change(sessions, "update reviews set claimed_until = now() - interval '1 second'")
    over = await api.post("responsible", f"/v1/reviews/{item}/claim")

    assert [by_another.status_code, by_director.status_code, of_nobody.status_code] == [409, 204, 409]
    assert over.json()["claim"]["by"]["name"] == "Deneme responsible"


def a_wait(**changes: object) -> dict[str, object]:
    until = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    return {"reason": "Tarih doğru mu?", "until": until, "unit": "ogrenci_isleri"} | changes


async def test_an_item_waits_for_advice_and_comes_back_when_its_time_is_over(
    api: Api, sessions: Sessions, world: World
) -> None:
    message, item = await an_item(sessions, world)

    parked = await api.post("responsible", f"/v1/reviews/{item}/wait", a_wait(person=world.people["director"]))
    meanwhile = {
        state: [entry["id"] for entry in (await api.get("responsible", "/v1/reviews", state=state)).json()["items"]]
        for state in ("open", "parked")
    }
    asked = (await api.get("director", "/v1/reviews", state="parked", asked_me=True)).json()["items"]
    not_asked = (await api.get("specialist", "/v1/reviews", state="parked", asked_me=True)).json()["items"]
    await change(sessions, "update reviews set parked_until = now()")
    back = (await api.get("responsible", "/v1/reviews")).json()["items"]

    assert parked.json()["state"] == "parked"
    assert parked.json()["wait"]["because"] == "Tarih doğru mu?"
    assert parked.json()["wait"]["asked_unit"] == "ogrenci_isleri"
    assert parked.json()["wait"]["asked_person"]["name"] == "Deneme director"
    assert meanwhile == {"open": [], "parked": [item]}
    assert [[entry["id"] for entry in found] for found in (asked, not_asked)] == [[item], []]
    assert [(entry["id"], entry["state"], entry["wait"]) for entry in back] == [(item, "open", None)]
    async with sessions() as session:
        told = (await session.execute(select(notifications).order_by(notifications.c.id))).all()
    assert [(one.kind, one.unit, one.person_id, one.message_id) for one in told] == [
        ("advice_asked", "ogrenci_isleri", None, message),
        ("advice_asked", "kurumsal_iletisim", world.people["director"], message),
    ]


async def test_who_is_asked_by_name_opens_the_message_from_their_notice_and_their_unit_does_not(
    api: Api, sessions: Sessions, world: World
) -> None:
    message, item = await an_item(sessions, world)
    async with sessions.begin() as session:
        colleague = insert(people).values(
            name="Deneme çalışma arkadaşı", email="arkadas@ornek.test", role="service_unit", unit="yemek_hizmetleri"
        )
        colleague_id = await session.scalar(colleague.returning(people.c.id))
        token = {"person_id": colleague_id, "digest": digest_of("nobet_test_colleague"), "label": "test"}
        await session.execute(insert(api_tokens).values(token))
    colleagues = Api(api.http, {"colleague": "nobet_test_colleague"})

    told = [await a_stored_message(sessions, world.page) for _ in range(2)]
    await api.post("responsible", f"/v1/reviews/{item}/wait", a_wait(unit=None, person=world.people["service_unit"]))
    for other in told:
        await a_notification(sessions, "yemek_hizmetleri", other)
    # What they were asked, and what their unit was told of, in one list.
    pages = [await api.get("service_unit", "/v1/messages", limit=2)]
    pages.append(await api.get("service_unit", "/v1/messages", limit=2, cursor=pages[0].json()["next"]))
    (notice,) = [one for one in (await api.get("service_unit", "/v1/notifications")).json()["items"] if one["person"]]
    opened = await api.get("service_unit", f"/v1/messages/{notice['message_id']}")
    noted = await api.post("service_unit", f"/v1/messages/{message}/notes", {"text": "Bizde kayıt yok."})
    later = {"until": (datetime.now(UTC) + timedelta(days=2)).isoformat()}
    put_off = await api.post("service_unit", f"/v1/notifications/{notice['id']}/snooze", later)

    assert (notice["kind"], notice["person"]["id"]) == ("advice_asked", world.people["service_unit"])
    assert (opened.status_code, opened.json()["id"], noted.status_code) == (200, message, 201)
    assert put_off.status_code == 409
    assert [[one["id"] for one in page.json()["items"]] for page in pages] == [[*reversed(told)], [message]]
    assert pages[1].json()["next"] is None
    theirs = (await colleagues.get("colleague", "/v1/notifications")).json()["items"]
    assert [one["message_id"] for one in theirs] == [*reversed(told)]
    assert (await colleagues.get("colleague", f"/v1/messages/{message}")).status_code == 404
    detail = (await api.get("responsible", f"/v1/messages/{message}")).json()
    assert [entry["id"] for entry in detail["notifications"]] == [notice["id"]]


async def test_who_is_asked_reads_the_question_and_their_answer_brings_the_item_back(
    api: Api, sessions: Sessions, world: World
) -> None:
    message, item = await an_item(sessions, world)
    asked = a_wait(reason="Kayıt tarihi doğru mu?", unit="yemek_hizmetleri")
    await api.post("responsible", f"/v1/reviews/{item}/wait", asked)

    (question,) = (await api.get("service_unit", f"/v1/messages/{message}")).json()["reviews"]
    await api.post("director", f"/v1/messages/{message}/notes", {"text": "Bence de sorulsun."})
    still = (await api.get("responsible", "/v1/reviews", state="parked")).json()["items"]
    await api.post("service_unit", f"/v1/messages/{message}/notes", {"text": "Doğru."})
    back = (await api.get("responsible", "/v1/reviews")).json()["items"]

    assert question["wait"]["because"] == "Kayıt tarihi doğru mu?"
    assert (question["wait"]["by"]["name"], question["wait"]["asked_unit"]) == (
        "Deneme responsible",
        "yemek_hizmetleri",
    )
    assert [one["id"] for one in still] == [item]
    # It changed since it was parked: whoever decides reads the answer first.
    assert [(one["id"], one["version"], one["wait"]) for one in back] == [(item, "1.3", None)]
    acts = [note["act"] for note in (await api.get("auditor", "/v1/audit")).json()["items"]]
    assert acts.count("review.bring_back") == 1


async def test_whoever_wants_advice_sees_whom_they_can_ask(api: Api, sessions: Sessions, world: World) -> None:
    _, own = await an_item(sessions, world)
    other = await a_review(sessions, await a_stored_message(sessions, world.page))

    found = (await api.get("responsible", f"/v1/reviews/{own}/advisers")).json()
    beyond = (await api.get("director", f"/v1/reviews/{other}/advisers")).json()
    refused = {
        role: (await api.post("director", f"/v1/reviews/{other}/wait", a_wait(unit=None, person=id))).status_code
        for role, id in world.people.items()
    }

    assert {one["role"] for one in found["people"]} == {"specialist", "director", "security", "sks", "service_unit"}
    assert {one["role"] for one in beyond["people"]} == {"specialist", "security", "sks", "service_unit"}
    # Those of the list and no others can be asked; oneself is left out of it.
    able = {role for role, status in refused.items() if status == 200}
    assert able - {"director"} == {one["role"] for one in beyond["people"]}
    assert {"sks", "guvenlik"} <= {one["key"] for one in found["units"]}
    assert (await api.get("responsible", f"/v1/reviews/{other}/advisers")).status_code == 404


@pytest.mark.parametrize("role", ["auditor", "agency", "top_management", "responsible"])
async def test_nobody_is_asked_who_could_not_open_the_message_or_write_a_note(
    api: Api, sessions: Sessions, world: World, role: str
) -> None:
    message = await a_stored_message(sessions, world.page)  # not the responsible's
    item = await a_review(sessions, message)

    answer = await api.post("director", f"/v1/reviews/{item}/wait", a_wait(person=world.people[role]))

    assert answer.status_code == 409
    assert f"Deneme {role}" in answer.json()["detail"]
    async with sessions() as session:
        assert (await session.execute(select(notifications))).all() == []


async def test_an_item_is_brought_back_before_its_time(api: Api, sessions: Sessions, world: World) -> None:
    _, item = await an_item(sessions, world)
    await api.post("responsible", f"/v1/reviews/{item}/wait", a_wait())

    back = await api.call("responsible", "DELETE", f"/v1/reviews/{item}/wait")
    again = await api.call("responsible", "DELETE", f"/v1/reviews/{item}/wait")

    assert [back.status_code, again.status_code] == [204, 409]
    assert [entry["id"] for entry in (await api.get("responsible", "/v1/reviews")).json()["items"]] == [item]


async def test_what_is_urgent_waits_only_where_the_director_says_so(api: Api, sessions: Sessions, world: World) -> None:
    _, item = await an_item(sessions, world, priority=90)

    refused = [
        await api.post("responsible", f"/v1/reviews/{item}/wait", a_wait()),
        await api.post("specialist", f"/v1/reviews/{item}/wait", a_wait(although_urgent=True)),
        await api.post("director", f"/v1/reviews/{item}/wait", a_wait()),
    ]
    allowed = await api.post("director", f"/v1/reviews/{item}/wait", a_wait(although_urgent=True))

    assert [answer.status_code for answer in refused] == [409] * 3
    assert "direktör" in refused[0].json()["detail"]
    assert allowed.json()["state"] == "parked"
    async with sessions() as session:
        noted = (await session.execute(select(audit).where(audit.c.act == "review.park"))).one()
    assert noted.detail["although_urgent"] is True


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"unit": None}, 422),
        ({"unit": "olmayan"}, 409),
        ({"unit": None, "person": 999_999}, 409),
        ({"until": "2020-01-01T00:00:00Z"}, 409),
        ({"until": "2100-01-01T00:00:00Z"}, 409),
        ({"reason": " "}, 422),
    ],
)
async def test_a_wait_that_makes_no_sense_changes_nothing(
    api: Api, sessions: Sessions, world: World, changes: dict[str, object], status: int
) -> None:
    _, item = await an_item(sessions, world)

    answer = await api.post("responsible", f"/v1/reviews/{item}/wait", a_wait(**changes))

    assert answer.status_code == status
    async with sessions() as session:
        assert (await session.execute(select(reviews.c.parked_until, reviews.c.version))).one() == (None, 1)


async def test_notes_stand_as_they_were_written_newest_first(api: Api, sessions: Sessions, world: World) -> None:
    message, _ = await an_item(sessions, world)

    for role, words in (("responsible", "Tarihi soralım mı?"), ("director", "Sordum, doğru.")):
        assert (await api.post(role, f"/v1/messages/{message}/notes", {"text": words})).status_code == 201
    notes = (await api.get("specialist", f"/v1/messages/{message}/notes")).json()["items"]

    assert [(note["by"]["name"], note["text"]) for note in notes] == [
        ("Deneme director", "Sordum, doğru."),
        ("Deneme responsible", "Tarihi soralım mı?"),
    ]
    for statement in ("update review_notes set text = 'x'", "delete from review_notes"):
        with pytest.raises(Exception, match="written once"):
            await change(sessions, statement)


async def test_notes_beside_what_is_closed_are_closed_too(api: Api, sessions: Sessions, world: World) -> None:
    message = await a_stored_message(sessions, world.unit_page, labels=(Label.SELF_HARM,))
    await api.post(
        "director", f"/v1/messages/{message}/notes", {"text": "Arkadaşı aradı: ‘yaşamak istemiyorum’ demiş."}
    )

    answers = [
        await api.get("responsible", f"/v1/messages/{message}/notes"),
        await api.post("responsible", f"/v1/messages/{message}/notes", {"text": "?"}),
    ]

    assert [answer.status_code for answer in answers] == [403, 403]
    assert "yaşamak" not in answers[0].text
