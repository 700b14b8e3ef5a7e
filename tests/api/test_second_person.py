"""What one person wants and another has to approve: deleting what was contained as a threat."""

import asyncio

import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.exc import IntegrityError

from app.messages import AccountKind, MessageId
from app.records.database import Sessions
from app.records.tables import accounts, actions, approvals, decisions, messages, notifications
from app.rules.model import Label
from tests.api.builders import a_decision, a_review, a_stored_message, an_edit
from tests.api.calling import Api
from tests.world import World, an_account

DELETE = {"action": "delete", "reason": "Güvenlik kaydı aldı"}


async def a_threat(sessions: Sessions, world: World) -> MessageId:
    message = await a_stored_message(sessions, world.unit_page, labels=(Label.THREAT,), disposition="contain")
    async with sessions.begin() as session:
        await session.execute(messages.update().where(messages.c.id == message).values(state="hidden"))
    return message


async def by_people(sessions: Sessions) -> list[tuple[str, int]]:
    async with sessions() as session:
        rows = await session.execute(
            select(decisions.c.disposition, decisions.c.person_id).where(decisions.c.made_by == "person")
        )
        return [(row.disposition, row.person_id) for row in rows]


async def test_a_threat_is_deleted_only_when_another_person_agrees(api: Api, sessions: Sessions, world: World) -> None:
    message = await a_threat(sessions, world)
    await a_review(sessions, message, priority=90)

    wish = await api.post("responsible", f"/v1/messages/{message}/override", DELETE)
    async with sessions() as session:
        planned_before = (await session.execute(select(actions))).all()
        told = (await session.execute(select(notifications))).one()
    waiting = (await api.get("director", "/v1/reviews", state="awaiting_approval")).json()["items"]
    address = f"/v1/approvals/{wish.json()['approval_id']}"
    own = await api.post("responsible", f"{address}/approve", {"reason": "Evet"})
    approved = await api.post("director", f"{address}/approve", {"reason": "Güvenlikle konuştum"})
    again = await api.post("specialist", f"{address}/approve", {"reason": "Ben de"})

    assert (wish.status_code, wish.json()["state"], wish.json()["decision_id"]) == (202, "awaiting_approval", None)
    assert planned_before == []
    assert (told.kind, told.unit) == ("second_person", "kurumsal_iletisim")
    assert [item["message"]["id"] for item in waiting] == [message]
    assert [own.status_code, approved.status_code, again.status_code] == [409, 200, 409]
    assert "Kendi isteğinizi" in own.json()["detail"]
    assert (approved.json()["state"], approved.json()["answered_by"]["name"]) == ("approved", "Deneme director")
    assert await by_people(sessions) == [("remove", world.people["responsible"])]
    async with sessions() as session:
        kinds = list(await session.scalars(select(actions.c.kind).order_by(actions.c.position)))
    assert kinds == ["evidence", "evidence", "delete"]
    (item,) = (await api.get("director", "/v1/reviews", state="decided")).json()["items"]
    assert item["decided_as"] == "delete"


async def test_other_deletions_and_other_acts_on_threats_need_one_person(
    api: Api, sessions: Sessions, world: World
) -> None:
    insult = await a_stored_message(sessions, world.page, labels=(Label.INSULT,), disposition="contain")
    threat = await a_threat(sessions, world)

    answers = [
        await api.post("director", f"/v1/messages/{insult}/override", DELETE),
        await api.post("director", f"/v1/messages/{threat}/override", {"action": "restore", "reason": "Şaka"}),
    ]

    assert [answer.status_code for answer in answers] == [201, 201]


async def test_a_threat_that_was_edited_away_still_needs_two(api: Api, sessions: Sessions, world: World) -> None:
    message = await a_threat(sessions, world)
    await an_edit(sessions, message, "şaka yaptım")
    await a_decision(sessions, message, labels=(), revision=2)

    answer = await api.post("director", f"/v1/messages/{message}/override", DELETE)

    assert answer.status_code == 202


