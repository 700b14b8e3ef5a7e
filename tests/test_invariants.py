"""The invariants of the service, each with tests that try to break it."""

import asyncio
import json
import os
import signal
import sys
import threading
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import ExitStack, asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

import pytest

from app.actions.by_hand import NotPossibleError, Override
from app.decisions.model import ActionKind, Tier
from app.messages import ActionId, MessageId, PersonId
from app.records import actions, messages, modes, tasks
from app.records.actions import Action
from app.records.jobs import message_job
from app.records.messages import Loaded
from app.rules.model import Label, Scored
from app.sandbox.meta.seed import UNIVERSITY_INSTAGRAM, UNIVERSITY_PAGE
from tests.flow import (
    COMPLAINT,
    INSULT,
    NEUTRAL,
    PRIVATE_DATA,
    SELF_HARM,
    THREAT,
    Flow,
    by,
    measured_policy,
    running_flow,
    working,
)
from tests.world import no_scores

GRADUATE = "yüksek lisans başvuruları ne zaman bitiyor, nasıl başvurulur"
AUTHOR = {"id": "5550001112223", "name": "Deneme Kişi"}


@pytest.fixture
async def quiet(database_url: str, tmp_path: Path) -> AsyncIterator[Flow]:
    """Everything running but the worker."""
    async with running_flow(database_url, tmp_path, work=False) as flow:
        yield flow


@pytest.fixture
async def director(request: pytest.FixtureRequest) -> PersonId:
    """The demo's director."""
    flow: Flow = request.getfixturevalue("quiet" if "quiet" in request.fixturenames else "flow")
    (row,) = await flow.rows("select id from people where role = 'director'")
    return PersonId(row["id"])


def feed(verb: str, number: int, **value: Any) -> dict[str, Any]:
    """A change of a comment on the University's Page, as Facebook tells it."""
    post = f"{UNIVERSITY_PAGE}_700"
    return {
        "field": "feed",
        "value": {
            "item": "comment",
            "verb": verb,
            "from": AUTHOR,
            "comment_id": f"700_{number}",
            "post_id": post,
            "parent_id": post,
            "created_time": 1_780_000_000 + number,
        }
        | value,
    }


def page(*changes: dict[str, Any], time: int = 1_780_000_100) -> dict[str, Any]:
    """A delivery for the University's Page."""
    return {"object": "page", "entry": [{"id": UNIVERSITY_PAGE, "time": time, "changes": list(changes)}]}


async def deliveries_done(flow: Flow, count: int) -> None:
    """Wait until that many deliveries are read."""

    async def done() -> bool:
        (row,) = await flow.rows("select count(*) as n from deliveries where state <> 'received'")
        return bool(row["n"] >= count)

    await flow.until(done)


async def handled(flow: Flow, *, judged: bool = True) -> MessageId:
    """Read deliveries up to one that brings a message, and judge it; nothing is carried out."""
    found: Sequence[MessageId] = ()
    while not found:  # the platform also tells of what we did ourselves
        waiting = await flow.until(lambda: flow.rows("select id from deliveries where state = 'received' order by id"))
        found = await flow.service.pipeline.reader.read(waiting[0]["id"])
    (message,) = set(found)
    if judged:
        await flow.service.pipeline.judge.judge(message)
    return message


async def carry_out_later(flow: Flow, message: MessageId, shift: timedelta) -> None:
    """Carry out what is due when the clock stands so far ahead."""
    flow.clock.shift = shift
    await flow.service.pipeline.actions.carry_out(message)


async def carried_out_up_to(flow: Flow, message: MessageId, kind: str) -> None:
    """Carry out the message's actions until one of this kind is next."""
    while True:
        due = await flow.rows(
            "select kind from actions where message_id = :id and state = 'planned' order by decision_id, position",
            id=message,
        )
        if due[0]["kind"] == kind:
            break
        await flow.service.pipeline.actions._one(message, "test")
    await flow.execute("update messages set busy_until = null")


async def begun_by_one_who_died(flow: Flow, message: MessageId, kind: str) -> None:
    """Leave the message as a worker does that dies in the midst of this call."""
    await carried_out_up_to(flow, message, kind)
    await flow.service.pipeline.actions._begin(message, "dead", ExitStack())
    await flow.execute("update messages set busy_until = null")


@asynccontextmanager
async def on_its_way(flow: Flow, message: MessageId, kind: str) -> AsyncIterator[None]:
    """While the block runs, the call of this kind is on its way; after it, all that is due is carried out."""
    await carried_out_up_to(flow, message, kind)
    carrying_out = asyncio.create_task(flow.service.pipeline.actions.carry_out(message))
    await flow.until(lambda: flow.rows("select id from actions where kind = :kind and state = 'running'", kind=kind))
    await asyncio.sleep(0.5)  # recorded as begun, then called
    yield
    await carrying_out


async def edited(flow: Flow, comment: str, words: str) -> None:
    """Let the author edit the comment."""
    (await flow.sandbox.post(f"/control/facebook/comments/{comment}/edit", json={"text": words})).raise_for_status()


async def calls(flow: Flow, comment: str) -> list[str]:
    """What was done to the comment, in order."""
    return [call["call"] for call in (await flow.item(comment))["history"]]


async def said_without_an_answer(flow: Flow) -> tuple[str, MessageId]:
    """A question that was answered on the platform, though no answer to our call came back; and its message."""
    comment = await flow.comment(GRADUATE)
    message = await handled(flow)
    await flow.faults("lost_response")
    await carry_out_later(flow, message, timedelta(0))
    await flow.faults("lost_response", rate=0)
    assert len((await flow.item(comment))["replies"]) == 1
    assert (await flow.states(message))["reply", "reply"] == "planned"
    return comment, message


