"""Texts saved by people go out when they hold; who asks why is told after a person's yes, and may be right."""

from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy.exc import DBAPIError

from app.messages import MessageId
from tests.flow import COMPLAINT, INSULT, PRIVATE_DATA, Flow, by

WORDS = "Merhabalar, tercih dönemindeyiz; sorununuzu birime aktardık. İEÜ"


async def call(flow: Flow, role: str, method: str, path: str, body: Any = None) -> httpx.Response:
    return await flow.api.request(method, f"/v1{path}", json=body, headers=by(role))


async def saved(flow: Flow, key: str = "T1", role: str = "director", **body: Any) -> httpx.Response:
    given = {"language": "tr", "text": WORDS, "reason": "deneme"} | body
    return await call(flow, role, "POST", f"/templates/{key}/texts", given)


async def test_a_saved_text_goes_out_once_a_director_approves_it(flow: Flow) -> None:
    draft = await saved(flow, departs_from_procedure=True)
    address = f"/templates/T1/texts/{draft.json()['id']}"
    too_early = await call(flow, "specialist", "POST", f"{address}/approve")
    approved = await call(flow, "director", "POST", f"{address}/approve")
    comment = await flow.comment(COMPLAINT)

    async def answered() -> list[dict[str, str]]:
        return list((await flow.item(comment))["replies"])

    (reply,) = await flow.until(answered)
    second = await saved(flow, text="Yenisi.", departs_from_procedure=True)
    await call(flow, "director", "POST", f"/templates/T1/texts/{second.json()['id']}/approve")
    again = await call(flow, "director", "POST", f"{address}/approve")
    history = (await call(flow, "auditor", "GET", "/templates/T1/texts")).json()["items"]

    assert (draft.status_code, draft.json()["state"], too_early.status_code) == (201, "draft", 403)
    assert (approved.json()["state"], approved.json()["approved_by"]["name"]) == ("approved", "Selin Direktör")
    assert reply["text"] == WORDS
    assert again.status_code == 409
    assert [(one["text"], one["state"]) for one in history] == [("Yenisi.", "approved"), (WORDS, "retired")]
    assert all(one["saved_by"] and one["saved_at"] for one in history)


async def test_the_procedures_own_words_are_left_only_on_purpose_and_by_a_director(flow: Flow) -> None:
    unsaid = await saved(flow)
    not_theirs = await saved(flow, role="specialist", departs_from_procedure=True)
    translated = await saved(flow, role="specialist", language="en", text="Hello")
    other = await saved(flow, "T4", role="specialist", text="Merhaba")
    unknown = await saved(flow, "T4", text="Arayın: {telefon}")
    of_removals = await saved(flow, "T4", text="Kural: {rule}")

    assert [answer.status_code for answer in (unsaid, not_theirs, translated, other)] == [409, 403, 201, 201]
    assert (unknown.status_code, of_removals.status_code) == (422, 422)
    (wrong,) = unknown.json()["errors"]
    assert wrong["field"] == "body.text"
    assert wrong["problem"] == (
        "Bilinmeyen değişken: telefon. Kullanılabilenler: phone, whatsapp, email, graduate_url, graduate_email."
    )
    with pytest.raises(DBAPIError, match="approved_by_somebody"):
        await flow.execute("update template_texts set state = 'approved'")


async def test_a_support_message_keeps_naming_help_and_waits_for_no_value(flow: Flow) -> None:
    unhelpful = await saved(flow, "support", text="Geçmiş olsun. İEÜ")
    stopped = await saved(flow, "support_other", text="112'yi ara ya da {whatsapp} numarasına yaz. İEÜ")
    helpful = await saved(flow, "support", text="Yalnız değilsin. Tehlikedeysen 112'yi ara. İEÜ")

    assert [answer.status_code for answer in (unhelpful, stopped, helpful)] == [422, 422, 201]
    assert unhelpful.json()["errors"][0]["field"] == "body.text"


async def test_a_preview_is_filled_in_and_measured_as_each_platform_counts(flow: Flow) -> None:
    text = "ş" * 150 + " {rule}"
    shown = (await call(flow, "responsible", "POST", "/templates/T5/preview", {"text": text})).json()
    own = (await call(flow, "auditor", "POST", "/templates/T2/preview", {})).json()
    missing = await call(flow, "auditor", "POST", "/templates/T2/preview", {"language": "fr"})

    assert "{" not in shown["text"]
    assert shown["samples"] == ["rule"]
    fits = {one["platform"]: one for one in shown["fits"]}
    assert fits["instagram"]["how"] == "private_message"
    assert fits["instagram"]["length"] == len(shown["text"].encode())
    assert fits["facebook"]["length"] == len(shown["text"])
    assert "0232 279 25 25" in own["text"]
    on_x = next(one for one in own["fits"] if one["platform"] == "x")
    assert (on_x["limit"], on_x["fits"]) == (280, True)
    assert missing.status_code == 404


async def asked(flow: Flow, words: str, removed: str, *, within: timedelta = timedelta(0)) -> MessageId:
    comment = await flow.comment(removed, author="Can Soran")
    await flow.until_state(comment, "hidden" if removed == INSULT else "deleted")
    await flow.decided(comment)
    flow.clock.shift += within
    return await flow.decided(await flow.comment(words, author="Can Soran"))