async def test_what_nobody_has_judged_yet_may_be_a_threat(api: Api, sessions: Sessions, world: World) -> None:
    unjudged = await a_stored_message(sessions, world.unit_page, judged=False)
    edited = await a_stored_message(sessions, world.unit_page)
    await an_edit(sessions, edited, "yarın hepiniz göreceksiniz")

    deleted = [await api.post("director", f"/v1/messages/{id_}/override", DELETE) for id_ in (unjudged, edited)]
    hidden = await api.post("director", f"/v1/messages/{unjudged}/override", DELETE | {"action": "hide"})

    assert [answer.status_code for answer in deleted] == [202, 202]
    assert hidden.status_code == 201


@pytest.mark.parametrize(("platform", "status"), [("youtube", 202), ("facebook", 201)])
async def test_a_ban_that_takes_the_words_along_is_a_deletion(
    api: Api, sessions: Sessions, platform: str, status: int
) -> None:
    async with sessions.begin() as session:
        account = await session.scalar(
            insert(accounts)
            .values(platform=platform, external_id="UC1", handle="ieu", kind=AccountKind.OFFICIAL, is_active=True)
            .returning(accounts.c.id)
        )
    threat = await a_stored_message(
        sessions, an_account(id=account, platform=platform), labels=(Label.THREAT,), disposition="contain"
    )

    answer = await api.post("director", f"/v1/messages/{threat}/override", {"action": "block", "reason": "Tehdit"})

    assert answer.status_code == status


async def test_whoever_answers_a_wish_and_whoever_decides_otherwise_wait_for_each_other(
    api: Api, sessions: Sessions, world: World
) -> None:
    for _ in range(5):
        message = await a_threat(sessions, world)
        item = f"/v1/reviews/{await a_review(sessions, message, priority=50)}"
        wish = (await api.post("responsible", f"/v1/messages/{message}/override", DELETE)).json()["approval_id"]
        keep = {"action": "keep", "reason": "Şaka", "version": "1.2"}
        later = {"reason": "Soralım", "until": "2126-11-25T09:00:00+03:00", "unit": "sks"}

        approved, refused, withdrawn, kept, *_ = answers = await asyncio.gather(
            api.post("director", f"/v1/approvals/{wish}/approve", {"reason": "Evet"}),
            api.post("specialist", f"/v1/approvals/{wish}/refuse", {"reason": "Hayır"}),
            api.post("responsible", f"/v1/approvals/{wish}/refuse", {"reason": "Vazgeçtim"}),
            api.post("specialist", f"{item}/decision", keep),
            api.post("director", f"{item}/wait", later),
            api.post("director", f"{item}/claim"),
        )

        assert all(answer.status_code in (200, 201, 409) for answer in answers)
        assert [answer.is_success for answer in (approved, refused, withdrawn, kept)].count(True) == 1
        state = (await api.get("director", f"/v1/approvals/{wish}")).json()["state"]
        assert state == ("lapsed" if kept.is_success else state)
        async with sessions() as session:
            deletions = select(actions.c.id).where(actions.c.message_id == message, actions.c.kind == "delete")
            assert (await session.scalar(deletions) is not None) == approved.is_success


async def test_a_wish_is_refused_or_taken_back_and_nothing_is_done(api: Api, sessions: Sessions, world: World) -> None:
    message = await a_threat(sessions, world)
    await a_review(sessions, message)

    states = []
    for role in ("director", "responsible"):
        wish = await api.post("responsible", f"/v1/messages/{message}/override", DELETE)
        address = f"/v1/approvals/{wish.json()['approval_id']}"
        states.append((await api.post(role, f"{address}/refuse", {"reason": "Savcılık istedi"})).json()["state"])

    assert states == ["refused", "withdrawn"]
    assert await by_people(sessions) == []
    assert [item["state"] for item in (await api.get("director", "/v1/reviews")).json()["items"]] == ["open"]


