"""I8: one platform's trouble delays only that platform's actions, and costs neither calls nor patience."""

from collections.abc import AsyncIterator
from contextlib import ExitStack
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from app.actions.carry_out import PATIENCE
from app.actions.circuit import FIRST_PAUSE, LONGEST_PAUSE, OPENS_AFTER, pause_after
from app.messages import MessageId
from tests.flow import INSULT, SELF_HARM, Flow, running_flow, working
from tests.test_limits import carry_out, judged, shown

AGAIN = timedelta(minutes=6)


@pytest.fixture
async def quiet(database_url: str, tmp_path: Path) -> AsyncIterator[Flow]:
    """Everything running but the worker."""
    async with running_flow(database_url, tmp_path, work=False) as flow:
        yield flow


async def hides_tried(flow: Flow) -> int:
    """How often hiding was attempted."""
    (row,) = await flow.rows(
        "select count(*) as n from attempts t join actions a on a.id = t.action_id where a.kind = 'hide'"
    )
    return int(row["n"])


async def circuit(flow: Flow, platform: str = "facebook") -> dict[str, Any]:
    """The official account's circuit as health shows it."""
    ready = (await flow.api.get("/health/ready")).json()
    return dict(ready["checks"][f"platform_{platform}"]["circuits"][0])


async def opened(flow: Flow, authors: int = OPENS_AFTER) -> dict[str, MessageId]:
    """Insults on a platform that fails, each tried once: the circuit is open."""
    comments = await judged(flow, authors=[f"Kişi {number}" for number in range(authors)])
    await flow.faults("http_500", seconds=600)
    await carry_out(flow, comments)
    return comments


async def test_after_failures_in_a_row_no_call_is_made(quiet: Flow) -> None:
    with capture_logs() as lines:
        comments = await opened(quiet, OPENS_AFTER + 3)

    state = await circuit(quiet)
    assert await hides_tried(quiet) == OPENS_AFTER
    assert state["state"] == "open"
    assert state["failures"] == OPENS_AFTER
    assert datetime.fromisoformat(state["next_probe_at"]) - datetime.fromisoformat(state["since"]) == FIRST_PAUSE
    assert [line["event"] for line in lines].count("circuit_opened") == 1
    assert await shown(quiet, comments) == ["visible"] * (OPENS_AFTER + 3)
    waiting = await quiet.rows("select attempts, due_at from actions where kind = 'hide' and problem = 'circuit_open'")
    assert [row["attempts"] for row in waiting] == [0] * 3
    # They come back one after the other, none before the circuit is tried.
    turns = {row["due_at"] for row in waiting}
    assert len(turns) == 3
    assert min(turns) > datetime.fromisoformat(state["next_probe_at"])
    measured = (await quiet.api.get("/metrics")).text
    assert 'nobet_circuits_open{platform="facebook"} 1.0' in measured
    assert 'nobet_circuits_open{platform="instagram"} 0.0' in measured


async def test_another_platform_goes_on(quiet: Flow) -> None:
    await opened(quiet)
    elsewhere = await judged(quiet, authors=["Başkası"], platform="instagram")

    await carry_out(quiet, elsewhere)

    assert await shown(quiet, elsewhere, platform="instagram") == ["hidden"]
    assert (await circuit(quiet, "instagram"))["state"] == "closed"


async def test_one_call_tries_and_the_others_wait_for_it(quiet: Flow) -> None:
    comments = await opened(quiet)
    before = await hides_tried(quiet)
    quiet.clock.shift += AGAIN

    await carry_out(quiet, comments)

    state = await circuit(quiet)
    assert await hides_tried(quiet) == before + 1
    assert (state["state"], state["failures"]) == ("open", OPENS_AFTER + 1)
    assert datetime.fromisoformat(state["next_probe_at"]) > quiet.clock() + FIRST_PAUSE


async def test_while_one_tries_it_is_half_open(quiet: Flow) -> None:
    comments = await opened(quiet)
    quiet.clock.shift += AGAIN
    first, second, *_ = comments.values()
    await quiet.execute("update actions set due_at = now() - interval '1 hour' where kind = 'hide'")

    begun = await quiet.service.pipeline.actions._begin(first, "tries", ExitStack())
    await quiet.service.pipeline.actions._begin(second, "waits", ExitStack())

    assert begun is not None
    assert begun[2] is not None
    assert (await circuit(quiet))["state"] == "half_open"
    waiting = await quiet.rows("select state, problem from actions where kind = 'hide' and message_id = :id", id=second)
    assert (waiting[0]["state"], waiting[0]["problem"]) == ("planned", "circuit_open")


async def test_a_call_that_works_closes_it_and_all_is_done(quiet: Flow) -> None:
    comments = await opened(quiet, OPENS_AFTER + 2)
    await quiet.faults("http_500", rate=0)
    with capture_logs() as lines:
        for _ in range(2):
            quiet.clock.shift += AGAIN
            await carry_out(quiet, comments)

    assert await shown(quiet, comments) == ["hidden"] * (OPENS_AFTER + 2)
    assert (await circuit(quiet))["state"] == "closed"
    events = [line["event"] for line in lines]
    assert (events.count("circuit_half_opened"), events.count("circuit_closed")) == (1, 1)


