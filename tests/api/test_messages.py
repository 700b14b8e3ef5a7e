"""Finding messages, seeing what happened to them, and overruling the machine."""

from collections.abc import Awaitable

import pytest
from sqlalchemy import select

from app.actions.by_hand import Override
from app.messages import Channel, MessageId
from app.records.database import Sessions
from app.records.tables import actions, attempts, audit, decisions, messages, reviews
from app.rules.model import Label
from tests.api.builders import a_decision, a_notification, a_review, a_stored_message, an_action, many_messages
from tests.api.calling import Api
from tests.world import NOON, World


async def found(api: Api, **filters: object) -> list[int]:
    response = await api.get("specialist", "/v1/messages", **filters)
    assert response.status_code == 200, response.text
    return [entry["id"] for entry in response.json()["items"]]


async def test_filters_narrow_the_list(api: Api, sessions: Sessions, world: World) -> None:
    plain = await a_stored_message(sessions, world.page)
    insult = await a_stored_message(sessions, world.page, labels=(Label.INSULT,), disposition="contain", author="777")
    direct = await a_stored_message(sessions, world.instagram, channel=Channel.DM, labels=(Label.COMPLAINT,))
    async with sessions.begin() as session:
        await session.execute(messages.update().where(messages.c.id == insult).values(state="hidden"))

    assert await found(api) == [direct, insult, plain]
    assert await found(api, account=world.page.id) == [insult, plain]
    assert await found(api, platform="instagram") == [direct]
    assert await found(api, platform="myspace") == []
    assert await found(api, state="hidden") == [insult]
    assert await found(api, state="visible") == [direct, plain]
    assert await found(api, disposition="contain") == [insult]
    assert await found(api, disposition="keep") == [direct, plain]
    assert await found(api, label="insult") == [insult]
    assert await found(api, channel="dm") == [direct]
    assert await found(api, author="777") == [insult]
    assert await found(api, author="777", label="complaint") == []


async def test_the_disposition_is_that_of_whoever_decided_last(api: Api, sessions: Sessions, world: World) -> None:
    message = await a_stored_message(sessions, world.page, labels=(Label.INSULT,), disposition="contain")

    await api.post("director", f"/v1/messages/{message}/override", {"action": "keep", "reason": "Alıntı"})

    (entry,) = (await api.get("specialist", "/v1/messages")).json()["items"]
    assert (entry["disposition"], entry["decided_by"], entry["labels"]) == ("keep", "person", ["insult"])
    assert await found(api, disposition="contain") == []
    assert await found(api, disposition="keep", label="insult") == [message]


async def test_what_was_decided_otherwise_since_hides_nothing_older(api: Api, sessions: Sessions, world: World) -> None:
    def a_threat() -> Awaitable[MessageId]:
        return a_stored_message(sessions, world.page, labels=(Label.THREAT,), disposition="contain")

    older = [await a_threat() for _ in range(3)]
    for _ in range(12):
        await a_decision(sessions, await a_threat(), disposition="keep", revision=2)

    for filters in ({"label": "threat"}, {"disposition": "contain"}, {"label": "threat", "disposition": "contain"}):
        walked: list[int] = []
        cursor: str | None = ""
        while cursor is not None:
            answer = (await api.get("specialist", "/v1/messages", **filters, limit=1, cursor=cursor)).json()
            walked += [entry["id"] for entry in answer["items"]]
            cursor = answer["next"]
        assert walked == older[::-1]


async def test_a_thousand_messages_are_paged_without_gaps_or_doubles(
    api: Api, sessions: Sessions, world: World
) -> None:
    ids = await many_messages(sessions, world.page, 1000)
    seen: list[int] = []
    cursor: str | None = ""

    while cursor is not None:
        page = (await api.get("specialist", "/v1/messages", limit=97, cursor=cursor)).json()
        seen += [entry["id"] for entry in page["items"]]
        cursor = page["next"]
        await a_stored_message(sessions, world.page)  # what arrives meanwhile disturbs nothing

    assert seen == sorted(ids, reverse=True)


async def test_the_queue_is_paged_by_priority_and_age(api: Api, sessions: Sessions, world: World) -> None:
    expected = []
    for index, message in enumerate(await many_messages(sessions, world.page, 120)):
        priority = (index * 7) % 5 * 20
        await a_review(sessions, message, priority=priority)
        expected.append((-priority, index, message))
    seen: list[int] = []
    cursor: str | None = ""

    while cursor is not None:
        page = (await api.get("specialist", "/v1/reviews", limit=13, cursor=cursor)).json()
        seen += [entry["message"]["id"] for entry in page["items"]]
        cursor = page["next"]

    assert seen == [message for *_, message in sorted(expected)]


