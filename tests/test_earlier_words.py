"""What an author wrote to us before (6.3.2), also what never reached us, asked from the platform and not stored."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from app.actions.earlier import COVERS
from app.connectors import INBOUND
from tests.flow import Flow, by, running_flow

HERS, ANOTHERS = "Ayşe Deneme", "Kerem Işık"


@pytest.fixture
async def quiet(database_url: str, tmp_path: Path) -> AsyncIterator[Flow]:
    """Everything running but the worker, so that a delivery is read only where a test says so."""
    async with running_flow(database_url, tmp_path, work=False) as flow:
        yield flow


async def read(flow: Flow, item: str) -> int:
    """Let the delivery of one item be read and judged, and no other; returns the message's id."""

    async def found() -> list[dict[str, Any]]:
        for row in await flow.rows("select id, body from deliveries where state = 'received'"):
            if item.encode() in row["body"]:
                await flow.service.pipeline.reader.read(row["id"])
        return await flow.rows("select id from messages where external_id = :id", id=item)

    ((message),) = await flow.until(found)
    await flow.service.pipeline.judge.judge(message["id"])
    return int(message["id"])


@pytest.mark.parametrize("platform", ["facebook", "instagram"])
async def test_what_meta_shows_of_an_author_is_found_beneath_our_posts_and_in_the_conversation(
    quiet: Flow, platform: str
) -> None:
    unread = await quiet.comment("Yemekler yine soğuk", platform=platform, author=HERS)
    answer = await quiet.comment("Bence de", platform=platform, author=HERS, parent_id=unread)
    private = await quiet.dm("Size yazmıştım", platform=platform, author=HERS)
    for other in (
        quiet.comment("Ben beğendim", platform=platform, author=ANOTHERS),
        quiet.dm("Selam", platform=platform, author=ANOTHERS),
    ):
        await other
    known = await read(quiet, await quiet.comment("Servis gelmedi", platform=platform, author=HERS))
    message = await read(quiet, await quiet.comment("Yönetim uyuyor", platform=platform, author=HERS))

    told = await quiet.api.post(f"/v1/messages/{message}/earlier", headers=by("specialist"))

    assert told.status_code == 200, told.text
    body = told.json()
    assert [one["id"] for one in body["stored"]] == [known]
    assert {one["external_id"]: one["text"] for one in body["on_platform"]} == {
        unread: "Yemekler yine soğuk",
        answer: "Bence de",
        private: "Size yazmıştım",
    }
    assert all(one["written_at"] for one in body["on_platform"])
    assert all(one["link"] for one in body["on_platform"] if one["external_id"] in (unread, answer))
    assert body["sources"] == [
        {"name": "store", "answered": "told", "covers": COVERS["store"]},
        {"name": platform, "answered": "told", "covers": COVERS[platform]},
    ]
    stored = await quiet.rows("select external_id from messages where external_id = :id", id=unread)
    assert stored == []  # asked for, shown, and not kept


async def test_a_platform_that_does_not_answer_is_told_as_that(quiet: Flow) -> None:
    message = await read(quiet, await quiet.comment("Yönetim uyuyor", author=HERS))
    await quiet.faults("http_500")

    told = (await quiet.api.post(f"/v1/messages/{message}/earlier", headers=by("specialist"))).json()

    assert [source["answered"] for source in told["sources"]] == ["told", "failed"]
    assert told["on_platform"] == []


def test_of_every_platform_it_is_said_how_far_back_it_tells() -> None:
    assert {"store", *INBOUND} - {"toy"} == set(COVERS)
