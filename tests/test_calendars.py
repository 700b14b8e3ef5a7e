"""The directorate's calendar: set without a new policy, on record, and what every worker goes by."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from app.decisions.calendar import Calendar, calendar_of, under
from app.decisions.policy import Period, shipped_policy
from app.decisions.queue import Hours
from app.records.months import make_months
from tests.flow import Flow, by, running_flow

MONDAY = datetime(2027, 7, 26, 9, 0, tzinfo=UTC)
PERIOD = {"first": "2027-07-20", "last": "2027-08-10"}


@pytest.fixture
async def quiet(database_url: str, tmp_path: Path) -> AsyncIterator[Flow]:
    """Everything running but the worker, on a Monday in July."""
    async with running_flow(database_url, tmp_path, work=False) as flow:
        flow.clock.shift = MONDAY - datetime.now(UTC)
        await make_months(flow.service.engine, now=MONDAY)
        yield flow


async def put(flow: Flow, body: dict[str, Any], *, role: str = "director") -> Any:
    """Change the calendar as a role."""
    return await flow.api.put("/v1/calendars", headers=by(role), json={"reason": "Takvim ilan edildi", **body})


async def listed(flow: Flow) -> list[dict[str, Any]]:
    """The queue as the director sees it."""
    return list((await flow.api.get("/v1/reviews", headers=by("director"))).json()["items"])


async def shown(flow: Flow) -> dict[str, Any]:
    """Its only item by itself."""
    (row,) = await flow.rows("select id from reviews")
    return dict((await flow.api.get(f"/v1/reviews/{row['id']}", headers=by("director"))).json())


async def judged(flow: Flow) -> dict[str, Any]:
    """A candidate's question is judged; what the decision saw, and what came of it."""
    comment = await flow.comment("merhaba, bilgisayar mühendisliği taban puanı kaç, burs imkânı var mı")

    async def read() -> list[dict[str, Any]]:
        for row in await flow.rows("select id from deliveries where state = 'received'"):
            await flow.service.pipeline.reader.read(row["id"])
        return await flow.rows("select id from messages where external_id = :id", id=comment)

    ((message),) = await flow.until(read)
    await flow.service.pipeline.judge.judge(message["id"])
    (decision,) = await flow.rows("select context from decisions where message_id = :id", id=message["id"])
    (reply,) = await flow.rows(
        "select template, state from actions where message_id = :id and kind = 'reply'", id=message["id"]
    )
    return {"admission_period": decision["context"]["admission_period"], **reply}


async def test_an_admission_period_that_is_set_lets_t2_go_out_from_then_on(quiet: Flow) -> None:
    await put(quiet, {"admission_periods": []})
    outside = await judged(quiet)
    answer = await put(quiet, {"admission_periods": [PERIOD]})
    inside = await judged(quiet)
    version = (await quiet.service.policies.current()).policy.version
    stored = await quiet.rows("select version from policies where version = :version", version=version)

    assert outside == {"admission_period": False, "template": "T2", "state": "held"}
    assert answer.json()["is_admission_period"]
    assert inside == {"admission_period": True, "template": "T2", "state": "planned"}
    assert stored  # the same version of the policy as before


async def test_another_worker_goes_by_it_without_a_restart(quiet: Flow) -> None:
    other = type(quiet.service.policies)(sessions=quiet.service.sessions, every=timedelta(0))
    before = (await other.current()).policy
    await put(quiet, {"hours": {"days": ["saturday"], "opens": "10:00", "closes": "12:00"}})

    after = (await other.current()).policy

    assert before.queue.hours != after.queue.hours
    assert after.queue.hours.opens == time(10)


async def test_what_is_not_given_stays_and_every_change_is_on_record(quiet: Flow) -> None:
    before = (await quiet.api.get("/v1/calendars", headers=by("auditor"))).json()
    await put(quiet, {"admission_periods": [PERIOD]})
    off = {"name": "İdari izin", "first": "2027-07-26", "last": "2027-07-26", "from_time": "11:00"}
    after = (await put(quiet, {"days_off": [off], "reason": "Rektörlük duyurusu"})).json()
    history = (await quiet.api.get("/v1/calendars/history", headers=by("auditor"))).json()["items"]
    notes = await quiet.rows("select person_id from audit where act = 'calendar.change'")

    assert before["is_from_policy"]
    assert after["admission_periods"] == [PERIOD]
    assert after["hours"] == before["hours"]
    assert not after["is_from_policy"]
    assert not after["are_office_hours"]  # noon in İstanbul, and off since eleven
    assert [entry["reason"] for entry in history] == ["Rektörlük duyurusu", "Takvim ilan edildi"]
    assert history[0]["changed_by"]["name"] == "Selin Direktör"
    assert len(notes) == 2


