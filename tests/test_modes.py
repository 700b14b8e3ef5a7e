"""Modes hold at the moment of sending (I6): silence with its times, the pause after a rise, crises; nothing is lost."""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert

from app.decisions.policy import shipped_document
from app.messages import MessageId
from app.records.limits import hour_of
from app.records.months import id_beside
from app.records.tables import decisions, messages, revisions
from tests.flow import COMPLAINT, SELF_HARM, Flow, by, measured_policy, running_flow

RISES = shipped_document()["rises"] | {
    "negative": {"labels": ["criticism", "insult"], "authors": 3, "factor": 2.0},
    "disaster": {"labels": ["disaster"], "authors": 3, "factor": 2.0},
}


@pytest.fixture
async def quiet(database_url: str, tmp_path: Path) -> AsyncIterator[Flow]:
    """Everything running but the worker."""
    async with running_flow(database_url, tmp_path, policy=measured_policy(rises=RISES), work=False) as flow:
        yield flow


async def written(flow: Flow, words: str = COMPLAINT, *, author: str = "Ayşe Deneme") -> tuple[str, MessageId]:
    """A comment that was read, judged and planned, and nothing more."""
    comment = await flow.comment(words, author=author)

    async def read() -> MessageId | None:
        for row in await flow.rows("select id from deliveries where state = 'received' order by id"):
            await flow.service.pipeline.reader.read(row["id"])
        found = await flow.rows("select id from messages where external_id = :id", id=comment)
        return MessageId(found[0]["id"]) if found else None

    message = MessageId(await flow.until(read))
    await flow.service.pipeline.judge.judge(message)
    return comment, message


async def carry_out(flow: Flow, message: MessageId) -> None:
    """Tell who is to be told, and do what is due."""
    await flow.service.pipeline.actions.carry_out(message)
    for row in await flow.rows("select id from notifications where state = 'queued' order by id"):
        await flow.service.notices.send(row["id"])
    await flow.service.pipeline.actions.carry_out(message)


async def replies(flow: Flow, comment: str) -> int:
    """How many answers the platform shows beneath a comment."""
    return len((await flow.item(comment))["replies"])


async def reply_of(flow: Flow, message: MessageId) -> dict[str, Any]:
    """The reply to a message as it stands."""
    (row,) = await flow.rows(
        "select id, state, held_because from actions where message_id = :id and kind = 'reply'", id=message
    )
    return row


async def post(flow: Flow, path: str, body: Any = None, *, role: str = "director", expect: int = 200) -> dict[str, Any]:
    """Do something as a role."""
    answer = await flow.api.post(f"/v1/{path}", headers=by(role), json=body)
    assert answer.status_code == expect, answer.text
    return dict(answer.json())


async def get(flow: Flow, path: str, *, role: str = "director") -> Any:
    """Read something as a role."""
    answer = await flow.api.get(f"/v1/{path}", headers=by(role))
    assert answer.status_code == 200, answer.text
    return answer.json()


async def said(
    flow: Flow, label: str, authors: Sequence[str], *, ago: timedelta = timedelta(minutes=5), account: int = 1
) -> list[int]:
    """Messages with a label, one by each of these authors, that arrived so long ago."""
    at = flow.clock() - ago
    made = []
    async with flow.service.sessions.begin() as session:
        (version,) = [row["version"] for row in await flow.rows("select version from policies limit 1")]
        for author in authors:
            message = (
                await session.execute(
                    insert(messages)
                    .values(
                        account_id=account,
                        platform="facebook",
                        channel="comment",
                        external_id=f"{label}-{author}-{at.timestamp()}",
                        author_external_id=author,
                        author_name=f"Ad {author}",
                        text="Bu YEMEKHANE rezalet",
                        media=[],
                        revision=1,
                        state="visible",
                        kept_by_person=False,
                        correlation_id="c",
                        received_at=at,
                    )
                    .returning(messages.c.id)
                )
            ).scalar_one()
            await session.execute(insert(revisions).values(message_id=message, revision=1, text="x", media=[]))
            await session.execute(
                insert(decisions).values(
                    id=id_beside(decisions, message),
                    message_id=message,
                    revision=1,
                    made_by="machine",
                    disposition="keep",
                    labels=[label],
                    articles=[],
                    findings=[],
                    policy_version=version,
                )
            )
            made.append(message)
    return made


