"""Pictures of pages on the whole way: before hiding, within the label's time, and what follows where there is none."""

import asyncio
import io
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from app.actions.rush import USUAL
from app.decisions.model import Tier
from app.decisions.policy import shipped_document
from app.evidence.objects import ObjectRef
from app.messages import MessageId
from app.outward import Allowed
from tests.api.builders import a_picture
from tests.browser import needs_browser
from tests.flow import INSULT, SELF_HARM, THREAT, Flow, by, measured_policy, running_flow

DRUGS = "satılık kaliteli ot var, torbacı arayan dm"


@asynccontextmanager
async def photographed(
    database_url: str, folder: Path, *, seconds: float = 10, polled: str | None = None
) -> AsyncIterator[Flow]:
    """Everything running, with a browser that may see the sandbox's pages; hiding an insult may wait for so long.

    `polled` is the platform that is asked for what is new each time that the poller looks.
    """
    polls = {polled: timedelta(milliseconds=1)} if polled else {}
    settings = {"captures_at_once": 1, "outward_private_hosts": "127.0.0.1", "poll_every": polls}
    labels = shipped_document()["labels"]
    labels["insult"] |= {"capture_within_seconds": seconds}
    policy = measured_policy(labels=labels)
    async with running_flow(database_url, folder, policy=policy, settings_changed=settings) as flow:
        await flow.service.captures.warm_up()
        yield flow


async def images(flow: Flow, message: MessageId) -> list[dict[str, Any]]:
    return await flow.rows(
        "select i.* from evidence_images i join evidence e on e.id = i.evidence_id "
        "where e.message_id = :id order by i.id",
        id=message,
    )


async def capture(flow: Flow, message: MessageId) -> dict[str, Any]:
    """The message's capture, once it has ended."""

    async def ended() -> dict[str, Any] | None:
        found = await flow.rows(
            "select c.* from page_captures c join evidence e on e.id = c.evidence_id "
            "where e.message_id = :id and c.ended_at is not null",
            id=message,
        )
        return found[0] if found else None

    return dict(await flow.until(ended))


async def hidden_at(flow: Flow, comment: str) -> datetime:
    shown = await flow.item(comment)
    return next(datetime.fromisoformat(call["at"]) for call in shown["history"] if call["call"] == "hide")


async def decided_at(flow: Flow, message: MessageId) -> datetime:
    (decision,) = await flow.rows("select decided_at from decisions where message_id = :id", id=message)
    at: datetime = decision["decided_at"]
    return at


async def open_tasks(flow: Flow, message: MessageId) -> list[dict[str, Any]]:
    return await flow.rows(
        "select reason, detail, state from tasks where message_id = :id and kind = 'evidence' and state = 'open'",
        id=message,
    )


async def upload(flow: Flow, message: MessageId, role: str = "specialist", **how: Any) -> Any:
    files = how.get("files") or {"file": ("ekran.png", a_picture(), "image/png")}
    return await flow.api.post(f"/v1/messages/{message}/evidence/upload", headers=by(role), files=files)


@needs_browser
async def test_the_page_is_captured_before_the_message_is_hidden(database_url: str, tmp_path: Path) -> None:
    async with photographed(database_url, tmp_path) as flow:
        comment = await flow.comment(INSULT)

        await flow.until_state(comment, "hidden")

        message = await flow.decided(comment)
        ended = await capture(flow, message)
        assert (ended["state"], ended["problem"], ended["is_whole"]) == ("taken", None, True)
        assert ended["ended_at"] <= await hidden_at(flow, comment)
        taken = {row["kind"]: row for row in await images(flow, message)}
        assert taken.keys() == {"card", "page_viewport", "page_full"}
        seen = taken["page_viewport"]
        stored = ObjectRef(key=seen["object_key"], sha256=seen["sha256"], size=seen["size"], media_type="image/png")
        assert Image.open(io.BytesIO(await flow.service.objects.get(stored))).size == (1280, 960)
        sealed = await flow.rows("select content from evidence_addenda where kind = 'image' order by id")
        assert {row["content"]["kind"] for row in sealed} == taken.keys()