async def test_an_item_is_due_by_the_days_and_hours_that_the_directorate_set(quiet: Flow) -> None:
    quiet.clock.shift = datetime(2027, 7, 26, 12, 0, tzinfo=UTC) - datetime.now(UTC)  # three o'clock in İstanbul
    await judged(quiet)
    await quiet.execute("update reviews set opened_at = '2027-07-26 12:00:00+00', priority = 40")

    async def due() -> str:
        ((item,), one) = await asyncio.gather(listed(quiet), shown(quiet))
        assert item["due_at"] == one["due_at"]
        return str(item["due_at"])

    before = await due()
    off = {"name": "Üniversitenin kuruluş günü", "first": "2027-07-27", "last": "2027-07-28"}
    await put(quiet, {"days_off": [off]})
    closed = await due()
    await put(quiet, {"hours": {"days": ["monday", "friday"], "opens": "10:00", "closes": "16:00"}})
    shorter = await due()
    await put(quiet, {"days_off": []})

    assert before == "2027-07-27T07:00:00Z"  # three hours of Monday, one of Tuesday
    assert closed == "2027-07-29T07:00:00Z"  # Tuesday and Wednesday are closed
    assert shorter == "2027-07-30T10:00:00Z"  # an hour of Monday, three of Friday


async def test_a_version_that_is_tried_on_a_text_goes_by_the_standing_calendar(quiet: Flow) -> None:
    other = {"reason": "deneme", "changes": {"stages": {"praise": {"club": "ask"}}}}
    version = (await quiet.api.post("/v1/policies", headers=by("specialist"), json=other)).json()["version"]
    question = {"text": "merhaba, bilgisayar mühendisliği taban puanı kaç", "date": "2027-07-26", "version": version}

    async def answered() -> list[str | None]:
        tried = await quiet.api.post("/v1/policies/evaluate", headers=by("auditor"), json=question)
        return [action.get("template") for action in tried.json()["actions"]]

    await put(quiet, {"admission_periods": []})
    outside = await answered()
    await put(quiet, {"admission_periods": [PERIOD]})

    assert "T2" not in outside
    assert "T2" in await answered()


@pytest.mark.parametrize(
    "wrong",
    [
        {"admission_periods": [{"first": "2027-08-10", "last": "2027-07-20"}]},
        {"admission_periods": [PERIOD, {"first": "2027-08-10", "last": "2027-08-12"}]},
        {"admission_periods": [{"first": "2027-02-30", "last": "2027-03-01"}]},
        {"admission_periods": [{"first": 0, "last": 1}]},
        {"hours": {"days": [], "opens": "09:00", "closes": "18:00"}},
        {"hours": {"days": ["monday"], "opens": "18:00", "closes": "09:00"}},
        {"hours": {"days": ["monday"], "opens": "09:00Z", "closes": "18:00"}},
        {"days_off": [{"name": "x", "first": "2027-01-02", "last": "2027-01-01"}]},
    ],
)
async def test_a_calendar_that_makes_no_sense_is_refused(quiet: Flow, wrong: dict[str, Any]) -> None:
    answer = await put(quiet, wrong)

    assert answer.status_code == 422, answer.text
    assert answer.json()["errors"][0]["problem"]


def test_a_calendar_stands_over_the_policy_and_changes_no_version() -> None:
    policy = shipped_policy()
    calendar = Calendar(
        admission_periods=(Period(first=date(2027, 7, 20), last=date(2027, 8, 10)),), hours=policy.queue.hours
    )

    standing = under(policy, calendar)

    assert standing.version == policy.version
    assert standing.is_admission_period(date(2027, 8, 10))
    assert not policy.is_admission_period(date(2027, 8, 10))
    assert calendar_of(standing) == calendar


def test_periods_may_touch_no_other() -> None:
    day = date(2027, 7, 20)
    hours = shipped_policy().queue.hours

    with pytest.raises(ValidationError):
        Calendar(admission_periods=(Period(first=day, last=day), Period(first=day, last=day)), hours=hours)
    assert isinstance(hours, Hours)