async def test_what_somebody_wanted_who_left_since_is_not_approved(api: Api, sessions: Sessions, world: World) -> None:
    """Two people decide, not one and the memory of another."""
    message = await a_threat(sessions, world)
    wish = (await api.post("specialist", f"/v1/messages/{message}/override", DELETE)).json()["approval_id"]
    async with sessions.begin() as session:
        await session.execute(text("update people set is_active = false where role = 'specialist'"))

    approved = await api.post("director", f"/v1/approvals/{wish}/approve", {"reason": "Evet"})
    refused = await api.post("director", f"/v1/approvals/{wish}/refuse", {"reason": "Hayır"})

    assert (approved.status_code, refused.status_code) == (409, 200)
    assert await by_people(sessions) == []


async def test_a_second_wish_is_told_of_the_first(api: Api, sessions: Sessions, world: World) -> None:
    message = await a_threat(sessions, world)
    await api.post("responsible", f"/v1/messages/{message}/override", DELETE)

    second = await api.post("director", f"/v1/messages/{message}/override", DELETE)

    assert second.status_code == 409
    assert "Deneme responsible" in second.json()["detail"]


async def test_what_was_edited_since_is_not_approved(api: Api, sessions: Sessions, world: World) -> None:
    message = await a_threat(sessions, world)
    wish = (await api.post("responsible", f"/v1/messages/{message}/override", DELETE)).json()["approval_id"]
    await an_edit(sessions, message, "başka söz")
    await a_decision(sessions, message, labels=(Label.THREAT,), disposition="contain", revision=2)

    approved = await api.post("director", f"/v1/approvals/{wish}/approve", {"reason": "Evet"})
    shown = (await api.get("director", f"/v1/approvals/{wish}")).json()
    new = await api.post("responsible", f"/v1/messages/{message}/override", DELETE)

    assert (approved.status_code, shown["is_outdated"]) == (409, True)
    assert await by_people(sessions) == []
    assert new.status_code == 202
    assert (await api.get("director", f"/v1/approvals/{wish}")).json()["state"] == "lapsed"


async def test_another_decision_makes_the_wish_void(api: Api, sessions: Sessions, world: World) -> None:
    message = await a_threat(sessions, world)
    wish = (await api.post("responsible", f"/v1/messages/{message}/override", DELETE)).json()["approval_id"]

    await api.post("specialist", f"/v1/messages/{message}/override", {"action": "restore", "reason": "Şaka"})
    late = await api.post("director", f"/v1/approvals/{wish}/approve", {"reason": "Evet"})

    assert late.status_code == 409
    assert (await api.get("director", f"/v1/approvals/{wish}")).json()["state"] == "lapsed"
    assert await by_people(sessions) == [("keep", world.people["specialist"])]


async def test_the_database_lets_nobody_approve_what_they_wanted(api: Api, sessions: Sessions, world: World) -> None:
    message = await a_threat(sessions, world)
    await api.post("responsible", f"/v1/messages/{message}/override", DELETE)

    async with sessions.begin() as session:
        with pytest.raises(IntegrityError, match="second_person"):
            await session.execute(
                text(
                    "update approvals set state = 'approved', answered_by = wanted_by, answered_at = now(), "
                    "decision_id = (select min(id) from decisions)"
                )
            )


async def test_a_wish_is_the_accounts_own(api: Api, sessions: Sessions, world: World) -> None:
    message = await a_stored_message(sessions, world.page, labels=(Label.THREAT,), disposition="contain")
    wish = (await api.post("director", f"/v1/messages/{message}/override", DELETE)).json()["approval_id"]

    assert (await api.post("responsible", f"/v1/approvals/{wish}/approve", {"reason": "Evet"})).status_code == 404
    assert (await api.get("responsible", "/v1/approvals")).json()["items"] == []
    async with sessions() as session:
        assert await session.scalar(select(approvals.c.state)) == "pending"
