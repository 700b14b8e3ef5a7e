"""Urgent notices go from one to the next until somebody acknowledges; every step once, over a real mail server."""

import json
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import HttpUrl, SecretStr
from sqlalchemy.ext.asyncio import AsyncSession

from app.decisions.model import UnitKey, Urgency
from app.decisions.policy import shipped_document
from app.messages import MessageId
from app.notices.settings import HookSettings
from app.records import notification_steps, notifications, reviews
from tests.flow import Flow, by, measured_policy, running_flow
from tests.notices.receiver import a_receiver

MINUTE = timedelta(minutes=1)
CHAIN = {
    "steps": [
        {"to": ["unit"], "minutes": 5},
        {"to": ["members"], "minutes": 5},
        {"to": ["role:director", "role:specialist"], "minutes": 10},
        {"to": ["role:top_management"], "minutes": 30},
    ]
}


def notices(**changed: Any) -> dict[str, Any]:
    """The shipped notices with a chain of known steps."""
    return {**shipped_document()["notices"], "chains": {"default": CHAIN, "service": CHAIN}, **changed}


@pytest.fixture
async def quiet(database_url: str, tmp_path: Path) -> AsyncIterator[Flow]:
    """Everything running but the worker: jobs are run by hand, so that each moment can be looked at."""
    async with running_flow(database_url, tmp_path, work=False) as flow:
        await flow.activate(measured_policy(notices=notices()))
        yield flow


async def tell(
    flow: Flow, kind: str = "threat", *, unit: str = "guvenlik", urgency: Urgency = Urgency.URGENT, key: str = "k"
) -> int:
    """Queue a notice and let it go out."""
    async with flow.service.sessions.begin() as session:
        await notifications.queue(session, key=key, kind=kind, unit=UnitKey(unit), urgency=urgency)
    await work(flow)
    (row,) = await flow.rows("select id from notifications where key = :key", key=key)
    return int(row["id"])


async def work(flow: Flow) -> None:
    """What the worker would do now with everything that is due."""
    for row in await flow.rows("select id from notifications where state = 'queued' order by id"):
        await flow.service.notices.send(row["id"])
    await flow.service.escalation.escalate_due()
    for row in await flow.rows("select id from notification_steps where state = 'planned' order by id"):
        await flow.service.escalation.tell(row["id"])


async def after(flow: Flow, minutes: float) -> None:
    """Let time go by, and the worker work."""
    flow.clock.shift += minutes * MINUTE
    await work(flow)


async def mails(flow: Flow) -> list[dict[str, Any]]:
    """What the mail server received, the oldest first."""
    found = (await flow.sandbox.get("/control/mails")).json()
    return list(reversed(found)) if found and found[0]["id"] > found[-1]["id"] else list(found)


async def told(flow: Flow) -> list[str]:
    """Whom mails went to, in order."""
    return [str(mail["to"]).split("@")[0].strip("[]'\"") for mail in await mails(flow)]


async def steps(flow: Flow) -> list[tuple[int, str]]:
    """The steps on record, with how they came out."""
    rows = await flow.rows("select number, state from notification_steps order by number, id")
    return [(row["number"], row["state"]) for row in rows]