@needs_browser
async def test_on_the_pages_of_every_platform_that_gives_links_the_message_is_found(
    database_url: str, tmp_path: Path
) -> None:
    """YouTube gives the video's address alone; the comment is named in it, so that its page shows it first."""
    async with photographed(database_url, tmp_path, polled="youtube") as flow:

        async def ended_on(platform: str) -> tuple[str, dict[str, Any]]:
            comment = await flow.comment(INSULT, platform=platform)

            async def came() -> bool:
                # The day's quota would have the poller wait for longer than a test does.
                await flow.execute("update polls set due_at = now() - interval '1 second'")
                await flow.service.poller.poll_due()
                return bool(await flow.rows("select id from messages where external_id = :id", id=comment))

            await flow.until(came)
            return comment, await capture(flow, await flow.decided(comment))

        # One after the other: together, the last would be hidden before its turn comes on a slow machine.
        of = {name: await ended_on(name) for name in ("facebook", "instagram", "x", "youtube", "linkedin")}
        ended = {name: row for name, (_, row) in of.items()}

        assert {platform: row["problem"] for platform, row in ended.items() if row["problem"]} == {
            "linkedin": "no_link"
        }
        del ended["linkedin"]
        assert all(row["is_whole"] for row in ended.values())
        assert {platform: f"/{platform}/" in row["address"] for platform, row in ended.items()} == dict.fromkeys(
            ended, True
        )
        assert f"lc={of['youtube'][0]}" in ended["youtube"]["address"]


@needs_browser
async def test_hiding_waits_no_longer_than_its_labels_time(database_url: str, tmp_path: Path) -> None:
    """No page of the browser is free in time; the comment is hidden all the same."""
    async with photographed(database_url, tmp_path, seconds=4) as flow:
        busy = asyncio.Event()

        async def held() -> None:
            async with flow.service.captures._camera.pool.context():  # type: ignore[union-attr]
                busy.set()
                await asyncio.sleep(30)

        holding = asyncio.create_task(held())
        await busy.wait()
        comment = await flow.comment(INSULT)

        await flow.until_state(comment, "hidden")

        message = await flow.decided(comment)
        waited = await hidden_at(flow, comment) - await decided_at(flow, message)
        assert waited > timedelta(seconds=3)
        assert await flow.rows("select state from page_captures") == [{"state": "running"}]
        assert [row["kind"] for row in await images(flow, message)] == ["card"]
        holding.cancel()


