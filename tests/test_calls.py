"""What the service calls is what Meta's machine-readable specifications allow."""

from tests.flow import COMPLAINT, INSULT, PRIVATE_DATA, SELF_HARM, THREAT, Flow, by
from tests.meta_spec import NEEDS_SPECS, specs

HATE = "bu bölüme kürt almayın pis kürtler defolun"


@NEEDS_SPECS
async def test_every_call_of_a_busy_day_agrees_with_the_specifications(flow: Flow) -> None:
    for platform in ("facebook", "instagram"):
        for words in (COMPLAINT, INSULT, PRIVATE_DATA, SELF_HARM, THREAT, HATE):
            await flow.decided(await flow.comment(words, platform=platform, author=f"Kişi {words[:9]}"))
        await flow.decided(await flow.dm(COMPLAINT, platform=platform))
        message = await flow.decided(await flow.comment("selam", platform=platform, author="Selamcı"))
        for action in ("hide", "restore", "delete"):
            answer = await flow.api.post(
                f"/v1/messages/{message}/override", json={"action": action, "reason": "deneme"}, headers=by("director")
            )
            assert answer.is_success, answer.text
            await flow.decided(
                (await flow.rows("select external_id from messages where id = :id", id=message))[0]["external_id"]
            )

    calls = (await flow.sandbox.get("/control/calls")).json()
    problems = {f"{call['method']} {call['path']}": specs().problems(call) for call in calls}
    assert {kind for kind in ("POST", "DELETE", "GET") if any(call["method"] == kind for call in calls)} == {
        "POST",
        "DELETE",
        "GET",
    }
    assert {call: found for call, found in problems.items() if found} == {}