class TestTheChain:
    """Who comes after whom."""

    async def test_an_urgent_notice_goes_on_until_somebody_acknowledges(self, quiet: Flow) -> None:
        notice = await tell(quiet)
        await after(quiet, 4)
        first = await told(quiet)
        await after(quiet, 1.1)
        second = await told(quiet)
        await after(quiet, 5.1)
        third = await told(quiet)
        await after(quiet, 10.1)
        answer = await quiet.api.post(f"/v1/notifications/{notice}/acknowledge", headers=by("top_management"))
        await after(quiet, 31)
        await after(quiet, 31)

        assert first == ["guvenlik"]
        assert second == [*first, "security"]
        assert sorted(third[2:]) == ["director", "specialist"]
        assert await told(quiet) == [*third, "top-management"]
        assert answer.status_code == 200
        shown = answer.json()
        assert shown["acknowledged_by"]["name"] == "Genel Sekreterlik"
        assert shown["escalate_at"] is None
        assert [(step["number"], step["state"], step["channel"]) for step in shown["steps"]] == [
            (1, "sent", "smtp"),
            (2, "sent", "smtp"),
            (3, "sent", "smtp"),
            (3, "sent", "smtp"),
            (4, "sent", "smtp"),
        ]

    async def test_the_last_of_the_chain_hears_again_and_again(self, quiet: Flow) -> None:
        await tell(quiet)
        for minutes in (5.1, 5.1, 10.1, 30.1, 30.1):
            await after(quiet, minutes)

        assert (await told(quiet))[-3:] == ["top-management"] * 3
        assert (await steps(quiet))[-1] == (6, "sent")

    async def test_whoever_is_told_later_reads_that_nobody_answered_and_no_text(self, quiet: Flow) -> None:
        await tell(quiet)
        await after(quiet, 5.1)

        mail = (await mails(quiet))[-1]
        assert "2. adımda size geliyor" in str(mail)
        assert "/v1/notifications/" in str(mail)

    async def test_whoever_runs_an_account_of_the_unit_or_only_reads_is_not_waited_for(self, quiet: Flow) -> None:
        await quiet.execute("update people set unit = 'guvenlik' where role in ('responsible', 'agency', 'auditor')")
        await tell(quiet)

        await after(quiet, 5.1)

        assert await told(quiet) == ["guvenlik", "security"]

    async def test_a_step_with_nobody_in_it_is_passed_over_at_once(self, quiet: Flow) -> None:
        await quiet.execute("update people set is_active = false where role = 'security'")
        await tell(quiet)

        await after(quiet, 5.1)

        assert sorted(await told(quiet)) == ["director", "guvenlik", "specialist"]
        assert (2, "nobody") in await steps(quiet)

    async def test_an_ordinary_notice_does_not_escalate(self, quiet: Flow) -> None:
        await tell(quiet, "complaint", urgency=Urgency.NORMAL)

        await after(quiet, 24 * 60)

        assert await told(quiet) == ["guvenlik"]

    async def test_an_old_database_wakes_nobody(self, quiet: Flow) -> None:
        """What was queued before there were chains has step 1 and no time for the next."""
        await tell(quiet)
        await quiet.execute("update notifications set step = 1, escalate_at = null")

        await after(quiet, 60)

        assert await told(quiet) == ["guvenlik"]

    async def test_nobody_is_waited_for_whom_no_mail_reaches(self, quiet: Flow) -> None:
        await quiet.execute("update units set email = null where key = 'guvenlik'")

        await tell(quiet)
        await work(quiet)

        assert await told(quiet) == ["security", "kurumsal-iletisim"]
        assert (1, "failed") in await steps(quiet)


class TestOnce:
    """Each step tells its people once, whatever happens to workers."""

    async def test_workers_that_come_at_the_same_time_begin_a_step_once(self, quiet: Flow) -> None:
        await tell(quiet)
        quiet.clock.shift += 5.1 * MINUTE
        sessions = quiet.service.sessions
        async with sessions.begin() as session:
            held = await notification_steps.next_due(session, now=quiet.clock())
            other = await quiet.service.escalation.escalate_due()
        await work(quiet)
        (step,) = await quiet.rows("select id from notification_steps where number = 2")
        await quiet.service.escalation.tell(step["id"])

        assert held is not None
        assert other == 0
        assert await told(quiet) == ["guvenlik", "security"]

    async def test_a_worker_that_dies_while_telling_tells_nobody_twice_and_the_next_hears_at_once(
        self, quiet: Flow
    ) -> None:
        await tell(quiet)
        quiet.clock.shift += 5.1 * MINUTE
        await quiet.service.escalation.escalate_due()
        (step,) = await quiet.rows("select id from notification_steps where number = 2")
        async with quiet.service.sessions.begin() as session:
            await _begin_and_die(session, step["id"], quiet)

        await quiet.service.escalation.tell(step["id"])
        soon = await steps(quiet)
        quiet.clock.shift += 1.1 * MINUTE
        await quiet.service.escalation.tell(step["id"])
        await work(quiet)

        assert soon[-1] == (2, "running")
        assert (2, "unknown") in await steps(quiet)
        assert sorted(await told(quiet)) == ["director", "guvenlik", "specialist"]

    async def test_what_is_acknowledged_before_a_step_is_told_is_not_told(self, quiet: Flow) -> None:
        notice = await tell(quiet)
        quiet.clock.shift += 5.1 * MINUTE
        await quiet.service.escalation.escalate_due()
        await quiet.api.post(f"/v1/notifications/{notice}/acknowledge", headers=by("security"))

        await work(quiet)

        assert await told(quiet) == ["guvenlik"]
        assert (await steps(quiet))[-1] == (2, "cancelled")


