"""Ordinary notices come once a working day, bundled; a snooze ends; urgent ones wait for nothing."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

from app.decisions.model import UnitKey, Urgency
from app.messages import AccountId
from app.records import digests, notifications
from app.records.months import make_months
from tests.flow import NEUTRAL, Flow, by, running_flow

# A Tuesday, an hour before the digest's time in İstanbul; 29 October 2027 and the afternoon before are off.
TUESDAY = datetime(2027, 11, 23, 5, 0, tzinfo=UTC)


@pytest.fixture
async def quiet(database_url: str, tmp_path: Path) -> AsyncIterator[Flow]:
    """Everything running but the worker, early on a working day."""
    async with running_flow(database_url, tmp_path, work=False) as flow:
        go_to(flow, TUESDAY)
        await make_months(flow.service.engine, now=TUESDAY)
        yield flow


def go_to(flow: Flow, at: datetime) -> None:
    """Move the clock to this time."""
    flow.clock.shift = at - datetime.now(UTC)


async def notify(
    flow: Flow, key: str, kind: str = "criticism", *, urgency: Urgency = Urgency.NORMAL, account: int = 1
) -> int:
    """Queue a notice to the directorate, and do what the worker does with it."""
    async with flow.service.sessions.begin() as session:
        await notifications.queue(
            session,
            key=key,
            kind=kind,
            unit=UnitKey("kurumsal_iletisim"),
            urgency=urgency,
            account_id=AccountId(account),
        )
    (row,) = await flow.rows("select id from notifications where key = :key", key=key)
    await flow.service.notices.send(row["id"])
    return int(row["id"])


async def work(flow: Flow) -> None:
    """Make what is due and send it."""
    await flow.service.digests.make_due()
    for row in await flow.rows("select id from digests where state = 'planned' order by id"):
        await flow.service.digests.send(row["id"])


async def mails(flow: Flow) -> list[dict[str, Any]]:
    """What the mail server received."""
    return list((await flow.sandbox.get("/control/mails")).json())


async def states(flow: Flow) -> list[str]:
    """How each notice stands."""
    return [row["state"] for row in await flow.rows("select state from notifications order by id")]


async def test_ordinary_notices_are_bundled_at_the_policys_time_and_sent_once(quiet: Flow) -> None:
    for number in range(3):
        await notify(quiet, f"c{number}")
    await notify(quiet, "m", "misinformation", account=2)
    await work(quiet)
    early = await mails(quiet)
    go_to(quiet, TUESDAY + timedelta(hours=1, minutes=1))
    await work(quiet)
    await work(quiet)
    await notify(quiet, "late")
    go_to(quiet, TUESDAY + timedelta(hours=9))
    await work(quiet)
    (mail,) = await mails(quiet)
    go_to(quiet, TUESDAY + timedelta(days=1, hours=2))
    await work(quiet)

    assert early == []
    assert "Günlük özet" in str(mail)
    assert "Facebook, " in str(mail)
    assert ": 3" in str(mail)
    assert await states(quiet) == ["sent"] * 5
    assert len(await mails(quiet)) == 2


async def test_a_complaint_is_handed_over_at_once_since_a_reply_says_so(quiet: Flow) -> None:
    await notify(quiet, "c", "complaint")

    assert await states(quiet) == ["sent"]


@pytest.mark.parametrize(
    "day_off",
    [
        datetime(2027, 11, 27, 9, tzinfo=UTC),  # a Saturday
        datetime(2027, 10, 29, 9, tzinfo=UTC),  # Cumhuriyet Bayramı
    ],
)
async def test_nothing_is_bundled_on_a_day_off(quiet: Flow, day_off: datetime) -> None:
    await notify(quiet, "c")
    go_to(quiet, day_off)

    await work(quiet)

    assert await states(quiet) == ["queued"]


async def test_a_responsible_hears_daily_how_many_neutral_messages_came(quiet: Flow) -> None:
    comment = await quiet.comment(NEUTRAL)

    async def read() -> list[dict[str, Any]]:
        for row in await quiet.rows("select id from deliveries where state = 'received'"):
            await quiet.service.pipeline.reader.read(row["id"])
        return await quiet.rows("select id, account_id from messages where external_id = :id", id=comment)

    ((message),) = await quiet.until(read)
    await quiet.service.pipeline.judge.judge(message["id"])
    await quiet.execute("update messages set received_at = :at", at=quiet.clock())
    await quiet.execute("delete from responsibilities")
    await quiet.execute(
        "insert into responsibilities select id, :account from people where role = 'responsible'",
        account=message["account_id"],
    )
    go_to(quiet, TUESDAY + timedelta(hours=2))
    await work(quiet)
    (mail,) = await mails(quiet)
    go_to(quiet, TUESDAY + timedelta(days=1, hours=2))
    await work(quiet)

    assert "responsible@" in str(mail["to"])
    assert ": 1" in str(mail)
    assert NEUTRAL not in str(mail)
    assert len(await mails(quiet)) == 1  # none came on the second day, so nothing was sent


async def test_a_digest_of_which_nobody_knows_is_not_sent_again_and_its_notices_come_with_the_next(
    quiet: Flow,
) -> None:
    await notify(quiet, "c")
    go_to(quiet, TUESDAY + timedelta(hours=2))
    await quiet.service.digests.make_due()
    async with quiet.service.sessions.begin() as session:
        await digests.start(session, 1, at=quiet.clock())
    await quiet.service.digests.send(1)
    go_to(quiet, TUESDAY + timedelta(hours=2, minutes=2))
    await quiet.service.digests.send(1)
    await work(quiet)
    same_day = await mails(quiet)
    go_to(quiet, TUESDAY + timedelta(days=1, hours=2))
    await work(quiet)

    assert same_day == []
    assert [row["state"] for row in await quiet.rows("select state from digests where unit is not null")] == [
        "unknown",
        "sent",
    ]
    assert len(await mails(quiet)) == 1


async def test_a_snoozed_notice_comes_again_when_its_time_is_over(quiet: Flow) -> None:
    notice = await notify(quiet, "c", "complaint")
    path = f"/v1/notifications/{notice}"
    until = TUESDAY + timedelta(days=1)
    put_off = await quiet.api.post(f"{path}/snooze", headers=by("specialist"), json={"until": until.isoformat()})
    listed = await quiet.api.get("/v1/notifications?snoozed=false", headers=by("specialist"))
    go_to(quiet, TUESDAY + timedelta(hours=2))
    await work(quiet)
    before = len(await mails(quiet))
    go_to(quiet, until + timedelta(hours=2))
    await work(quiet)
    again = await quiet.api.get("/v1/notifications?snoozed=false", headers=by("specialist"))

    assert put_off.status_code == 200, put_off.text
    assert listed.json()["items"] == []
    assert (before, len(await mails(quiet))) == (1, 2)
    assert [item["id"] for item in again.json()["items"]] == [notice]


async def test_an_urgent_notice_is_never_put_off(quiet: Flow) -> None:
    notice = await notify(quiet, "c", "threat", urgency=Urgency.URGENT)
    until = (TUESDAY + timedelta(days=1)).isoformat()

    answer = await quiet.api.post(f"/v1/notifications/{notice}/snooze", headers=by("director"), json={"until": until})

    assert answer.status_code == 409
    assert "Acil bir bildirim ertelenemez" in answer.json()["detail"]
    with pytest.raises(IntegrityError):
        await quiet.execute("update notifications set snoozed_until = now(), snoozed_by = 1")


@pytest.mark.parametrize("days", [-1, 31])
async def test_a_snooze_has_an_end_that_comes(quiet: Flow, days: int) -> None:
    notice = await notify(quiet, "c", "complaint")
    until = (TUESDAY + timedelta(days=days)).isoformat()

    answer = await quiet.api.post(f"/v1/notifications/{notice}/snooze", headers=by("director"), json={"until": until})

    assert answer.status_code == 409