async def test_a_detail_tells_all_that_happened(api: Api, sessions: Sessions, world: World) -> None:
    earlier = await a_stored_message(sessions, world.page, "Önceki mesaj")
    message = await a_stored_message(sessions, world.page, "siz aptal", labels=(Label.INSULT,), disposition="contain")
    await a_review(sessions, message)
    action = await an_action(sessions, message)
    async with sessions.begin() as session:
        await session.execute(
            attempts.insert().values(action_id=action, number=1, started_at=NOON, outcome="unavailable", code="2")
        )
    notice = await a_notification(sessions, "sks", message)

    detail = (await api.get("specialist", f"/v1/messages/{message}")).json()

    assert detail["text"] == "siz aptal"
    assert detail["revisions"][0]["text"] == "siz aptal"
    (finding,) = detail["decisions"][0]["findings"]
    assert (finding["article"], finding["rule"], finding["tier"], finding["spans"]) == (
        "6.4.8",
        "insult.test",
        "likely",
        [[0, 9]],
    )
    assert [entry["id"] for entry in detail["actions"]] == [action]
    assert [(entry["outcome"], entry["code"]) for entry in detail["actions"][0]["tries"]] == [("unavailable", "2")]
    assert [entry["id"] for entry in detail["notifications"]] == [notice]
    assert [entry["state"] for entry in detail["reviews"]] == ["open"]
    assert [entry["id"] for entry in detail["earlier"]] == [earlier]


@pytest.mark.parametrize("what", list(Override))
async def test_every_override_is_recorded_with_its_reason(
    api: Api, sessions: Sessions, world: World, what: Override
) -> None:
    message = await a_stored_message(sessions, world.page, labels=(Label.INSULT,), disposition="contain")
    await a_review(sessions, message)

    response = await api.post(
        "specialist", f"/v1/messages/{message}/override", {"action": what, "reason": "Baktım", "text": "Merhaba"}
    )

    assert response.status_code == 201
    async with sessions() as session:
        decision = (
            await session.execute(select(decisions).where(decisions.c.id == response.json()["decision_id"]))
        ).one()
        planned = (await session.execute(select(actions).where(actions.c.decision_id == decision.id))).all()
        queue = (await session.execute(select(reviews))).one()
        noted = (await session.execute(select(audit).where(audit.c.act == f"override.{what}"))).one()
    assert (decision.made_by, decision.reason, decision.person_id) == ("person", "Baktım", world.people["specialist"])
    assert sorted(entry["id"] for entry in response.json()["actions"]) == sorted(row.id for row in planned)
    assert queue.state == "decided"
    assert noted.person_id == world.people["specialist"]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"action": "hide"}, 422),
        ({"action": "hide", "reason": "  "}, 422),
        ({"action": "explode", "reason": "x"}, 422),
        ({"action": "hide", "reason": "x", "resaon": "y"}, 422),
        ({"action": "reply", "reason": "x"}, 409),
        ({"action": "hide", "reason": "x", "revision": 2}, 409),
        ({"action": "hide", "reason": "x", "revision": 0}, 422),
    ],
)
async def test_an_override_that_makes_no_sense_changes_nothing(
    api: Api, sessions: Sessions, world: World, body: dict[str, object], status: int
) -> None:
    message = await a_stored_message(sessions, world.page)

    response = await api.post("specialist", f"/v1/messages/{message}/override", body)

    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    async with sessions() as session:
        assert (await session.execute(select(decisions).where(decisions.c.made_by == "person"))).all() == []


async def test_whose_words_were_looked_at_is_on_record(api: Api, sessions: Sessions, world: World) -> None:
    message = await a_stored_message(sessions, world.page)
    await api.get("auditor", "/v1/messages")
    await api.get("specialist", f"/v1/messages/{message}")

    notes = (await api.get("director", "/v1/audit")).json()["items"]

    assert [(note["act"], note["subject"], note["person"]["id"]) for note in notes] == [
        ("message.view", f"message/{message}", world.people["specialist"]),
        ("messages.list", "messages", world.people["auditor"]),
    ]
    assert notes[1]["detail"] == {"messages": [message]}
    only = (await api.get("director", "/v1/audit", subject=f"message/{message}", by=world.people["specialist"])).json()
    assert len(only["items"]) == 1
