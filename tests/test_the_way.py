"""What users see: a harmful comment goes with evidence, a complaint is answered, a cry for help is met."""

import pytest

from app.messages import MessageId
from tests.flow import COMPLAINT, INSULT, NEUTRAL, PRIVATE_DATA, SELF_HARM, THREAT, Flow

PLATFORMS = ["facebook", "instagram"]


@pytest.mark.parametrize("platform", PLATFORMS)
async def test_private_data_is_removed_with_evidence_before(flow: Flow, platform: str) -> None:
    comment = await flow.comment(PRIVATE_DATA, platform=platform)

    shown = await flow.until_state(comment, "deleted", platform=platform)

    (row,) = await flow.rows(
        "select e.sealed_at, i.taken_at, c.fields, a.started_at from evidence e "
        "join evidence_contents c on c.evidence_id = e.id join evidence_images i on i.evidence_id = e.id "
        "join actions a on a.message_id = e.message_id and a.kind = 'delete'"
    )
    assert [call["call"] for call in shown["history"]] == ["hide", "delete"]
    assert row["sealed_at"] < row["started_at"]
    assert row["taken_at"] < row["started_at"]
    assert row["fields"]["text"] == PRIVATE_DATA
    assert row["fields"]["link"] or row["fields"]["link_missing"]
    assert row["fields"]["author_link"] or row["fields"]["author_link_missing"]


@pytest.mark.parametrize("platform", PLATFORMS)
async def test_an_insult_is_hidden_at_once_and_deleted_only_later(flow: Flow, platform: str) -> None:
    comment = await flow.comment(INSULT, platform=platform)

    await flow.until_state(comment, "hidden", platform=platform)

    message = await flow.decided(comment)
    assert (await flow.states(message))["delete", "removal"] == "planned"


@pytest.mark.parametrize("platform", PLATFORMS)
async def test_a_complaint_is_answered_after_its_unit_was_told(flow: Flow, platform: str) -> None:
    comment = await flow.comment(COMPLAINT, platform=platform)

    async def answered() -> list[dict[str, str]]:
        return list((await flow.item(comment, platform=platform))["replies"])

    (reply,) = await flow.until(answered)

    assert reply["text"] == (
        "Merhabalar, Sorununuzu ilgili birime aktardık, en kısa sürede çözüme ulaşması için gereken yapılacaktır. "
        "Sevgiler, İEÜ"
    )
    (told,) = await flow.rows(
        "select sent_at from notifications where kind = 'complaint' and unit = 'yemek_hizmetleri'"
    )
    (said,) = await flow.rows("select started_at from actions where kind = 'reply'")
    assert told["sent_at"] < said["started_at"]


@pytest.mark.parametrize("platform", PLATFORMS)
@pytest.mark.parametrize("kind", ["comment", "dm"])
async def test_a_cry_for_help_is_met_and_stays_visible(flow: Flow, platform: str, kind: str) -> None:
    write = flow.comment if kind == "comment" else flow.dm
    item = await write(SELF_HARM, platform=platform)

    async def written_to() -> list[dict[str, str]]:
        return list((await flow.item(item, platform=platform))["private_messages"])

    (support,) = await flow.until(written_to)
    message = await flow.decided(item)

    shown = await flow.item(item, platform=platform)
    assert "112" in support["text"]
    assert shown["state"] == "visible"
    assert shown["replies"] == []
    told = await flow.rows("select unit, urgency from notifications where message_id = :id order by unit", id=message)
    assert told == [{"unit": "kurumsal_iletisim", "urgency": "urgent"}, {"unit": "sks", "urgency": "urgent"}]
    (queued,) = await flow.rows("select reason, priority from reviews where message_id = :id", id=message)
    assert queued == {"reason": "self_harm", "priority": 100}


async def test_a_threat_is_told_then_hidden_and_deleted_by_nobody(flow: Flow) -> None:
    comment = await flow.comment(THREAT)

    await flow.until_state(comment, "hidden")

    message = await flow.decided(comment)
    order = [kind for kind, _ in await flow.states(message)]
    assert order == ["evidence", "evidence", "notify", "notify", "hide"]


async def test_a_harmless_comment_is_left_alone(flow: Flow) -> None:
    comment = await flow.comment(NEUTRAL)

    message = await flow.decided(comment)

    assert await flow.states(message) == {}
    assert (await flow.item(comment))["state"] == "visible"


async def test_mails_name_kind_and_place_and_a_link_but_no_text_and_no_name(flow: Flow) -> None:
    comment = await flow.comment(SELF_HARM, author="Gizem Gizli")
    await flow.decided(comment)

    async def mails() -> list[dict[str, str]]:
        found = (await flow.sandbox.get("/control/mails")).json()
        return list(found if isinstance(found, list) else found["mails"])

    async def two() -> list[dict[str, str]]:
        found = await mails()
        return found if len(found) >= 2 else []

    sent = await flow.until(two)

    whole = str(sent)
    assert "6.4.15" in whole
    assert "/v1/notifications/" in whole
    assert "yaşamak istemiyorum" not in whole
    assert "Gizem" not in whole


async def test_the_same_author_alerts_again_but_is_written_to_once_a_day(flow: Flow) -> None:
    first = await flow.decided(await flow.dm(SELF_HARM))
    second = await flow.decided(await flow.dm(SELF_HARM + " ciddiyim"))

    threats = {await flow.decided(await flow.dm(f"{THREAT} {number}")) for number in range(2)}

    alerts = await flow.rows("select message_id from notifications where unit = 'sks'")
    warned = await flow.rows("select message_id from notifications where unit = 'guvenlik' and kind = 'threat'")
    spoken = await flow.rows(
        "select message_id, state, problem from actions where kind = 'private_message' order by id"
    )
    assert {MessageId(row["message_id"]) for row in alerts} == {first, second}
    assert sorted(row["message_id"] for row in warned) == sorted(threats)
    assert [row["state"] for row in spoken] == ["done", "cancelled"]
    assert spoken[1]["problem"] == "said_within_24_hours"
