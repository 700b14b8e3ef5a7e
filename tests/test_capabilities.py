"""What a platform does not let the machine do comes to a person: LinkedIn, X and YouTube, the whole way."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from pydantic import SecretStr
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.api.app import create_app
from app.connectors.linkedin.settings import LinkedInSettings
from app.connectors.x.settings import XSettings
from app.connectors.youtube.settings import YouTubeSettings
from app.decisions.model import Tier
from app.main import Service, running_service
from app.messages import MessageId
from app.records.database import Sessions
from app.settings import Settings
from tests.api.calling import Api, open_app
from tests.connectors.linkedin import builders as linkedin
from tests.connectors.linkedin.rest_api import RestApi
from tests.connectors.linkedin.rest_api import serving as serving_linkedin
from tests.connectors.x import builders as x
from tests.connectors.x.x_api import LoopbackX
from tests.connectors.x.x_api import serving as serving_x
from tests.connectors.youtube import builders as youtube
from tests.connectors.youtube.data_api import DataApi
from tests.connectors.youtube.data_api import serving as serving_youtube
from tests.flow import COMPLAINT, INSULT, PRIVATE_DATA, SELF_HARM, MovedClock, activate, measured_policy
from tests.world import make_world, no_scores

HATE = "bu bölüme kürt almayın pis kürtler defolun"
ACCOUNTS = {"x": x.US, "linkedin": linkedin.ORG, "youtube": youtube.CHANNEL}
COMMENTS = {
    "x": (x.REPLY, x.ROOT, x.AYSE),
    "linkedin": (linkedin.TOP, linkedin.ACTIVITY, linkedin.MEMBER),
    "youtube": (youtube.THREAD, youtube.VIDEO, youtube.VIEWER),
}
HIDE_ON_X = f"PUT /2/tweets/{x.REPLY}/hidden"
SAY_ON_X = f"POST /2/dm_conversations/with/{x.AYSE}/messages"
COMMENT_ON_LINKEDIN = (
    f"/rest/socialActions/{linkedin.on_wire(linkedin.ACTIVITY)}/comments/{linkedin.number(linkedin.TOP)}"
)
MODERATE = "POST /comments/setModerationStatus"
HALF_AN_HOUR = timedelta(minutes=31)
ISTANBUL = ZoneInfo("Europe/Istanbul")


@dataclass(slots=True, kw_only=True)
class Ground:
    """The service on a database of its own, with three platforms that answer what a test tells them to."""

    service: Service
    sessions: Sessions
    api: Api
    clock: MovedClock
    x: LoopbackX
    linkedin: RestApi
    youtube: DataApi

    async def arrived(self, platform: str, words: str, **changes: Any) -> MessageId:
        """A comment beneath something of ours arrived; it is judged, and what is due is done."""
        external_id, post, author = COMMENTS[platform]
        values = {
            "platform": platform,
            "channel": "comment",
            "external_id": external_id,
            "post": post,
            "author": author,
            "text": words,
        } | changes
        async with self.sessions.begin() as session:
            message_id = await session.scalar(
                text(
                    "insert into messages (account_id, platform, channel, external_id, post_external_id, "
                    "author_external_id, text, correlation_id) select id, :platform, :channel, :external_id, :post, "
                    ":author, :text, 'c' from accounts where platform = :platform returning id"
                ),
                values,
            )
            await session.execute(
                text("insert into revisions (message_id, revision, text, media) values (:id, 1, :text, '[]')"),
                {"id": message_id, "text": words},
            )
        await self.service.pipeline.handle_message(message_id)
        return MessageId(message_id)

    async def later(self, message: MessageId, by: timedelta) -> None:
        """Let time pass, and do what has fallen due."""
        self.clock.shift += by
        await self.service.pipeline.actions.carry_out(message)

    async def states(self) -> dict[str, str]:
        """How each outward act stands."""
        rows = await self.rows("select kind, state from actions where kind not in ('evidence', 'notify') order by id")
        return {row["kind"]: row["state"] for row in rows}

    async def rows(self, statement: str, **values: Any) -> list[dict[str, Any]]:
        async with self.sessions() as session:
            return [dict(row._mapping) for row in await session.execute(text(statement), values)]

    async def execute(self, statement: str, **values: Any) -> None:
        async with self.sessions.begin() as session:
            await session.execute(text(statement), values)

    async def tasks(self, role: str = "director", **params: Any) -> list[dict[str, Any]]:
        answer = await self.api.get(role, "/v1/tasks", **{"state": "open"} | params)
        # That there is no picture of the page is another matter.
        return [task for task in answer.json()["items"] if task["kind"] != "evidence"]

    async def state(self, message: MessageId) -> str:
        return str((await self.rows("select state from messages where id = :id", id=message))[0]["state"])


@asynccontextmanager
async def _opened(service: Service) -> AsyncIterator[Service]:
    yield service


@pytest.fixture
async def ground(database_url: str, sessions: Sessions, tmp_path: Path) -> AsyncIterator[Ground]:
    world = await make_world(sessions)
    async with sessions.begin() as session:
        for platform, external_id in ACCOUNTS.items():
            await session.execute(
                text(
                    "insert into accounts (platform, external_id, handle, kind, is_active) "
                    "values (:platform, :id, 'ieu', 'official', true)"
                ),
                {"platform": platform, "id": external_id},
            )
    await activate(sessions, measured_policy())
    clock = MovedClock()
    async with AsyncExitStack() as stack:
        on_x = await stack.enter_async_context(serving_x())
        on_linkedin = await stack.enter_async_context(serving_linkedin())
        on_youtube = await stack.enter_async_context(serving_youtube())
        on_x.answer(HIDE_ON_X, {"data": {"hidden": True}})
        on_youtube.answer(MODERATE, "", 204)
        tokens = {external_id: SecretStr("anahtar") for external_id in ACCOUNTS.values()}
        settings = Settings(
            captures_at_once=0,
            _env_file=None,
            environment="test",
            poll_every={},
            database_url=SecretStr(database_url),
            data_dir=tmp_path,
            x=XSettings(base_url=on_x.url, access_tokens=tokens),
            linkedin=LinkedInSettings(base_url=f"{on_linkedin.url}/rest", access_tokens=tokens),
            youtube=YouTubeSettings(base_url=on_youtube.url, access_tokens=tokens),
        )
        service = await stack.enter_async_context(
            running_service(
                settings, clock=clock, jitter=lambda: 0.0, detect_language=lambda _: "tr", classify=no_scores
            )
        )
        http = await stack.enter_async_context(open_app(create_app(lambda: _opened(service))))
        yield Ground(
            service=service,
            sessions=sessions,
            api=Api(http, world.tokens),
            clock=clock,
            x=on_x,
            linkedin=on_linkedin,
            youtube=on_youtube,
        )


class TestLinkedIn:
    """Nothing can be hidden, nobody written to or blocked."""

    async def test_what_is_to_be_contained_goes_to_the_head_of_the_queue(self, ground: Ground) -> None:
        await activate(ground.sessions, measured_policy(Tier.LIKELY))
        await ground.service.policies.reload()
        message = await ground.arrived("linkedin", INSULT)

        (review,) = (await ground.api.get("director", "/v1/reviews")).json()["items"]
        (task,) = await ground.tasks()
        assert (review["reason"], review["priority"]) == ("cannot_hide", 89)
        assert (task["kind"], task["reason"]) == ("hide", "not_offered")
        assert "gizlenemez" in task["steps"]["tr"][0]
        assert await ground.state(message) == "visible"
        assert not [line for line in ground.linkedin.lines if not line.startswith("GET")]

    async def test_a_decision_in_the_queue_closes_the_task(self, ground: Ground) -> None:
        await activate(ground.sessions, measured_policy(Tier.LIKELY))
        await ground.service.policies.reload()
        ground.linkedin.answer(f"DELETE {COMMENT_ON_LINKEDIN}", None, 204)
        message = await ground.arrived("linkedin", INSULT)

        body = {"action": "delete", "reason": "hakaret"}
        assert (await ground.api.post("director", f"/v1/messages/{message}/override", body)).is_success
        await ground.service.pipeline.actions.carry_out(message)

        assert await ground.state(message) == "deleted"
        assert await ground.tasks() == []

    async def test_a_hide_task_that_is_confirmed_does_not_pretend_that_it_is_hidden(self, ground: Ground) -> None:
        await activate(ground.sessions, measured_policy(Tier.LIKELY))
        await ground.service.policies.reload()
        message = await ground.arrived("linkedin", INSULT)
        (task,) = await ground.tasks()

        confirmed = await ground.api.post("director", f"/v1/tasks/{task['id']}/confirm", {"note": "Sayfada bırakıldı."})

        assert (confirmed.status_code, confirmed.json()["state"]) == (200, "done")
        assert await ground.state(message) == "visible"
        assert (await ground.states())["hide"] == "refused"

    async def test_a_removal_deletes_after_its_delay_with_the_evidence_before(self, ground: Ground) -> None:
        ground.linkedin.answer(f"DELETE {COMMENT_ON_LINKEDIN}", None, 204)
        message = await ground.arrived("linkedin", INSULT)
        before = await ground.states()

        await ground.later(message, HALF_AN_HOUR)

        assert before == {"private_message": "refused", "delete": "planned"}
        assert (await ground.states())["delete"] == "done"
        assert await ground.state(message) == "deleted"
        assert await ground.tasks() == []
        images = await ground.rows("select i.id from evidence_images i join evidence e on e.id = i.evidence_id")
        assert len(images) == 1

    async def test_a_deletion_that_is_refused_to_the_page_is_remembered_for_a_while(self, ground: Ground) -> None:
        ground.linkedin.fail(f"DELETE {COMMENT_ON_LINKEDIN}", 403, 100, code="ACCESS_DENIED")
        first = await ground.arrived("linkedin", PRIVATE_DATA)
        asked = ground.linkedin.lines.count(f"DELETE {COMMENT_ON_LINKEDIN}")
        other = linkedin.TOP.replace("7401119990001112220", "7401119990001112221")
        await ground.arrived("linkedin", PRIVATE_DATA, external_id=other)

        tasks = await ground.tasks()
        assert asked == 1
        assert not [line for line in ground.linkedin.lines if line.startswith("DELETE") and line.endswith("221")]
        assert sorted(task["reason"] for task in tasks) == ["403/100/ACCESS_DENIED", "refused_lately"]
        listed = await _account(ground, "linkedin")
        assert "delete" not in listed["capabilities"]
        (lack,) = [each for each in listed["lacks"] if each["because"] == "refused_lately"]
        assert (lack["capability"], lack["code"]) == ("delete", "403/100/ACCESS_DENIED")

        ground.clock.shift += timedelta(hours=7)
        third = linkedin.TOP.replace("7401119990001112220", "7401119990001112222")
        await ground.arrived("linkedin", PRIVATE_DATA, external_id=third)
        assert [line for line in ground.linkedin.lines if line.startswith("DELETE") and line.endswith("222")]
        assert await ground.state(first) == "visible"

    async def test_a_person_tries_what_was_refused_lately_and_teaches_that_it_goes(self, ground: Ground) -> None:
        ground.linkedin.fail(f"DELETE {COMMENT_ON_LINKEDIN}", 403, 100, code="ACCESS_DENIED")
        await ground.arrived("linkedin", PRIVATE_DATA)
        other = linkedin.TOP.replace("7401119990001112220", "7401119990001112221")
        second = await ground.arrived("linkedin", PRIVATE_DATA, external_id=other)
        (task,) = [task for task in await ground.tasks() if task["reason"] == "refused_lately"]
        ground.linkedin.answer(f"DELETE {COMMENT_ON_LINKEDIN.replace('2220', '2221')}", None, 204)

        await ground.api.post("director", f"/v1/actions/{task['action_id']}/retry")
        await ground.service.pipeline.actions.carry_out(second)

        assert await ground.state(second) == "deleted"
        assert "delete" in (await _account(ground, "linkedin"))["capabilities"]

    async def test_a_cry_for_help_is_an_urgent_task_whose_text_stays_closed(self, ground: Ground) -> None:
        await ground.arrived("linkedin", SELF_HARM)

        (task,) = await ground.tasks()
        (seen,) = await ground.tasks("auditor")
        told = await ground.rows("select unit from notifications where kind = 'self_harm_by_hand' order by unit")
        assert (task["kind"], task["urgency"], task["reason"]) == ("private_message", "urgent", "not_offered")
        assert "112" in task["detail"]["text"]
        assert _after(task) == timedelta(minutes=15)
        assert seen["closed"] == "self_harm"
        # Times have microseconds, in which any three digits may stand.
        assert "112" not in str({name: value for name, value in seen.items() if not name.endswith("_at")})
        assert seen["steps"] == {"tr": [], "en": []}
        assert [row["unit"] for row in told] == ["kurumsal_iletisim", "sks"]
        assert not [line for line in ground.linkedin.lines if line.startswith("POST")]


class TestX:
    """Others' posts are hidden, not deleted; a commenter is written to by a person's click."""

    async def test_a_removal_is_a_hiding_and_leaves_no_task(self, ground: Ground) -> None:
        message = await ground.arrived("x", INSULT)
        before = await ground.states()

        await ground.later(message, HALF_AN_HOUR)

        (deletion,) = await ground.rows("select state, problem from actions where kind = 'delete'")
        assert (before["hide"], before["delete"]) == ("done", "planned")
        assert deletion == {"state": "done", "problem": "hiding_instead"}
        assert await ground.state(message) == "hidden"
        assert await ground.tasks() == []
        assert [line for line in ground.x.lines if not line.startswith("GET")] == [HIDE_ON_X]

    async def test_hiding_for_good_wants_the_evidence_of_a_deletion(self, ground: Ground) -> None:
        await ground.arrived("x", INSULT)

        await ground.execute("alter table evidence_images disable trigger all")
        await ground.execute("delete from evidence_images")

        with pytest.raises(DBAPIError, match="no image in evidence"):
            await ground.execute("update actions set state = 'done' where kind = 'delete'")

    async def test_private_data_is_hidden_and_reported_by_a_person(self, ground: Ground) -> None:
        friday, monday = datetime(2027, 2, 19, 17, 30, tzinfo=ISTANBUL), datetime(2027, 2, 22, tzinfo=ISTANBUL)
        ground.clock.shift = friday - ground.clock()
        message = await ground.arrived("x", PRIVATE_DATA)

        (task,) = await ground.tasks()
        assert (task["kind"], task["reason"], task["one_click"]) == ("report_to_platform", "not_offered", False)
        # Half an hour of Friday and the rest of two hours on Monday: as soon as what it is about.
        assert monday + timedelta(hours=10.5) <= datetime.fromisoformat(task["due_at"]) < monday + timedelta(hours=10.6)
        assert await ground.state(message) == "hidden"

    async def test_a_mention_elsewhere_is_reported_and_decided_on_first(self, ground: Ground) -> None:
        await ground.arrived("x", INSULT, channel="mention", external_id=x.MENTION, post=x.MENTION)

        (review,) = (await ground.api.get("director", "/v1/reviews")).json()["items"]
        assert [task["kind"] for task in await ground.tasks()] == ["report_to_platform"]
        assert (review["reason"], review["priority"]) == ("cannot_hide", 89)
        assert not [line for line in ground.x.lines if not line.startswith("GET")]

    async def test_a_hiding_that_x_refuses_is_one_task_and_the_head_of_the_queue(self, ground: Ground) -> None:
        ground.x._answers.pop(HIDE_ON_X)
        ground.x.problem(HIDE_ON_X, 403)
        message = await ground.arrived("x", INSULT)

        await ground.later(message, HALF_AN_HOUR)

        (review,) = (await ground.api.get("director", "/v1/reviews")).json()["items"]
        assert [task["kind"] for task in await ground.tasks()] == ["hide"]
        assert (review["reason"], review["priority"]) == ("cannot_hide", 89)
        assert (await ground.states())["delete"] == "cancelled"
        assert await ground.state(message) == "visible"

    async def test_a_cry_for_help_is_answered_with_one_click(self, ground: Ground) -> None:
        ground.x.answer(SAY_ON_X, {"data": {"dm_event_id": "7"}}, 201)
        message = await ground.arrived("x", SELF_HARM)
        (task,) = await ground.tasks()
        said_by_itself = SAY_ON_X in ground.x.lines

        answer = await ground.api.post("director", f"/v1/actions/{task['action_id']}/retry")
        await ground.service.pipeline.actions.carry_out(message)

        assert (task["urgency"], task["reason"], task["one_click"]) == ("urgent", "by_person", True)
        assert not said_by_itself
        assert answer.status_code == 200
        (said,) = await ground.rows("select state, requested_by from actions where kind = 'private_message'")
        assert said["state"] == "done"
        assert said["requested_by"] is not None
        assert ground.x.lines.count(SAY_ON_X) == 1
        assert await ground.tasks() == []

    async def test_a_click_in_vain_leaves_the_task_open(self, ground: Ground) -> None:
        ground.x.answer(SAY_ON_X, {"errors": [{"code": 349, "message": "closed"}]}, 403)
        message = await ground.arrived("x", SELF_HARM)
        (task,) = await ground.tasks()

        await ground.api.post("director", f"/v1/actions/{task['action_id']}/retry")
        await ground.service.pipeline.actions.carry_out(message)

        (again,) = await ground.tasks()
        assert (again["id"], again["reason"], again["one_click"]) == (task["id"], "403/349", False)

    async def test_a_removal_notice_waits_for_a_click_and_for_nothing_else(self, ground: Ground) -> None:
        policy = measured_policy()
        templates = policy.model_dump(mode="json")["templates"]
        templates["T5"]["approved"] = True
        await activate(ground.sessions, measured_policy(templates=templates))
        await ground.service.policies.reload()

        await ground.arrived("x", INSULT)

        (notice,) = await ground.rows("select state, held_because, text from actions where template = 'T5'")
        assert (notice["state"], notice["held_because"]) == ("held", "by_person")
        assert policy.platform_rules["x"]["tr"] in notice["text"]

    async def test_hate_is_blocked_by_a_person_where_the_tier_does_not(self, ground: Ground) -> None:
        await ground.arrived("x", HATE)

        assert {task["kind"]: task["reason"] for task in await ground.tasks()} == {
            "block": "tier",
            "report_to_platform": "not_offered",
        }


class TestYouTube:
    """Held, rejected; no private message; a ban by a person's click alone."""

    async def test_a_removal_is_held_and_then_rejected(self, ground: Ground) -> None:
        message = await ground.arrived("youtube", INSULT)
        held = await ground.state(message)

        await ground.later(message, HALF_AN_HOUR)

        asked = [call.query["moderationStatus"] for call in ground.youtube.calls if call.line == MODERATE]
        assert asked == ["heldForReview", "rejected"]
        assert (held, await ground.state(message)) == ("hidden", "deleted")
        assert await ground.tasks() == []

    async def test_an_author_who_cannot_be_informed_is_on_record_and_no_task(self, ground: Ground) -> None:
        policy = measured_policy()
        templates = policy.model_dump(mode="json")["templates"]
        templates["T5"]["approved"] = True
        await activate(ground.sessions, measured_policy(templates=templates))
        await ground.service.policies.reload()

        await ground.arrived("youtube", PRIVATE_DATA)

        (told,) = await ground.rows("select state, held_because, problem, attempts from actions where template = 'T5'")
        assert told == {"state": "refused", "held_because": None, "problem": "not_offered", "attempts": 0}
        assert (await ground.states())["delete"] == "done"
        assert await ground.tasks() == []

    async def test_a_ban_takes_a_persons_click(self, ground: Ground) -> None:
        message = await ground.arrived("youtube", HATE)
        (task,) = [each for each in await ground.tasks() if each["kind"] == "block"]
        banned_by_itself = [call for call in ground.youtube.calls if "banAuthor" in call.query]

        await ground.api.post("director", f"/v1/actions/{task['action_id']}/retry")
        await ground.service.pipeline.actions.carry_out(message)

        assert (task["reason"], task["one_click"]) == ("by_person", True)
        assert banned_by_itself == []
        assert [call.query["moderationStatus"] for call in ground.youtube.calls if "banAuthor" in call.query] == [
            "rejected"
        ]
        assert await ground.state(message) == "deleted"

    async def test_the_database_refuses_a_ban_without_evidence(self, ground: Ground) -> None:
        message = await ground.arrived("youtube", COMPLAINT)

        with pytest.raises(DBAPIError, match="no sealed evidence with an image"):
            await ground.execute(
                "insert into actions (id, message_id, revision, decision_id, position, kind, purpose, state, due_at) "
                "select nobet_id_beside('actions_numbers', :id), :id, 1, id, 9, "
                "'block', 'block', 'running', now() from decisions where message_id = :id",
                id=message,
            )


