"""Notifications, silence mode, texts, policies, units: what the duty of people rests on."""

from datetime import UTC, datetime, timedelta

import pytest
from fastapi import FastAPI
from pydantic import SecretStr

from app.api.app import create_app
from app.connectors.meta.settings import MetaSettings
from app.main import running_service
from app.notices.settings import SmtpSettings
from app.records.database import Sessions
from app.rules.model import Label
from app.settings import Settings
from tests.api.builders import a_notification, a_seal, a_stored_message, an_action
from tests.api.calling import Api
from tests.world import World, no_scores


async def test_the_first_acknowledgement_counts(api: Api, sessions: Sessions, world: World) -> None:
    notice = await a_notification(sessions, "sks", kind="self_harm")
    waiting = (await api.get("sks", "/v1/notifications", acknowledged="false")).json()["items"]

    first = await api.post("sks", f"/v1/notifications/{notice}/acknowledge")
    second = await api.post("director", f"/v1/notifications/{notice}/acknowledge")

    assert [entry["id"] for entry in waiting] == [notice]
    assert (first.status_code, second.status_code) == (200, 200)
    assert second.json() == first.json()
    assert first.json()["acknowledged_by"]["id"] == world.people["sks"]
    assert (await api.get("sks", "/v1/notifications", acknowledged="false")).json()["items"] == []
    assert len((await api.get("sks", "/v1/notifications", acknowledged="true")).json()["items"]) == 1
    notes = (await api.get("director", "/v1/audit", subject=f"notification/{notice}")).json()["items"]
    assert [note["person"]["id"] for note in notes] == [world.people["sks"]]


async def test_a_notification_says_where_and_what_never_the_words(api: Api, sessions: Sessions, world: World) -> None:
    message = await a_stored_message(sessions, world.page, "sarmaşık7391", author="yazar8842")
    notice = await a_notification(sessions, "guvenlik", message, kind="threat")

    shown = await api.get("security", f"/v1/notifications/{notice}")

    assert shown.json()["message_id"] == message
    assert shown.json()["account"]["handle"] == "ieu"
    assert "sarmaşık7391" not in shown.text
    assert "yazar8842" not in shown.text
    assert "Deneme Kişi" not in shown.text


async def test_silence_is_switched_on_and_off_and_shows_what_it_withholds(
    api: Api, sessions: Sessions, world: World
) -> None:
    message = await a_stored_message(sessions, world.page)
    action = await an_action(sessions, message, state="withheld")

    off = (await api.get("specialist", "/v1/modes/silence")).json()
    started = await api.post("top_management", "/v1/modes/silence", {"reason": "Deprem"})
    twice = await api.post("director", "/v1/modes/silence", {"reason": "Deprem"})
    on = (await api.get("top_management", "/v1/modes/silence")).json()
    released = await api.post("director", f"/v1/actions/{action}/release", {})
    ended = await api.call("director", "DELETE", "/v1/modes/silence")
    again = await api.call("director", "DELETE", "/v1/modes/silence")
    sent = await api.post("director", f"/v1/actions/{action}/release", {})

    assert off["is_on"] is False
    assert (started.status_code, twice.status_code, ended.status_code, again.status_code) == (201, 409, 200, 409)
    assert (on["is_on"], on["reason"], on["started_by"]["name"]) == (True, "Deprem", "Deneme top_management")
    assert [entry["id"] for entry in on["withheld"]] == [action]
    assert released.status_code == 409
    assert released.json()["detail"] == "Sessizlik modu açık; kapatılmadan hiçbir şey gönderilmez."
    assert (sent.status_code, sent.json()["state"]) == (200, "planned")


async def test_silence_may_end_by_itself_but_not_in_the_past(api: Api) -> None:
    past = await api.post(
        "director", "/v1/modes/silence", {"reason": "x", "until": (datetime.now(UTC) - timedelta(hours=1)).isoformat()}
    )
    future = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
    until = await api.post("director", "/v1/modes/silence", {"reason": "x", "until": future})

    assert past.status_code == 409
    assert datetime.fromisoformat(until.json()["until_at"]) == datetime.fromisoformat(future)


async def test_actions_are_released_discarded_and_retried(api: Api, sessions: Sessions, world: World) -> None:
    message = await a_stored_message(sessions, world.page)
    held, unwanted, refused = [await an_action(sessions, message, state=state) for state in ("held", "held", "refused")]

    released = (await api.post("specialist", f"/v1/actions/{held}/release", {"text": "Başka söz"})).json()
    discarded = (await api.post("specialist", f"/v1/actions/{unwanted}/discard", {"reason": "Gerek yok"})).json()
    retried = (await api.post("specialist", f"/v1/actions/{refused}/retry")).json()
    too_late = await api.post("specialist", f"/v1/actions/{unwanted}/release", {})

    assert (released["state"], released["text"], released["requested_by"]["id"]) == (
        "planned",
        "Başka söz",
        world.people["specialist"],
    )
    assert (discarded["state"], discarded["problem"]) == ("cancelled", "discarded: Gerek yok")
    assert retried["state"] == "planned"
    assert too_late.status_code == 409
    listed = await api.call("specialist", "GET", "/v1/actions?state=planned&state=cancelled&kind=reply")
    assert [entry["id"] for entry in listed.json()["items"]] == [refused, unwanted, held]