class TestAnyEventAnyNumberOfTimesInAnyOrder:
    """I2: one message, one set of actions."""

    async def test_the_same_bytes_twice_are_one_delivery(self, flow: Flow) -> None:
        answers = [await flow.deliver("facebook", page(feed("add", 1, message=NEUTRAL))) for _ in range(3)]

        assert [answer.status_code for answer in answers] == [200, 200, 200]
        assert len(await flow.rows("select id from deliveries")) == 1

    async def test_the_same_event_in_another_batch_is_one_message(self, flow: Flow) -> None:
        await flow.deliver("facebook", page(feed("add", 1, message=COMPLAINT)))
        await flow.deliver("facebook", page(feed("add", 2, message=NEUTRAL), feed("add", 1, message=COMPLAINT), time=2))
        await deliveries_done(flow, 2)
        await flow.decided("700_1")

        (row,) = await flow.rows("select count(*) as n from actions where kind = 'reply'")
        assert len(await flow.rows("select id from messages")) == 2
        assert row["n"] == 1

    async def test_an_edit_that_overtakes_its_comment_is_not_overwritten(self, flow: Flow) -> None:
        await flow.deliver("facebook", page(feed("edited", 1, message="ikinci hâli")))
        await flow.decided("700_1")
        await flow.deliver("facebook", page(feed("add", 1, message="ilk hâli")))
        await deliveries_done(flow, 2)

        (row,) = await flow.rows("select text, revision from messages")
        assert row == {"text": "ikinci hâli", "revision": 1}

    @pytest.mark.parametrize("together", [True, False])
    async def test_a_comment_read_together_with_its_edit_and_removal_has_both(
        self, database_url: str, tmp_path: Path, together: bool
    ) -> None:
        edited = feed("edited", 1, message=COMPLAINT)
        changes = [feed("add", 1, message=NEUTRAL), edited, feed("remove", 1)]
        async with running_flow(database_url, tmp_path, work=False) as flow:
            bodies = [page(*changes)] if together else [page(change) for change in changes]
            for body in bodies:
                await flow.deliver("facebook", body)
            async with working(flow.worker):
                await deliveries_done(flow, len(bodies))
                message = await flow.decided("700_1", decisions=2)

            (row,) = await flow.rows("select text, state, revision from messages")
            assert row == {"text": COMPLAINT, "state": "removed_by_author", "revision": 2}
            assert "reply" not in [kind for kind, _ in await flow.states(message)]

    async def test_of_edits_in_any_order_the_newest_stands(self, flow: Flow) -> None:
        harmless = feed("edited", 1, message=NEUTRAL, edited_time=1_780_000_300)
        insult = feed("edited", 1, message=INSULT, edited_time=1_780_000_200)
        for count, change in enumerate([harmless, insult, feed("add", 1, message="ilk hâli")], start=1):
            await flow.deliver("facebook", page(change, time=1_780_000_400))
            await deliveries_done(flow, count)
        message = await flow.decided("700_1", decisions=3)

        (row,) = await flow.rows("select text, revision from messages")
        history = await flow.rows("select revision, text from revisions order by revision")
        assert row == {"text": NEUTRAL, "revision": 1}
        assert [entry["text"] for entry in history] == [NEUTRAL, INSULT, "ilk hâli"]
        assert await flow.states(message) == {}
        assert await flow.rows("select reason from reviews") == []

    async def test_an_edit_after_a_late_one_is_a_revision_of_its_own(self, flow: Flow) -> None:
        edits = [(NEUTRAL, 300), ("eski hâli", 200), (INSULT, 400)]
        for count, (words, at) in enumerate(edits, start=1):
            await flow.deliver("facebook", page(feed("edited", 1, message=words, edited_time=1_780_000_000 + at)))
            await deliveries_done(flow, count)
        message = await flow.decided("700_1", decisions=3)

        (row,) = await flow.rows("select text, revision from messages")
        decided = await flow.rows("select revision, disposition from decisions order by id")
        assert row == {"text": INSULT, "revision": 3}
        assert [(one["revision"], one["disposition"]) for one in decided] == [
            (1, "keep"),
            (2, "keep"),
            (3, "remove"),
        ]
        assert (await flow.states(message))["evidence", "record"] == "done"

    async def test_an_edit_without_its_time_is_ordered_by_that_of_its_entry(self, flow: Flow) -> None:
        for count, (words, time) in enumerate([(NEUTRAL, 300), (INSULT, 200)], start=1):
            await flow.deliver("facebook", page(feed("edited", 1, message=words), time=1_780_000_000 + time))
            await deliveries_done(flow, count)

        assert await flow.rows("select text from messages") == [{"text": NEUTRAL}]

    @pytest.mark.parametrize("platform", ["facebook", "instagram"])
    async def test_the_edits_of_a_dm_are_ordered_by_their_number(self, flow: Flow, platform: str) -> None:
        await flow.sandbox.post("/control/webhooks", json={"mode": "hold"})
        message = await flow.dm("merhaba", platform=platform)
        for words in (SELF_HARM, NEUTRAL):
            edited = await flow.sandbox.post(f"/control/{platform}/dms/{message}/edit", json={"text": words})
            edited.raise_for_status()

        await flow.sandbox.post("/control/webhooks", json={"mode": "send", "release": True, "reverse": True})
        await deliveries_done(flow, 3)

        (row,) = await flow.rows("select text, edit_number from messages")
        assert row == {"text": NEUTRAL, "edit_number": 2}
        assert len(await flow.rows("select revision from revisions")) == 3

    async def test_of_edits_within_one_second_the_one_that_the_platform_shows_stands(self, flow: Flow) -> None:
        comment = await flow.comment(NEUTRAL)
        await flow.decided(comment)
        await flow.sandbox.post("/control/webhooks", json={"mode": "hold"})
        for words in (INSULT, "özür dilerim, yanlış anlamışım"):
            await edited(flow, comment, words)
        for count, words in enumerate(["özür dilerim, yanlış anlamışım", INSULT], start=2):
            change = feed("edited", 1, message=words, comment_id=comment, edited_time=1_780_000_300)
            await flow.deliver("facebook", page(change))
            await deliveries_done(flow, count)
        await flow.decided(comment, decisions=4)

        (row,) = await flow.rows("select text, state from messages")
        assert row == {"text": "özür dilerim, yanlış anlamışım", "state": "visible"}
        assert await calls(flow, comment) == []

    async def test_an_edit_of_the_picture_alone_is_judged_anew(self, flow: Flow) -> None:
        await flow.deliver("facebook", page(feed("add", 1, message=NEUTRAL)))
        await flow.decided("700_1")
        for count, photo in enumerate(["https://cdn.test/1.jpg", "https://cdn.test/2.jpg"], start=2):
            await flow.deliver("facebook", page(feed("edited", 1, message=NEUTRAL, photo=photo, edited_time=count)))
            await flow.decided("700_1", decisions=count)

        (row,) = await flow.rows("select text, media, revision from messages")
        assert row == {
            "text": NEUTRAL,
            "media": [{"kind": "photo", "url": "https://cdn.test/2.jpg"}],
            "revision": 3,
        }

    async def test_a_comment_that_comes_last_fills_in_what_is_missing(self, flow: Flow) -> None:
        removed, edited = feed("remove", 1), feed("edited", 1, message="ikinci hâli")
        for change in (removed, edited):
            for name in ("from", "post_id", "parent_id", "created_time"):
                del change["value"][name]
        added = feed("add", 1, message="ilk hâli", parent_id="700_9", post={"permalink_url": "https://fb.test/700"})
        for count, change in enumerate([removed, edited, added], start=1):
            await flow.deliver("facebook", page(change, time=1_780_000_200))
            await deliveries_done(flow, count)

        (row,) = await flow.rows(
            "select text, state, author_external_id, author_name, parent_external_id, post_external_id, link, sent_at "
            "from messages"
        )
        assert row == {
            "text": "ikinci hâli",
            "state": "removed_by_author",
            "author_external_id": AUTHOR["id"],
            "author_name": AUTHOR["name"],
            "parent_external_id": "700_9",
            "post_external_id": f"{UNIVERSITY_PAGE}_700",
            "link": "https://fb.test/700",
            "sent_at": datetime.fromtimestamp(1_780_000_001, UTC),
        }

    async def test_a_removal_that_overtakes_its_comment_leaves_nothing_to_answer(self, flow: Flow) -> None:
        await flow.deliver("facebook", page(feed("remove", 1)))
        await deliveries_done(flow, 1)
        await flow.deliver("facebook", page(feed("add", 1, message=COMPLAINT)))
        message = await flow.decided("700_1")

        (row,) = await flow.rows("select text, state from messages")
        assert row == {"text": COMPLAINT, "state": "removed_by_author"}
        assert "reply" not in [kind for kind, _ in await flow.states(message)]

    async def test_a_batch_of_a_thousand_is_read_whole_in_spite_of_one_odd_item(self, flow: Flow) -> None:
        changes = [feed("add", number, message=f"{NEUTRAL} {number}") for number in range(999)]
        odd = {"field": "feed", "value": {"item": "comment", "verb": "add", "comment_id": {"not": ["an id"]}}}

        answer = await flow.deliver("facebook", page(*changes[:500], odd, *changes[500:]))
        await flow.until(lambda: _counts(flow, 999), within=timedelta(seconds=60))

        assert answer.status_code == 200

    async def test_an_unreadable_delivery_is_quarantined_and_can_be_replayed(self, flow: Flow) -> None:
        answer = await flow.deliver("facebook", b"{not json")
        await deliveries_done(flow, 1)

        (row,) = await flow.rows("select state, problem from deliveries")
        assert answer.status_code == 200
        assert row["state"] == "quarantined"
        assert row["problem"]