class TestTheList:
    """Tasks, as people work through them."""

    async def test_the_urgent_come_first_and_then_what_is_due_first(self, ground: Ground) -> None:
        await ground.arrived("x", PRIVATE_DATA)
        ground.clock.shift += timedelta(hours=1)
        await ground.arrived("youtube", HATE)
        ground.clock.shift += timedelta(hours=1)
        await ground.arrived("linkedin", SELF_HARM)

        everything = await ground.tasks()
        pages: list[dict[str, Any]] = []
        asked: dict[str, Any] = {"state": "open", "limit": 1}
        while asked.get("cursor", "") is not None:
            page = (await ground.api.get("director", "/v1/tasks", **asked)).json()
            pages += [task for task in page["items"] if task["kind"] != "evidence"]
            asked["cursor"] = page["next"]

        assert [task["account"]["platform"] for task in everything] == ["linkedin", "x", "youtube", "youtube"]
        assert [task["id"] for task in pages] == [task["id"] for task in everything]

    async def test_a_task_carries_the_links_that_the_evidence_found(self, ground: Ground) -> None:
        ground.youtube.answer("GET /comments", youtube.a_page(youtube.a_comment()))
        await ground.arrived("youtube", SELF_HARM)

        (task,) = await ground.tasks()
        assert task["detail"]["author_link"] == f"http://www.youtube.com/channel/{youtube.VIEWER}"
        assert task["detail"]["post_link"].endswith(youtube.VIDEO)