async def test_who_asks_why_gets_the_explanation_after_a_yes(flow: Flow) -> None:
    asking = await asked(flow, "yorumumu neden sildiniz?", INSULT)

    (appeal,) = (await call(flow, "specialist", "GET", "/appeals?state=open")).json()["items"]
    queue = (await call(flow, "specialist", "GET", "/reviews")).json()["items"]
    (review,) = [one for one in queue if one["message"]["id"] == asking]
    suggested = (await call(flow, "specialist", "GET", f"/actions/{appeal['action_id']}")).json()
    released = await call(flow, "specialist", "POST", f"/actions/{appeal['action_id']}/release", {})

    async def told() -> list[dict[str, Any]]:
        return await flow.rows("select id from actions where purpose = 'private:explanation' and state = 'done'")

    assert (appeal["message_id"], review["reason"], review["appeal_id"]) == (asking, "asks_why", appeal["id"])
    assert (suggested["kind"], suggested["state"]) == ("private_message", "held")
    assert "6.4.8" in suggested["text"]
    assert "Topluluk Standartları" in suggested["text"]
    assert released.status_code == 200
    assert await flow.until(told)


async def test_who_asks_why_is_answered_by_nothing_but_a_persons_explanation(flow: Flow) -> None:
    """However much of a complaint is heard in the question: T1 would say that a unit sees to it."""
    asking = await asked(flow, f"yorumumu neden sildiniz? {COMPLAINT}", INSULT)

    (appeal,) = (await call(flow, "specialist", "GET", "/appeals?state=open")).json()["items"]
    restored = await call(flow, "specialist", "POST", f"/appeals/{appeal['id']}/restore", {"reason": "alıntıymış"})
    late = await call(flow, "specialist", "POST", f"/actions/{appeal['action_id']}/release", {})

    rows = await flow.rows("select kind, state, held_because from actions where message_id = :id", id=asking)
    assert {"kind": "reply", "state": "held", "held_because": "asks_why"} in rows
    # Nor is it explained any more once it came back.
    assert (restored.status_code, late.status_code) == (200, 409)
    assert {"kind": "private_message", "state": "cancelled", "held_because": "asks_why"} in rows


async def test_who_asks_in_a_direct_message_is_recognised_and_told_there(flow: Flow) -> None:
    comment = await flow.comment(INSULT, author="Can Soran", platform="instagram")
    await flow.until_state(comment, "hidden", platform="instagram")
    question = await flow.dm("Yorumumu neden sildiniz?", author="Can Soran")
    asking = await flow.decided(question)

    (appeal,) = (await call(flow, "specialist", "GET", "/appeals?state=open")).json()["items"]
    released = await call(flow, "specialist", "POST", f"/actions/{appeal['action_id']}/release", {})
    await flow.decided(question)

    (told,) = (await flow.item(question, platform="instagram"))["private_messages"]
    assert (appeal["message_id"], released.status_code) == (asking, 200)
    assert "6.4.8" in told["text"]


async def test_an_appeal_is_upheld_on_record_or_the_message_comes_back(flow: Flow) -> None:
    asking = await asked(flow, "Why was my comment removed?", INSULT)
    (appeal,) = (await call(flow, "director", "GET", "/appeals")).json()["items"]
    removed = appeal["removed_message_id"]

    upheld = await call(flow, "specialist", "POST", f"/appeals/{appeal['id']}/uphold", {"reason": "hakaret"})
    twice = await call(flow, "specialist", "POST", f"/appeals/{appeal['id']}/uphold", {"reason": "hakaret"})

    assert (upheld.status_code, upheld.json()["state"], twice.status_code) == (200, "upheld", 409)
    decisions = await flow.rows(
        "select made_by, disposition, reason from decisions where message_id = :id order by id", id=removed
    )
    assert decisions[-1] == {"made_by": "person", "disposition": "contain", "reason": "hakaret"}
    late = await call(flow, "specialist", "POST", f"/appeals/{appeal['id']}/restore", {"reason": "gelsin"})
    assert late.status_code == 409
    assert decisions == await flow.rows(
        "select made_by, disposition, reason from decisions where message_id = :id order by id", id=removed
    )
    assert await flow.rows("select id from reviews where message_id = :id and state = 'open'", id=asking) == []

    again = await flow.decided(await flow.comment("peki yorumum niye silindi, anlamadım", author="Can Soran"))
    (second,) = (await call(flow, "director", "GET", "/appeals?state=open")).json()["items"]
    restored = await call(flow, "director", "POST", f"/appeals/{second['id']}/restore", {"reason": "alıntıymış"})

    assert (second["message_id"], restored.json()["state"]) == (again, "restored")

    async def visible() -> list[dict[str, Any]]:
        return await flow.rows("select id from messages where id = :id and state = 'visible'", id=removed)

    assert await flow.until(visible)


async def test_what_is_deleted_does_not_come_back(flow: Flow) -> None:
    await asked(flow, "yorumum neden silindi", PRIVATE_DATA)
    (appeal,) = (await call(flow, "director", "GET", "/appeals")).json()["items"]

    refused = await call(flow, "director", "POST", f"/appeals/{appeal['id']}/restore", {"reason": "geri"})

    assert (refused.status_code, "silinmiş" in refused.json()["detail"]) == (409, True)
    assert (await call(flow, "director", "GET", "/appeals")).json()["items"][0]["state"] == "open"


async def test_a_question_without_a_removal_or_long_after_one_is_no_appeal(flow: Flow) -> None:
    await flow.decided(await flow.comment("yorumum neden silindi", author="Kimse Değil"))
    await asked(flow, "yorumum neden silindi", INSULT, within=timedelta(days=31))

    assert (await call(flow, "director", "GET", "/appeals")).json()["items"] == []