async def _counts(flow: Flow, messages: int) -> bool:
    (row,) = await flow.rows("select count(*) as n from messages")
    return bool(row["n"] == messages)


class TestEvidenceIsOfWhatWasSaid:
    """I3: the seal closes the words that are taken down, with the delivery in which these very words came."""

    async def test_the_seal_of_an_edit_holds_the_delivery_of_the_edit(self, flow: Flow) -> None:
        await flow.deliver("facebook", page(feed("add", 1, message=NEUTRAL)))
        await flow.decided("700_1")
        await flow.deliver("facebook", page(feed("edited", 1, message=PRIVATE_DATA), time=1_780_000_200))
        message = await flow.decided("700_1", decisions=2)

        (sealed,) = await flow.rows(
            "select e.revision, c.fields from evidence e join evidence_contents c on c.evidence_id = e.id "
            "where e.message_id = :id",
            id=message,
        )
        (came,) = await flow.rows("select delivery_id, received_at from revisions where revision = 2")
        fields = sealed["fields"]
        (told,) = json.loads(fields["delivery"]["body"])["entry"]
        assert sealed["revision"] == 2
        assert fields["text"] == PRIVATE_DATA
        assert fields["delivery"]["id"] == came["delivery_id"]
        assert told["changes"][0]["value"]["message"] == PRIVATE_DATA
        assert fields["received_at"] == came["received_at"].isoformat()


class TestNothingIsSaidTwice:
    """I4: a reply or private message appears at most once in public."""

    @pytest.mark.parametrize("fault", ["lost_response", "http_500"])
    @pytest.mark.parametrize("platform", ["facebook", "instagram"])
    async def test_a_lost_answer_leads_to_a_look_not_to_a_second_reply(
        self, flow: Flow, platform: str, fault: str
    ) -> None:
        await flow.faults(fault, platform=platform, seconds=3)
        comment = await flow.comment(COMPLAINT, platform=platform)

        async def done() -> bool:
            return bool(await flow.rows("select id from actions where kind = 'reply' and state = 'done'"))

        await flow.until(done, within=timedelta(seconds=60))
        replies = (await flow.item(comment, platform=platform))["replies"]
        assert len(replies) == 1

    async def test_a_lost_answer_leads_to_one_support_message(self, flow: Flow) -> None:
        await flow.faults("lost_response", seconds=3)
        comment = await flow.comment(SELF_HARM)

        async def done() -> bool:
            return bool(await flow.rows("select id from actions where kind = 'private_message' and state = 'done'"))

        await flow.until(done, within=timedelta(seconds=60))
        assert len((await flow.item(comment))["private_messages"]) == 1

    async def test_what_may_have_been_said_is_looked_for_even_after_a_dead_token(self, quiet: Flow) -> None:
        comment, message = await said_without_an_answer(quiet)
        await quiet.faults("expired_token")
        await carry_out_later(quiet, message, timedelta(minutes=1))
        await quiet.faults("expired_token", rate=0)

        await carry_out_later(quiet, message, timedelta(minutes=4))

        outcomes = await quiet.rows("select outcome from attempts where outcome is not null order by id desc limit 2")
        assert [row["outcome"] for row in outcomes] == ["done", "token"]
        assert len((await quiet.item(comment))["replies"]) == 1

    async def test_what_may_have_been_said_is_looked_for_when_a_person_tries_again(
        self, quiet: Flow, director: PersonId
    ) -> None:
        comment, message = await said_without_an_answer(quiet)
        (reply,) = await quiet.rows("select id, attempts from actions where kind = 'reply'")
        # The platform did not let us look: a person was asked.
        await quiet.execute(
            "insert into attempts (action_id, number, started_at, ended_at, outcome) "
            "values (:id, :attempts + 1, now(), now(), 'refused')",
            **reply,
        )
        await quiet.execute("update actions set state = 'task', attempts = attempts + 1 where id = :id", id=reply["id"])

        await quiet.service.by_hand.retry(ActionId(reply["id"]), by=director)
        await carry_out_later(quiet, message, timedelta(minutes=1))

        assert (await quiet.states(message))["reply", "reply"] == "done"
        assert len((await quiet.item(comment))["replies"]) == 1

    async def test_a_late_look_reaches_back_to_the_first_attempt(self, quiet: Flow) -> None:
        comment, message = await said_without_an_answer(quiet)
        await quiet.faults("http_500")
        for minutes in (10, 20):
            await carry_out_later(quiet, message, timedelta(minutes=minutes))
        await quiet.faults("http_500", rate=0)

        await carry_out_later(quiet, message, timedelta(minutes=30))

        assert (await quiet.states(message))["reply", "reply"] == "done"
        assert len((await quiet.item(comment))["replies"]) == 1

    async def test_a_reply_by_hand_settles_the_waiting_one(self, flow: Flow) -> None:
        await flow.activate(measured_policy(variables={}))
        await flow.deliver("facebook", page(feed("add", 1, message=GRADUATE)))
        message = await flow.decided("700_1")
        assert (await flow.states(message))["reply", "reply"] == "held"

        by_hand = feed("add", 2, message="Merhaba, ayrıntılar web sitemizde.", parent_id="700_1")
        by_hand["value"]["from"] = {"id": UNIVERSITY_PAGE, "name": "İEÜ"}
        await flow.deliver("facebook", page(by_hand))
        await deliveries_done(flow, 2)

        assert (await flow.states(message))["reply", "reply"] == "cancelled"


class TestOnlyWhatWasSealedIsRemoved:
    """I3: a removal that an edit overtakes does not take the new words away with it."""

    async def test_a_persons_deletion_is_asked_about_again_after_an_edit(self, quiet: Flow, director: PersonId) -> None:
        comment = await quiet.comment(NEUTRAL)
        message = await handled(quiet)
        await quiet.service.by_hand.override(message, Override.DELETE, by=director, reason="6.4.14, gizli reklam.")
        await carried_out_up_to(quiet, message, "delete")
        await quiet.faults("http_500")
        await carry_out_later(quiet, message, timedelta(0))
        await quiet.faults("http_500", rate=0)

        await edited(quiet, comment, "teşekkürler, kolay gelsin")
        await handled(quiet)
        await carry_out_later(quiet, message, timedelta(minutes=5))

        assert await calls(quiet, comment) == ["hide"]
        assert (await quiet.states(message))["delete", "removal"] == "cancelled"
        (review,) = await quiet.rows("select reason, revision from reviews where state = 'open'")
        assert review == {"reason": "edited_after_decision", "revision": 2}


class TestAnEditKeepsItsAnswer:
    """6.4.1: an edited question is answered, or its answer suggested, as one that was never edited."""

    async def suggested(self, flow: Flow, edited: str) -> MessageId:
        """A question, judged and with its suggested answer; and its edit, which nobody has judged yet."""
        await flow.activate(measured_policy(variables={}))
        await flow.deliver("facebook", page(feed("add", 1, message=GRADUATE)))
        message = await handled(flow)
        assert (await flow.states(message))["reply", "reply"] == "held"
        await flow.deliver("facebook", page(feed("edited", 1, message=edited), time=2))
        return message

    async def test_an_edit_renews_the_suggestion(self, quiet: Flow) -> None:
        message = await self.suggested(quiet, f"Merhaba, {GRADUATE}")

        await handled(quiet)

        assert await quiet.rows(
            "select a.state, a.revision, a.problem, d.revision as decided from actions a "
            "join decisions d on d.id = a.decision_id where a.kind = 'reply' and a.message_id = :id",
            id=message,
        ) == [{"state": "held", "revision": 2, "problem": None, "decided": 2}]

    async def test_an_edit_and_its_undoing_renew_it_too(self, quiet: Flow) -> None:
        message = await self.suggested(quiet, NEUTRAL)
        await handled(quiet)
        assert (await quiet.states(message))["reply", "reply"] == "cancelled"

        await quiet.deliver("facebook", page(feed("edited", 1, message=GRADUATE), time=3))
        await handled(quiet)

        assert (await quiet.states(message))["reply", "reply"] == "held"

    async def test_what_a_person_discarded_does_not_come_back(self, quiet: Flow, director: PersonId) -> None:
        message = await self.suggested(quiet, f"Merhaba, {GRADUATE}")
        (reply,) = await quiet.rows("select id from actions where kind = 'reply'")
        await quiet.service.by_hand.discard(ActionId(reply["id"]), by=director, reason="Telefonda yanıtlandı.")

        await handled(quiet)

        assert (await quiet.states(message))["reply", "reply"] == "cancelled"


