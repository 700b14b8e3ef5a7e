"""A day of YouTube's quota: polls slow down before it ends, acts stay possible, and who watches sees how it stands."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import select, text

from app.api.app import create_app
from app.demo_seed import ROLES, seed
from app.main import Service, running_service
from app.messages import Channel, ExternalId, Message, MessageId
from app.records.accounts import as_account
from app.records.database import create_engine
from app.records.tables import accounts
from app.sandbox.seed import Platform
from app.sandbox.youtube import quota as simulated
from app.sandbox.youtube.seed import POSTS, UNIVERSITY
from app.settings import Settings
from tests.api.calling import open_app
from tests.connectors.youtube.spec import check_recorded
from tests.flow import by
from tests.sandbox.clocks import HandClock
from tests.sandbox.conftest import Client, connected, some_settings
from tests.world import no_scores

# A small project: the day would be over in an hour or two if nobody paced it.
UNITS, RESERVED = 800, 416
MIDNIGHT = datetime(2026, 11, 2, 8, tzinfo=UTC)
DAY = timedelta(days=1)
ALMOST_OVER = MIDNIGHT + DAY - timedelta(seconds=1)
RHYTHM = timedelta(minutes=2)


@dataclass(slots=True)
class Project:
    """The service with two channels that share a project, and the simulated YouTube; one clock for both."""

    service: Service
    sandbox: Client
    clock: HandClock
    door: httpx.AsyncClient

    @property
    def spent(self) -> int:
        """Units of this day, as YouTube counts them."""
        return simulated.today(self.sandbox.ground.world).units

    @property
    def refusals(self) -> list[str | None]:
        """The errors that YouTube answered with."""
        return [call.error for call in self.sandbox.ground.calls.all() if call.status >= 400]

    async def hold(self) -> None:
        """Hold a comment, as the machine does: an act of 50 units."""
        comment = ExternalId(await self.sandbox.comment("youtube", "Merhaba"))
        async with self.service.sessions() as session:
            row = (await session.execute(select(accounts).where(accounts.c.external_id == UNIVERSITY))).one()
        account = as_account(row)
        message = Message(
            id=MessageId(1),
            platform=account.platform,
            account=account,
            channel=Channel.COMMENT,
            external_id=comment,
            post_id=ExternalId(POSTS[0].id),
            author_id=ExternalId("UCsomebody"),
            text="Merhaba",
        )
        await self.service.outbound_for(account).hide(message)

    async def next_poll(self) -> datetime:
        """When a channel is asked next."""
        async with self.service.sessions() as session:
            found: datetime | None = await session.scalar(text("select min(due_at) from polls"))
        return found or MIDNIGHT

    async def poll_until(self, end: datetime) -> list[datetime]:
        """Let the poller work until then, and return when it asked."""
        asked = []
        while (due_at := max(await self.next_poll(), self.clock())) < end:
            self.clock.at = due_at
            assert await self.service.poller.poll_due()
            asked.append(due_at)
        self.clock.at = end
        return asked

    async def shown(self) -> dict[str, Any]:
        """The quota as the account's view has it."""
        answer = await self.door.get("/v1/accounts", params={"limit": 100}, headers=by("director"))
        found = {entry["platform"]: entry["quota"] for entry in answer.json()["items"]}
        assert all(quota is None for platform, quota in found.items() if platform != "youtube")
        return dict(found["youtube"])


