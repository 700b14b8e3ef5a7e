"""What is away for a while, and what is told to stop: nothing is lost for it, and nobody has to lend a hand."""

import asyncio
import hashlib
import hmac
import json
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.outward import trust
from app.sandbox.platforms import SIMULATED
from app.sandbox.seed import Platform
from app.worker import Worker
from tests.flow import COMPLAINT, INSULT, Flow, running_flow, working
from tests.processes import Postgres, empty_database, free_port, furnish, listening, process

LONGER_THAN_ANY_TEST = 600
LONG = timedelta(seconds=60)


@pytest.fixture
async def quiet(database_url: str, tmp_path: Path) -> AsyncIterator[Flow]:
    """Everything but a worker that runs by itself."""
    async with running_flow(database_url, tmp_path, work=False) as running:
        yield running


@pytest.fixture
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgres]:
    """A server that this test may strike down."""
    server = Postgres(tmp_path_factory.mktemp("own") / "pg")
    yield server
    server.stop()


@pytest.fixture
async def alone(postgres: Postgres, tmp_path: Path) -> AsyncIterator[Flow]:
    """Everything but a worker, on a server that the test may strike down."""
    url = await empty_database(postgres.url)
    await furnish(url)
    async with running_flow(url, tmp_path, work=False) as running:
        yield running


class TestStopping:
    """SIGTERM: what is in hand is finished within the grace, or given back."""

    async def test_what_a_stopping_worker_cannot_finish_is_given_back(self, quiet: Flow) -> None:
        settings = quiet.service.settings.model_copy(update={"shutdown_grace": timedelta(seconds=3)})
        worker = Worker(replace(quiet.service, settings=settings))
        await quiet.faults("lost_response", seconds=LONGER_THAN_ANY_TEST)
        comment = await quiet.comment(COMPLAINT)
        running = asyncio.create_task(worker.run())
        await quiet.until(lambda: replies(quiet, comment), within=LONG)

        begun = time.monotonic()
        worker.stop()
        await running

        assert time.monotonic() - begun < 3
        jobs = await quiet.rows("select status::text, queue_manager_id from pgqueuer where entrypoint = 'message'")
        assert {"status": "queued", "queue_manager_id": None} in jobs
        assert "picked" not in [job["status"] for job in jobs]
        await quiet.faults("lost_response", rate=0)
        async with working(quiet.worker):
            await quiet.until(lambda: done(quiet, "reply"), within=LONG)
        assert len(await replies(quiet, comment)) == 1

    @pytest.mark.parametrize("begun_for", [0.0, 0.02, 0.05, 0.1, 0.2])
    async def test_a_worker_that_is_told_to_stop_while_it_starts_does(self, quiet: Flow, begun_for: float) -> None:
        running = asyncio.create_task(quiet.worker.run())
        await asyncio.sleep(begun_for)

        quiet.worker.stop()

        await asyncio.wait_for(running, 10)

    async def test_what_ends_within_the_grace_is_finished(self, quiet: Flow) -> None:
        await quiet.faults("slow", seconds=LONGER_THAN_ANY_TEST)
        comment = await quiet.comment(INSULT)
        running = asyncio.create_task(quiet.worker.run())
        await quiet.until(lambda: quiet.rows("select id from actions where kind = 'hide' and state = 'running'"))

        quiet.worker.stop()
        await running

        assert (await quiet.item(comment))["state"] == "hidden"
        assert await done(quiet, "hide")
        assert await quiet.rows("select id from messages where busy_with is not null") == []


class TestTheDatabaseIsAway:
    """503 to the platforms meanwhile, and afterwards everything goes on by itself."""

    async def test_deliveries_are_turned_away_and_come_again(self, alone: Flow, postgres: Postgres) -> None:
        async with working(alone.worker):
            await asyncio.to_thread(postgres.strike_down)
            comment = await alone.comment(INSULT)
            await alone.until(lambda: answered_with(alone, 503))
            await asyncio.to_thread(postgres.bring_back)

            await alone.until_state(comment, "hidden")

            await alone.until(lambda: nothing_in_hand(alone))
            assert await held_jobs(alone) == []

    @pytest.mark.parametrize("back_after", [0.0, 3.0])
    async def test_what_was_in_hand_is_neither_lost_nor_held(
        self, alone: Flow, postgres: Postgres, back_after: float
    ) -> None:
        await alone.faults("timeout", seconds=LONGER_THAN_ANY_TEST)
        comments = [await alone.comment(f"{INSULT} {number}") for number in range(8)]
        async with working(alone.worker):
            await alone.until(lambda: alone.rows("select id from actions where kind = 'hide' and state = 'running'"))

            await asyncio.to_thread(postgres.strike_down)
            await asyncio.sleep(back_after)
            await asyncio.to_thread(postgres.bring_back)
            await alone.faults("timeout", rate=0)

            for comment in comments:
                await alone.until(lambda: is_hidden(alone, comment), within=LONG)  # noqa: B023  (awaited at once)
            await alone.until(lambda: nothing_in_hand(alone), within=LONG)
            assert await held_jobs(alone) == []


