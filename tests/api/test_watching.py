"""Evidence, deliveries, jobs, health: what shows whether everything holds."""

from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from sqlalchemy import select, text
from structlog.testing import capture_logs

from app.evidence import keep
from app.evidence.objects import ObjectRef, ObjectStore
from app.evidence.seal import SealedField, field_digest
from app.records.database import Sessions
from app.records.jobs import Job, enqueue
from app.records.tables import accounts, deliveries
from app.settings import Settings
from tests.api.builders import a_delivery, a_seal, a_stored_message, an_action
from tests.api.calling import Api
from tests.world import World

PICTURE = b"\x89PNG picture"


def folder_of(settings: Settings) -> Path:
    return Path(settings.evidence_store_url.removeprefix("file://"))


def put_in_the_way_of(folder: Path) -> None:
    folder.rmdir()
    folder.write_text("in the way")


@pytest.fixture
async def picture(sessions: Sessions, world: World, settings: Settings) -> ObjectRef:
    """The image of sealed evidence number 1."""
    sealed = await a_seal(sessions, await a_stored_message(sessions, world.page))
    stored = await ObjectStore(settings.evidence_store_url).put(PICTURE, "image/png")
    async with sessions.begin() as session:
        await keep.add_image(session, sealed.id, stored, kind="card", taken_at=datetime.now(UTC))
    return stored


async def test_a_seal_can_be_checked_from_what_the_api_shows(api: Api, picture: ObjectRef) -> None:
    shown = (await api.get("specialist", "/v1/evidence/1")).json()

    for name, value in shown["fields"].items():
        salted = SealedField(value=value, salt=bytes.fromhex(shown["salts"][name]))
        assert field_digest(name, salted) == shown["digests"][name]
    assert shown["images"][0]["sha256"] == picture.sha256
    assert (shown["sequence"], shown["previous_hash"]) == (1, "0" * 64)


async def test_the_image_is_handed_over_and_every_look_is_on_record(api: Api, picture: ObjectRef) -> None:
    image = await api.get("specialist", "/v1/evidence/1/image")
    await api.get("specialist", "/v1/evidence/1")

    assert (image.content, image.headers["content-type"]) == (PICTURE, "image/png")
    assert image.headers["x-evidence-sha256"] == picture.sha256
    notes = (await api.get("director", "/v1/audit", subject="evidence/1")).json()["items"]
    assert [note["act"] for note in notes] == ["evidence.view", "evidence.image"]


async def test_a_changed_image_is_not_passed_off_as_evidence(api: Api, picture: ObjectRef, settings: Settings) -> None:
    file = folder_of(settings) / picture.key
    file.write_bytes(PICTURE + b"!")

    with capture_logs() as lines:
        changed = await api.get("specialist", "/v1/evidence/1/image")
    file.unlink()
    missing = await api.get("specialist", "/v1/evidence/1/image")

    assert (changed.status_code, missing.status_code) == (502, 502)
    assert changed.json()["type"] == "urn:nobet:problem:evidence_unreadable"
    assert "evidence_image_unreadable" in [line["event"] for line in lines]


async def test_an_image_that_is_not_there_is_not_found(api: Api, picture: ObjectRef) -> None:
    assert (await api.get("specialist", "/v1/evidence/1/image", image=99)).status_code == 404


async def test_a_quarantined_delivery_is_seen_opened_and_replayed(api: Api, sessions: Sessions) -> None:
    parsed = await a_delivery(sessions)
    odd = await a_delivery(sessions, b"\xff\x00", state="quarantined", problem="not JSON")

    listed = (await api.get("specialist", "/v1/deliveries", state="quarantined")).json()["items"]
    opened = (await api.get("specialist", f"/v1/deliveries/{odd}", body="true")).json()
    replayed = await api.post("specialist", f"/v1/deliveries/{odd}/replay")
    needless = await api.post("specialist", f"/v1/deliveries/{parsed}/replay")

    assert [(entry["id"], entry["problem"], entry["size"]) for entry in listed] == [(odd, "not JSON", 2)]
    assert (opened["body"], opened["body_base64"]) == (None, "/wA=")
    assert (replayed.status_code, replayed.json()["state"]) == (202, "received")
    assert needless.status_code == 409
    async with sessions() as session:
        jobs = (
            await session.execute(text("select entrypoint, convert_from(payload, 'UTF8') as subject from pgqueuer"))
        ).all()
        states = (await session.execute(select(deliveries.c.state).order_by(deliveries.c.id))).scalars().all()
    assert [(job.entrypoint, job.subject) for job in jobs] == [("delivery", str(odd))]
    assert states == ["parsed", "received"]
    acts = [note["act"] for note in (await api.get("director", "/v1/audit", subject=f"delivery/{odd}")).json()["items"]]
    assert acts == ["delivery.replay", "delivery.open"]