class TestAccounts:
    """What an account can do is asked without a call, and may be switched off."""

    async def test_the_list_says_what_is_missing_and_why(self, ground: Ground) -> None:
        listed = {platform: await _account(ground, platform) for platform in ACCOUNTS}

        lacks = {
            platform: {each["capability"]: each["because"] for each in entry["lacks"] if each["channel"] == "comment"}
            for platform, entry in listed.items()
        }
        assert lacks == {
            "x": {
                "delete": "hiding_instead",
                "private_message": "by_person",
                "block": "tier",
                "unblock": "tier",
                "report_to_platform": "not_offered",
            },
            "linkedin": dict.fromkeys(
                ("hide", "unhide", "private_message", "block", "unblock", "report_to_platform"), "not_offered"
            ),
            "youtube": {
                "private_message": "not_offered",
                "block": "by_person",
                "unblock": "not_offered",
                "report_to_platform": "not_offered",
            },
        }
        assert listed["linkedin"]["capabilities"] == ["delete", "reply"]
        assert all(each["tr"] and each["en"] for entry in listed.values() for each in entry["lacks"])
        assert [*ground.x.calls, *ground.linkedin.calls, *ground.youtube.calls] == []

    async def test_what_is_switched_off_is_left_to_people_until_it_is_switched_on(self, ground: Ground) -> None:
        account = await _account(ground, "youtube")
        address = f"/v1/accounts/{account['id']}/capabilities/hide"
        off = await ground.api.call("specialist", "PUT", address, json={"is_on": False, "reason": "deneme"})
        await activate(ground.sessions, measured_policy(Tier.LIKELY))
        await ground.service.policies.reload()

        await ground.arrived("youtube", INSULT)

        assert "hide" not in off.json()["capabilities"]
        assert [(task["kind"], task["reason"]) for task in await ground.tasks()] == [("hide", "switched_off")]
        assert [call for call in ground.youtube.calls if call.line == MODERATE] == []

        on = await ground.api.call("specialist", "PUT", address, json={"is_on": True, "reason": "deneme"})
        await ground.arrived("youtube", INSULT, external_id="UgxKorfez0002aaaaaa4AaABAg")
        assert "hide" in on.json()["capabilities"]
        assert len([call for call in ground.youtube.calls if call.line == MODERATE]) == 1
        (noted,) = await ground.rows("select count(*) as n from audit where act = 'account.capability'")
        assert noted["n"] == 2


async def _account(ground: Ground, platform: str) -> dict[str, Any]:
    listed = (await ground.api.get("director", "/v1/accounts")).json()["items"]
    (found,) = [entry for entry in listed if entry["platform"] == platform]
    return dict(found)


def _after(task: dict[str, Any]) -> timedelta:
    """How long after its opening a task is due, to the minute."""
    took = datetime.fromisoformat(task["due_at"]) - datetime.fromisoformat(task["created_at"])
    return timedelta(minutes=round(took / timedelta(minutes=1)))