class TestTheOrderOfStarting:
    """Whatever starts first waits for the rest."""

    async def test_a_worker_may_come_before_the_schema_and_the_platforms(self, server_url: str, tmp_path: Path) -> None:
        url = await empty_database(server_url)
        sandbox, api = free_port(), free_port()
        environment = {"NOBET_DATABASE_URL": url, "NOBET_DATA_DIR": str(tmp_path), "NOBET_SANDBOX__PORT": str(sandbox)}
        environment["NOBET_SANDBOX__WEBHOOK_URL"] = f"http://127.0.0.1:{api}"
        for platform, each in SIMULATED.items():
            for name, value in each.settings(f"http://127.0.0.1:{sandbox}").items():
                said = value if isinstance(value, str) else json.dumps(value)
                environment[f"NOBET_{platform.upper()}__{name.upper()}"] = said
        log = tmp_path / "log"
        serve = ("-m", "app", "serve", "--port", str(api))
        async with (
            process("-m", "app", "worker", environment=environment, log=log) as worker,
            process(*serve, environment=environment, log=log) as service,
        ):
            await listening(api)
            await written(log, "worker_waits_for_database")
            async with httpx.AsyncClient(verify=trust(), base_url=f"http://127.0.0.1:{api}", timeout=20) as http:
                early = await http.post("/webhooks/facebook", content=b"{}", headers=signed(b"{}"))
                assert early.status_code == 503

                await furnish(url)
                async with process("-m", "app", "sandbox", environment=environment, log=log):
                    await listening(sandbox)
                    body = {"text": INSULT, "author": "Ayşe Deneme"}
                    control = f"http://127.0.0.1:{sandbox}/control/facebook"
                    comment = (await http.post(f"{control}/comments", json=body)).json()["id"]
                    deadline = time.monotonic() + 60
                    while (await http.get(f"{control}/items/{comment}")).json()["state"] != "hidden":
                        assert time.monotonic() < deadline
                        await asyncio.sleep(0.2)

            assert worker.returncode is None
            assert service.returncode is None


def signed(body: bytes) -> dict[str, str]:
    """Facebook's proof of a body."""
    secret = SIMULATED[Platform.FACEBOOK].accounts[0].app_secret
    return {"X-Hub-Signature-256": f"sha256={hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()}"}


async def written(log: Path, words: str) -> None:
    """Wait until a process has logged these words."""
    deadline = time.monotonic() + 60
    while words not in await asyncio.to_thread(log.read_text):
        assert time.monotonic() < deadline
        await asyncio.sleep(0.1)


async def replies(flow: Flow, comment: str) -> list[Any]:
    """What stands beneath a comment."""
    return list((await flow.item(comment))["replies"])


async def is_hidden(flow: Flow, comment: str) -> bool:
    """Whether the public no longer sees it."""
    return bool((await flow.item(comment))["state"] == "hidden")


async def done(flow: Flow, kind: str) -> list[dict[str, Any]]:
    """The actions of this kind that are done."""
    return await flow.rows("select id from actions where kind = :kind and state = 'done'", kind=kind)


async def held_jobs(flow: Flow) -> list[dict[str, Any]]:
    """Jobs that failed for good."""
    return await flow.rows("select id, entrypoint, attempts from pgqueuer where status = 'failed'")


async def nothing_in_hand(flow: Flow) -> bool:
    """Whether no job is due or begun, and every delivery is read."""
    return not await flow.rows(
        "select id from pgqueuer where status = 'picked' or status = 'queued' and execute_after <= now() "
        "union all select id from deliveries where state = 'received'"
    )


async def answered_with(flow: Flow, status: int) -> bool:
    """Whether a webhook got this answer."""
    told = (await flow.sandbox.get("/control/webhooks")).json()
    return any(delivery["status"] == status for delivery in told["newest"])
