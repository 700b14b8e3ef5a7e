"""A block is lifted again: by undoing it, and by letting a message stay for which the machine blocked its author."""

from typing import Any

from app.messages import MessageId
from tests.flow import Flow, by

HATE = "bu bölüme kürt almayın pis kürtler defolun"
DISPUTED = "bu ne biçim yönetim, yazıklar olsun"
AUTHOR = "Deniz Engelli"


async def call(flow: Flow, method: str, path: str, body: Any = None, *, role: str = "specialist") -> Any:
    answer = await flow.api.request(method, f"/v1{path}", json=body, headers=by(role))
    assert answer.is_success, answer.text
    return answer.json()


async def override(flow: Flow, message: MessageId, action: str) -> None:
    await call(flow, "POST", f"/messages/{message}/override", {"action": action, "reason": "deneme"})


async def calls(flow: Flow, comment: str, platform: str = "facebook") -> list[str]:
    """What the platform was asked to do about its author, in order."""
    history = (await flow.item(comment, platform=platform))["history"]
    return [entry["call"] for entry in history if entry["call"] in ("block", "unblock")]


async def until_called(flow: Flow, comment: str, *wanted: str) -> None:
    async def reached() -> bool:
        return await calls(flow, comment) == list(wanted)

    await flow.until(reached)


async def blocked(flow: Flow, words: str = DISPUTED) -> tuple[str, MessageId]:
    """A comment whose author a person blocked."""
    comment = await flow.comment(words, author=AUTHOR)
    message = await flow.decided(comment)
    await override(flow, message, "block")
    await until_called(flow, comment, "block")
    await flow.decided(comment)
    return comment, message


async def hateful(flow: Flow) -> tuple[str, MessageId]:
    """A comment for which the machine hid it and blocked its author."""
    comment = await flow.comment(HATE, author=AUTHOR)
    message = await flow.decided(comment)
    await until_called(flow, comment, "block")
    return comment, message


async def test_a_persons_block_is_undone_by_the_platforms_own_call(flow: Flow) -> None:
    comment, message = await blocked(flow)

    shown = await call(flow, "GET", f"/messages/{message}/undo")
    await call(flow, "POST", f"/messages/{message}/undo", {"reason": "Başka kişiymiş"})
    await until_called(flow, comment, "block", "unblock")
    await flow.decided(comment)

    assert [one["way"] for one in shown["actions"] if one["kind"] == "block"] == ["unblock"]
    assert (await call(flow, "GET", "/tasks"))["items"] == []
    (item,) = [one for one in (await call(flow, "GET", "/reviews"))["items"] if one["message"]["id"] == message]
    assert item["reason"] == "undone"
    # And is made once more where that is wanted after all.
    await override(flow, message, "block")
    await until_called(flow, comment, "block", "unblock", "block")


async def test_where_the_platform_has_no_call_it_is_a_task_with_its_steps(flow: Flow) -> None:
    comment, message = await blocked(flow)
    account = (await call(flow, "GET", f"/messages/{message}"))["account"]["id"]
    await call(flow, "PUT", f"/accounts/{account}/capabilities/unblock", {"is_on": False, "reason": "deneme"})

    shown = await call(flow, "GET", f"/messages/{message}/undo")
    await call(flow, "POST", f"/messages/{message}/undo", {"reason": "Başka kişiymiş"})

    async def opened() -> list[dict[str, Any]]:
        return list((await call(flow, "GET", "/tasks?state=open"))["items"])

    (task,) = await flow.until(opened)
    assert [one["way"] for one in shown["actions"] if one["kind"] == "block"] == ["by_hand"]
    assert (task["kind"], task["reason"], len(task["steps"]["tr"])) == ("unblock", "switched_off", 3)
    await call(flow, "POST", f"/tasks/{task['id']}/confirm", {"note": "Listeden çıkardım"})
    assert (await flow.states(message))["unblock", "undone"] == "done"
    assert await calls(flow, comment) == ["block"]


async def test_letting_a_message_stay_lifts_the_machines_block_of_its_author(flow: Flow) -> None:
    comment, message = await hateful(flow)

    await override(flow, message, "restore")

    await until_called(flow, comment, "block", "unblock")
    await flow.until_state(comment, "visible")


async def test_a_block_of_whose_answer_nobody_knows_is_lifted_too(flow: Flow) -> None:
    comment, message = await hateful(flow)
    await flow.decided(comment)
    # As it stands while the platform's answer is on its way, or was lost.
    await flow.execute("update actions set state = 'running', finished_at = null where kind = 'block'")

    await override(flow, message, "restore")

    await until_called(flow, comment, "block", "unblock")


async def test_after_a_deletion_the_machines_block_can_still_be_undone(flow: Flow) -> None:
    comment, message = await hateful(flow)
    await flow.until_state(comment, "hidden")
    await flow.execute("update actions set due_at = now() where kind = 'delete'")
    await flow.service.pipeline.actions.carry_out(message)
    await flow.until_state(comment, "deleted")

    shown = await call(flow, "GET", f"/messages/{message}/undo")
    await call(flow, "POST", f"/messages/{message}/undo", {"reason": "Alıntıymış"})

    assert [(one["kind"], one["way"]) for one in shown["actions"]] == [("block", "unblock")]
    # Who was blocked in error may have been deleted rightly: the removal is neither confirmed nor overturned by it.
    found = (await call(flow, "GET", "/policies/precision", role="auditor"))["labels"]
    assert [(one["fired"], one["decided"]) for one in found if one["label"] == "hate"] == [(1, 0)]
    detail = await call(flow, "GET", f"/messages/{message}")
    assert (detail["state"], detail["disposition"]) == ("deleted", "remove")

    async def lifted() -> bool:
        return (await flow.states(message)).get(("unblock", "undone")) == "done"

    assert await flow.until(lifted)


async def test_who_is_blocked_for_another_message_too_stays_so(flow: Flow) -> None:
    comments = [await flow.comment(words, author=AUTHOR) for words in (DISPUTED, "bu ne rezalet bir yönetim böyle")]
    first, second = [await flow.decided(comment) for comment in comments]
    for comment, message in zip(comments, (first, second), strict=True):
        await override(flow, message, "block")
        await flow.decided(comment)

    shown = await call(flow, "GET", f"/messages/{first}/undo")
    refused = await flow.api.post(f"/v1/messages/{first}/undo", json={"reason": "d"}, headers=by("specialist"))

    assert [one["way"] for one in shown["actions"] if one["kind"] == "block"] == ["blocked_for_another"]
    assert (refused.status_code, "başka bir mesajı" in refused.json()["detail"]) == (409, True)