class TestModesHoldAtTheMomentOfSending:
    """I6: silence mode withholds, lists, releases; nothing is lost."""

    async def test_silence_between_plan_and_send_withholds_the_reply(self, flow: Flow, director: PersonId) -> None:
        async with flow.service.sessions.begin() as session:
            await modes.start_silence(
                session, reason="deprem", includes_support=False, until=None, by=director, at=flow.clock()
            )
        comment = await flow.comment(COMPLAINT)

        async def withheld() -> list[dict[str, Any]]:
            return await flow.rows("select id, held_because from actions where kind = 'reply' and state = 'withheld'")

        (row,) = await flow.until(withheld)
        assert row["held_because"].startswith("silence:")
        with pytest.raises(NotPossibleError, match="Sessizlik modu açık"):
            await flow.service.by_hand.release(ActionId(row["id"]), by=director)

        async with flow.service.sessions.begin() as session:
            await modes.end_silence(session, by=director, at=flow.clock())
        await flow.service.by_hand.release(ActionId(row["id"]), by=director)

        async def answered() -> list[Any]:
            return list((await flow.item(comment))["replies"])

        assert len(await flow.until(answered)) == 1

    async def test_silence_spares_the_support_message_and_moderation(self, flow: Flow, director: PersonId) -> None:
        async with flow.service.sessions.begin() as session:
            await modes.start_silence(
                session, reason="deprem", includes_support=False, until=None, by=director, at=flow.clock()
            )
        cry, insult = await flow.comment(SELF_HARM), await flow.comment(INSULT, author="Başkası")

        await flow.until_state(insult, "hidden")
        await flow.decided(cry)

        assert len((await flow.item(cry))["private_messages"]) == 1

    async def test_a_stale_support_message_becomes_an_urgent_task(self, database_url: str, tmp_path: Path) -> None:
        async with running_flow(database_url, tmp_path, work=False) as flow:
            comment = await flow.comment(SELF_HARM)

            async def arrived() -> list[dict[str, Any]]:
                return await flow.rows("select id from deliveries")

            (delivery,) = await flow.until(arrived)
            await flow.service.pipeline.reader.read(delivery["id"])
            (message,) = await flow.rows("select id from messages")
            await flow.service.pipeline.judge.judge(MessageId(message["id"]))
            flow.clock.shift = timedelta(minutes=16)

            await flow.service.pipeline.handle_message(MessageId(message["id"]))

            (task,) = await flow.rows("select kind, reason, urgency from tasks where kind <> 'evidence'")
            assert task == {"kind": "private_message", "reason": "expired", "urgency": "urgent"}
            assert (await flow.item(comment))["private_messages"] == []
            assert await flow.rows("select id from notifications where kind = 'support_stale' and urgency = 'urgent'")


class TestAPersonsDecisionBeatsTheMachines:
    """I7: what a person kept may be contained again after an edit, never removed."""

    async def test_restoring_undoes_a_takedown_and_cancels_its_deletion(self, flow: Flow, director: PersonId) -> None:
        comment = await flow.comment(INSULT)
        await flow.until_state(comment, "hidden")
        message = await flow.decided(comment)

        await flow.service.by_hand.override(message, Override.RESTORE, by=director, reason="Alıntıymış.")
        await flow.until_state(comment, "visible")

        states = await flow.states(message)
        assert states["delete", "removal"] == "cancelled"
        (review,) = await flow.rows("select count(*) as n from reviews where state = 'open'")
        assert review["n"] == 0

    async def test_an_edit_of_a_kept_message_is_contained_at_most(self, flow: Flow, director: PersonId) -> None:
        comment = await flow.comment(INSULT)
        message = await flow.decided(comment)
        await flow.until_state(comment, "hidden")
        await flow.service.by_hand.override(message, Override.KEEP, by=director, reason="Mizah.")
        await flow.until_state(comment, "visible")

        await flow.sandbox.post(f"/control/facebook/comments/{comment}/edit", json={"text": INSULT + " hepiniz"})
        await flow.decided(comment, decisions=3)

        (last,) = await flow.rows("select disposition from decisions where made_by = 'machine' and revision = 2")
        assert last["disposition"] == "contain"
        assert await flow.rows("select id from actions where kind = 'delete' and revision = 2") == []

    async def test_a_person_may_delete_at_once_and_the_evidence_comes_first(
        self, flow: Flow, director: PersonId
    ) -> None:
        comment = await flow.comment(NEUTRAL)
        message = await flow.decided(comment)

        await flow.service.by_hand.override(message, Override.DELETE, by=director, reason="6.4.14, gizli reklam.")
        await flow.until_state(comment, "deleted")

        (row,) = await flow.rows(
            "select e.sealed_at < a.started_at as sealed_first, i.taken_at < a.started_at as taken_first "
            "from actions a join evidence e on e.message_id = a.message_id "
            "join evidence_images i on i.evidence_id = e.id where a.kind = 'delete'"
        )
        assert row == {"sealed_first": True, "taken_first": True}

    async def test_an_edit_to_harmless_words_stops_the_deletion_and_asks_a_person(self, flow: Flow) -> None:
        comment = await flow.comment(INSULT)
        await flow.until_state(comment, "hidden")
        message = await flow.decided(comment)

        await flow.sandbox.post(f"/control/facebook/comments/{comment}/edit", json={"text": NEUTRAL})
        await flow.decided(comment, decisions=2)

        assert (await flow.states(message))["delete", "removal"] == "cancelled"
        (review,) = await flow.rows("select reason from reviews where state = 'open'")
        assert review["reason"] == "edited_after_takedown"