class TestRoutes:
    """Label and account unit decide who hears, how, and with which words."""

    async def test_people_may_be_told_together_with_a_unit(self, quiet: Flow) -> None:
        route = {"kinds": ["threat"], "units": ["guvenlik"], "also": ["role:director"], "note": "Nöbetçiyi arayın."}
        await quiet.activate(measured_policy(notices=notices(routes=[route])))

        await tell(quiet)

        assert await told(quiet) == ["guvenlik", "director"]
        assert all("Nöbetçiyi arayın." in str(mail) for mail in await mails(quiet))

    async def test_where_only_a_hook_is_allowed_no_mail_goes(self, quiet: Flow) -> None:
        await quiet.activate(measured_policy(notices=notices(routes=[{"units": ["guvenlik"], "ways": ["hook"]}])))

        await tell(quiet, urgency=Urgency.NORMAL)

        assert await told(quiet) == []
        (row,) = await quiet.rows("select state, problem from notifications")
        assert row == {"state": "failed", "problem": "no_route"}


class TestWhatIsBehind:
    """Whoever is told can open what they are told of."""

    async def test_a_unit_and_a_person_told_beside_another_open_notice_and_message(self, quiet: Flow) -> None:
        (cook,) = await quiet.rows("select id from people where role = 'service_unit' order by id limit 1")
        routes = [{"kinds": ["threat"], "also": [f"person:{cook['id']}", "unit:sks"]}]
        await quiet.activate(measured_policy(notices=notices(routes=routes)))
        await quiet.comment("Yarın gelip hepinizi öldüreceğim")

        async def read() -> list[dict[str, Any]]:
            for row in await quiet.rows("select id from deliveries where state = 'received'"):
                await quiet.service.pipeline.reader.read(row["id"])
            return await quiet.rows("select id from messages")

        ((message),) = await quiet.until(read)
        await quiet.service.pipeline.judge.judge(message["id"])
        async with quiet.service.sessions.begin() as session:
            await notifications.queue(
                session,
                key="k",
                kind="threat",
                unit=UnitKey("guvenlik"),
                urgency=Urgency.URGENT,
                message_id=MessageId(message["id"]),
            )
        before = (await quiet.api.get("/v1/notifications", headers=by("sks"))).json()["items"]
        await work(quiet)

        opened = {}
        for role in ("sks", "service_unit"):
            (notice,) = (await quiet.api.get("/v1/notifications", headers=by(role))).json()["items"]
            behind = await quiet.api.get(f"/v1/messages/{notice['message_id']}", headers=by(role))
            opened[role] = (notice["kind"], behind.status_code)

        assert before == []
        assert opened == dict.fromkeys(("sks", "service_unit"), ("threat", 200))


class TestHooks:
    """An HTTP receiver hears of each step, each time with a key of its own."""

    async def test_a_pager_is_told_of_every_step(self, database_url: str, tmp_path: Path) -> None:
        chain = {"steps": [{"to": ["unit"], "minutes": 5}, {"to": ["unit", "role:director"], "minutes": 5}]}
        document = notices(chains={"default": chain, "service": chain}, routes=[{"ways": ["hook"]}])
        async with a_receiver() as pager:
            hook = HookSettings(url=HttpUrl(f"{pager.url}/hook"), secret=SecretStr("gizli"))
            policy = measured_policy(notices=document)
            changed = {"hook": hook}
            async with running_flow(
                database_url, tmp_path, work=False, policy=policy, settings_changed=changed
            ) as flow:
                await tell(flow)
                await after(flow, 5.1)
                mailed = await told(flow)

        bodies = [json.loads(body) for body in pager.bodies]
        assert mailed == []
        assert [body.get("step", 1) for body in bodies] == [1, 2, 2]
        assert all(set(body) - {"step"} == {"id", "kind", "urgency", "place", "link"} for body in bodies)
        assert len({headers["idempotency-key"] for headers in pager.headers}) == 3