def many(number: int, name: str = "a") -> list[str]:
    """So many different people."""
    return [f"{name}{index}" for index in range(number)]


def iso(at: datetime) -> str:
    """A time as the API takes it."""
    return at.isoformat()


class TestSilence:
    """6.4.7: nothing is said while it lasts; what it withheld waits for a person."""

    async def test_switched_on_between_plan_and_send_it_withholds_and_afterwards_all_is_released_at_once(
        self, quiet: Flow
    ) -> None:
        written_now = [await written(quiet, author=name) for name in ("Ali Deneme", "Veli Deneme")]
        on = await post(quiet, "modes/silence", {"reason": "Deprem"}, expect=201)
        for _, message in written_now:
            await carry_out(quiet, message)
        early = await post(quiet, "modes/silence/withheld/release", {})
        shown = (await get(quiet, "modes/silence"))["withheld"]
        await quiet.api.delete("/v1/modes/silence", headers=by("director"))
        afterwards = (await get(quiet, "modes/silence"))["withheld"]
        await carry_out(quiet, written_now[0][1])
        unsaid = [await replies(quiet, comment) for comment, _ in written_now]
        released = await post(quiet, "modes/silence/withheld/release", {})
        for _, message in written_now:
            await carry_out(quiet, message)

        assert on["is_on"]
        assert early["done"] == []
        assert len(early["refused"]) == 2
        assert "Sessizlik modu açık" in early["refused"][0]["why"]
        assert [item["because"] for item in shown] == ["silence:1"] * 2
        assert len(afterwards) == 2
        assert unsaid == [0, 0]
        assert len(released["done"]) == 2
        assert released["left"] == 0
        assert [await replies(quiet, comment) for comment, _ in written_now] == [1, 1]

    async def test_it_begins_and_ends_at_its_times(self, quiet: Flow) -> None:
        begins, until = quiet.clock() + timedelta(hours=2), quiet.clock() + timedelta(hours=4)
        planned = await post(
            quiet, "modes/silence", {"reason": "Anma", "from": iso(begins), "until": iso(until)}, expect=201
        )
        before = await written(quiet, author="Ali Deneme")
        await carry_out(quiet, before[1])
        quiet.clock.shift = timedelta(hours=2, minutes=1)
        on = await get(quiet, "modes/silence")
        during = await written(quiet, author="Veli Deneme")
        await carry_out(quiet, during[1])
        quiet.clock.shift = timedelta(hours=4, minutes=1)
        off = await get(quiet, "modes/silence")
        await quiet.service.watch.tell_of_ended_silence()
        await quiet.service.watch.tell_of_ended_silence()
        after = await written(quiet, author="Can Deneme")
        await carry_out(quiet, after[1])

        assert not planned["is_on"]
        assert planned["started_at"] is not None
        assert (on["is_on"], off["is_on"]) == (True, False)
        assert [await replies(quiet, comment) for comment, _ in (before, during, after)] == [1, 0, 1]
        assert [item["because"] for item in off["withheld"]] == ["silence:1"]
        told = await quiet.rows("select unit from notifications where kind = 'withheld_waits'")
        assert told == [{"unit": "kurumsal_iletisim"}]
        (record,) = (await get(quiet, "modes/silence/history"))["items"]
        assert (record["reason"], record["started_by"]["name"]) == ("Anma", "Selin Direktör")

    async def test_a_plan_is_called_off_and_two_do_not_overlap(self, quiet: Flow) -> None:
        later = iso(quiet.clock() + timedelta(hours=2))
        await post(quiet, "modes/silence", {"reason": "Anma", "from": later}, expect=201)
        await post(quiet, "modes/silence", {"reason": "Deprem"}, expect=409)
        called_off = await quiet.api.delete("/v1/modes/silence", headers=by("director"))
        on = await post(quiet, "modes/silence", {"reason": "Deprem"}, expect=201)

        assert called_off.json()["started_at"] is None
        assert on["is_on"]

    async def test_some_are_released_and_others_discarded(self, quiet: Flow) -> None:
        first, second = [await written(quiet, author=name) for name in ("Ali Deneme", "Veli Deneme")]
        await post(quiet, "modes/silence", {"reason": "Deprem"}, expect=201)
        for _, message in (first, second):
            await carry_out(quiet, message)
        kept, gone = [(await reply_of(quiet, message))["id"] for _, message in (first, second)]
        discarded = await post(
            quiet, "modes/silence/withheld/discard", {"ids": [gone, 999999], "reason": "Güncelliğini yitirdi"}
        )
        await quiet.api.delete("/v1/modes/silence", headers=by("director"))
        released = await post(quiet, "modes/silence/withheld/release", {"ids": [kept, gone]})

        assert discarded["done"] == [gone]
        assert [entry["id"] for entry in discarded["refused"]] == [999999]
        assert released["done"] == [kept]
        assert (await reply_of(quiet, second[1]))["state"] == "cancelled"

    async def test_a_responsible_decides_in_bulk_on_their_own_accounts_alone(self, quiet: Flow) -> None:
        _, message = await written(quiet)
        await post(quiet, "modes/silence", {"reason": "Deprem"}, expect=201)
        await carry_out(quiet, message)

        answer = await post(quiet, "modes/silence/withheld/discard", {"reason": "x"}, role="responsible")

        assert answer["done"] == []
        assert (await reply_of(quiet, message))["state"] == "withheld"


