"""Workers take a policy up without restart, and health shows which one each of them really runs."""

import asyncio
from datetime import timedelta
from typing import Any

from sqlalchemy import text

from app.checks import Status, check_workers
from app.heartbeat import Heartbeat
from app.records.database import Sessions
from app.signals.policies import PolicyStore
from tests.flow import Flow, activate, measured_policy


async def test_an_idle_worker_takes_a_new_policy_up_and_says_so(flow: Flow) -> None:
    flow.worker._heartbeat.every /= 50
    newer = measured_policy(name="newer")

    async def told(version: str) -> dict[str, Any] | None:
        found: dict[str, Any] = (await flow.api.get("/health/ready")).json()["checks"]["workers"]
        return found if [one["policy_version"] for one in found["workers"]] == [version] else None

    before = await flow.until(lambda: told(measured_policy().version))
    await activate(flow.service.sessions, newer)
    after = await flow.until(lambda: told(newer.version))

    assert before["workers"][0]["name"] == after["workers"][0]["name"]
    assert before["workers"][0]["policy_since"] < after["workers"][0]["policy_since"]
    assert after["status"] == "ok"


async def test_what_has_a_time_ends_every_night(flow: Flow) -> None:
    async def planned() -> dict[str, Any] | None:
        rows = await flow.rows("select entrypoint, expression, next_run from pgqueuer_schedules")
        found = {row["entrypoint"]: row for row in rows}
        return found if "expiry" in found else None

    schedules = await flow.until(planned)
    now = flow.clock()
    nightly = {name: schedules[name] for name in ("expiry", "old_months")}

    # At a fixed time of each day, and so within a day from now; what platforms limit, each hour.
    assert all(row["expression"].endswith(" * * *") for row in nightly.values())
    assert all(now < row["next_run"] <= now + timedelta(days=1) for row in nightly.values())
    assert schedules["retention"]["next_run"] <= now + timedelta(hours=1)


async def test_a_policy_is_looked_for_anew_though_a_look_is_under_way(sessions: Sessions) -> None:
    policies, newer = PolicyStore(sessions), measured_policy(name="newer")
    await policies.current()
    await policies._looking.acquire()
    anew = asyncio.create_task(policies.reload())
    await asyncio.sleep(0)
    await activate(sessions, newer)
    policies._looked_at = policies.monotonic()  # the look under way is done, and found the older one
    policies._looking.release()

    found = await anew

    assert found.policy.version == newer.version


async def test_a_worker_that_stays_behind_is_a_warning_and_a_silent_one_is_none(sessions: Sessions) -> None:
    policies = PolicyStore(sessions)
    await Heartbeat(sessions=sessions, policies=policies, name="w1").beat()
    fine = await check_workers(sessions, policies)
    async with sessions.begin() as session:
        await session.execute(text("update workers set policy_version = 'older'"))
        await session.execute(text("update policy_activations set activated_at = now() - interval '1 minute'"))

    behind = await check_workers(sessions, policies)
    async with sessions.begin() as session:
        await session.execute(text("update workers set seen_at = now() - interval '1 minute'"))
    silent = await check_workers(sessions, policies)

    assert fine.status is Status.OK
    assert (behind.status, "1 of 1 workers run another policy" in behind.detail) == (Status.WARNING, True)
    assert (silent.status, silent.workers) == (Status.WARNING, ())
