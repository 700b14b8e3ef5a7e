"""A short run of the fault suite, and proofs that it would notice."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from app.sandbox.platforms import HABITS
from app.sandbox.seed import Platform
from tests.chaos.books import Books, Row
from tests.chaos.faults import Kind, make_faults
from tests.chaos.invariants import ONLY_ASKED, Evening, check_all
from tests.chaos.report import failed, report
from tests.chaos.run import Wanted, polls_needed, run
from tests.chaos.stream import make_stream
from tests.chaos.writing import Item

NOON = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
# What leaves nothing to be waited for: no pause that a platform asks for, nothing that only a later poll finds.
QUICK = frozenset(
    {Kind.KILL_WORKER, Kind.KILL_API, Kind.POSTGRES, Kind.LOST_RESPONSE, Kind.SERVER_ERROR, Kind.COPIES, Kind.HOLD}
)


async def test_some_seconds_of_everything_going_wrong_are_survived(tmp_path_factory: pytest.TempPathFactory) -> None:
    wanted = Wanted(
        seed=50,
        messages=40,
        seconds=10,
        settle_seconds=90,
        workers=2,
        services=1,
        speed=3.0,
        allowed=lambda kind: kind in QUICK,
        without=ONLY_ASKED,
    )

    result = await run(wanted, tmp_path_factory.mktemp("chaos"))

    assert not failed(result), report(result)
    assert sum(result.faults.values()) >= 5


def test_the_same_seed_is_the_same_stream_and_the_same_faults() -> None:
    platforms = sorted(HABITS)

    once, again, other = (make_stream(seed, messages=200, habits=HABITS) for seed in (7, 7, 8))
    faults, same = (make_faults(7, seconds=300, platforms=platforms) for _ in range(2))

    assert once == again
    assert once != other
    assert faults == same
    assert {step.platform for step in once} == set(platforms)
    assert all(fault.at + fault.seconds <= 300 for fault in faults)


async def test_what_held_at_the_end_of_a_day_is_no_violation(tmp_path: Path) -> None:
    assert not any(check_all(an_evening(tmp_path)).values())


@pytest.mark.parametrize(
    ("invariant", "broken"),
    [
        ("every_message_is_stored_once", {"messages": []}),
        ("every_message_is_judged_once", {"unjudged": [{"platform": "facebook", "item": "1_1", "revision": 1}]}),
        ("the_present_words_are_known", {"message": {"text": "anderes"}}),
        ("every_action_rests", {"action": {"state": "running"}}),
        ("every_action_rests", {"action": {"state": "task", "has_task": False}}),
        ("every_action_rests", {"action": {"state": "planned", "due_at": NOON + timedelta(hours=1)}}),
        ("nothing_is_said_twice", {"replies": 2}),
        ("what_is_done_is_seen", {"message": {"state": "hidden"}}),
        (
            "nothing_is_deleted_without_evidence",
            {"action": {"kind": "delete", "pictured_at": NOON + timedelta(seconds=1)}},
        ),
        ("nothing_is_deleted_without_evidence", {"action": {"kind": "hide", "sealed_at": None}}),
        ("pictures_are_whole", {"images": [{"object_key": "aa/bb", "sha256": "aabb"}]}),
        ("cries_for_help_are_left_alone", {"action": {"kind": "hide"}, "label": "self_harm"}),
        ("cries_for_help_are_left_alone", {"call": "hide", "label": "self_harm"}),
        ("nothing_is_claimed_by_the_dead", {"message": {"busy_with": "dead"}}),
        ("nothing_is_claimed_by_the_dead", {"job": {"status": "picked"}}),
        ("no_job_is_lost", {"job": {"status": "failed"}}),
        ("no_job_is_lost", {"deliveries": [{"id": 1, "platform": "x", "state": "received", "problem": None}]}),
        ("processes_end_when_told_and_not_before", {"own_ends": {"worker-0": [1]}}),
        ("processes_end_when_told_and_not_before", {"stops": {"worker-0": [30.0]}}),
    ],
)
def test_what_does_not_hold_is_noticed(invariant: str, broken: dict[str, Any], tmp_path: Path) -> None:
    assert check_all(an_evening(tmp_path, **broken))[invariant]


@pytest.mark.parametrize(
    ("platform", "parent", "shown", "is_missed"),
    [
        (Platform.X, "7", "deleted", False),  # answered somebody else, and was gone before anyone could ask
        (Platform.X, "7", "visible", True),
        (Platform.X, None, "deleted", True),  # of this one a webhook told
        (Platform.YOUTUBE, None, "deleted", False),
        (Platform.YOUTUBE, None, "visible", True),
        (Platform.FACEBOOK, "7", "deleted", True),
    ],
)
def test_only_what_nobody_could_know_of_may_be_missing(
    platform: Platform, parent: str | None, shown: str, is_missed: bool, tmp_path: Path
) -> None:
    evening = an_evening(tmp_path)
    evening = replace(evening, items=[replace(evening.items[0], platform=platform, id="9", parent=parent)])
    evening.books.shown[platform, "9"] = {"state": shown, "replies": [], "private_messages": [], "history": []}

    assert bool(check_all(evening)["every_message_is_stored_once"]) is is_missed


@pytest.mark.parametrize(
    ("platform", "call", "shown", "is_noticed"),
    [
        (Platform.YOUTUBE, "delete", "deleted", False),  # edited unheard, then rejected: in no list any more
        (Platform.YOUTUBE, "reply", "visible", True),
        (Platform.YOUTUBE, "hide", "hidden", True),  # the held are listed
        (Platform.FACEBOOK, "delete", "deleted", True),  # of this edit a webhook told
    ],
)
def test_only_an_edit_that_nobody_could_see_may_be_unknown(
    platform: Platform, call: str, shown: str, is_noticed: bool, tmp_path: Path
) -> None:
    evening = an_evening(tmp_path, message={"platform": platform, "text": "before"}, call=call)
    evening = replace(evening, items=[replace(evening.items[0], platform=platform)])
    evening.books.shown[platform, "1_1"] = {**evening.books.shown["facebook", "1_1"], "state": shown}

    assert bool(check_all(evening)["the_present_words_are_known"]) is is_noticed


@pytest.mark.parametrize(("platform", "is_noticed"), [(Platform.YOUTUBE, False), (Platform.X, True)])
def test_an_answer_may_be_edited_unseen_where_not_all_come_along_with_their_thread(
    platform: Platform, is_noticed: bool, tmp_path: Path
) -> None:
    evening = an_evening(tmp_path, message={"platform": platform, "text": "before"})
    evening = replace(evening, items=[replace(evening.items[0], platform=platform, parent="7")])
    evening.books.shown[platform, "1_1"] = evening.books.shown["facebook", "1_1"]

    assert bool(check_all(evening)["the_present_words_are_known"]) is is_noticed


def test_where_edits_are_seen_in_turns_the_end_waits_until_each_thread_had_its_turn() -> None:
    one = an_evening(Path()).items[0]
    threads = [replace(one, platform=Platform.YOUTUBE, id=str(number)) for number in range(201)]
    replies = [replace(one, platform=Platform.YOUTUBE, id=f"r{number}", parent="1") for number in range(500)]

    needed = polls_needed([one, *threads, *replies])

    assert needed == dict.fromkeys(HABITS, 1) | {Platform.YOUTUBE: 4}


def an_evening(
    evidence: Path,
    *,
    message: Row | None = None,
    action: Row | None = None,
    job: Row | None = None,
    replies: int = 1,
    call: str = "reply",
    label: str = "complaint",
    own_ends: dict[str, list[int]] | None = None,
    stops: dict[str, list[float]] | None = None,
    **books: list[Row],
) -> Evening:
    """One complaint, answered once; with changes."""
    item = Item(
        platform=Platform.FACEBOOK, id="1_1", is_dm=False, parent=None, text="şikayet", labels=[label], was_lost=False
    )
    stored: Row = {
        "id": 1,
        "platform": "facebook",
        "external_id": "1_1",
        "author_external_id": "501",
        "text": "şikayet",
        "revision": 1,
        "state": "visible",
        "busy_with": None,
        "busy_until": None,
        "is_asked_about": False,
    }
    answer: Row = {
        "id": 1,
        "message_id": 1,
        "platform": "facebook",
        "item": "1_1",
        "channel": "comment",
        "parent": None,
        "author": "501",
        "kind": "reply",
        "state": "done",
        "text": "Merhabalar",
        "attempts": 1,
        "external_id": "1_2",
        "has_task": False,
        "held_because": None,
        "problem": None,
        "due_at": NOON,
        "next_job": None,
        "first_attempt": NOON,
        "sealed_at": NOON - timedelta(seconds=2),
        "pictured_at": NOON - timedelta(seconds=1),
    }
    shown = {
        "state": "visible",
        "replies": [{"id": f"1_{2 + number}", "text": "Merhabalar", "is_ours": True} for number in range(replies)],
        "private_messages": [],
        "history": [{"call": call, "status": 200}],
    }
    known: dict[str, list[Row]] = {
        "messages": [stored | (message or {})],
        "unjudged": [],
        "deliveries": [],
        "images": [],
    } | books
    return Evening(
        items=[item],
        books=Books(
            shown={("facebook", "1_1"): shown},
            actions=[answer | (action or {})],
            notifications=[],
            jobs=[{"id": 1, "entrypoint": "message", "subject": "1", "status": "queued"} | (job or {})],
            now=NOON,
            **known,
        ),
        evidence=evidence,
        own_ends=own_ends or {},
        stops=stops or {},
        grace=8,
        closed=frozenset(),
    )