async def test_a_long_outage_makes_no_task(quiet: Flow) -> None:
    """Eight tries are over in minutes; an outage of hours is no fault of the act."""
    comments = await opened(quiet)
    for _ in range(12):
        quiet.clock.shift += timedelta(minutes=30)
        await carry_out(quiet, comments)

    assert await quiet.rows("select id from tasks") == []
    assert await hides_tried(quiet) > 12

    await quiet.faults("http_500", rate=0)
    for _ in range(2):
        quiet.clock.shift += AGAIN
        await carry_out(quiet, comments)
    assert set(await shown(quiet, comments)) <= {"hidden", "deleted"}


async def test_after_a_day_a_person_hears_of_it_all_the_same(quiet: Flow) -> None:
    comments = await opened(quiet)
    quiet.clock.shift += PATIENCE + timedelta(minutes=10)

    await carry_out(quiet, comments)

    tasks = await quiet.rows("select kind, reason from tasks where kind = 'hide'")
    assert tasks == [{"kind": "hide", "reason": "gave_up"}] * len(comments)


async def test_a_cry_for_help_is_answered_though_the_circuit_is_open(quiet: Flow) -> None:
    await opened(quiet)
    await quiet.faults("http_500", rate=0)
    cries = await judged(quiet, SELF_HARM, authors=["Biri"])

    await carry_out(quiet, cries)

    (cry,) = cries
    assert len((await quiet.item(cry))["private_messages"]) == 1
    assert (await circuit(quiet))["state"] == "closed"


async def test_a_platform_that_says_when_to_come_again_opens_no_circuit(quiet: Flow) -> None:
    comments = await judged(quiet, authors=[f"Kişi {number}" for number in range(OPENS_AFTER + 2)])
    await quiet.faults("http_429", seconds=600)

    await carry_out(quiet, comments)

    assert (await circuit(quiet))["state"] == "closed"
    counted = await quiet.rows("select counts from attempts where outcome = 'unavailable'")
    assert counted
    assert not any(row["counts"] for row in counted)
    (soonest,) = await quiet.rows("select min(due_at) as at from actions where kind = 'hide'")
    # The platform asked for ten minutes; a first failure of its own would be tried again after two seconds.
    assert soonest["at"] > quiet.clock() + timedelta(minutes=8)


async def test_a_call_without_an_answer_counts_whoever_made_it(quiet: Flow) -> None:
    """A refusal is an answer and tells nothing of health; a success begins anew."""
    await quiet.faults("http_500", seconds=600)
    first = await judged(quiet, authors=[f"Kişi {number}" for number in range(OPENS_AFTER - 1)])
    await carry_out(quiet, first)
    await quiet.faults("http_500", rate=0)
    works = await judged(quiet, authors=["Çalışan"])
    await carry_out(quiet, works)
    await quiet.faults("http_500", seconds=600)

    more = await judged(quiet, authors=[f"Öbür {number}" for number in range(OPENS_AFTER - 1)])
    await carry_out(quiet, more)

    assert await shown(quiet, works) == ["hidden"]
    assert (await circuit(quiet))["state"] == "closed"


@pytest.mark.parametrize(
    ("failures", "pause"),
    [
        (OPENS_AFTER, FIRST_PAUSE),
        (OPENS_AFTER + 1, FIRST_PAUSE * 2),
        (OPENS_AFTER + 4, FIRST_PAUSE * 16),
        (OPENS_AFTER + 5, LONGEST_PAUSE),
        (10_000, LONGEST_PAUSE),
    ],
)
def test_the_pause_grows_up_to_five_minutes(failures: int, pause: timedelta) -> None:
    assert pause_after(failures) == pause


async def test_one_slow_platform_does_not_take_all_of_a_workers_jobs(database_url: str, tmp_path: Path) -> None:
    """Each call hangs until it is cut off; four jobs side by side, two of them for calls to one platform."""
    async with running_flow(database_url, tmp_path, work=False, worker_concurrency=4, calls_at_once=2) as flow:
        slow = [await flow.comment(f"{INSULT} {number}", author=f"Kişi {number}") for number in range(8)]
        await flow.until(lambda: _arrived(flow, 8))
        await flow.faults("timeout", seconds=600)
        async with working(flow.worker):
            await flow.until(lambda: flow.rows("select id from actions where kind = 'hide' and state = 'running'"))
            side_by_side = [await _hiding(flow, "facebook")]
            jobs = [await _jobs(flow)]

            async def hidden_elsewhere() -> bool:
                side_by_side.append(await _hiding(flow, "facebook"))
                jobs.append(await _jobs(flow))
                return bool((await flow.item(prompt, platform="instagram"))["state"] == "hidden")

            prompt = await flow.comment(INSULT, platform="instagram")
            await flow.until(hidden_elsewhere)

            assert 1 <= max(side_by_side) <= 2
            # However often a message is put off, it has one job; one that ends is a moment beside the next.
            assert max(jobs) <= len(slow) + 1 + 4
            assert [(await flow.item(one))["state"] for one in slow] == ["visible"] * len(slow)


async def _hiding(flow: Flow, platform: str) -> int:
    """How many hiding calls to a platform are under way."""
    (row,) = await flow.rows(
        "select count(*) as n from actions a join messages m on m.id = a.message_id "
        "where a.kind = 'hide' and a.state = 'running' and m.platform = :platform",
        platform=platform,
    )
    return int(row["n"])


async def _jobs(flow: Flow) -> int:
    """How many jobs there are for messages and deliveries."""
    (row,) = await flow.rows("select count(*) as n from pgqueuer where entrypoint in ('message', 'delivery')")
    return int(row["n"])


async def _arrived(flow: Flow, number: int) -> bool:
    return len(await flow.rows("select id from deliveries")) >= number
