"""I8: what fails for good ends in a list that people see, with its cause, and holds up nothing else."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from app.records.jobs import prune_log
from app.worker import ATTEMPTS
from tests.flow import INSULT, Flow, by, running_flow, working


@pytest.fixture
async def quiet(database_url: str, tmp_path: Path) -> AsyncIterator[Flow]:
    """Everything running but the worker."""
    async with running_flow(database_url, tmp_path, work=False) as flow:
        yield flow


async def poisoned(flow: Flow, comment: str) -> int:
    """Make the delivery that brought this comment one that no reader can take, at its last try; returns its id."""
    (delivery,) = await flow.until(
        lambda: flow.rows(
            "select id from deliveries where position(cast(:id as bytea) in body) > 0", id=comment.encode()
        )
    )
    await flow.execute("update deliveries set platform = 'nowhere' where id = :id", id=delivery["id"])
    await flow.execute(
        "update pgqueuer set attempts = :tried where entrypoint = 'delivery' and convert_from(payload, 'UTF8') = :id",
        tried=ATTEMPTS - 1,
        id=str(delivery["id"]),
    )
    return int(delivery["id"])


async def held(flow: Flow) -> list[dict[str, Any]]:
    """The jobs that wait for a person."""
    return list((await flow.api.get("/v1/jobs", headers=by("specialist"))).json()["items"])


async def test_a_poison_delivery_holds_up_no_other(quiet: Flow) -> None:
    before = await quiet.comment(INSULT, author="Bir")
    poison = await quiet.comment(INSULT, author="İki")
    after = await quiet.comment(INSULT, author="Üç")
    delivery = await poisoned(quiet, poison)

    async with working(quiet.worker):
        await quiet.until_state(before, "hidden")
        await quiet.until_state(after, "hidden")
        (job,) = await quiet.until(lambda: held(quiet))

    assert (job["kind"], job["subject"]) == ("delivery", str(delivery))
    assert job["problem"].startswith("KeyError (app/ingest/read.py:")
    assert (await quiet.item(poison))["state"] == "visible"


async def test_a_held_job_shows_in_health_and_metrics(quiet: Flow) -> None:
    await poisoned(quiet, await quiet.comment(INSULT))
    async with working(quiet.worker):
        await quiet.until(lambda: held(quiet))

    ready = (await quiet.api.get("/health/ready")).json()
    measured = (await quiet.api.get("/metrics")).text

    assert ready["checks"]["queue"]["status"] == "warning"
    assert "1 jobs failed for good" in ready["checks"]["queue"]["detail"]
    assert 'nobet_held_jobs{kind="delivery"} 1.0' in measured
    assert 'nobet_held_jobs{kind="message"} 0.0' in measured


async def test_after_a_fix_a_person_has_it_tried_again(quiet: Flow) -> None:
    comment = await quiet.comment(INSULT)
    delivery = await poisoned(quiet, comment)
    async with working(quiet.worker):
        (job,) = await quiet.until(lambda: held(quiet))
        await quiet.execute("update deliveries set platform = 'facebook' where id = :id", id=delivery)

        answer = await quiet.api.post(f"/v1/jobs/{job['id']}/retry", headers=by("specialist"))

        assert answer.status_code == 200
        await quiet.until_state(comment, "hidden")
    assert await held(quiet) == []


async def test_why_it_failed_is_known_for_as_long_as_it_waits(quiet: Flow) -> None:
    await poisoned(quiet, await quiet.comment(INSULT))
    async with working(quiet.worker):
        await quiet.until(lambda: held(quiet))

    async with quiet.service.sessions.begin() as session:
        await prune_log(session, older_than=timedelta(0))

    (job,) = await held(quiet)
    assert job["problem"].startswith("KeyError")
    others = await quiet.rows("select id from pgqueuer_log where job_id <> :id", id=job["id"])
    assert others == []
