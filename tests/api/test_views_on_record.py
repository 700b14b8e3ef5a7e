"""Whoever is shown texts, names or addresses leaves a note of it (policy section 9); the notes can be searched."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from app.records.database import Sessions
from app.settings import Settings
from tests.api.calling import Api
from tests.api.matrix import LINES
from tests.api.own_records import own_records
from tests.world import World

# What shows words or names of people from outside, or names and addresses of staff.
SHOWS_PERSONAL_DATA = {
    "/v1/reviews": "reviews.list",
    "/v1/reviews/{id}": "review.view",
    "/v1/messages": "messages.list",
    "/v1/messages/{id}": "message.view",
    "/v1/messages/{id}/notes": "message.notes",
    "/v1/actions": "actions.list",
    "/v1/actions/{id}": "action.view",
    "/v1/tasks": "tasks.list",
    "/v1/evidence/{id}": "evidence.view",
    "/v1/evidence/{id}/image": "evidence.image",
    "/v1/notifications/{id}": "notification.view",
    "/v1/complaints": "complaints.list",
    "/v1/people": "people.list",
}


async def test_every_view_of_personal_data_is_noted_with_who_and_when(
    api: Api, sessions: Sessions, settings: Settings, world: World
) -> None:
    records = (await own_records(sessions, settings, world))["foreign"]
    noted = {}
    for line in (line for line in LINES if line.method == "GET" and line.path in SHOWS_PERSONAL_DATA):
        async with sessions() as session:
            before = await session.scalar(text("select coalesce(max(id), 0) from audit"))
        shown = await api.get("director", line.at(records.get(line.kind)))
        assert shown.status_code == 200, (line.path, shown.text)
        async with sessions() as session:
            rows = await session.execute(
                text("select act, person_id, at, detail from audit where id > :before"), {"before": before}
            )
            noted[line.path] = [
                row.act
                for row in rows
                if row.person_id == world.people["director"] and datetime.now(UTC) - row.at < timedelta(minutes=5)
            ]

    assert noted == {path: [act] for path, act in SHOWS_PERSONAL_DATA.items()}


async def test_notes_hold_no_words_of_what_was_seen(
    api: Api, sessions: Sessions, settings: Settings, world: World
) -> None:
    records = (await own_records(sessions, settings, world))["foreign"]
    for line in (line for line in LINES if line.method == "GET" and line.path in SHOWS_PERSONAL_DATA):
        await api.get("director", line.at(records.get(line.kind)))

    async with sessions() as session:
        details = " ".join(await session.scalars(text("select detail::text from audit")))
    assert "Kampüs" not in details
    assert "Deneme" not in details


async def test_the_audit_is_searched_by_person_act_subject_and_time(api: Api, sessions: Sessions, world: World) -> None:
    director, specialist = world.people["director"], world.people["specialist"]
    async with sessions.begin() as session:
        for person, act, subject, at in (
            (director, "message.view", "message/1", datetime(2026, 11, 1, tzinfo=UTC)),
            (specialist, "message.view", "message/1", datetime(2026, 11, 2, tzinfo=UTC)),
            (specialist, "message.hold", "message/2", datetime(2026, 11, 3, tzinfo=UTC)),
            (specialist, "evidence.view", "evidence/2", datetime(2026, 11, 4, tzinfo=UTC)),
        ):
            await session.execute(
                text("insert into audit (person_id, act, subject, at) values (:person, :act, :subject, :at)"),
                {"person": person, "act": act, "subject": subject, "at": at},
            )

    async def found(**by: object) -> list[str]:
        answer = await api.get("auditor", "/v1/audit", **by)
        assert answer.status_code == 200, answer.text
        return [f"{note['act']} {note['subject']}" for note in answer.json()["items"]]

    assert await found(by=director) == ["message.view message/1"]
    assert await found(act="message.view") == ["message.view message/1"] * 2
    assert await found(act="message.") == ["message.hold message/2", *["message.view message/1"] * 2]
    assert await found(subject="message/1", by=specialist) == ["message.view message/1"]
    assert await found(since="2026-11-02T00:00:00Z", until="2026-11-04T00:00:00Z") == [
        "message.hold message/2",
        "message.view message/1",
    ]


@pytest.mark.parametrize(
    "change",
    [
        "update audit set act = 'x'",
        "update audit set detail = '{}'",
        "update audit set at = now()",
        "delete from audit",
        "truncate audit",
    ],
)
async def test_the_database_lets_nobody_change_the_audit(sessions: Sessions, world: World, change: str) -> None:
    async with sessions.begin() as session:
        await session.execute(text("insert into audit (act, subject, detail) values ('a', 'b', '{\"c\": 1}')"))

    with pytest.raises(Exception, match="written once"):
        async with sessions.begin() as session:
            await session.execute(text(change))