class TestWhatWasEditedAwayIsJudgedToo:
    """6.4.15, 6.4.12: who is in danger is met, though they took their words back; harmless words stay."""

    async def edited_at_once(self, flow: Flow, words: str) -> tuple[str, MessageId]:
        """A comment whose author made it harmless before anybody judged it."""
        comment = await flow.comment(words)
        message = await handled(flow, judged=False)
        await edited(flow, comment, NEUTRAL)
        await handled(flow, judged=False)
        await flow.service.pipeline.handle_message(message)
        return comment, message

    async def test_a_cry_for_help_is_met_and_kept_as_it_was(self, quiet: Flow) -> None:
        comment, message = await self.edited_at_once(quiet, SELF_HARM)

        shown = await quiet.item(comment)
        assert len(shown["private_messages"]) == 1
        assert (shown["state"], shown["replies"]) == ("visible", [])
        told = await quiet.rows("select unit from notifications where kind = 'self_harm' order by unit")
        assert [row["unit"] for row in told] == ["kurumsal_iletisim", "sks"]
        (sealed,) = await quiet.rows(
            "select e.revision, c.fields, i.kind from evidence e join evidence_contents c on c.evidence_id = e.id "
            "join evidence_images i on i.evidence_id = e.id"
        )
        assert (sealed["revision"], sealed["fields"]["text"], sealed["kind"]) == (1, SELF_HARM, "card")
        assert sealed["fields"]["decision"]["labels"] == ["self_harm"]
        (review,) = await quiet.rows("select reason, revision, priority from reviews where state = 'open'")
        assert review == {"reason": "self_harm", "revision": 2, "priority": 100}
        decided = await quiet.rows(
            "select revision, labels from decisions where message_id = :id order by id", id=message
        )
        assert decided == [{"revision": 1, "labels": ["self_harm"]}, {"revision": 2, "labels": []}]

    async def test_both_in_one_delivery_are_judged_in_order(self, quiet: Flow) -> None:
        await quiet.deliver(
            "facebook", page(feed("add", 1, message=SELF_HARM), feed("edited", 1, message=NEUTRAL), time=2)
        )

        await handled(quiet)

        decided = await quiet.rows("select revision, labels from decisions order by id")
        assert decided == [{"revision": 1, "labels": ["self_harm"]}, {"revision": 2, "labels": []}]

    async def test_a_threat_is_told_and_what_stands_there_now_stays(self, quiet: Flow) -> None:
        comment, _ = await self.edited_at_once(quiet, THREAT)

        assert await calls(quiet, comment) == []
        told = await quiet.rows("select unit from notifications where kind = 'threat' order by unit")
        assert [row["unit"] for row in told] == ["guvenlik", "kurumsal_iletisim"]
        assert [row["revision"] for row in await quiet.rows("select revision from evidence")] == [1]

    @pytest.mark.parametrize("words", [INSULT, PRIVATE_DATA, COMPLAINT])
    async def test_nothing_else_follows_from_words_that_are_gone(self, quiet: Flow, words: str) -> None:
        comment, message = await self.edited_at_once(quiet, words)

        assert await calls(quiet, comment) == []
        assert await quiet.states(message) == {}
        assert await quiet.rows("select id from reviews") == []
        assert len(await quiet.rows("select id from decisions")) == 2

    async def test_an_edit_while_the_machine_thinks_leaves_the_new_words_alone(
        self, database_url: str, tmp_path: Path
    ) -> None:
        thinking, changed = threading.Event(), threading.Event()

        def slowly(texts: Sequence[tuple[str, str | None]]) -> list[Mapping[Label, Scored]]:
            thinking.set()
            changed.wait(9)
            return no_scores(texts)

        async with running_flow(database_url, tmp_path, work=False, classify=slowly) as flow:
            comment = await flow.comment(INSULT)
            message = await handled(flow, judged=False)
            handling = asyncio.create_task(flow.service.pipeline.handle_message(message))
            await asyncio.to_thread(thinking.wait, 9)
            await edited(flow, comment, NEUTRAL)
            await handled(flow, judged=False)
            changed.set()
            await handling

            await flow.service.pipeline.handle_message(message)

            assert await calls(flow, comment) == []
            assert len(await flow.rows("select id from decisions")) == 2


class TestAPersonWasFaster:
    """I7: the machine's decision on what a person decided already is recorded, and leaves the message alone."""

    @pytest.mark.parametrize("words", [INSULT, PRIVATE_DATA, GRADUATE])
    async def test_nothing_is_done_to_it_nor_asked_about_it(self, quiet: Flow, director: PersonId, words: str) -> None:
        comment = await quiet.comment(words)
        message = await handled(quiet, judged=False)
        await quiet.service.by_hand.override(message, Override.KEEP, by=director, reason="Mizah.")

        await quiet.service.pipeline.handle_message(message)

        shown = await quiet.item(comment)
        assert (shown["history"], shown["replies"]) == ([], [])
        assert {kind for kind, _ in await quiet.states(message)} <= {"evidence", "notify"}
        assert await quiet.rows("select id from reviews where state = 'open'") == []
        assert len(await quiet.rows("select id from decisions where made_by = 'machine'")) == 1

    async def test_those_who_must_know_of_danger_are_told_all_the_same(self, quiet: Flow, director: PersonId) -> None:
        comment = await quiet.comment(SELF_HARM)
        message = await handled(quiet, judged=False)
        await quiet.service.by_hand.override(message, Override.KEEP, by=director, reason="Arıyoruz.")

        await quiet.service.pipeline.handle_message(message)

        told = await quiet.rows("select unit from notifications where kind = 'self_harm' order by unit")
        assert [row["unit"] for row in told] == ["kurumsal_iletisim", "sks"]
        assert len((await quiet.item(comment))["private_messages"]) == 1

    async def test_a_decision_while_the_machine_thinks_counts_too(self, database_url: str, tmp_path: Path) -> None:
        thinking, decided = threading.Event(), threading.Event()

        def slowly(texts: Sequence[tuple[str, str | None]]) -> list[Mapping[Label, Scored]]:
            thinking.set()
            decided.wait(9)
            return no_scores(texts)

        async with running_flow(database_url, tmp_path, work=False, classify=slowly) as flow:
            (person,) = await flow.rows("select id from people where role = 'director'")
            comment = await flow.comment(INSULT)
            message = await handled(flow, judged=False)
            handling = asyncio.create_task(flow.service.pipeline.handle_message(message))
            await asyncio.to_thread(thinking.wait, 9)

            await flow.service.by_hand.override(message, Override.KEEP, by=person["id"], reason="Mizah.")
            decided.set()
            await handling

            assert await calls(flow, comment) == []


