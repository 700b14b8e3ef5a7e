"""Opening what is blurred, reading an author up before criticism is answered, and who an author is."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import insert, select, update

from app.actions.earlier import COVERS
from app.messages import Channel, MessageId
from app.records.database import Sessions
from app.records.tables import audit, decisions, openings, reviews
from app.rules.model import Label
from tests.api.builders import a_decision, a_review, a_stored_message, an_action, an_edit
from tests.api.calling import Api
from tests.world import World

REPLY = {"action": "reply", "reason": "Yanıt", "text": "Merhaba, konuşalım."}


async def blurred(api: Api, role: str, message: MessageId) -> bool:
    found: bool = (await api.get(role, f"/v1/messages/{message}")).json()["blurred"]
    return found


@pytest.mark.parametrize(
    ("labels", "is_blurred"),
    [((Label.THREAT,), True), ((Label.HATE, Label.INSULT), True), ((Label.INSULT,), False), ((), False)],
)
async def test_what_is_hard_to_look_at_is_blurred_by_its_labels(
    api: Api, sessions: Sessions, world: World, labels: tuple[Label, ...], is_blurred: bool
) -> None:
    message = await a_stored_message(sessions, world.unit_page, "söz", labels=labels)

    (listed,) = (await api.get("responsible", "/v1/messages")).json()["items"]

    assert listed["blurred"] is is_blurred
    assert await blurred(api, "responsible", message) is is_blurred


async def test_what_could_not_be_judged_or_is_only_suspected_is_blurred_too(
    api: Api, sessions: Sessions, world: World
) -> None:
    picture = await a_stored_message(sessions, world.unit_page, judged=False)
    await a_decision(sessions, picture)
    suspected = await a_stored_message(sessions, world.unit_page)
    for message in (picture, suspected):
        await a_review(sessions, message)
    async with sessions.begin() as session:
        await session.execute(update(reviews).where(reviews.c.message_id == suspected).values(labels=["threat"]))
        # What stands is written once: the picture's decision is made anew, on another revision, and is the newest.
        made = select(decisions.c.policy_version).where(decisions.c.message_id == picture).scalar_subquery()
        values = {"message_id": picture, "revision": 2, "made_by": "machine", "disposition": "review"}
        await session.execute(insert(decisions).values(**values, incomplete=["media"], policy_version=made))

    items = (await api.get("responsible", "/v1/reviews")).json()["items"]

    assert {item["message"]["id"]: item["message"]["blurred"] for item in items} == {picture: True, suspected: True}


async def test_who_opens_it_sees_it_plainly_until_it_is_edited_and_others_do_not(
    api: Api, sessions: Sessions, world: World
) -> None:
    message = await a_stored_message(sessions, world.unit_page, "hepinizi yakacağım", labels=(Label.THREAT,))

    opened = await api.post("responsible", f"/v1/messages/{message}/open")
    mine, others = await blurred(api, "responsible", message), await blurred(api, "director", message)
    await an_edit(sessions, message, "hepinizi")
    await a_decision(sessions, message, labels=(Label.THREAT,), revision=2)

    assert (opened.json()["text"], opened.json()["blurred"]) == ("hepinizi yakacağım", False)
    assert (mine, others, await blurred(api, "responsible", message)) == (False, True, True)
    async with sessions() as session:
        noted = (await session.execute(select(audit).where(audit.c.act == "message.open"))).one()
    assert (noted.subject, noted.person_id) == (f"message/{message}", world.people["responsible"])


async def test_what_is_closed_is_not_opened(api: Api, sessions: Sessions, world: World) -> None:
    message = await a_stored_message(sessions, world.unit_page, labels=(Label.SELF_HARM,))

    assert (await api.post("responsible", f"/v1/messages/{message}/open")).status_code == 403
    async with sessions() as session:
        assert (await session.execute(select(openings))).all() == []


async def test_the_director_sees_who_bears_how_much_on_which_day(api: Api, sessions: Sessions, world: World) -> None:
    grave = [await a_stored_message(sessions, world.unit_page, labels=(Label.THREAT,)) for _ in range(3)]
    plain = await a_stored_message(sessions, world.unit_page, labels=(Label.INSULT,))
    for message in (*grave, plain, grave[0]):
        await api.post("responsible", f"/v1/messages/{message}/open")
    await api.post("specialist", f"/v1/messages/{grave[0]}/open")
    async with sessions.begin() as session:
        # Half past midnight here, yesterday by the world's clock.
        late = datetime(2026, 11, 10, 21, 30, tzinfo=UTC)
        await session.execute(update(openings).where(openings.c.message_id == grave[2]).values(opened_at=late))

    of_today = (await api.get("director", "/v1/reviewers/load")).json()["items"]
    of_then = (await api.get("director", "/v1/reviewers/load", first="2026-11-11", last="2026-11-11")).json()["items"]
    before = (await api.get("director", "/v1/reviewers/load", first="2026-11-10", last="2026-11-10")).json()["items"]
    refused = [
        await api.get("specialist", "/v1/reviewers/load"),
        await api.get("director", "/v1/reviewers/load", first="2026-11-11", last="2026-11-10"),
        await api.get("director", "/v1/reviewers/load", first="2020-01-01"),
    ]

    assert [(entry["person"]["name"], entry["opened"], entry["share"]) for entry in of_today] == [
        ("Deneme responsible", 2, 0.6667),
        ("Deneme specialist", 1, 0.3333),
    ]
    assert [(entry["day"], entry["opened"], entry["share"]) for entry in of_then] == [("2026-11-11", 1, 1.0)]
    assert before == []
    assert [answer.status_code for answer in refused] == [403, 422, 422]


async def test_criticism_is_answered_only_by_who_has_opened_what_its_author_wrote_before(
    api: Api, sessions: Sessions, world: World
) -> None:
    earlier = await a_stored_message(sessions, world.unit_page, "Kütüphane yine kapalı")
    await a_stored_message(sessions, world.unit_page, "başkası", author="777")
    message = await a_stored_message(sessions, world.unit_page, "Yönetim uyuyor", labels=(Label.CRITICISM,))
    held = await an_action(sessions, message, kind="private_message")

    locked = [
        await api.post("responsible", f"/v1/messages/{message}/override", REPLY),
        await api.post("responsible", f"/v1/messages/{message}/override", REPLY | {"action": "private_message"}),
        await api.post("responsible", f"/v1/actions/{held}/release", {}),
    ]
    opened = await api.post("responsible", f"/v1/messages/{message}/earlier")
    by_another = await api.post("director", f"/v1/messages/{message}/override", REPLY)
    unlocked = [
        await api.post("responsible", f"/v1/messages/{message}/override", REPLY),
        await api.post("responsible", f"/v1/actions/{held}/release", {}),
    ]

    assert [answer.status_code for answer in (*locked, by_another)] == [409] * 4
    assert all("6.3.2" in answer.json()["detail"] and "6.3.2" in answer.json()["detail_en"] for answer in locked)
    assert [entry["id"] for entry in opened.json()["stored"]] == [earlier]
    assert opened.json()["sources"] == [
        {"name": "store", "answered": "told", "covers": COVERS["store"]},
        # The page's token is not known: the platform was asked, and did not answer.
        {"name": "facebook", "answered": "failed", "covers": COVERS["facebook"]},
    ]
    assert unlocked[0].status_code == 201
    async with sessions() as session:
        noted = (await session.execute(select(audit).where(audit.c.act == "message.earlier"))).one()
    assert noted.detail == {"messages": [earlier], "platform": "failed", "told": 0}


@pytest.mark.parametrize("labels", [(Label.COMPLAINT,), (Label.SELF_HARM, Label.CRITICISM), ()])
async def test_other_messages_are_answered_at_once(
    api: Api, sessions: Sessions, world: World, labels: tuple[Label, ...]
) -> None:
    message = await a_stored_message(sessions, world.unit_page, channel=Channel.DM, labels=labels)

    answer = await api.post("director", f"/v1/messages/{message}/override", REPLY | {"action": "private_message"})

    assert answer.status_code == 201


async def test_criticism_is_kept_or_hidden_without_that(api: Api, sessions: Sessions, world: World) -> None:
    message = await a_stored_message(sessions, world.unit_page, labels=(Label.CRITICISM,))

    answer = await api.post("responsible", f"/v1/messages/{message}/override", {"action": "keep", "reason": "Eleştiri"})

    assert answer.status_code == 201


async def test_who_an_author_is_shows_on_all_their_messages_with_its_source(
    api: Api, sessions: Sessions, world: World
) -> None:
    first = await a_stored_message(sessions, world.unit_page)
    await a_stored_message(sessions, world.unit_page, author="777")
    await a_stored_message(sessions, world.unit_page)

    for kind in ("outsider", "student"):
        body = {"kind": kind, "source": f"Profilinde {kind} yazıyor"}
        assert (await api.call("responsible", "PUT", f"/v1/messages/{first}/author", json=body)).status_code == 200
    authors = [item["author"] for item in (await api.get("director", "/v1/messages")).json()["items"]]

    assert [(author["id"], author["kind"], author["kind_source"]) for author in authors] == [
        ("501", "student", "Profilinde student yazıyor"),
        ("777", None, None),
        ("501", "student", "Profilinde student yazıyor"),
    ]


@pytest.mark.parametrize(
    "body", [{"kind": "rector", "source": "x"}, {"kind": "staff"}, {"kind": "staff", "source": ""}]
)
async def test_who_an_author_is_needs_a_known_kind_and_a_source(
    api: Api, sessions: Sessions, world: World, body: dict[str, str]
) -> None:
    message = await a_stored_message(sessions, world.unit_page)

    answer = await api.call("responsible", "PUT", f"/v1/messages/{message}/author", json=body)

    assert answer.status_code == 422
