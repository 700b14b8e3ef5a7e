"""A write with a key is carried out once, however often it is sent."""

import asyncio
from collections.abc import Mapping

import httpx
import pytest
from sqlalchemy import func, select, text

from app.messages import PersonId
from app.records import idempotency, tasks
from app.records.database import Sessions
from app.records.tables import decisions
from app.rules.model import Label
from tests.api.builders import a_decision, a_stored_message, an_action, an_edit
from tests.api.calling import Api
from tests.world import NOON, World

REPLY = {"action": "reply", "reason": "Soru soruyor", "text": "Merhaba"}
KEY = {"Idempotency-Key": "3f1f6a52"}
MARKER = "sarmaşık7391"


async def decided(sessions: Sessions) -> int:
    async with sessions() as session:
        statement = select(func.count()).select_from(decisions).where(decisions.c.made_by == "person")
        return int((await session.execute(statement)).scalar_one())


async def override(
    api: Api, message: int, *, role: str = "specialist", headers: Mapping[str, str] = KEY, **changes: str
) -> httpx.Response:
    return await api.post(role, f"/v1/messages/{message}/override", REPLY | changes, headers=dict(headers))


@pytest.fixture
async def message(sessions: Sessions, world: World) -> int:
    return int(await a_stored_message(sessions, world.page))


async def test_the_same_request_again_gets_the_same_answer(api: Api, sessions: Sessions, message: int) -> None:
    first, second = await override(api, message), await override(api, message)

    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json()
    assert "idempotency-replayed" not in first.headers
    assert second.headers["idempotency-replayed"] == "true"
    assert await decided(sessions) == 1


async def test_without_a_key_every_request_counts(api: Api, sessions: Sessions, message: int) -> None:
    await override(api, message, headers={})
    await override(api, message, headers={})

    assert await decided(sessions) == 2


async def test_a_key_of_another_request_is_refused(api: Api, sessions: Sessions, message: int) -> None:
    await override(api, message)

    other = await override(api, message, text="Başka bir söz")

    assert (other.status_code, other.json()["type"]) == (422, "urn:nobet:problem:key_reused")
    assert await decided(sessions) == 1


async def test_keys_of_two_people_are_two_keys(api: Api, sessions: Sessions, message: int) -> None:
    answers = [await override(api, message), await override(api, message, role="director")]

    assert [answer.status_code for answer in answers] == [201, 201]
    assert await decided(sessions) == 2


async def test_of_many_at_the_same_time_one_is_carried_out(api: Api, sessions: Sessions, message: int) -> None:
    answers = await asyncio.gather(*(override(api, message) for _ in range(8)))

    assert {answer.status_code for answer in answers} <= {201, 409}
    assert 201 in {answer.status_code for answer in answers}
    assert await decided(sessions) == 1


async def test_while_the_first_one_runs_the_second_is_told_so(
    api: Api, sessions: Sessions, world: World, message: int
) -> None:
    await override(api, message)
    async with sessions.begin() as session:  # as if its answer had never been written
        await (await session.connection()).exec_driver_sql("update idempotency_keys set status = null, body = null")

    again = await override(api, message)

    assert (again.status_code, again.json()["type"]) == (409, "urn:nobet:problem:still_running")
    assert await decided(sessions) == 1


async def test_a_refused_request_gives_its_key_back(api: Api, sessions: Sessions, message: int) -> None:
    refused = await override(api, message, text="   ")
    missing = await override(api, 999_999)

    accepted = await override(api, message)

    assert [refused.status_code, missing.status_code, accepted.status_code] == [422, 404, 201]


@pytest.mark.parametrize("key", ["", "x" * 256, "tab\there"])
async def test_an_odd_key_is_refused(api: Api, sessions: Sessions, message: int, key: str) -> None:
    answer = await override(api, message, headers={"Idempotency-Key": key})

    assert answer.status_code == 422
    assert await decided(sessions) == 0


@pytest.fixture
async def finished(api: Api, sessions: Sessions, world: World) -> list[tuple[str, dict[str, str]]]:
    """Writes about a message of the responsible's own account, each carried out once under the same key."""
    message = await a_stored_message(sessions, world.unit_page)
    action = await an_action(sessions, message, kind="private_message", text=MARKER)
    async with sessions.begin() as session:
        task = await tasks.open_task(
            session, kind="reply", reason="expired", message_id=message, due_at=NOON, detail={"text": MARKER}
        )
    writes = [
        (f"/v1/messages/{message}/override", REPLY),
        (f"/v1/actions/{action}/discard", {"reason": MARKER}),
        (f"/v1/tasks/{task}/confirm", {"note": MARKER}),
    ]
    answers = [await write(api, path, body) for path, body in writes]
    assert [answer.status_code for answer in answers] == [201, 200, 200]
    assert [MARKER in answer.text for answer in answers] == [False, True, True]
    return writes


async def write(api: Api, path: str, body: Mapping[str, str]) -> httpx.Response:
    return await api.post("responsible", path, body, headers={"Idempotency-Key": path})


async def test_what_has_closed_since_is_not_told_again(
    api: Api, sessions: Sessions, finished: list[tuple[str, dict[str, str]]]
) -> None:
    open_still = [await write(api, path, body) for path, body in finished]
    async with sessions.begin() as session:
        message = (await session.execute(select(decisions.c.message_id).limit(1))).scalar_one()
    await an_edit(sessions, message, "dayanamıyorum")
    await a_decision(sessions, message, labels=(Label.SELF_HARM,), revision=2)

    closed = [await write(api, path, body) for path, body in finished]

    assert [answer.headers.get("idempotency-replayed") for answer in open_still] == ["true"] * 3
    assert [(answer.status_code, answer.json()["type"]) for answer in closed] == [
        (403, "urn:nobet:problem:content_closed")
    ] * 3
    assert MARKER not in "".join(answer.text for answer in closed)
    assert await decided(sessions) == 1


@pytest.mark.parametrize(
    ("loss", "status"),
    [
        ("delete from responsibilities", 404),
        ("update people set role = 'agency' where role = 'responsible'", 403),
        ("update people set is_active = false where role = 'responsible'", 401),
    ],
)
async def test_whoever_lost_the_right_is_not_told_again(
    api: Api, sessions: Sessions, finished: list[tuple[str, dict[str, str]]], loss: str, status: int
) -> None:
    async with sessions.begin() as session:
        await session.execute(text(loss))

    again = [await write(api, path, body) for path, body in finished]

    assert [answer.status_code for answer in again] == [status] * 3
    assert MARKER not in "".join(answer.text for answer in again)


async def test_a_key_is_kept_for_a_day(sessions: Sessions, world: World) -> None:
    person, key = PersonId(world.people["director"]), "k"
    async with sessions.begin() as session:
        taken = await idempotency.claim(session, person, key, request_digest=b"a", now=NOON)
        within = await idempotency.claim(
            session,
            person,
            key,
            request_digest=b"b",
            now=NOON + idempotency.KEPT_FOR,
        )
        after = await idempotency.claim(
            session,
            person,
            key,
            request_digest=b"b",
            now=NOON + idempotency.KEPT_FOR * 1.01,
        )

    assert taken is None
    assert within is not None
    assert after is None