class TestACallOnItsWayBindsNobody:
    """I7: what a person or an edit decides while a call is on its way holds, however the call ends."""

    async def test_a_deletion_that_times_out_is_not_made_after_a_restore(self, quiet: Flow, director: PersonId) -> None:
        comment = await quiet.comment(PRIVATE_DATA)
        message = await handled(quiet)
        await carried_out_up_to(quiet, message, "delete")
        await quiet.faults("timeout")

        async with on_its_way(quiet, message, "delete"):
            await quiet.faults("timeout", rate=0)
            await quiet.service.by_hand.override(message, Override.RESTORE, by=director, reason="Kendi numarası.")
        await carry_out_later(quiet, message, timedelta(minutes=5))

        assert (await quiet.states(message))["delete", "removal"] == "cancelled"
        assert await calls(quiet, comment) == ["hide", "unhide"]

    async def test_a_dead_workers_deletion_is_not_made_after_a_restore(self, quiet: Flow, director: PersonId) -> None:
        comment = await quiet.comment(PRIVATE_DATA)
        message = await handled(quiet)
        await begun_by_one_who_died(quiet, message, "delete")

        await quiet.service.by_hand.override(message, Override.RESTORE, by=director, reason="Kendi numarası.")
        await quiet.service.pipeline.handle_message(message)

        assert await calls(quiet, comment) == ["hide", "unhide"]

    async def test_a_dead_workers_deletion_is_not_made_after_an_edit(self, quiet: Flow) -> None:
        comment = await quiet.comment(PRIVATE_DATA)
        message = await handled(quiet)
        await begun_by_one_who_died(quiet, message, "delete")

        await edited(quiet, comment, NEUTRAL)
        await handled(quiet, judged=False)
        await carry_out_later(quiet, message, timedelta(0))

        assert (await quiet.states(message))["delete", "removal"] == "cancelled"
        assert await calls(quiet, comment) == ["hide"]

    async def test_what_is_being_hidden_comes_back_for_a_person_who_keeps_it(
        self, quiet: Flow, director: PersonId
    ) -> None:
        comment = await quiet.comment(INSULT)
        message = await handled(quiet)
        await quiet.faults("slow")

        async with on_its_way(quiet, message, "hide"):
            await quiet.faults("slow", rate=0)
            await quiet.service.by_hand.override(message, Override.KEEP, by=director, reason="Mizah.")

        assert await calls(quiet, comment) == ["hide", "unhide"]
        assert (await quiet.item(comment))["state"] == "visible"

    async def test_what_may_be_hidden_goes_to_a_person_when_it_reads_harmless(self, quiet: Flow) -> None:
        comment = await quiet.comment(INSULT)
        message = await handled(quiet)
        await begun_by_one_who_died(quiet, message, "hide")

        await edited(quiet, comment, NEUTRAL)
        await handled(quiet)

        (review,) = await quiet.rows("select reason from reviews where state = 'open'")
        assert review["reason"] == "edited_after_takedown"
        assert (await quiet.states(message))["hide", "hide"] == "cancelled"

    async def test_words_let_back_in_do_not_bring_back_what_an_edit_made_of_them(
        self, quiet: Flow, director: PersonId
    ) -> None:
        comment = await quiet.comment(INSULT)
        message = await handled(quiet)
        await carry_out_later(quiet, message, timedelta(0))
        await quiet.faults("http_500")
        await quiet.service.by_hand.override(message, Override.KEEP, by=director, reason="Mizah.")
        await carry_out_later(quiet, message, timedelta(0))
        await quiet.faults("http_500", rate=0)
        await quiet.execute("update actions set due_at = now() + interval '1 minute' where kind = 'unhide'")

        await edited(quiet, comment, INSULT + " hepiniz")
        await handled(quiet)
        for minutes in (0, 5):
            await carry_out_later(quiet, message, timedelta(minutes=minutes))

        assert (await quiet.item(comment))["state"] == "hidden"

    async def test_what_was_cancelled_before_it_began_is_not_revived(self, quiet: Flow, director: PersonId) -> None:
        await quiet.comment(INSULT)
        message = await handled(quiet)
        async with quiet.service.sessions() as session:
            hiding = next(action for action in await actions.open_actions(session, message) if action.kind == "hide")
        await quiet.service.by_hand.discard(hiding.id, by=director, reason="Gerek yok.")

        async with quiet.service.sessions.begin() as session:
            number = await actions.start(session, hiding, at=quiet.clock())

        assert number is None
        assert (await quiet.states(message))["hide", "hide"] == "cancelled"

    async def test_nobody_is_asked_to_delete_by_hand_what_another_restored(
        self, quiet: Flow, director: PersonId
    ) -> None:
        await quiet.comment(PRIVATE_DATA)
        message = await handled(quiet)
        await carried_out_up_to(quiet, message, "delete")
        await quiet.execute("update actions set attempts = 7 where kind = 'delete'")
        await quiet.faults("http_500")
        await carry_out_later(quiet, message, timedelta(0))
        (task,) = await quiet.rows("select action_id from tasks where state = 'open'")

        await quiet.service.by_hand.override(message, Override.RESTORE, by=director, reason="Kendi numarası.")

        assert await quiet.rows("select id from tasks where state = 'open'") == []
        with pytest.raises(NotPossibleError, match="yeniden denenebilir"):
            await quiet.service.by_hand.retry(ActionId(task["action_id"]), by=director)


class TestWeNeverAnswerOurselves:
    """I10: echoes are neither judged nor answered."""

    async def test_our_own_comment_is_no_message(self, flow: Flow) -> None:
        own = feed("add", 1, message=COMPLAINT)
        own["value"]["from"] = {"id": UNIVERSITY_PAGE, "name": "İEÜ"}

        await flow.deliver("facebook", page(own))
        await deliveries_done(flow, 1)

        assert await flow.rows("select id from messages") == []

    async def test_the_end_of_our_own_comment_is_no_message_either(self, flow: Flow) -> None:
        own = feed("add", 1, message=COMPLAINT)
        own["value"]["from"] = {"id": UNIVERSITY_PAGE, "name": "İEÜ"}
        await flow.deliver("facebook", page(own))
        await deliveries_done(flow, 1)

        await flow.deliver("facebook", page(feed("remove", 1)))
        await deliveries_done(flow, 2)

        assert await flow.rows("select id from messages") == []

    async def test_another_account_of_ours_is_not_judged_either(self, flow: Flow) -> None:
        (other,) = await flow.rows("select external_id from accounts where platform = 'facebook' and kind = 'unit'")
        other_of_ours = feed("add", 1, message=COMPLAINT)
        other_of_ours["value"]["from"] = {"id": other["external_id"], "name": "İEÜ Mühendislik"}

        await flow.deliver("facebook", page(other_of_ours))
        await deliveries_done(flow, 1)

        assert await flow.rows("select id from messages") == []


class TestWhatCannotBeJudgedIsNeverKeptInSilence:
    """Section 3: what is missing is asked for, and where it is not to be had a person looks."""

    MENTION: ClassVar = {
        "object": "instagram",
        "entry": [
            {
                "id": UNIVERSITY_INSTAGRAM,
                "time": 1_780_000_000,
                "changes": [
                    {"field": "mentions", "value": {"media_id": "17900000000000001", "comment_id": "17900000002"}}
                ],
            }
        ],
    }

    async def test_a_mention_without_words_is_asked_for(self, flow: Flow) -> None:
        answer = await flow.sandbox.post(
            "/control/instagram/mentions", json={"text": f"@izmirekonomi {COMPLAINT}", "author": "Uzaktaki"}
        )
        answer.raise_for_status()

        message = (await flow.until(lambda: flow.rows("select message_id, labels from decisions")))[0]

        (stored,) = await flow.rows("select text from messages where id = :id", id=message["message_id"])
        assert COMPLAINT in stored["text"]
        assert "complaint" in message["labels"]

    async def test_words_that_the_platform_does_not_give_bring_a_person(self, flow: Flow) -> None:
        await flow.deliver("instagram", self.MENTION)
        await flow.decided("17900000002")

        (review,) = await flow.rows("select reason from reviews")
        (decision,) = await flow.rows("select incomplete from decisions")
        assert review["reason"] == "incomplete"
        assert decision["incomplete"] == ["signal:text"]


class TestNothingIsRemovedOnAFeeling:
    """Section 3: a likely finding contains, a weak one asks; nothing is deleted by the machine."""

    @pytest.mark.parametrize(("tier", "state"), [(Tier.LIKELY, "hidden"), (Tier.WEAK, "visible")])
    async def test_less_than_certain_is_never_deleted(self, flow: Flow, tier: Tier, state: str) -> None:
        await flow.activate(measured_policy(tier))
        comment = await flow.comment(INSULT)
        message = await flow.decided(comment)

        assert (await flow.item(comment))["state"] == state
        assert "delete" not in [kind for kind, _ in await flow.states(message)]
        assert await flow.rows("select id from reviews where state = 'open'")


