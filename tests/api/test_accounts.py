"""Connecting accounts: what is set opens them, and is never shown again."""

from sqlalchemy import text

from app.records.database import Sessions
from tests.api.calling import Api
from tests.world import World

ENDS = "2027-01-20T09:00:00Z"


async def test_a_token_is_set_and_never_shown(api: Api, sessions: Sessions, world: World) -> None:
    address = f"/v1/accounts/{world.unit_page.id}/token"
    before = {row["id"]: row for row in (await api.get("director", "/v1/accounts")).json()["items"]}

    set_ = await api.call("specialist", "PUT", address, json={"access_token": "zümrüt-anahtar", "expires_at": ENDS})
    listed = await api.get("director", "/v1/accounts")

    after = {row["id"]: row for row in listed.json()["items"]}[world.unit_page.id]
    assert before[world.unit_page.id]["has_token"] is False
    assert (set_.status_code, set_.json()) == (200, {"has_token": True, "token_ends_at": ENDS})
    assert (after["has_token"], after["token_rejected"], after["token_ends_at"]) == (True, False, ENDS)
    async with sessions() as session:
        noted = (await session.execute(text("select act, subject, detail::text from audit"))).all()
    assert "account.token" in str(noted)
    for shown in (set_.text, listed.text, str(noted)):
        assert "zümrüt-anahtar" not in shown


async def test_no_account_of_that_number(api: Api) -> None:
    answer = await api.call("director", "PUT", "/v1/accounts/999999/token", json={"access_token": "x"})

    assert answer.status_code == 404


async def test_an_empty_token_is_refused(api: Api, world: World) -> None:
    for body in ({}, {"access_token": ""}, {"access_token": "x", "expires_at": "2027-01-20T09:00:00"}):
        answer = await api.call("director", "PUT", f"/v1/accounts/{world.page.id}/token", json=body)

        assert answer.status_code == 422
