"""Whoever is shown texts, names or addresses leaves a note of it (policy section 9); the notes can be searched."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from app.records.database import Sessions
from app.settings import Settings
from tests.api.calling import Api
from tests.api.matrix import LINES
from tests.api.own_records import Ids, own_records
from tests.api.said_everywhere import SAID, outsiders_words, said_everywhere
from tests.api.test_privacy import everywhere
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


def sent_with(path: str, records: Ids) -> dict[str, Any]:
    """What has to be sent so that there is something to be shown."""
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    more: dict[str, dict[str, Any]] = {
        "/v1/reviews/{id}/wait": {"json": {"reason": "deneme", "until": tomorrow, "unit": "sks"}},
        "/v1/deliveries/{id}": {"params": {"body": "true"}},
        "/v1/reviews": {"params": {"state": "parked"}},
        "/v1/evidence/exports": {"json": {"messages": [records["messages"]], "reason": "deneme"}},
    }
    return more.get(path, {})


# These must show something, or the test below would say nothing of them.
SHOWN = {
    *SHOWS_PERSONAL_DATA,
    "/v1/appeals",
    "/v1/approvals",
    "/v1/approvals/{id}",
    "/v1/crises",
    "/v1/crises/{id}",
    "/v1/crises/{id}/authors",
    "/v1/deliveries/{id}",
    "/v1/evidence/exports",
    "/v1/messages/{id}/earlier",
    "/v1/messages/{id}/open",
    "/v1/privacy/requests/{id}",
    "/v1/privacy/requests/{id}/export",
    "/v1/reviews/{id}/claim",
    "/v1/reviews/{id}/wait",
}


async def test_whoever_is_shown_words_or_names_leaves_a_note_of_it_wherever_that_is(
    api: Api, sessions: Sessions, settings: Settings, world: World
) -> None:
    records = await said_everywhere(sessions, settings, world)
    shown, unnoted = set(), []
    acts = Counter[str]()
    # Looking first, doing then, each kind of doing with another record where it can.
    for line in sorted(LINES, key=lambda line: line.method != "GET"):
        chosen = records[0] if line.method == "GET" else records[1 + acts[line.kind] % (len(records) - 1)]
        acts[line.kind] += line.method != "GET"
        sent = line.sent(chosen.get(line.kind)) | sent_with(line.path, chosen)
        async with sessions() as session:
            before = await session.scalar(text("select coalesce(max(id), 0) from audit"))
        answer = await api.call("director", line.method, line.at(chosen.get(line.kind)), **sent)
        if not shows_somebody(answer):
            continue
        shown.add(line.path)
        async with sessions() as session:
            noted = await session.scalars(
                text("select act from audit where id > :before and person_id = :person"),
                {"before": before, "person": world.people["director"]},
            )
            if not noted.all():
                unnoted.append(f"{line.method} {line.path}")

    assert unnoted == []
    assert SHOWN - {"/v1/people"} <= shown


def shows_somebody(answer: httpx.Response) -> bool:
    """Whether an answer holds words or names of people from outside; in a file they may be packed."""
    is_file = answer.is_success and "json" not in answer.headers.get("content-type", "json")
    return is_file or any(said in answer.text for said in SAID)


async def test_the_test_above_looks_for_words_in_all_places_that_may_hold_some(
    sessions: Sessions, settings: Settings, world: World
) -> None:
    await said_everywhere(sessions, settings, world)

    found = await everywhere(sessions, *SAID)

    assert outsiders_words() - found == set()


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