class TestCrashes:
    """I3, I4, I9: whatever moment the worker dies at, the next one finishes, once."""

    @pytest.mark.parametrize("after", range(6))
    async def test_a_removal_interrupted_after_any_step_ends_the_same(self, quiet: Flow, after: int) -> None:
        comment = await quiet.comment(PRIVATE_DATA)
        delivery = await quiet.until(lambda: quiet.rows("select id from deliveries"))
        ids = await quiet.service.pipeline.reader.read(delivery[0]["id"])
        await quiet.service.pipeline.judge.judge(ids[0])
        for _ in range(after):
            await quiet.service.pipeline.actions._one(ids[0], "dies")
        # The dead worker's claim runs out.
        await quiet.execute("update messages set busy_until = now() - interval '1 second'")

        await quiet.service.pipeline.handle_delivery(delivery[0]["id"])

        shown = await quiet.item(comment)
        assert shown["state"] == "deleted"
        assert len(await quiet.rows("select id from evidence")) == 1
        assert len(await quiet.rows("select id from decisions")) == 1

    @pytest.mark.parametrize("since_its_death", ["19 seconds", "21 seconds"])
    async def test_what_a_worker_held_when_all_was_done_is_held_no_longer(
        self, quiet: Flow, since_its_death: str
    ) -> None:
        await quiet.comment(INSULT)
        message = await handled(quiet)
        await quiet.execute("update actions set state = 'cancelled'")
        await quiet.execute(
            "update messages set busy_with = 'dead', busy_until = now() + interval '20 seconds' - "
            "cast(cast(:since as text) as interval)",
            since=since_its_death,
        )

        async with working(quiet.worker):
            await quiet.service.pipeline.actions.carry_out(message)
            await quiet.until(lambda: quiet.rows("select id from messages where busy_with is null"))

    async def test_a_worker_that_stood_still_calls_nobody(self, quiet: Flow) -> None:
        comment = await quiet.comment(INSULT)
        begun = await self.about_to_hide(quiet)

        await quiet.service.pipeline.actions._attempt(*begun, until=asyncio.get_running_loop().time())

        assert await quiet.rows("select outcome, code from attempts where action_id = :id", id=begun[0].id) == [
            {"outcome": "unavailable", "code": "held_up"}
        ]
        assert (await quiet.item(comment))["history"] == []
        assert (await quiet.states(begun[0].message_id))["hide", "hide"] == "planned"

    async def test_calls_that_take_longer_than_the_claim_are_given_up(self, quiet: Flow) -> None:
        await quiet.comment(INSULT)
        begun = await self.about_to_hide(quiet)
        await quiet.faults("timeout", seconds=30)
        loop = asyncio.get_running_loop()
        until = loop.time() + 0.5

        await quiet.service.pipeline.actions._attempt(*begun, until=until)

        assert loop.time() < until + 2
        assert (await quiet.states(begun[0].message_id))["hide", "hide"] == "planned"

    async def test_who_was_taken_for_dead_gives_nothing_up_for_those_after_them(self, quiet: Flow) -> None:
        await quiet.comment(INSULT)
        action, loaded, _ = await self.about_to_hide(quiet)
        await quiet.execute("update actions set attempts = 7 where id = :id", id=action.id)
        await quiet.execute("update messages set busy_until = now() - interval '1 second'")
        await quiet.service.pipeline.actions.carry_out(action.message_id)
        assert (await quiet.states(action.message_id))["hide", "hide"] == "done"

        last = replace(action, attempts=7)
        await quiet.service.pipeline.actions._attempt(last, loaded, 7, until=asyncio.get_running_loop().time())

        assert (await quiet.states(action.message_id))["hide", "hide"] == "done"
        assert await quiet.rows("select id from tasks where kind = 'hide'") == []

    @staticmethod
    async def about_to_hide(flow: Flow) -> tuple[Action, Loaded, int]:
        """A worker has begun to hide the only comment, and has called nobody yet."""
        message = await handled(flow)
        begin, one = flow.service.pipeline.actions._begin, flow.service.pipeline.actions._one
        while not await flow.rows("select id from evidence"):
            await one(message, "stands still")
        begun = await begin(message, "stands still", ExitStack())
        assert begun is not None
        action, loaded, number = begun
        assert action.kind is ActionKind.HIDE
        assert number is not None
        return action, loaded, number

    async def test_a_killed_worker_is_survived_between_evidence_and_deletion(self, quiet: Flow) -> None:
        await quiet.faults("slow", seconds=4)
        comment = await quiet.comment(PRIVATE_DATA)
        killed = await self.spawn(quiet)

        async def sealed() -> list[Any]:
            return await quiet.rows("select id from evidence")

        await quiet.until(sealed, within=timedelta(seconds=90))
        killed.send_signal(signal.SIGKILL)
        await killed.wait()
        assert (await quiet.item(comment))["state"] != "deleted"

        async with working(quiet.worker):
            await quiet.until(lambda: self.state_is(quiet, comment, "deleted"), within=timedelta(seconds=60))

        calls = [call["call"] for call in (await quiet.item(comment))["history"]]
        assert calls.count("delete") == 1
        assert len(await quiet.rows("select id from evidence")) == 1

    @staticmethod
    async def state_is(flow: Flow, comment: str, state: str) -> bool:
        return bool((await flow.item(comment))["state"] == state)

    @staticmethod
    async def spawn(flow: Flow) -> asyncio.subprocess.Process:
        """A worker as a process of its own, set up through its environment."""
        settings = flow.service.settings
        environment = dict(os.environ) | {
            "NOBET_DATABASE_URL": settings.require_database_url(),
            "NOBET_DATA_DIR": str(settings.data_dir),
        }
        for platform in ("facebook", "instagram"):
            of_platform = getattr(settings, platform)
            tokens = {key: token.get_secret_value() for key, token in of_platform.access_tokens.items()}
            environment |= {
                f"NOBET_{platform.upper()}__ACCESS_TOKENS": json.dumps(tokens),
                f"NOBET_{platform.upper()}__APP_SECRET": of_platform.app_secret.get_secret_value(),
                f"NOBET_{platform.upper()}__BASE_URL": of_platform.base_url,
            }
        return await asyncio.create_subprocess_exec(
            sys.executable, "-m", "app", "worker", env=environment, stderr=asyncio.subprocess.DEVNULL
        )