async def test_jobs_that_failed_for_good_are_retried_or_let_go(api: Api, sessions: Sessions, world: World) -> None:
    async with sessions.begin() as session:
        for subject in (1, 2, 3):
            await enqueue(session, Job.MESSAGE, subject)
        await session.execute(text("update pgqueuer set status = 'failed' where convert_from(payload, 'UTF8') <> '3'"))

    held = (await api.get("specialist", "/v1/jobs")).json()["items"]
    by_subject = {job["subject"]: job["id"] for job in held}
    retried = await api.post("specialist", f"/v1/jobs/{by_subject['1']}/retry")
    gone = await api.post("specialist", f"/v1/jobs/{by_subject['2']}/discard", {"reason": "Elle yapıldı"})
    again = await api.post("specialist", f"/v1/jobs/{by_subject['1']}/retry")

    assert by_subject.keys() == {"1", "2"}
    assert (retried.status_code, gone.status_code, again.status_code) == (200, 200, 404)
    async with sessions() as session:
        left = (
            await session.execute(text("select convert_from(payload, 'UTF8') as subject, status::text from pgqueuer"))
        ).all()
    assert {(job.subject, job.status) for job in left} == {("1", "queued"), ("3", "queued")}


async def test_health_names_what_is_missing(http: httpx.AsyncClient, sessions: Sessions, world: World) -> None:
    delivered = await a_delivery(sessions)
    waiting = await an_action(sessions, await a_stored_message(sessions, world.page), state="planned")
    async with sessions.begin() as session:
        await session.execute(
            text("update actions set problem = 'TokenRejectedError 190' where id = :id"), {"id": waiting}
        )

    ready = await http.get("/health/ready")

    checks = ready.json()["checks"]
    assert delivered
    assert ready.status_code == 200
    assert ready.json()["status"] == "failing"
    assert {name: check["status"] for name, check in checks.items()} == {
        "database": "ok",
        "policy": "ok",
        "workers": "warning",
        "queue": "ok",
        "months": "ok",
        "storage": "ok",
        "evidence_chain": "ok",
        "urgent_routes": "failing",
        "browser": "warning",
        "platform_facebook": "failing",
        "platform_instagram": "failing",
    }
    assert "NOBET_SMTP__HOST" in checks["urgent_routes"]["detail"]
    assert "no access token for ieu.muh" in checks["platform_facebook"]["detail"]
    assert "1 actions wait for a working access token" in checks["platform_facebook"]["detail"]
    assert "last delivery 2026-11-01" in checks["platform_facebook"]["detail"]
    assert "NOBET_INSTAGRAM__APP_SECRET" in checks["platform_instagram"]["detail"]
    assert "NOBET_CAPTURES_AT_ONCE" in checks["browser"]["detail"]
    assert "no delivery yet" in checks["platform_instagram"]["detail"]


async def test_a_platform_with_all_it_needs_is_healthy(
    http: httpx.AsyncClient, sessions: Sessions, world: World
) -> None:
    async with sessions.begin() as session:
        await session.execute(accounts.update().where(accounts.c.id != world.page.id).values(is_active=False))

    checks = (await http.get("/health/ready")).json()["checks"]

    assert checks["platform_facebook"]["status"] == "ok"
    assert "platform_instagram" not in checks


async def test_jobs_that_nobody_takes_show_in_health(http: httpx.AsyncClient, sessions: Sessions) -> None:
    async with sessions.begin() as session:
        await enqueue(session, Job.MESSAGE, 1)
        await session.execute(text("update pgqueuer set execute_after = now() - interval '6 minutes'"))

    ready = (await http.get("/health/ready")).json()
    measured = (await http.get("/metrics")).text

    assert ready["checks"]["queue"]["status"] == "failing"
    assert "are workers running?" in ready["checks"]["queue"]["detail"]
    (line,) = [line for line in measured.splitlines() if line.startswith("nobet_queue_lag_seconds ")]
    assert float(line.split()[1]) > 350


async def test_a_database_without_a_policy_is_not_ready(http: httpx.AsyncClient, sessions: Sessions) -> None:
    async with sessions.begin() as session:
        await session.execute(text("delete from policy_activations"))

    ready = await http.get("/health/ready")

    assert ready.status_code == 503
    assert "nobet migrate" in ready.json()["checks"]["policy"]["detail"]


async def test_a_store_that_cannot_be_written_fails_its_check_alone(
    http: httpx.AsyncClient, settings: Settings
) -> None:
    put_in_the_way_of(folder_of(settings))

    ready = await http.get("/health/ready")

    assert ready.json()["checks"]["storage"]["status"] == "failing"
    assert ready.status_code == 200