@asynccontextmanager
async def project(database_url: str, folder: Path, *, simulated_units: int = UNITS) -> AsyncIterator[Project]:
    """Everything running, soon after midnight in California."""
    engine = create_engine(database_url)
    await seed(engine, {role: role for role in ROLES})
    await engine.dispose()
    clock = HandClock(MIDNIGHT + timedelta(minutes=10))
    async with connected(some_settings(youtube_daily_units=simulated_units), clock) as sandbox:
        ground = sandbox.ground
        of_youtube = dict(ground.simulated[Platform.YOUTUBE].settings(ground.settings.base_url))
        of_youtube |= {"daily_units": UNITS, "reserved_units": RESERVED}
        settings = Settings.model_validate(
            {
                "environment": "test",
                "database_url": database_url,
                "data_dir": folder,
                "poll_every": {"youtube": RHYTHM},
                "youtube": of_youtube,
            }
        )
        async with (
            running_service(
                settings, clock=clock, jitter=lambda: 0.0, detect_language=lambda _: "tr", classify=no_scores
            ) as service,
            open_app(create_app(lambda: _opened(service))) as door,
        ):
            yield Project(service=service, sandbox=sandbox, clock=clock, door=door)
            check_recorded(ground.calls.all())


@asynccontextmanager
async def _opened(service: Service) -> AsyncIterator[Service]:
    yield service


@pytest.fixture
async def youtube(database_url: str, tmp_path: Path) -> AsyncIterator[Project]:
    async with project(database_url, tmp_path) as made:
        yield made


async def test_a_busy_morning_stretches_the_polls_and_leaves_acts_for_the_evening(youtube: Project) -> None:
    before = (await youtube.shown())["poll_pause_seconds"]
    for _ in range(8):
        await youtube.hold()
    after = (await youtube.shown())["poll_pause_seconds"]

    asked = await youtube.poll_until(MIDNIGHT + DAY - timedelta(minutes=30))
    await youtube.hold()
    seen, spent = await youtube.shown(), youtube.spent
    await youtube.poll_until(ALMOST_OVER)

    assert youtube.refusals == []
    assert after > before > RHYTHM.total_seconds()
    # Polls go on all day: never the morning's haste, never an evening without. The two channels take turns.
    gaps = [later - earlier for earlier, later in pairwise(asked[::2])]
    assert len(asked) > 80
    assert min(gaps) > RHYTHM * 4
    assert max(gaps) < timedelta(minutes=45)
    assert (seen["used"], seen["limit"], seen["is_closed"]) == (spent, UNITS, False)
    assert seen["resets_at"] == "2026-11-03T08:00:00Z"


async def test_on_a_quiet_day_polls_use_what_acts_do_not_need_and_no_more(youtube: Project) -> None:
    youtube.clock.at = MIDNIGHT + timedelta(hours=16)

    await youtube.poll_until(ALMOST_OVER)

    assert youtube.refusals == []
    assert UNITS - RESERVED - 40 < youtube.spent <= UNITS - RESERVED


async def test_a_quota_that_youtube_says_is_spent_is_waited_for(database_url: str, tmp_path: Path) -> None:
    async with project(database_url, tmp_path, simulated_units=5) as youtube:
        await youtube.service.poller.poll_due()
        refused, calls = list(youtube.refusals), len(youtube.sandbox.ground.calls.all())
        seen = await youtube.shown()
        ready = await youtube.door.get("/health/ready")
        measured = (await youtube.door.get("/metrics")).text

        await youtube.poll_until(ALMOST_OVER)
        silent = len(youtube.sandbox.ground.calls.all()) == calls
        youtube.clock.at = MIDNIGHT + DAY
        anew = await youtube.service.poller.poll_due()

    assert (refused, silent, anew) == (["quotaExceeded"], True, 2)
    assert (seen["is_closed"], seen["poll_pause_seconds"]) == (True, timedelta(hours=23, minutes=50).total_seconds())
    check = ready.json()["checks"]["platform_youtube"]
    assert ready.status_code == 200
    assert check["quota"] == seen
    assert "its quota is spent" in check["detail"]
    assert 'nobet_quota_closed{platform="youtube"} 1.0' in measured
    assert f'nobet_quota_units{{of="limit",platform="youtube"}} {UNITS}.0' in measured
    assert f'nobet_quota_resets_at_seconds{{platform="youtube"}} {(MIDNIGHT + DAY).timestamp() / 1e9}e+09' in measured