class TestRises:
    """A rise by different people, against the habit, suggests; that of disasters pauses automatic replies too."""

    async def test_a_rise_of_negative_messages_suggests_a_crisis_once_and_changes_nothing(self, quiet: Flow) -> None:
        await said(quiet, "criticism", many(4))
        await quiet.service.watch.look()
        await quiet.service.watch.look()

        (suggested,) = (await get(quiet, "suggestions?open=true"))["items"]
        told = await quiet.rows("select kind, unit, urgency, account_id from notifications")
        assert (suggested["kind"], suggested["counted"], suggested["account"]["id"]) == ("crisis", 4, 1)
        assert told == [{"kind": "crisis_suggested", "unit": "direktor", "urgency": "normal", "account_id": 1}]
        assert (await get(quiet, "crises"))["items"] == []
        comment, message = await written(quiet)
        await carry_out(quiet, message)
        assert await replies(quiet, comment) == 1

    async def test_one_person_who_writes_much_is_no_rise(self, quiet: Flow) -> None:
        for minutes in range(1, 20):
            await said(quiet, "criticism", ["a"], ago=timedelta(minutes=minutes))

        await quiet.service.watch.look()

        assert (await get(quiet, "suggestions"))["items"] == []

    async def test_what_is_the_accounts_habit_is_no_rise(self, quiet: Flow) -> None:
        now = quiet.clock()
        for week in range(1, 5):
            for hour in (-1, 0, 1):
                await quiet.execute(
                    "insert into rise_hours values ('negative:1', :hour, 3)",
                    hour=hour_of(now) - timedelta(weeks=week) + timedelta(hours=hour),
                )
        await said(quiet, "criticism", many(6))
        await quiet.service.watch.look()
        usual = (await get(quiet, "suggestions"))["items"]
        await said(quiet, "criticism", many(7, "b"))
        await quiet.service.watch.look()

        assert usual == []
        (suggested,) = (await get(quiet, "suggestions"))["items"]
        assert (suggested["counted"], suggested["usual"], suggested["allowed"]) == (13, 3.0, 6)

    async def test_hours_are_remembered_for_the_habit(self, quiet: Flow) -> None:
        await said(quiet, "insult", many(2), ago=timedelta(0))
        await quiet.service.watch.look()
        await quiet.service.watch.look()

        kept = await quiet.rows("select subject, authors from rise_hours order by subject")
        assert {"subject": "negative:1", "authors": 2} in kept

    async def test_a_rise_of_disaster_messages_pauses_automatic_replies_until_the_director_decides(
        self, quiet: Flow
    ) -> None:
        await said(quiet, "disaster", many(2), account=1)
        await said(quiet, "disaster", many(2, "b"), account=2)
        await quiet.service.watch.look()
        comment, message = await written(quiet)
        await carry_out(quiet, message)
        paused = await reply_of(quiet, message)
        (suggested,) = (await get(quiet, "suggestions?open=true"))["items"]
        told = await quiet.rows("select unit, urgency from notifications where kind = 'disaster_rise'")
        is_silent = (await get(quiet, "modes/silence"))["is_on"]
        await post(quiet, f"suggestions/{suggested['id']}/dismiss", {"reason": "Tatbikat"})
        other, later = await written(quiet, author="Veli Deneme")
        await carry_out(quiet, later)
        await quiet.service.watch.look()

        assert suggested["kind"] == "silence"
        assert paused == {"id": paused["id"], "state": "withheld", "held_because": f"pause:{suggested['id']}"}
        assert told == [{"unit": "direktor", "urgency": "urgent"}]
        assert not is_silent
        assert await replies(quiet, comment) == 0
        assert await replies(quiet, other) == 1
        # The same rise is not suggested again at once; what was withheld waits for a person.
        assert (await get(quiet, "suggestions?open=true"))["items"] == []
        assert len((await get(quiet, "modes/silence"))["withheld"]) == 1

    async def test_the_pause_spares_the_support_message_and_what_people_say(self, quiet: Flow) -> None:
        await said(quiet, "disaster", many(4))
        await quiet.service.watch.look()
        comment, message = await written(quiet, SELF_HARM)
        await carry_out(quiet, message)
        other, spoken = await written(quiet, author="Veli Deneme")
        body = {"action": "reply", "text": "Merhaba", "reason": "x"}
        await post(quiet, f"messages/{spoken}/override", body, role="specialist", expect=201)
        await carry_out(quiet, spoken)

        assert len((await quiet.item(comment))["private_messages"]) == 1
        assert await replies(quiet, other) == 1

    async def test_accepting_switches_silence_on(self, quiet: Flow) -> None:
        await said(quiet, "disaster", many(4))
        await quiet.service.watch.look()
        (suggested,) = (await get(quiet, "suggestions"))["items"]

        decided = await post(quiet, f"suggestions/{suggested['id']}/accept", {"reason": "Deprem"})
        again = await quiet.api.post(
            f"/v1/suggestions/{suggested['id']}/dismiss", headers=by("director"), json={"reason": "x"}
        )

        assert decided["is_accepted"]
        assert decided["silence_id"] == 1
        assert (await get(quiet, "modes/silence"))["reason"] == "Deprem"
        assert again.status_code == 409

    async def test_accepting_opens_a_crisis_with_the_messages_of_the_rise(self, quiet: Flow) -> None:
        await said(quiet, "criticism", many(4))
        await quiet.service.watch.look()
        (suggested,) = (await get(quiet, "suggestions"))["items"]

        decided = await post(quiet, f"suggestions/{suggested['id']}/accept", {"reason": "Gerçek"})

        assert (await get(quiet, f"crises/{decided['crisis_id']}"))["messages"] == 4


