"""Deciding many items at once, and taking a decision back."""

from sqlalchemy import select, update

from app.messages import MessageId
from app.records.database import Sessions
from app.records.tables import actions, decisions, messages, reviews
from app.rules.model import Label
from tests.api.builders import a_review, a_stored_message
from tests.api.calling import Api
from tests.world import World


async def an_insult(sessions: Sessions, world: World, state: str = "visible") -> MessageId:
    message = await a_stored_message(sessions, world.unit_page, labels=(Label.INSULT,), disposition="contain")
    async with sessions.begin() as session:
        await session.execute(update(messages).where(messages.c.id == message).values(state=state))
    return message


async def carried_out(sessions: Sessions, message: MessageId, state: str, **done: str) -> None:
    """As the worker leaves it: every act of a kind in this state, and the message as the platform shows it."""
    async with sessions.begin() as session:
        await session.execute(update(messages).where(messages.c.id == message).values(state=state))
        for kind, of_kind in done.items():
            # Evidence is another test's: here its trigger is told nothing of a call that starts.
            await session.execute(
                update(actions).where(actions.c.message_id == message, actions.c.kind == kind).values(state=of_kind)
            )


async def test_one_decision_for_many_is_made_for_each_by_itself(api: Api, sessions: Sessions, world: World) -> None:
    found = [await an_insult(sessions, world) for _ in range(4)]
    plain, decided, changed, claimed = [await a_review(sessions, message) for message in found]
    foreign = await a_review(sessions, await a_stored_message(sessions, world.page))
    threat = await a_review(
        sessions, await a_stored_message(sessions, world.unit_page, labels=(Label.THREAT,), disposition="contain")
    )
    closed = await a_review(sessions, await a_stored_message(sessions, world.unit_page, labels=(Label.SELF_HARM,)))
    await api.post("director", f"/v1/reviews/{decided}/decision", {"action": "keep", "reason": "x", "version": "1.1"})
    await api.post("director", f"/v1/reviews/{claimed}/claim")
    async with sessions.begin() as session:
        await session.execute(update(reviews).where(reviews.c.id == changed).values(version=2))

    ids = [plain, decided, changed, claimed, foreign, threat, closed]
    answer = await api.post(
        "responsible",
        "/v1/reviews/decisions",
        {"action": "delete", "reason": "Aynı kampanya", "items": [{"id": id_, "version": "1.1"} for id_ in ids]},
    )

    results = answer.json()["items"]
    assert [(one["id"], one["outcome"]) for one in results] == [
        (plain, "decided"),
        (decided, "changed_meanwhile"),
        (changed, "changed_meanwhile"),
        (claimed, "not_possible"),
        (foreign, "not_found"),
        (threat, "awaiting_approval"),
        (closed, "closed"),
    ]
    assert "Deneme director" in results[1]["why"]
    assert all(
        one["why"] and one["why_en"] for one in results if one["outcome"] not in ("decided", "awaiting_approval")
    )
    async with sessions() as session:
        made = list(
            await session.scalars(
                select(decisions.c.reason).where(decisions.c.person_id == world.people["responsible"])
            )
        )
    assert made == ["Aynı kampanya"]


async def test_nothing_is_said_to_many_at_once(api: Api, sessions: Sessions, world: World) -> None:
    item = {"id": await a_review(sessions, await an_insult(sessions, world)), "version": "1.1"}

    answers = [
        await api.post("director", "/v1/reviews/decisions", {"action": action, "reason": "x", "items": [item]})
        for action in ("reply", "private_message", "block")
    ]
    empty = await api.post("director", "/v1/reviews/decisions", {"action": "keep", "reason": "x", "items": []})

    assert [answer.status_code for answer in (*answers, empty)] == [422] * 4


async def test_a_decision_not_carried_out_yet_is_cancelled_and_asked_about_anew(
    api: Api, sessions: Sessions, world: World
) -> None:
    message = await an_insult(sessions, world)
    await a_review(sessions, message, priority=60)
    await api.post("responsible", f"/v1/messages/{message}/override", {"action": "hide", "reason": "Hakaret"})

    preview = (await api.get("responsible", f"/v1/messages/{message}/undo")).json()
    undone = await api.post("responsible", f"/v1/messages/{message}/undo", {"reason": "Yanlış mesaj"})
    twice = await api.post("responsible", f"/v1/messages/{message}/undo", {"reason": "Yine"})

    ways = {entry["kind"]: entry["way"] for entry in preview["actions"]}
    assert (preview["is_undoable"], ways) == (True, {"evidence": "stands", "hide": "cancel"})
    assert undone.status_code == 200
    (item,) = (await api.get("responsible", "/v1/reviews")).json()["items"]
    assert (item["reason"], item["priority"], item["labels"]) == ("undone", 60, ["insult"])
    assert (twice.status_code, "karar bekliyor" in twice.json()["detail"]) == (409, True)
    async with sessions() as session:
        states = {row.kind: row.state for row in await session.execute(select(actions.c.kind, actions.c.state))}
    assert states["hide"] == "cancelled"


async def test_a_restored_message_is_hidden_again_with_its_evidence_first(
    api: Api, sessions: Sessions, world: World
) -> None:
    message = await an_insult(sessions, world, state="hidden")
    await api.post("responsible", f"/v1/messages/{message}/override", {"action": "restore", "reason": "Alıntı"})
    await carried_out(sessions, message, "visible", unhide="done")

    answer = await api.post("responsible", f"/v1/messages/{message}/undo", {"reason": "Alıntı değilmiş"})

    assert [(entry["kind"], entry["way"]) for entry in answer.json()["actions"]] == [("unhide", "hide")]
    async with sessions() as session:
        kinds = list(
            await session.scalars(
                select(actions.c.kind).where(actions.c.purpose != "restore").order_by(actions.c.position)
            )
        )
        last = (await session.execute(select(decisions).order_by(decisions.c.id.desc()).limit(1))).one()
        kept = await session.scalar(select(messages.c.kept_by_person))
    assert kinds == ["evidence", "hide"]
    assert (last.disposition, last.reason, last.person_id) == (
        "contain",
        "Alıntı değilmiş",
        world.people["responsible"],
    )
    assert kept is False


async def test_what_was_said_is_not_unsaid(api: Api, sessions: Sessions, world: World) -> None:
    message = await an_insult(sessions, world)
    body = {"action": "reply", "reason": "Yanıt", "text": "Merhaba"}
    await api.post("responsible", f"/v1/messages/{message}/override", body)
    await carried_out(sessions, message, "visible", reply="done")

    preview = (await api.get("responsible", f"/v1/messages/{message}/undo")).json()
    answer = await api.post("responsible", f"/v1/messages/{message}/undo", {"reason": "Yanlış yazdım"})

    assert (preview["is_undoable"], preview["why_not"]) == (False, "Gönderilen söz geri alınamaz.")
    assert (answer.status_code, answer.json()["detail"]) == (409, "Gönderilen söz geri alınamaz.")
    assert answer.json()["detail_en"] == "What was said cannot be unsaid."
    assert (await api.get("responsible", "/v1/reviews")).json()["items"] == []


async def test_there_is_nothing_to_undo_where_nobody_decided(api: Api, sessions: Sessions, world: World) -> None:
    message = await an_insult(sessions, world)

    preview = (await api.get("responsible", f"/v1/messages/{message}/undo")).json()
    answer = await api.post("responsible", f"/v1/messages/{message}/undo", {"reason": "?"})

    assert (preview["decision_id"], preview["is_undoable"], answer.status_code) == (None, False, 409)