@needs_browser
async def test_who_would_wait_in_vain_for_a_picture_is_hidden_at_once(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The line is longer than the time there is: its end does not wait for pictures that cannot come."""
    # What a raid does besides is another test's.
    monkeypatch.setattr("app.actions.rush.USUAL", 1000)
    async with photographed(database_url, tmp_path, seconds=10) as flow:
        holding = asyncio.create_task(_holding_the_browser(flow))
        comments = await asyncio.gather(*(flow.comment(f"{INSULT} {number}") for number in range(14)))
        wanted = await flow.until(lambda: _wanted(flow, len(comments)))

        waiting = sum(row["hide_by"] is not None for row in wanted)
        assert 0 < waiting < len(comments)
        hidden = [comment for comment in comments if (await flow.item(comment))["state"] != "visible"]
        assert len(hidden) <= len(comments) - waiting
        await flow.until_state(comments[-1], "hidden")
        holding.cancel()


@needs_browser
async def test_in_a_raid_hiding_has_the_processor_before_the_browser(database_url: str, tmp_path: Path) -> None:
    """More at once than is hidden in a moment: nobody waits for a picture, and none is taken until they are hidden.

    Nor are cards drawn before.
    """
    async with photographed(database_url, tmp_path, seconds=10) as flow:
        comments = await asyncio.gather(*(flow.comment(f"{INSULT} {number}") for number in range(16)))
        for comment in comments:
            await flow.until_state(comment, "hidden")

        wanted = await flow.until(lambda: _wanted(flow, len(comments)))
        assert sum(row["hide_by"] is not None for row in wanted) <= USUAL
        (first,) = await flow.rows("select min(started_at) as at from page_captures")
        hides = await flow.rows("select started_at from actions where kind = 'hide' order by started_at")
        begun = sum(row["started_at"] <= first["at"] for row in hides) if first["at"] else len(hides)
        assert begun >= len(comments) - USUAL
        cards = await flow.rows("select taken_at from evidence_images where kind = 'card' order by taken_at")
        middle = hides[len(hides) // 2]["started_at"]
        assert sum(row["taken_at"] < middle for row in cards) <= USUAL


async def _wanted(flow: Flow, number: int) -> list[dict[str, Any]] | None:
    """The captures, once there are so many."""
    found = await flow.rows("select hide_by from page_captures")
    return found if len(found) == number else None


async def _holding_the_browser(flow: Flow) -> None:
    async with flow.service.captures._camera.pool.context():  # type: ignore[union-attr]
        await asyncio.sleep(60)


async def test_without_a_browser_nothing_waits_and_the_record_says_why(flow: Flow) -> None:
    comment = await flow.comment(INSULT)

    await flow.until_state(comment, "hidden")

    message = await flow.decided(comment)
    ended = await capture(flow, message)
    assert (ended["state"], ended["need"], ended["problem"]) == ("failed", "wanted", "no_browser")
    assert ended["hide_by"] is None
    assert [row["kind"] for row in await images(flow, message)] == ["card"]
    assert await open_tasks(flow, message) == []


async def test_drugs_stay_hidden_and_undeleted_until_a_screenshot_is_uploaded(flow: Flow) -> None:
    comment = await flow.comment(DRUGS)
    await flow.until_state(comment, "hidden")
    message = await flow.decided(comment)
    states = await flow.states(message)
    assert states["delete", "removal"] == "held"
    (task,) = await open_tasks(flow, message)
    assert task["reason"] == "screenshot_demanded"
    assert task["detail"]["problem"] == "no_browser"

    answer = await upload(flow, message)

    assert answer.status_code == 200, answer.text
    assert [image["kind"] for image in answer.json()["images"]] == ["card", "upload", "upload_copy"]
    page = answer.json()["page"]
    assert (page["state"], page["need"], page["problem"]) == ("failed", "demanded", "no_browser")
    await flow.until_state(comment, "deleted")
    assert await open_tasks(flow, message) == []


async def test_which_labels_wait_for_a_screenshot_is_the_policys_to_say(flow: Flow) -> None:
    """The directorate asks for more than the articles do; what was sealed before is deleted on these terms too."""
    comment = await flow.comment(INSULT)
    await flow.until_state(comment, "hidden")
    message = await flow.decided(comment)
    assert (await capture(flow, message))["need"] == "wanted"
    screenshots = shipped_document()["screenshots"] | {"insult": {"article": "6.4.8", "need": "demanded"}}
    await flow.activate(measured_policy(name="more", screenshots=screenshots))

    wish = {"action": "delete", "reason": "hakaret"}
    wanted = await flow.api.post(f"/v1/messages/{message}/override", headers=by("specialist"), json=wish)

    assert wanted.status_code == 201, wanted.text
    await flow.decided(comment, decisions=2)
    assert (await capture(flow, message))["need"] == "demanded"
    (held,) = await flow.rows("select held_because from actions where kind = 'delete' and state = 'held'")
    assert held["held_because"] == "screenshot"
    assert [task["reason"] for task in await open_tasks(flow, message)] == ["screenshot_demanded"]
    with pytest.raises(Exception, match="no screenshot for message"):
        await flow.execute("update actions set state = 'running' where kind = 'delete' and state = 'held'")
    assert (await upload(flow, message)).status_code == 200
    await flow.until_state(comment, "deleted")


async def wanted_again(flow: Flow, message: MessageId, role: str = "specialist") -> Any:
    return await flow.api.post(f"/v1/messages/{message}/evidence/capture", headers=by(role))


@needs_browser
async def test_a_page_is_captured_again_when_a_person_asks_and_the_held_deletion_goes_on(
    database_url: str, tmp_path: Path
) -> None:
    async with photographed(database_url, tmp_path) as flow:
        camera = flow.service.captures._camera
        assert camera is not None
        ours, camera._allowed = camera._allowed, Allowed()
        comment = await flow.comment(DRUGS)
        await flow.until_state(comment, "hidden")
        message = await flow.decided(comment)
        assert (await capture(flow, message))["problem"] == "private_address"
        assert (await flow.states(message))["delete", "removal"] == "held"
        (task,) = await open_tasks(flow, message)
        again = {"problem": "private_address", "capture": f"/v1/messages/{message}/evidence/capture"}
        assert again.items() <= task["detail"].items()

        # The page does not show what is hidden; the task says so, and stays one.
        camera._allowed = ours
        answer = await wanted_again(flow, message)
        assert answer.status_code == 202, answer.text
        assert answer.json()["page"]["problem"] is None
        assert (await capture(flow, message))["problem"] == "not_shown"
        (task,) = await open_tasks(flow, message)
        assert task["detail"]["problem"] == "not_shown"
        assert (await flow.states(message))["delete", "removal"] == "held"

        await flow.shown_again(comment)
        assert (await wanted_again(flow, message)).status_code == 202

        await flow.until_state(comment, "deleted")
        ended = await capture(flow, message)
        assert (ended["state"], ended["wanted_by"] is not None) == ("taken", True)
        sealed = await flow.rows("select content ->> 'kind' as kind from evidence_addenda where kind = 'image'")
        assert {row["kind"] for row in sealed} == {"card", "page_viewport", "page_full"}
        assert await open_tasks(flow, message) == []
        noted = await flow.rows("select detail from audit where act = 'evidence.capture' order by at")
        assert [row["detail"]["problem_before"] for row in noted] == ["private_address", "not_shown"]
        assert (await wanted_again(flow, message)).status_code == 409


async def test_a_page_is_not_captured_again_without_need_or_where_there_is_none(flow: Flow) -> None:
    public = await flow.decided(await flow.comment(SELF_HARM))
    private = await flow.decided(await flow.dm(SELF_HARM))
    nothing = await flow.decided(await flow.comment("yarın hava güzel olacakmış"))

    first, second = [await wanted_again(flow, public) for _ in range(2)]
    others = [await wanted_again(flow, message) for message in (private, nothing)]

    assert (first.status_code, second.status_code) == (202, 409)
    assert [answer.status_code for answer in others] == [409, 409]


async def test_a_threat_is_deleted_by_a_person_only_with_a_screenshot_or_without_it_by_a_waiver(flow: Flow) -> None:
    comment = await flow.comment(THREAT)
    await flow.until_state(comment, "hidden")
    message = await flow.decided(comment)
    wish = {"action": "delete", "reason": "güvenlik gördü"}
    wanted = await flow.api.post(f"/v1/messages/{message}/override", headers=by("specialist"), json=wish)
    assert wanted.status_code == 202, wanted.text
    approval = f"/v1/approvals/{wanted.json()['approval_id']}/approve"
    assert (await flow.api.post(approval, headers=by("director"), json={"reason": "Evet"})).is_success
    await flow.decided(comment, decisions=2)
    (held,) = await flow.rows("select id, held_because from actions where kind = 'delete' and state = 'held'")
    assert held["held_because"] == "screenshot"

    released = await flow.api.post(f"/v1/actions/{held['id']}/release", headers=by("director"), json={})
    refused = await flow.api.post(
        f"/v1/messages/{message}/evidence/waive", headers=by("responsible"), json={"reason": "x"}
    )
    assert (released.status_code, refused.status_code) == (409, 403)
    assert (await flow.item(comment))["state"] == "hidden"

    waived = await flow.api.post(
        f"/v1/messages/{message}/evidence/waive", headers=by("specialist"), json={"reason": "Sayfa kapanmış"}
    )

    assert waived.status_code == 200, waived.text
    await flow.until_state(comment, "deleted")
    (noted,) = await flow.rows("select waived_because, waived_by from page_captures")
    assert noted["waived_because"] == "Sayfa kapanmış"
    assert noted["waived_by"] is not None
    again = await flow.api.post(
        f"/v1/messages/{message}/evidence/waive", headers=by("specialist"), json={"reason": "yine"}
    )
    assert again.status_code == 409


async def test_the_task_that_asks_for_a_screenshot_is_not_closed_by_a_word(flow: Flow) -> None:
    comment = await flow.comment(THREAT)
    await flow.until_state(comment, "hidden")
    message = await flow.decided(comment)
    (task,) = await flow.rows("select id from tasks where message_id = :id and kind = 'evidence'", id=message)

    answer = await flow.api.post(f"/v1/tasks/{task['id']}/confirm", headers=by("director"), json={"note": "tamam"})

    assert answer.status_code == 409
    assert len(await open_tasks(flow, message)) == 1


async def test_of_self_harm_an_upload_is_asked_for(flow: Flow) -> None:
    comment = await flow.comment(SELF_HARM)
    message = await flow.decided(comment)
    (task,) = await open_tasks(flow, message)
    assert task["reason"] == "screenshot_asked"

    assert (await upload(flow, message)).status_code == 200

    assert await open_tasks(flow, message) == []
    assert (await flow.item(comment))["state"] == "visible"


@pytest.mark.parametrize("kind", ["media", "thumbnail", "upload_copy"])
async def test_the_database_counts_no_other_file_as_a_screenshot(flow: Flow, kind: str) -> None:
    comment = await flow.comment(DRUGS)
    await flow.until_state(comment, "hidden")
    message = await flow.decided(comment)
    await flow.execute(
        "insert into evidence_images (evidence_id, kind, object_key, sha256, media_type, size) "
        "select id, :kind, 'a/b', 'ab', 'image/png', 1 from evidence",
        kind=kind,
    )

    with pytest.raises(Exception, match="no screenshot for message"):
        await flow.execute(
            "update actions set state = 'running' where kind = 'delete' and message_id = :id", id=message
        )


@needs_browser
async def test_a_login_wall_is_met_with_the_staffs_signed_in_state_and_its_end_is_told(
    database_url: str, tmp_path: Path
) -> None:
    async with photographed(database_url, tmp_path) as flow:
        ends = (flow.clock() + timedelta(days=6)).timestamp()
        cookies = [{"name": "c_user", "value": "gizli-deger", "domain": "127.0.0.1", "path": "/", "expires": ends}]
        kept = await flow.api.put(
            "/v1/platforms/facebook/browser-state", headers=by("director"), json={"cookies": cookies, "origins": []}
        )
        assert kept.status_code == 200, kept.text
        assert "gizli-deger" not in kept.text
        stored = await flow.rows("select state from browser_states")
        assert b"gizli-deger" not in bytes(stored[0]["state"])

        comment = await flow.comment(INSULT)
        await flow.until_state(comment, "hidden")
        assert (await capture(flow, await flow.decided(comment)))["state"] == "taken"

        await flow.service.signed_in.warn_of_ends()
        await flow.service.signed_in.warn_of_ends()
        told = await flow.rows("select urgency from notifications where kind = 'browser_state_ends'")
        assert [row["urgency"] for row in told] == ["normal"]


async def test_a_signed_in_state_needs_cookies_and_a_platform(flow: Flow) -> None:
    async def put(platform: str, body: Any) -> int:
        answer = await flow.api.put(f"/v1/platforms/{platform}/browser-state", headers=by("director"), json=body)
        return answer.status_code

    ended = {"name": "c_user", "value": "a", "domain": ".facebook.com", "expires": 1_700_000_000}
    assert await put("facebook", {"cookies": [ended]}) == 409
    assert await put("facebook", {"cookies": [], "origins": []}) == 422
    assert await put("facebook", {"cookies": [{"name": "a", "value": "b", "domain": "c", "sameSite": "So"}]}) == 422
    assert await put("myspace", {"cookies": [{"name": "a", "value": "b", "domain": "c"}]}) == 404
    assert (await flow.api.delete("/v1/platforms/facebook/browser-state", headers=by("director"))).status_code == 404


@pytest.mark.parametrize(
    "odd",
    [
        {"name": "a;b"},
        {"name": "a=b"},
        {"name": ""},
        {"value": "x;y"},
        {"value": "x\ny"},
        {"path": ""},
        {"path": "x"},
        {"domain": ""},
        {"domain": "http://x"},
        {"name": "__Secure-x"},
    ],
    ids=str,
)
async def test_a_signed_in_state_that_no_browser_takes_is_refused(flow: Flow, odd: dict[str, str]) -> None:
    cookie = {"name": "c_user", "value": "gizli", "domain": ".facebook.com", "path": "/"}
    ways, director = "/v1/platforms/facebook/browser-state", by("director")

    refused = await flow.api.put(ways, headers=director, json={"cookies": [cookie, cookie | odd]})
    elsewhere = {"cookies": [cookie], "origins": [{"origin": "javascript:1", "localStorage": []}]}
    assert refused.status_code == 422
    assert (await flow.api.put(ways, headers=director, json=elsewhere)).status_code == 422
    assert (await flow.api.put(ways, headers=director, json={"cookies": [cookie]})).status_code == 200


async def test_what_came_to_no_end_is_given_up_and_nothing_waits_for_it(flow: Flow) -> None:
    comment = await flow.comment(DRUGS)
    await flow.until_state(comment, "hidden")
    message = await flow.decided(comment)
    await flow.execute("delete from tasks where kind = 'evidence'")
    await flow.execute("update page_captures set state = 'running', ended_at = null, problem = null")

    await flow.service.captures.give_up_lost()
    assert (await flow.rows("select state from page_captures"))[0]["state"] == "running"
    flow.clock.shift = timedelta(minutes=4)
    await flow.service.captures.give_up_lost()

    assert (await capture(flow, message))["problem"] == "lost"
    assert len(await open_tasks(flow, message)) == 1


def test_every_label_that_hides_says_how_long_hiding_may_wait() -> None:
    policy = measured_policy(Tier.CERTAIN)

    for label, entry in policy.labels.items():
        assert entry.capture_within <= timedelta(seconds=6), label
    assert json.dumps(policy.model_dump(mode="json"))


async def test_what_came_with_the_message_is_kept_and_sealed(database_url: str, tmp_path: Path) -> None:
    async with running_flow(database_url, tmp_path, settings_changed={"outward_private_hosts": "127.0.0.1"}) as flow:
        comment = await flow.comment(INSULT, media="photo")
        await flow.until_state(comment, "hidden")
        message = await flow.decided(comment)

        async def kept() -> list[dict[str, Any]]:
            return [image for image in await images(flow, message) if image["kind"] == "media"]

        (file,) = await flow.until(kept)
        assert file["media_type"] == "image/svg+xml"
        sealed = await flow.rows("select content ->> 'sha256' as sha256 from evidence_addenda where kind = 'image'")
        assert file["sha256"] in {row["sha256"] for row in sealed}