class TestCrises:
    """6.3: while one is open, the directorate approves what is said to its messages."""

    async def test_it_gathers_by_account_time_and_label_or_word(self, quiet: Flow) -> None:
        in_it = await said(quiet, "criticism", ["a"])
        by_word = await said(quiet, "praise", ["b"])
        await said(quiet, "criticism", ["c"], account=2)
        await said(quiet, "criticism", ["d"], ago=timedelta(hours=5))
        choice = {"accounts": [1], "labels": ["criticism"], "since": iso(quiet.clock() - timedelta(hours=1))}
        opened = await post(quiet, "crises", {"title": "Bir", "reason": "x", **choice}, expect=201)
        wider = choice | {"keywords": ["yemekhane"]}
        other = await post(quiet, "crises", {"title": "İki", "reason": "x", **wider}, expect=201)
        late = await said(quiet, "criticism", ["e"], ago=timedelta(0))
        await quiet.service.watch.gather()

        async def inside(crisis: dict[str, Any]) -> list[int]:
            found = (await get(quiet, f"messages?crisis={crisis['id']}"))["items"]
            return sorted(item["id"] for item in found)

        assert await inside(opened) == sorted(in_it + late)
        assert await inside(other) == sorted(in_it + by_word + late)

    async def test_a_reply_waits_for_the_director_at_the_moment_of_sending(self, quiet: Flow) -> None:
        comment, message = await written(quiet)
        since = iso(quiet.clock() - timedelta(hours=1))
        crisis = await post(
            quiet, "crises", {"title": "Yemek", "reason": "x", "labels": ["complaint"], "since": since}, expect=201
        )
        await carry_out(quiet, message)
        waiting = await reply_of(quiet, message)
        refused = await quiet.api.post(f"/v1/actions/{waiting['id']}/release", headers=by("specialist"), json={})
        unsaid = await replies(quiet, comment)
        await post(quiet, f"actions/{waiting['id']}/release", {})
        await carry_out(quiet, message)

        assert waiting["held_because"] == f"crisis:{crisis['id']}"
        assert refused.status_code == 409
        assert "direktör" in refused.json()["detail"]
        assert unsaid == 0
        assert await replies(quiet, comment) == 1
        told = (await get(quiet, f"crises/{crisis['id']}"))["timeline"]
        assert [event["what"] for event in told] == ["said", "approved", "opened"]

    async def test_what_a_specialist_writes_waits_too_and_what_the_director_writes_does_not(self, quiet: Flow) -> None:
        comment, message = await written(quiet)
        since = iso(quiet.clock() - timedelta(hours=1))
        await post(quiet, "crises", {"title": "Yemek", "reason": "x", "since": since}, expect=201)
        body = {"action": "reply", "text": "Merhaba", "reason": "x"}
        await post(quiet, f"messages/{message}/override", body, role="specialist", expect=201)
        await carry_out(quiet, message)
        before = await replies(quiet, comment)
        await post(quiet, f"messages/{message}/override", body | {"text": "Selam"}, expect=201)
        await carry_out(quiet, message)

        assert before == 0
        assert [reply["text"] for reply in (await quiet.item(comment))["replies"]] == ["Selam"]

    async def test_support_for_whoever_may_harm_themself_waits_for_nobody(self, quiet: Flow) -> None:
        comment, message = await written(quiet, SELF_HARM)
        since = iso(quiet.clock() - timedelta(hours=1))
        await post(quiet, "crises", {"title": "x", "reason": "x", "since": since}, expect=201)

        await carry_out(quiet, message)

        assert len((await quiet.item(comment))["private_messages"]) == 1

    async def test_it_is_closed_with_a_summary_and_lets_nothing_out_by_itself(self, quiet: Flow) -> None:
        comment, message = await written(quiet)
        since = iso(quiet.clock() - timedelta(hours=1))
        crisis = await post(quiet, "crises", {"title": "x", "reason": "x", "since": since}, expect=201)
        path = f"crises/{crisis['id']}"
        await carry_out(quiet, message)
        await post(quiet, f"{path}/notes", {"text": "Rektörlük bilgilendirildi."}, role="specialist", expect=201)
        closed = await post(quiet, f"{path}/close", {"summary": "Açıklama yapıldı."})
        await post(quiet, f"{path}/close", {"summary": "Bir daha."}, expect=409)
        await post(quiet, f"{path}/notes", {"text": "Geç."}, expect=409)
        await carry_out(quiet, message)
        unsaid = await replies(quiet, comment)
        waiting = await reply_of(quiet, message)
        await post(quiet, f"actions/{waiting['id']}/release", {}, role="specialist")
        await carry_out(quiet, message)

        assert closed["summary"] == "Açıklama yapıldı."
        assert not closed["is_open"]
        assert "note" in [event["what"] for event in closed["timeline"]]
        assert unsaid == 0
        assert await replies(quiet, comment) == 1

    async def test_its_authors_come_with_what_they_wrote_before(self, quiet: Flow) -> None:
        await said(quiet, "criticism", ["a"], ago=timedelta(days=2))
        await said(quiet, "criticism", ["a", "b"])
        by_hand = await said(quiet, "praise", ["z"], ago=timedelta(days=3))
        since = iso(quiet.clock() - timedelta(hours=1))
        crisis = await post(quiet, "crises", {"title": "x", "reason": "x", "since": since}, expect=201)
        added = await post(quiet, f"crises/{crisis['id']}/messages", {"messages": [*by_hand, 999999]}, expect=201)

        found = (await get(quiet, f"crises/{crisis['id']}/authors"))["items"]

        assert added["added"] == by_hand
        assert [(author["author_id"], author["messages"], author["earlier"]) for author in found] == [
            ("a", 1, 1),
            ("b", 1, 0),
            ("z", 1, 1),
        ]

    async def test_an_unknown_account_is_told(self, quiet: Flow) -> None:
        answer = await post(quiet, "crises", {"title": "x", "reason": "x", "accounts": [999999]}, expect=422)

        assert answer["errors"][0]["field"] == "body.accounts"