class TestWhoRemovedIt:
    """The platform tells that a message is gone, not who took it away: what we did ourselves is recorded as ours."""

    @pytest.fixture
    async def quiet(self, database_url: str, tmp_path: Path) -> AsyncIterator[Flow]:
        """Everything running but the worker."""
        async with running_flow(database_url, tmp_path, work=False) as flow:
            yield flow

    @staticmethod
    async def before_deletion(flow: Flow, comment: str) -> MessageId:
        """Read and judge it, and carry out everything but its deletion; the webhooks of what we do are held back."""
        (delivery,) = await flow.until(lambda: flow.rows("select id from deliveries"))
        await flow.sandbox.post("/control/webhooks", json={"mode": "hold"})
        (message,) = await flow.service.pipeline.reader.read(delivery["id"])
        await flow.service.pipeline.judge.judge(message)
        while await flow.rows("select id from actions where state = 'planned' and kind <> 'delete'"):
            assert await flow.service.pipeline.actions._one(message, "steps")
        return message

    @staticmethod
    async def told(flow: Flow, count: int) -> None:
        """Let the platform tell what it held back, that many deliveries in all, and read it."""
        await flow.sandbox.post("/control/webhooks", json={"mode": "send", "release": True})
        deliveries = await flow.until(lambda: _deliveries(flow, count))
        for row in deliveries:
            await flow.service.pipeline.reader.read(row["id"])

    @staticmethod
    async def stands(flow: Flow) -> tuple[str, str, int]:
        """The message's state, that of its deletion, and how often it was attempted."""
        (row,) = await flow.rows(
            "select m.state, a.state as deletion, a.attempts from messages m "
            "join actions a on a.message_id = m.id and a.kind = 'delete'"
        )
        return row["state"], row["deletion"], row["attempts"]

    @pytest.mark.parametrize("while_running", [True, False])
    async def test_our_deletion_whose_answer_was_lost_is_not_the_authors(
        self, quiet: Flow, while_running: bool
    ) -> None:
        comment = await quiet.comment(PRIVATE_DATA)
        message = await self.before_deletion(quiet, comment)
        await quiet.faults("lost_response")
        deleting = asyncio.create_task(quiet.service.pipeline.actions._one(message, "steps"))
        await quiet.until_state(comment, "deleted")
        if not while_running:
            await deleting
        await self.told(quiet, 3)
        await deleting
        await quiet.faults("lost_response", seconds=0)
        quiet.clock.shift = timedelta(minutes=5)
        await quiet.execute("update messages set busy_until = null, busy_with = null")

        await quiet.service.pipeline.handle_message(message)

        assert await self.stands(quiet) == ("deleted", "done", 1)

    async def test_a_removal_before_we_tried_is_the_authors(self, quiet: Flow) -> None:
        comment = await quiet.comment(PRIVATE_DATA)
        await self.before_deletion(quiet, comment)
        (await quiet.sandbox.post(f"/control/facebook/comments/{comment}/remove")).raise_for_status()

        await self.told(quiet, 3)

        assert await self.stands(quiet) == ("removed_by_author", "cancelled", 0)

    async def test_a_removal_after_ours_was_refused_is_the_authors(self, quiet: Flow) -> None:
        comment = await quiet.comment(PRIVATE_DATA)
        message = await self.before_deletion(quiet, comment)
        await quiet.faults("expired_token")
        await quiet.service.pipeline.actions._one(message, "steps")
        (await quiet.sandbox.post(f"/control/facebook/comments/{comment}/remove")).raise_for_status()

        await self.told(quiet, 3)

        assert await self.stands(quiet) == ("removed_by_author", "cancelled", 1)

    @pytest.mark.parametrize("state", ["hidden", "removed_by_author"])
    async def test_a_deletion_confirmed_by_hand_is_ours(self, quiet: Flow, state: str) -> None:
        comment = await quiet.comment(PRIVATE_DATA)
        message = await self.before_deletion(quiet, comment)
        (director,) = await quiet.rows("select id from people where role = 'director'")
        (deletion,) = await quiet.rows("select id from actions where kind = 'delete'")
        await quiet.execute("update actions set state = 'task' where id = :id", id=deletion["id"])
        await quiet.execute("update messages set state = :state", state=state)
        async with quiet.service.sessions.begin() as session:
            task = await tasks.open_task(
                session,
                kind="delete",
                reason="gave_up",
                message_id=message,
                action_id=ActionId(deletion["id"]),
                due_at=quiet.clock(),
            )

        await quiet.service.by_hand.confirm_task(task or 0, by=PersonId(director["id"]), note="Elle silindi.")

        assert await self.stands(quiet) == ("deleted", "done", 0)

    async def test_a_hide_confirmed_by_hand_shows(self, quiet: Flow) -> None:
        await quiet.comment(INSULT)
        (delivery,) = await quiet.until(lambda: quiet.rows("select id from deliveries"))
        (message,) = await quiet.service.pipeline.reader.read(delivery["id"])
        await quiet.service.pipeline.judge.judge(message)
        assert await quiet.service.pipeline.actions._one(message, "steps")  # the sealed record
        (director,) = await quiet.rows("select id from people where role = 'director'")
        await quiet.execute("update actions set state = 'task' where kind = 'hide'")
        (hide,) = await quiet.rows("select id from actions where kind = 'hide'")
        async with quiet.service.sessions.begin() as session:
            task = await tasks.open_task(
                session,
                kind="hide",
                reason="gave_up",
                message_id=message,
                action_id=ActionId(hide["id"]),
                due_at=quiet.clock(),
            )

        await quiet.service.by_hand.confirm_task(task or 0, by=PersonId(director["id"]), note="Elle gizlendi.")

        assert await quiet.rows("select state from messages") == [{"state": "hidden"}]


async def _deliveries(flow: Flow, count: int) -> list[dict[str, Any]]:
    found = await flow.rows("select id from deliveries order by id")
    return found if len(found) >= count else []


class TestTheNet:
    """Once a minute the worker looks for what fell: work without a job, and what was kept for its time alone."""

    async def test_a_revision_that_nobody_judged_is_caught(self, quiet: Flow) -> None:
        comment = await quiet.comment(SELF_HARM)
        message = await handled(quiet, judged=False)
        await edited(quiet, comment, NEUTRAL)
        await handled(quiet, judged=False)
        await quiet.execute(
            "insert into decisions (id, message_id, revision, made_by, disposition, policy_version) "
            "select nobet_id_beside('decisions_numbers', :id), :id, 2, 'machine', 'keep', version "
            "from policies limit 1",
            id=message,
        )

        async with quiet.service.sessions() as session:
            fallen = await messages.undecided(session, before=quiet.clock() + timedelta(minutes=2))

        assert fallen == [message]

    async def test_what_lost_its_job_is_caught(self, database_url: str, tmp_path: Path) -> None:
        async with running_flow(database_url, tmp_path, work=False) as flow:
            comment = await flow.comment(PRIVATE_DATA)
            (delivery,) = await flow.until(lambda: flow.rows("select id from deliveries"))
            await flow.service.pipeline.reader.read(delivery["id"])
            await flow.execute("delete from pgqueuer")
            await flow.execute("update messages set received_at = now() - interval '5 minutes'")

            await flow.worker.catch_what_fell()

            async with working(flow.worker):
                await flow.until_state(comment, "deleted")

    async def test_what_has_its_job_is_left_to_it(self, database_url: str, tmp_path: Path) -> None:
        """Were it queued again each minute, a worker that is behind would fall behind further."""
        async with running_flow(database_url, tmp_path, work=False) as flow:
            for text in (PRIVATE_DATA, INSULT):
                await flow.comment(text)
            first, second = await flow.until(lambda: _two_deliveries(flow))
            (waits,) = await flow.service.pipeline.reader.read(first["id"])
            (fell,) = await flow.service.pipeline.reader.read(second["id"])
            await flow.execute("delete from pgqueuer where entrypoint = 'message'")
            async with flow.service.sessions.begin() as session:
                await message_job(session, waits)
            await flow.execute("update messages set received_at = now() - interval '5 minutes'")

            await flow.worker.catch_what_fell()

            jobs = await flow.rows(
                "select convert_from(payload, 'utf8') as id from pgqueuer where entrypoint = 'message'"
            )
            assert sorted(int(row["id"]) for row in jobs) == sorted([waits, fell])

    async def test_kept_answers_go_when_their_day_is_over(self, database_url: str, tmp_path: Path) -> None:
        async with running_flow(database_url, tmp_path, work=False) as flow:
            await flow.execute(
                "insert into idempotency_keys (person_id, key, request_digest, status, body, created_at) "
                "select p.id, k.key, '', 200, '{}', now() - k.age from people p, "
                "(values ('old', interval '25 hours'), ('young', interval '23 hours')) as k (key, age) "
                "where p.role = 'director'"
            )

            await flow.worker.catch_what_fell()

            assert await flow.rows("select key from idempotency_keys") == [{"key": "young"}]


async def test_a_deletion_takes_no_cry_for_help_along(flow: Flow) -> None:
    """6.4.15: platforms delete answers together with what they answer."""
    await flow.activate(measured_policy())
    insult = await flow.comment(INSULT)
    plain = await flow.comment(INSULT, author="Mert Deneme")
    answer = await flow.comment(NEUTRAL, parent_id=insult, author="Can Deneme")
    cry = await flow.comment(SELF_HARM, parent_id=answer, author="Deniz Deneme")
    message, other, _ = [await flow.decided(comment) for comment in (insult, plain, cry)]
    await flow.until_state(insult, "hidden")
    await flow.until_state(plain, "hidden")

    for each in (message, other):
        await carry_out_later(flow, each, timedelta(hours=1))

    (deletion,) = await flow.rows(
        "select id, held_because from actions where message_id = :id and kind = 'delete' and state = 'held'", id=message
    )
    (item,) = await flow.rows("select reason from reviews where message_id = :id and state = 'open'", id=message)
    assert deletion["held_because"] == item["reason"] == "self_harm_beneath"
    assert [(await flow.item(one))["state"] for one in (plain, insult, cry)] == ["deleted", "hidden", "visible"]

    released = await flow.api.post(f"/v1/actions/{deletion['id']}/release", json={}, headers=by("director"))

    assert released.status_code == 200
    await flow.until_state(insult, "deleted")


async def _two_deliveries(flow: Flow) -> list[dict[str, Any]]:
    rows = await flow.rows("select id from deliveries order by id")
    return rows if len(rows) == 2 else []