async def test_neither_evidence_nor_a_notice_is_left_out(api: Api, sessions: Sessions, world: World) -> None:
    threat = await a_stored_message(sessions, world.unit_page, labels=(Label.THREAT,), disposition="contain")
    planned = {
        kind: await an_action(sessions, threat, kind=kind, text=None, state="planned")
        for kind in ("evidence", "notify", "hide")
    }

    answers = {
        kind: await api.post("responsible", f"/v1/actions/{id_}/discard", {"reason": "Gerek yok"})
        for kind, id_ in planned.items()
    }

    assert {kind: answer.status_code for kind, answer in answers.items()} == {
        "evidence": 409,
        "notify": 409,
        "hide": 200,
    }


async def test_what_a_person_let_stay_is_not_removed_by_trying_again(
    api: Api, sessions: Sessions, world: World
) -> None:
    message = await a_stored_message(sessions, world.unit_page, labels=(Label.INSULT,), disposition="contain")
    await a_seal(sessions, message)
    refused = await an_action(sessions, message, kind="hide", text=None, state="refused")
    await api.post("director", f"/v1/messages/{message}/override", {"action": "keep", "reason": "Alıntı"})

    again = await api.post("responsible", f"/v1/actions/{refused}/retry")

    assert (again.status_code, "kalmasına karar" in again.json()["detail"]) == (409, True)


async def test_a_draft_is_approved_in_its_present_words(api: Api, world: World) -> None:
    async def of(key: str) -> dict[str, object]:
        items = (await api.get("specialist", "/v1/templates")).json()["items"]
        found: dict[str, object] = next(item for item in items if item["key"] == key)
        return found

    before = await of("T4")
    approved = await api.post("director", "/v1/templates/T4/approve")
    unknown = await api.post("director", "/v1/templates/T99/approve")

    assert (before["is_approved"], (await of("T1"))["is_approved"]) == (False, True)
    assert approved.json()["approved_by"] == "Deneme director"
    assert (await of("T4"))["is_approved"] is True
    assert unknown.status_code == 404


async def test_the_active_policy_is_shown_and_tried_on_a_text(api: Api, sessions: Sessions) -> None:
    (only,) = (await api.get("specialist", "/v1/policies")).json()["items"]
    active = (await api.get("specialist", "/v1/policies/active")).json()
    named = (await api.get("specialist", f"/v1/policies/{only['version']}")).json()

    judged = (
        await api.post(
            "specialist", "/v1/policies/evaluate", {"text": "Kimlik numaram 10000000146", "channel": "comment"}
        )
    ).json()

    assert only["is_active"] is True
    assert active == named
    assert active["document"]["labels"]["self_harm"]["article"] == "6.4.15"
    assert judged["policy_version"] == only["version"]
    assert judged["findings"][0]["label"] == "privacy"
    assert (await api.get("director", "/v1/messages")).json()["items"] == []


@pytest.fixture
def app(settings: Settings) -> FastAPI:
    """The application with a mail server, so that a unit's mailbox counts."""
    with_mail = settings.model_copy(update={"smtp": SmtpSettings(host="127.0.0.1", sender="nobet@ornek.test")})
    return create_app(lambda: running_service(with_mail, detect_language=lambda text: "tr", classify=no_scores))


async def test_a_units_mailbox_is_set_and_the_last_way_to_an_urgent_unit_is_not_taken(api: Api) -> None:
    async def failing() -> str:
        found: str = (await api.http.get("/health/ready")).json()["checks"]["urgent_routes"]["status"]
        return found

    before = await failing()
    for unit in ("sks", "guvenlik", "kurumsal_iletisim"):
        changed = await api.call("director", "PATCH", f"/v1/units/{unit}", json={"email": f"{unit}@ornek.test"})
        assert (changed.status_code, changed.json()["is_reachable"]) == (200, True)
    after = await failing()
    emptied = await api.call("director", "PATCH", "/v1/units/sks", json={"email": None})
    harmless = await api.call("director", "PATCH", "/v1/units/yurt", json={"email": None})

    assert (before, after) == ("failing", "ok")
    assert emptied.status_code == 409
    assert harmless.status_code == 200
    units = {unit["key"]: unit for unit in (await api.get("auditor", "/v1/units")).json()["items"]}
    assert units["sks"]["email"] == "sks@ornek.test"


@pytest.mark.parametrize("email", ["x", "a@b\r\nBcc: c@d", "a@b, c@d", "a" * 300 + "@ornek.test", "", "<a@b>", 5])
async def test_an_odd_mailbox_is_refused(api: Api, email: object) -> None:
    response = await api.call("director", "PATCH", "/v1/units/sks", json={"email": email})

    assert response.status_code == 422


async def test_a_hooks_address_is_kept_but_never_shown(api: Api) -> None:
    response = await api.call(
        "director", "PATCH", "/v1/units/sks", json={"hook_url": "https://bildirim.ornek.test/sks?key=sarmaşık7391"}
    )
    listed = await api.get("director", "/v1/units")

    assert response.json()["has_hook"] is True
    assert "bildirim.ornek.test" not in response.text + listed.text
    for odd in ("ftp://x.test", "javascript:alert(1)", "//x", "x"):
        assert (await api.call("director", "PATCH", "/v1/units/sks", json={"hook_url": odd})).status_code == 422


async def test_settings_hold_no_secret_in_health(api: Api, settings: Settings) -> None:
    facebook = settings.platform("facebook")
    assert isinstance(facebook, MetaSettings)
    secrets = [facebook.app_secret, settings.database_url, *facebook.access_tokens.values()]
    shown = (await api.http.get("/health/ready")).text + (await api.http.get("/metrics")).text

    for secret in secrets:
        assert isinstance(secret, SecretStr)
        assert secret.get_secret_value() not in shown