class TestReporting:
    """The unit says what it did; the director sees what is open and how long."""

    async def test_a_complaint_is_open_until_its_unit_reports_it_done(self, quiet: Flow) -> None:
        notice = await tell(quiet, "complaint", unit="yemek_hizmetleri", urgency=Urgency.NORMAL)
        await tell(quiet, "complaint", unit="direktor", urgency=Urgency.NORMAL, key="informed")
        quiet.clock.shift += timedelta(hours=26, minutes=1)
        path = f"/v1/notifications/{notice}"
        await quiet.api.post(f"{path}/acknowledge", headers=by("service_unit"))
        seen = (await quiet.api.get("/v1/complaints", headers=by("director"))).json()["items"]
        interim = {"text": "Yükleniciye yazıldı.", "is_done": False}
        await quiet.api.post(f"{path}/report", headers=by("service_unit"), json=interim)
        still = (await quiet.api.get("/v1/complaints", headers=by("director"))).json()["items"]
        done = await quiet.api.post(
            f"{path}/report", headers=by("service_unit"), json={"text": "Isıtıcılar yenilendi."}
        )
        again = await quiet.api.post(f"{path}/report", headers=by("service_unit"), json={"text": "Bir daha."})
        other = await quiet.api.post(f"{path}/report", headers=by("security"), json={"text": "Bizim değil."})
        left = (await quiet.api.get("/v1/complaints", headers=by("director"))).json()["items"]
        all_of_it = (await quiet.api.get("/v1/complaints?open=false", headers=by("director"))).json()["items"]

        assert [(item["unit"], item["is_open"], item["open_hours"]) for item in seen] == [
            ("yemek_hizmetleri", True, 26)
        ]
        assert seen[0]["acknowledged_by"]["name"] == "Yemek Hizmetleri Sorumlusu"
        assert [report["text"] for report in still[0]["reports"]] == ["Yükleniciye yazıldı."]
        assert done.status_code == 201
        assert done.json()["handled_by"]["name"] == "Yemek Hizmetleri Sorumlusu"
        assert (again.status_code, other.status_code) == (409, 404)
        assert left == []
        assert [item["id"] for item in all_of_it] == [notice]

    async def test_what_was_acknowledged_and_not_handled_stays_in_the_open_list(self, quiet: Flow) -> None:
        notice = await tell(quiet)
        await quiet.api.post(f"/v1/notifications/{notice}/acknowledge", headers=by("security"))

        listed = (await quiet.api.get("/v1/notifications?open=true", headers=by("director"))).json()["items"]
        await quiet.api.post(f"/v1/notifications/{notice}/report", headers=by("security"), json={"text": "Görüşüldü."})
        left = (await quiet.api.get("/v1/notifications?open=true", headers=by("director"))).json()["items"]

        assert [item["id"] for item in listed] == [notice]
        assert left == []

    async def test_a_person_told_by_a_step_sees_that_notice_and_no_other(self, quiet: Flow) -> None:
        notice = await tell(quiet)
        await tell(quiet, key="other", urgency=Urgency.NORMAL)
        before = (await quiet.api.get("/v1/notifications", headers=by("top_management"))).json()["items"]
        for minutes in (5.1, 5.1, 10.1):
            await after(quiet, minutes)

        seen = (await quiet.api.get("/v1/notifications", headers=by("top_management"))).json()["items"]

        assert before == []
        assert [item["id"] for item in seen] == [notice]


class TestOnePerson:
    """A notice to somebody by name, whose advice is asked."""

    async def test_who_is_asked_for_advice_gets_one_mail_that_says_nothing_and_leads_there(self, quiet: Flow) -> None:
        words = "Dekanlık kayıt tarihini yanlış duyurdu, yazıklar olsun"
        await quiet.comment(words, author="Ayşe Deneme")

        async def read() -> list[dict[str, Any]]:
            for row in await quiet.rows("select id from deliveries where state = 'received'"):
                await quiet.service.pipeline.reader.read(row["id"])
            return await quiet.rows("select id from messages")

        ((message),) = await quiet.until(read)
        async with quiet.service.sessions.begin() as session:
            await reviews.open_review(
                session, MessageId(message["id"]), revision=1, reason="criticism", labels=["criticism"], priority=40
            )
        (item,) = await quiet.rows("select id from reviews")
        (asked,) = await quiet.rows("select id, email from people where role = 'service_unit' order by id limit 1")
        until = (quiet.clock() + timedelta(days=1)).isoformat()
        wait = {"reason": "Ayşe haklı mı?", "until": until, "person": asked["id"]}

        parked = await quiet.api.post(f"/v1/reviews/{item['id']}/wait", json=wait, headers=by("specialist"))
        before = len(await mails(quiet))
        await work(quiet)
        await work(quiet)

        (mail,) = (await mails(quiet))[before:]
        (notice,) = await quiet.rows("select id from notifications where person_id = :id", id=asked["id"])
        shown = await quiet.api.get(f"/v1/notifications/{notice['id']}", headers=by("service_unit"))
        behind = await quiet.api.get(f"/v1/messages/{shown.json()['message_id']}", headers=by("service_unit"))
        assert parked.status_code == 200, parked.text
        assert asked["email"] in str(mail["to"])
        assert f"/auth/login?next=/v1/notifications/{notice['id']}" in str(mail)
        assert not [word for word in ("Ayşe", "Dekanlık", "yazıklar", "haklı") if word in str(mail)]
        assert [(step["person"]["id"], step["state"]) for step in shown.json()["steps"]] == [(asked["id"], "sent")]
        assert (behind.status_code, behind.json()["id"]) == (200, message["id"])


async def _begin_and_die(session: AsyncSession, step_id: int, flow: Flow) -> None:
    await notification_steps.lock(session, step_id)
    await notification_steps.start(session, step_id, at=flow.clock())
