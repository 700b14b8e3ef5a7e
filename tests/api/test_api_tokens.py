"""Tokens for programs: made for less than their person may, shown once, ended at any time."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import insert, select, update

from app.records.database import Sessions
from app.records.tables import api_tokens, audit, idempotency_keys, people
from tests.api.calling import Api
from tests.world import World


async def a_token(api: Api, role: str = "director", **body: Any) -> dict[str, Any]:
    """A new token of a person's."""
    answer = await api.post(role, "/v1/tokens", {"label": "deneme"} | body)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def with_token(api: Api, token: str, method: str, path: str, **how: Any) -> httpx.Response:
    """One call with a token that was made here."""
    return await api.http.request(method, path, headers={"Authorization": f"Bearer {token}"}, **how)


async def test_a_new_token_is_its_person_for_reading_unless_asked_otherwise(api: Api, world: World) -> None:
    made = await a_token(api, "specialist")
    me = (await with_token(api, made["token"], "GET", "/v1/me")).json()
    refused = await with_token(api, made["token"], "POST", "/v1/jobs/1/retry")
    lifted = await with_token(api, made["token"], "DELETE", f"/v1/tokens/{made['id']}")

    assert (me["id"], me["role"], me["scope"], me["via"]) == (world.people["specialist"], "specialist", "read", "token")
    assert me["ends_at"] == made["expires_at"]
    assert (refused.status_code, lifted.status_code) == (403, 403)
    assert refused.json()["type"] == "urn:nobet:problem:scope_too_small"


async def test_a_token_never_may_more_than_its_person(api: Api, world: World, sessions: Sessions) -> None:
    made = await a_token(api, "director", scope="write")
    assert (await with_token(api, made["token"], "GET", "/v1/people")).status_code == 200
    async with sessions.begin() as session:
        await session.execute(update(people).where(people.c.role == "director").values(role="agency"))

    assert (await with_token(api, made["token"], "GET", "/v1/people")).status_code == 403
    assert (await with_token(api, made["token"], "GET", "/v1/me")).json()["role"] == "agency"


async def test_a_token_is_shown_once_and_stored_as_a_hash(api: Api, sessions: Sessions) -> None:
    key = {"Idempotency-Key": "bir"}
    made = (await api.post("sks", "/v1/tokens", {"label": "deneme"}, headers=key)).json()
    again = (await api.post("sks", "/v1/tokens", {"label": "deneme"}, headers=key)).json()
    listed = (await api.get("sks", "/v1/tokens")).json()["items"]

    assert made["token"].startswith("nobet_")
    assert again == made | {"token": None}
    assert listed[0]["id"] == made["id"]
    assert "token" not in listed[0]
    async with sessions() as session:
        kept = str((await session.execute(select(idempotency_keys))).all())
        stored = str((await session.execute(select(api_tokens))).all())
    assert made["token"] not in kept + stored


async def test_a_token_ends_on_its_day(api: Api, sessions: Sessions) -> None:
    made = await a_token(api, days=30)
    in_days = datetime.fromisoformat(made["expires_at"]) - datetime.now(UTC)
    async with sessions.begin() as session:
        await session.execute(
            update(api_tokens).where(api_tokens.c.id == made["id"]).values(expires_at=datetime.now(UTC))
        )

    assert timedelta(days=29, hours=23) < in_days <= timedelta(days=30)
    assert (await with_token(api, made["token"], "GET", "/v1/me")).status_code == 401


@pytest.mark.parametrize("body", [{"days": 0}, {"days": 366}, {"label": ""}, {"scope": "all"}, {"role": "director"}])
async def test_a_token_without_bounds_is_not_made(api: Api, body: dict[str, Any]) -> None:
    assert (await api.post("director", "/v1/tokens", {"label": "deneme"} | body)).status_code == 422


async def test_a_revoked_token_takes_those_that_it_made_along(api: Api) -> None:
    first = await a_token(api, "specialist", scope="write", days=10)
    second = (
        await with_token(
            api, first["token"], "POST", "/v1/tokens", json={"label": "iki", "scope": "write", "days": 365}
        )
    ).json()
    third = (await with_token(api, second["token"], "POST", "/v1/tokens", json={"label": "üç"})).json()
    assert second["expires_at"] == third["expires_at"] == first["expires_at"]

    revoked = await api.call("specialist", "DELETE", f"/v1/tokens/{first['id']}")
    twice = await api.call("specialist", "DELETE", f"/v1/tokens/{first['id']}")

    assert (revoked.status_code, twice.status_code) == (204, 409)
    for token in (first, second, third):
        assert (await with_token(api, token["token"], "GET", "/v1/me")).status_code == 401


async def test_the_director_sees_and_ends_anybodys_the_auditor_sees_them(
    api: Api, world: World, sessions: Sessions
) -> None:
    made = await a_token(api, "agency")
    of_agency = {"of": world.people["agency"]}

    seen = {role: await api.get(role, "/v1/tokens", whose="all") for role in world.tokens}
    by_person = (await api.get("director", "/v1/tokens", **of_agency)).json()["items"]
    not_theirs = await api.get("specialist", "/v1/tokens", **of_agency)
    ended = await api.call("director", "DELETE", f"/v1/tokens/{made['id']}")

    assert {role for role, answer in seen.items() if answer.status_code == 200} == {"director", "auditor"}
    assert len(seen["auditor"].json()["items"]) == len(world.tokens) + 1
    assert by_person[0]["id"] == made["id"]
    assert (not_theirs.status_code, ended.status_code) == (403, 204)
    assert (await with_token(api, made["token"], "GET", "/v1/me")).status_code == 401
    async with sessions() as session:
        acts = (await session.execute(select(audit.c.act, audit.c.person_id, audit.c.subject))).all()
    assert ("token.make", world.people["agency"], f"token/{made['id']}") in acts
    assert ("token.revoke", world.people["director"], f"token/{made['id']}") in acts


async def test_a_token_tells_the_day_of_its_last_use(api: Api, sessions: Sessions, world: World) -> None:
    made = await a_token(api, "auditor")
    before = (await api.get("auditor", "/v1/tokens")).json()["items"][0]["last_used_on"]
    day = datetime.now(UTC).date()

    await with_token(api, made["token"], "GET", "/v1/me")

    after = (await api.get("auditor", "/v1/tokens")).json()["items"][0]["last_used_on"]
    assert before is None
    assert after in (day.isoformat(), datetime.now(UTC).date().isoformat())


async def test_tokens_come_in_pages(api: Api, sessions: Sessions, world: World) -> None:
    async with sessions.begin() as session:
        for number in range(3):
            await session.execute(
                insert(api_tokens).values(person_id=world.people["sks"], digest=b"%d" % number, label=str(number))
            )
    first = (await api.get("sks", "/v1/tokens", limit=2)).json()
    second = (await api.get("sks", "/v1/tokens", limit=2, cursor=first["next"])).json()

    assert [entry["label"] for entry in first["items"] + second["items"]] == ["2", "1", "0", "test"]
    assert second["next"] is None
