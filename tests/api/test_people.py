"""The directorate enters people, corrects them and lets them go; nobody gives themself a role."""

from typing import Any

import pytest
from sqlalchemy import text

from app.records.database import Sessions
from tests.api.builders import a_review, a_stored_message
from tests.api.calling import Api
from tests.world import World

NEW = {"name": "Deneme Yeni", "email": "Yeni.Kisi@ornek.test", "role": "service_unit", "unit": "kutuphane"}


async def add(api: Api, **changes: Any) -> Any:
    return await api.post("director", "/v1/people", NEW | changes)


async def change(api: Api, person: int, **changes: Any) -> Any:
    return await api.call("director", "PATCH", f"/v1/people/{person}", json=changes)


async def test_a_person_is_entered_with_what_they_may(api: Api, world: World) -> None:
    made = await add(api, role="responsible", unit=None, accounts=[world.page.id])
    listed = (await api.get("auditor", "/v1/people")).json()["items"]

    assert made.status_code == 201, made.text
    assert (made.json()["role"], made.json()["accounts"], made.json()["is_active"]) == (
        "responsible",
        [world.page.id],
        True,
    )
    assert listed[0] == made.json()
    acts = [note["act"] for note in (await api.get("auditor", "/v1/audit")).json()["items"]]
    assert {"person.put", "person.accounts"} <= set(acts)


async def test_one_mailbox_is_one_person_in_whatever_capitals(api: Api, world: World) -> None:
    first = await add(api)
    twice = await add(api, email=" yeni.kisi@ORNEK.test ")

    assert (first.status_code, twice.status_code) == (201, 409)
    assert str(first.json()["id"]) in twice.json()["detail"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"unit": "yok_boyle_birim"}, "body.unit"),
        ({"unit": None}, "body.unit"),
        ({"role": "sks", "unit": "guvenlik"}, "body.unit"),
        ({"role": "responsible", "accounts": [999999]}, "body.accounts"),
        ({"role": "director", "accounts": [1]}, "body.accounts"),
        ({"role": "rektör"}, "body.role"),
        ({"email": "adres değil"}, "body.email"),
        ({"name": " "}, "body.name"),
    ],
)
async def test_what_does_not_go_together_is_told_at_its_place(
    api: Api, world: World, changes: dict[str, Any], field: str
) -> None:
    answer = await add(api, **changes)

    assert (answer.status_code, [error["field"] for error in answer.json()["errors"]]) == (422, [field])
    assert answer.json()["errors"][0]["problem"] != "Değer geçersiz."


async def test_another_role_holds_from_the_next_request_on(api: Api, sessions: Sessions, world: World) -> None:
    await a_review(sessions, await a_stored_message(sessions, world.unit_page))
    responsible = world.people["responsible"]
    own = (await api.get("responsible", "/v1/reviews")).json()["items"]

    other = await change(api, responsible, accounts=[world.page.id])
    elsewhere = (await api.get("responsible", "/v1/reviews")).json()["items"]
    promoted = await change(api, responsible, role="specialist")
    all_of_it = (await api.get("responsible", "/v1/reviews")).json()["items"]

    assert (len(own), len(elsewhere), len(all_of_it)) == (1, 0, 1)
    assert (other.json()["accounts"], promoted.json()["role"]) == ([world.page.id], "specialist")
    # What the new role has not goes with the old one.
    assert promoted.json()["accounts"] == []


async def test_who_leaves_is_out_at_once_and_comes_back_without_what_they_had(
    api: Api, sessions: Sessions, world: World
) -> None:
    specialist = world.people["specialist"]
    before = await api.get("specialist", "/v1/me")
    gone = await change(api, specialist, is_active=False)
    after = await api.get("specialist", "/v1/me")
    back = await change(api, specialist, is_active=True)
    still = await api.get("specialist", "/v1/me")

    assert [answer.status_code for answer in (before, gone, after, back, still)] == [200, 200, 401, 200, 401]
    assert back.json()["is_active"] is True
    async with sessions() as session:
        acts = list(await session.scalars(text("select act from audit where act like 'person.%' order by id")))
    assert acts == ["person.let_go", "person.take_back"]


async def test_nobody_changes_their_own_role_or_lets_themself_go(api: Api, world: World) -> None:
    me = world.people["director"]
    answers = [await change(api, me, role="auditor"), await change(api, me, is_active=False)]
    name = await change(api, me, name="Deneme Soyadı Değişen")

    assert [answer.status_code for answer in answers] == [409, 409]
    assert "başka bir direktör" in answers[0].json()["detail"]
    assert (name.status_code, name.json()["name"]) == (200, "Deneme Soyadı Değişen")


async def test_a_new_unit_can_be_told_and_asked(api: Api, sessions: Sessions, world: World) -> None:
    unit = {"key": "hukuk", "name_tr": "Hukuk Müşavirliği", "name_en": "Legal Counsel", "email": "hukuk@ornek.test"}
    item = await a_review(sessions, await a_stored_message(sessions, world.unit_page))

    made = await api.post("director", "/v1/units", unit)
    twice = await api.post("director", "/v1/units", unit)
    renamed = await api.call("director", "PATCH", "/v1/units/hukuk", json={"name_tr": "Hukuk"})
    member = await add(api, unit="hukuk")
    asked = {"reason": "Dava var mı?", "until": "2126-11-25T09:00:00+03:00", "unit": "hukuk"}
    too_long = await api.post("responsible", f"/v1/reviews/{item}/wait", asked)
    advisers = (await api.get("responsible", f"/v1/reviews/{item}/advisers")).json()

    assert (made.status_code, twice.status_code, member.status_code) == (201, 409, 201)
    assert (renamed.json()["name_tr"], renamed.json()["email"]) == ("Hukuk", "hukuk@ornek.test")
    assert "gün içinde" in too_long.json()["detail"]
    assert "hukuk" in {one["key"] for one in advisers["units"]}
    assert "Deneme Yeni" in {one["name"] for one in advisers["people"]}
