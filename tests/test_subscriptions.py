"""Platforms stop telling without a word (I12): it is noticed, repaired, and told where it cannot be."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import SecretStr
from sqlalchemy import text
from structlog.testing import capture_logs

from app.api.app import create_app
from app.connectors.base import Grant
from app.connectors.linkedin.settings import LinkedInSettings
from app.connectors.meta.app_subscription import OF_INSTAGRAM
from app.connectors.meta.settings import MetaSettings
from app.connectors.meta.subscription import OF_A_PAGE
from app.connectors.x.settings import XSettings
from app.connectors.x.subscription import EVENTS
from app.connectors.youtube.settings import YouTubeSettings
from app.connectors.youtube.websub import LONGEST_LEASE
from app.main import Service, running_service
from app.messages import AccountId, PlatformName
from app.records import notifications, subscriptions
from app.records.subscriptions import State
from app.sandbox.meta.seed import APP_ID, APP_SECRET
from app.settings import Settings
from app.subscriptions import PATIENCE
from app.vault import new_key
from tests.api.calling import open_app
from tests.connectors.x.x_api import LoopbackX, serving
from tests.flow import Flow
from tests.world import no_scores

START = datetime(2026, 11, 2, 9, tzinfo=UTC)
PAGE, INSTAGRAM = "104000000000001", "17840000000000001"
APPS = f"/v25.0/{PAGE}/subscribed_apps"
OF_APP = "/v25.0/731/subscriptions"
DOOR = "https://nobet.ornek.edu.tr/webhooks"
CHANNEL = "UCbizim000000000000000001"
TOPIC = f"https://www.youtube.com/xml/feeds/videos.xml?channel_id={CHANNEL}"
ORGANIZATION = "90417755"
EVENT_SUBSCRIPTION = (
    "/rest/eventSubscriptions/(developerApplication:urn:li:developerApplication:77,user:urn:li:person:a,"
    f"entity:urn:li:organization:{ORGANIZATION},eventType:ORGANIZATION_SOCIAL_ACTION_NOTIFICATIONS)"
)
X_ID = "2244994945"
IDS = {"facebook": PAGE, "instagram": INSTAGRAM, "x": X_ID, "linkedin": ORGANIZATION, "youtube": CHANNEL}


@dataclass
class HandClock:
    now: datetime = START

    def __call__(self) -> datetime:
        return self.now


@dataclass(slots=True)
class Watch:
    """One account on one platform, and what looks after its subscription."""

    service: Service
    platform: LoopbackX
    clock: HandClock
    account: AccountId
    door: httpx.AsyncClient

    async def look(self, *, after: timedelta = timedelta()) -> int:
        """Let some time go by, and look."""
        self.clock.now += after
        return await self.service.subscriptions.look_after_due()

    async def rows(self, statement: str) -> list[dict[str, Any]]:
        async with self.service.sessions() as session:
            return [dict(row._mapping) for row in await session.execute(text(statement))]

    async def state(self) -> tuple[str, str | None]:
        """What is known."""
        (row,) = await self.rows("select state, problem from subscriptions")
        return row["state"], row["problem"]

    async def told(self) -> list[str]:
        """The notices that people got."""
        return [row["kind"] for row in await self.rows("select kind from notifications order by id")]

    async def repairs(self) -> list[str]:
        """What was missing each time that it was repaired, as it stands in the audit."""
        found = await self.rows("select detail from audit where act = 'subscription.repair' order by id")
        return [row["detail"]["problem"] for row in found]

    async def confirm(self, mode: str = "subscribe", **more: str) -> httpx.Response:
        """Ask at our door, as the hub does."""
        asked = {"hub.mode": mode, "hub.topic": TOPIC, "hub.challenge": "42", **more}
        return await self.door.get("/webhooks/youtube", params=asked)


@asynccontextmanager
async def watching(database_url: str, folder: Path, platform: str, **changes: Any) -> AsyncIterator[Watch]:
    """A service with one account, its platforms on loopback; `changes` are to the platform's settings."""
    async with serving() as server:
        url, clock = server.url, HandClock()
        meta = MetaSettings(
            app_id="731", app_secret=SecretStr("s"), verify_token=SecretStr("soz"), base_url=f"{url}/v25.0"
        )
        x = XSettings(consumer_key=SecretStr("k"), consumer_secret=SecretStr("s"), base_url=url)
        linkedin = LinkedInSettings(client_secret=SecretStr("s"), application_id="77", base_url=f"{url}/rest")
        youtube = YouTubeSettings(websub_secret=SecretStr("s"), hub_url=f"{url}/hub")
        of_platforms: dict[str, Any] = {
            "facebook": meta,
            "instagram": meta,
            "x": x,
            "linkedin": linkedin,
            "youtube": youtube,
        }
        of_platforms[platform] = of_platforms[platform].model_copy(update=changes)
        settings = Settings(
            _env_file=None,
            environment="test",
            database_url=SecretStr(database_url),
            data_dir=folder,
            public_url="https://nobet.ornek.edu.tr",
            token_keys=SecretStr(new_key()),
            poll_every={},
            **of_platforms,
        )
        async with running_service(
            settings, clock=clock, jitter=lambda: 0.0, detect_language=lambda _: "tr", classify=no_scores
        ) as service:
            account = await _connected(service, platform, at=clock())
            async with open_app(create_app(lambda: _opened(service))) as door:
                yield Watch(service=service, platform=server, clock=clock, account=account, door=door)


async def _connected(service: Service, platform: str, *, at: datetime) -> AccountId:
    async with service.sessions.begin() as session:
        number = await session.scalar(
            text(
                "insert into accounts (platform, external_id, page_id, handle, kind) "
                "values (:platform, :id, :page, 'ieu', 'official') returning id"
            ),
            {"platform": platform, "id": IDS[platform], "page": PAGE if platform == "instagram" else None},
        )
    await service.tokens.keep(AccountId(number), Grant(access_token="erisim"), at=at)
    return AccountId(number)


@asynccontextmanager
async def _opened(service: Service) -> AsyncIterator[Service]:
    yield service


@pytest.fixture
async def page(database_url: str, tmp_path: Path) -> AsyncIterator[Watch]:
    async with watching(database_url, tmp_path, "facebook") as watch:
        app_told_of(watch.platform, OF_A_PAGE)
        yield watch


@pytest.fixture
async def channel(database_url: str, tmp_path: Path) -> AsyncIterator[Watch]:
    async with watching(database_url, tmp_path, "youtube") as watch:
        watch.platform.answer("POST /hub", "", 202)
        yield watch


def told_of(server: LoopbackX, fields: frozenset[str], *, app: str = "731") -> None:
    """Let Meta say that this application is told of these fields of the Page."""
    server.answer(f"GET {APPS}", {"data": [{"id": app, "subscribed_fields": sorted(fields)}]})


def app_told_of(server: LoopbackX, told: frozenset[str], *, name: str = "page", **more: object) -> None:
    """Let Meta say that our application is told of these fields, at our door."""
    platform = "facebook" if name == "page" else name
    named = [{"name": field, "version": "v25.0"} for field in sorted(told)]
    ours = {"object": name, "callback_url": f"{DOOR}/{platform}", "active": True, "fields": named} | more
    server.answer(f"GET {OF_APP}", {"data": [{"object": "user", "callback_url": "https://x.test"}, ours]})


async def test_a_subscription_that_stands_is_only_looked_at(page: Watch) -> None:
    told_of(page.platform, OF_A_PAGE)

    looks = [await page.look(), await page.look(), await page.look(after=timedelta(minutes=15))]

    assert looks == [1, 0, 1]
    assert page.platform.lines == [f"GET {APPS}", f"GET {OF_APP}"] * 2
    assert await page.state() == ("stands", None)
    assert (await page.told(), await page.repairs()) == ([], [])


async def test_what_is_missing_is_asked_for_and_what_is_there_stays(page: Watch) -> None:
    told_of(page.platform, OF_A_PAGE - {"messages"} | {"message_reads"})
    told_of(page.platform, OF_A_PAGE - {"messages"} | {"message_reads"})
    told_of(page.platform, OF_A_PAGE | {"message_reads"})
    page.platform.answer(f"POST {APPS}", {"success": True})

    with capture_logs() as lines:
        await page.look()

    (asked,) = [call.form for call in page.platform.calls if call.method == "POST"]
    assert set(asked["subscribed_fields"].split(",")) == OF_A_PAGE | {"message_reads"}
    assert await page.state() == ("stands", None)
    assert await page.repairs() == ["missing messages"]
    assert await page.told() == []
    assert "subscription_repaired" in [line["event"] for line in lines]


async def test_another_application_is_not_taken_for_ours(page: Watch) -> None:
    told_of(page.platform, OF_A_PAGE, app="999")
    page.platform.answer(f"POST {APPS}", {"success": True})

    await page.look()

    state, problem = await page.state()
    assert state == "broken"
    assert problem is not None
    assert problem.startswith("missing feed, mention")


async def test_what_cannot_be_repaired_is_told_once_for_each_break(page: Watch) -> None:
    refusal = {"error": {"code": 200, "message": "izin yok"}}
    told_of(page.platform, frozenset())
    page.platform.answer(f"POST {APPS}", refusal, 403)

    for _ in range(3):
        await page.look(after=timedelta(hours=1))
    told = await page.told()
    async with page.service.sessions() as session:
        notice = await notifications.load(session, 1)
    shown = (await page.door.get("/health/ready")).json()
    told_of(page.platform, OF_A_PAGE)
    for _ in range(2):
        await page.look(after=timedelta(hours=1))

    assert told == ["subscription_broken"]
    assert (notice.platform, notice.account_handle) == ("facebook", "ieu")
    assert "subscriptions: ieu (broken: missing feed" in shown["checks"]["platform_facebook"]["detail"]
    assert shown["checks"]["platform_facebook"]["status"] in {"warning", "failing"}
    assert await page.state() == ("stands", None)
    assert len(await page.repairs()) == 1


async def test_it_comes_again_later_and_later(page: Watch) -> None:
    told_of(page.platform, frozenset())
    page.platform.answer(f"POST {APPS}", {"error": {"code": 200, "message": "izin yok"}}, 403)

    pauses = []
    for _ in range(7):
        await page.look()
        (row,) = await page.rows("select due_at from subscriptions")
        pauses.append(row["due_at"] - page.clock.now)
        page.clock.now = row["due_at"]

    assert pauses == sorted(pauses)
    assert pauses[0] >= timedelta(minutes=1)
    assert pauses[-1] <= timedelta(minutes=30)


async def test_a_platform_that_does_not_answer_leaves_what_is_known(page: Watch) -> None:
    told_of(page.platform, OF_A_PAGE)
    await page.look()
    page.platform.answer(f"GET {APPS}", {"error": {"code": 2, "message": "sonra"}}, 500)

    await page.look(after=timedelta(minutes=15))  # the answer that was there before stays for this look
    await page.look(after=timedelta(minutes=15))

    assert await page.state() == ("stands", "PlatformUnavailableError 2")
    assert await page.told() == []


async def test_a_repair_that_a_passing_trouble_keeps_off_is_told_after_a_while(page: Watch) -> None:
    told_of(page.platform, frozenset())
    page.platform.answer(f"POST {APPS}", {"error": {"code": 2, "message": "sonra"}}, 500)

    await page.look()
    at_once = await page.told()
    await page.look(after=PATIENCE)

    assert at_once == []
    assert await page.told() == ["subscription_broken"]


async def test_a_dead_token_is_told_as_such_and_on_record(page: Watch) -> None:
    page.platform.answer(f"GET {APPS}", {"error": {"code": 190, "error_subcode": 460, "message": "yok"}}, 400)

    await page.look()

    assert await page.told() == ["token_dead"]
    (token,) = await page.rows("select rejected_at from account_tokens")
    assert token["rejected_at"] == START
    assert await page.state() == ("unknown", "TokenRejectedError 190/460")


async def test_two_workers_look_once(page: Watch) -> None:
    told_of(page.platform, OF_A_PAGE)

    looks = await asyncio.gather(page.look(), page.look())

    assert sorted(looks) == [0, 1]
    assert page.platform.lines.count(f"GET {APPS}") == 1


async def test_an_account_that_is_connected_anew_is_looked_at_at_once(page: Watch) -> None:
    told_of(page.platform, OF_A_PAGE)
    await page.look()
    async with page.service.sessions.begin() as session:
        await session.execute(text("update subscriptions set due_at = due_at + interval '1 day'"))

    not_yet = await page.look()
    async with page.service.sessions.begin() as session:
        await subscriptions.due_at_once(session, page.account, now=page.clock())

    assert (not_yet, await page.look()) == (0, 1)


async def test_instagram_is_told_of_through_its_page(database_url: str, tmp_path: Path) -> None:
    async with watching(database_url, tmp_path, "instagram") as watch:
        told_of(watch.platform, frozenset())
        told_of(watch.platform, frozenset({"messages"}))
        told_of(watch.platform, frozenset({"messages", "feed"}))
        watch.platform.answer(f"POST {APPS}", {"success": "true"})
        app_told_of(watch.platform, OF_INSTAGRAM, name="instagram")

        await watch.look()

        (asked,) = [call.form for call in watch.platform.calls if call.method == "POST"]
        assert asked["subscribed_fields"] == "feed,messages"
        assert await watch.state() == ("stands", None)


# Meta's application


@pytest.mark.parametrize(
    ("more", "problem"),
    [
        ({"object": "permissions"}, "the application has no webhook for page"),
        (
            {"callback_url": "https://eski.ornek.edu.tr/webhooks/facebook"},
            "the application's webhook for page leads to https://eski.ornek.edu.tr/webhooks/facebook",
        ),
        ({"active": False}, "the application's webhook for page is switched off"),
        ({"fields": [{"name": name} for name in OF_A_PAGE - {"feed"}]}, "the application is not told of feed"),
    ],
)
async def test_what_meta_tells_the_application_is_repaired(
    database_url: str, tmp_path: Path, more: dict[str, Any], problem: str
) -> None:
    async with watching(database_url, tmp_path, "facebook") as watch:
        meta = watch.platform
        told_of(meta, OF_A_PAGE)
        for _ in range(3):
            app_told_of(meta, OF_A_PAGE | {"leadgen"}, **more)
        app_told_of(meta, OF_A_PAGE)
        meta.answer(f"POST {APPS}", {"success": True})
        meta.answer(f"POST {OF_APP}", {"success": True})

        await watch.look()

        (asked,) = [call for call in meta.calls if call.line == f"POST {OF_APP}"]
        assert (await watch.state(), await watch.repairs()) == (("stands", None), [problem])
        assert asked.headers["authorization"] == "Bearer 731|s"
        wanted = {"object": "page", "callback_url": f"{DOOR}/facebook", "include_values": "true", "verify_token": "soz"}
        assert wanted.items() <= asked.form.items()
        assert set(asked.form["fields"].split(",")) >= OF_A_PAGE


async def test_a_webhook_that_leads_elsewhere_and_stays_there_is_told(page: Watch) -> None:
    told_of(page.platform, OF_A_PAGE)
    await page.look()
    app_told_of(page.platform, OF_A_PAGE, callback_url="https://baska.test/webhooks/facebook")
    page.platform.answer(f"POST {APPS}", {"success": True})
    page.platform.answer(f"POST {OF_APP}", {"error": {"code": 2200, "message": "no echo"}}, 400)

    await page.look(after=timedelta(minutes=15))  # the answer that was there before stays for this look
    await page.look(after=timedelta(minutes=15))
    shown = (await page.door.get("/health/ready")).json()["checks"]["platform_facebook"]["detail"]

    assert (await page.state())[0] == "broken"
    assert "leads to https://baska.test/webhooks/facebook: PlatformRefusedError 2200" in shown
    assert await page.told() == ["subscription_broken"]


async def test_without_a_word_for_meta_the_application_is_looked_at_alone(database_url: str, tmp_path: Path) -> None:
    async with watching(database_url, tmp_path, "facebook", verify_token=None) as watch:
        told_of(watch.platform, OF_A_PAGE)
        watch.platform.answer(f"GET {OF_APP}", {"data": []})
        watch.platform.answer(f"POST {APPS}", {"success": True})

        await watch.look()

        assert f"POST {OF_APP}" not in watch.platform.lines
        assert await watch.state() == (
            "broken",
            "the application has no webhook for page: PlatformRefusedError no verify token",
        )
        assert await watch.told() == ["subscription_broken"]


async def test_a_secret_that_meta_does_not_take_is_no_dead_account(page: Watch) -> None:
    told_of(page.platform, OF_A_PAGE)
    page.platform.answer(f"GET {OF_APP}", {"error": {"code": 190, "message": "wrong secret"}}, 400)
    await page.look()

    await page.look(after=timedelta(minutes=15))

    assert await page.told() == ["subscription_broken"]
    assert await page.state() == ("broken", "PlatformRefusedError app secret 190")


async def test_without_the_applications_id_nobody_looks(database_url: str, tmp_path: Path) -> None:
    async with watching(database_url, tmp_path, "facebook", app_id=None) as watch:
        told_of(watch.platform, OF_A_PAGE)

        await watch.look()

        assert watch.platform.lines == [f"GET {APPS}"]
        assert await watch.state() == ("stands", None)


# X


WEBHOOKS, EVENT_LIST = "/2/webhooks", "/2/activity/subscriptions"
OURS = {"id": "146", "url": "https://nobet.ornek.edu.tr/webhooks/x", "valid": True}


def subscribed(*events: str, webhook: str | None = "146") -> dict[str, object]:
    """X's list of what the account is subscribed to, and of another account's."""
    place = {"webhook_id": webhook} if webhook else {}
    ours = [
        {"subscription_id": str(200 + n), "event_type": event, "filter": {"user_id": X_ID}, **place}
        for n, event in enumerate(events)
    ]
    other = {"subscription_id": "9", "event_type": "dm.sent", "filter": {"user_id": "1"}, "webhook_id": "146"}
    return {"data": [*ours, other]}


@asynccontextmanager
async def watching_x(database_url: str, folder: Path, **changes: Any) -> AsyncIterator[Watch]:
    async with watching(database_url, folder, "x", **changes) as watch:
        watch.platform.answer("POST /oauth2/token", {"token_type": "bearer", "access_token": "uygulama"})
        yield watch


async def test_xs_webhook_and_subscriptions_are_made(database_url: str, tmp_path: Path) -> None:
    async with watching_x(database_url, tmp_path) as watch:
        x = watch.platform
        for webhooks in ([], [], [OURS]):
            x.answer(f"GET {WEBHOOKS}", {"data": webhooks})
        x.answer(f"POST {WEBHOOKS}", {"data": OURS})
        x.answer(f"GET {EVENT_LIST}", subscribed())
        x.answer(f"GET {EVENT_LIST}", subscribed(*EVENTS))
        x.answer(f"POST {EVENT_LIST}", {"data": {"subscription": {"subscription_id": "1"}}})

        await watch.look()

        posted = [call for call in x.calls if call.line == f"POST {EVENT_LIST}"]
        made = [(call.json["event_type"], call.headers["authorization"]) for call in posted]
        assert await watch.state() == ("stands", None)
        assert await watch.repairs() == ["no webhook"]
        assert [event for event, _ in made] == list(EVENTS)
        assert dict(made)["post.create"] == "Bearer uygulama"
        assert dict(made)["dm.received"] == "Bearer erisim"
        assert [call.json for call in x.calls if call.path == WEBHOOKS and call.method == "POST"] == [
            {"url": "https://nobet.ornek.edu.tr/webhooks/x"}
        ]
        assert x.lines.count("POST /oauth2/token") == 1


@pytest.mark.parametrize(("tier", "is_replayed"), [("enterprise", True), ("self_serve", False)])
async def test_a_webhook_that_x_took_out_of_service_is_checked_again(
    database_url: str, tmp_path: Path, tier: str, is_replayed: bool
) -> None:
    async with watching_x(database_url, tmp_path, tier=tier) as watch:
        x = watch.platform
        # It stands; it does not; the check that X was asked for takes its time; it stands.
        for is_valid in (True, False, False, False, True):
            x.answer(f"GET {WEBHOOKS}", {"data": [OURS | {"valid": is_valid}]})
        x.answer(f"GET {EVENT_LIST}", subscribed(*EVENTS))
        x.answer(f"PUT {WEBHOOKS}/146", {"data": {"valid": True}})
        x.answer(f"POST {WEBHOOKS}/replay", {"data": {"job_id": "1", "created_at": "2026-11-02T12:00:00Z"}})
        await watch.look()

        await watch.look(after=timedelta(hours=3))
        between = await watch.state()
        await watch.look(after=timedelta(minutes=2))

        assert x.lines.count(f"PUT {WEBHOOKS}/146") == 1
        assert between == ("broken", "webhook not valid")
        assert (await watch.repairs(), await watch.told()) == (["webhook not valid"], [])
        replays = [call.json for call in x.calls if call.path.endswith("/replay")]
        wanted = {"webhook_id": "146", "from_date": "202611020900", "to_date": "202611021150"}
        assert replays == ([wanted] if is_replayed else [])


async def test_a_replay_that_x_refuses_leaves_the_rest_as_it_is(database_url: str, tmp_path: Path) -> None:
    async with watching_x(database_url, tmp_path, tier="enterprise") as watch:
        x = watch.platform
        for is_valid in (True, False, False, True):
            x.answer(f"GET {WEBHOOKS}", {"data": [OURS | {"valid": is_valid}]})
        x.answer(f"GET {EVENT_LIST}", subscribed(*EVENTS))
        x.answer(f"PUT {WEBHOOKS}/146", {"data": {"valid": True}})
        x.problem(f"POST {WEBHOOKS}/replay", 403)
        await watch.look()

        with capture_logs() as lines:
            await watch.look(after=timedelta(hours=3))

        assert await watch.state() == ("stands", None)
        assert "replay_failed" in [line["event"] for line in lines]


async def test_events_that_go_elsewhere_are_sent_our_way(database_url: str, tmp_path: Path) -> None:
    async with watching_x(database_url, tmp_path) as watch:
        x = watch.platform
        x.answer(f"GET {WEBHOOKS}", {"data": [OURS]})
        x.answer(f"GET {EVENT_LIST}", subscribed(*EVENTS, webhook=None))
        x.answer(f"GET {EVENT_LIST}", subscribed(*EVENTS, webhook="7"))
        x.answer(f"GET {EVENT_LIST}", subscribed(*EVENTS))
        for number in range(len(EVENTS)):
            x.answer(f"PUT {EVENT_LIST}/{200 + number}", {"data": {"subscription": {}}})

        await watch.look()

        moved = [call.json for call in x.calls if call.method == "PUT"]
        assert moved == [{"webhook_id": "146"}] * len(EVENTS)
        assert await watch.state() == ("stands", None)


async def test_wrong_keys_of_our_application_are_no_dead_account(database_url: str, tmp_path: Path) -> None:
    async with watching(database_url, tmp_path, "x") as watch:
        watch.platform.answer("POST /oauth2/token", {"errors": [{"code": 99}]}, 403)

        await watch.look()

        assert await watch.state() == ("broken", "PlatformRefusedError 403")
        assert await watch.told() == ["subscription_broken"]


async def test_what_is_not_set_up_is_said(database_url: str, tmp_path: Path) -> None:
    async with watching(database_url, tmp_path, "x", consumer_key=None) as watch:
        await watch.look()

        assert await watch.state() == ("unknown", "not set up")
        detail = (await watch.door.get("/health/ready")).json()["checks"]["platform_x"]["detail"]
        assert "subscriptions: ieu (unknown: not set up)" in detail
        assert watch.platform.calls == []


# LinkedIn


def administered(server: LoopbackX, *organizations: str) -> None:
    roles = [
        {"organization": f"urn:li:organization:{number}", "roleAssignee": "urn:li:person:a"} for number in organizations
    ]
    server.answer("GET /rest/organizationAcls", {"elements": roles})


@pytest.mark.parametrize(
    ("found", "problem"),
    [
        (({"status": 404, "message": "yok"}, 404), "no subscription"),
        (({"webhook": "https://eski.ornek.edu.tr/webhooks/linkedin"}, 200), "another address"),
    ],
)
async def test_linkedins_notifications_are_turned_on(
    database_url: str, tmp_path: Path, found: tuple[dict[str, object], int], problem: str
) -> None:
    async with watching(database_url, tmp_path, "linkedin") as watch:
        administered(watch.platform, ORGANIZATION)
        watch.platform.answer(f"GET {EVENT_SUBSCRIPTION}", *found)
        watch.platform.answer(f"GET {EVENT_SUBSCRIPTION}", {"webhook": "https://nobet.ornek.edu.tr/webhooks/linkedin"})
        watch.platform.answer(f"PUT {EVENT_SUBSCRIPTION}", "", 204)

        await watch.look()

        assert [call.json for call in watch.platform.calls if call.method == "PUT"] == [
            {"webhook": "https://nobet.ornek.edu.tr/webhooks/linkedin"}
        ]
        assert (await watch.state(), await watch.repairs()) == (("stands", None), [problem])


async def test_notifications_that_end_soon_are_renewed_without_a_break(database_url: str, tmp_path: Path) -> None:
    async with watching(database_url, tmp_path, "linkedin") as watch:
        administered(watch.platform, ORGANIZATION)
        for ends_at in (START + timedelta(days=3), START + timedelta(days=90)):
            told = {"expiresAt": int(ends_at.timestamp() * 1000)}
            watch.platform.answer(f"GET {EVENT_SUBSCRIPTION}", told)
        watch.platform.answer(f"PUT {EVENT_SUBSCRIPTION}", "", 204)

        await watch.look()
        await watch.look(after=timedelta(hours=8))

        assert watch.platform.lines.count(f"PUT {EVENT_SUBSCRIPTION}") == 1
        assert (await watch.state(), await watch.repairs(), await watch.told()) == (("stands", None), [], [])


async def test_an_administrator_who_lost_the_role_is_told_of(database_url: str, tmp_path: Path) -> None:
    async with watching(database_url, tmp_path, "linkedin") as watch:
        administered(watch.platform, "1")

        await watch.look()

        assert (await watch.state())[0] == "broken"
        assert await watch.told() == ["subscription_broken"]


# YouTube


async def test_the_hub_is_asked_and_believed_once_it_asks_back(channel: Watch) -> None:
    await channel.look()
    asked = await channel.state()
    answer = await channel.confirm(**{"hub.lease_seconds": "828000"})
    await channel.look()

    (call,) = channel.platform.calls
    assert (call.form["hub.callback"], call.form["hub.topic"], call.form["hub.secret"]) == (
        "https://nobet.ornek.edu.tr/webhooks/youtube",
        TOPIC,
        "s",
    )
    assert asked == ("asked", "no lease")
    assert answer.text == "42"
    assert await channel.state() == ("stands", None)
    assert await channel.repairs() == ["no lease"]
    (row,) = await channel.rows("select ends_at from subscriptions")
    assert row["ends_at"] == START + LONGEST_LEASE


async def test_what_is_confirmed_while_the_answer_is_written_down_is_seen_at_the_next_look(channel: Watch) -> None:
    await channel.look()
    await channel.confirm(**{"hub.lease_seconds": "828000"})
    now = channel.clock()
    async with channel.service.sessions.begin() as session:
        await subscriptions.does_not_stand(
            session,
            channel.account,
            State.ASKED,
            problem="no lease",
            since=now,
            at=now,
            due_at=now + timedelta(hours=1),
        )

    await channel.look()

    assert await channel.state() == ("stands", None)


async def test_a_lease_is_renewed_at_half_time_and_asked_for_until_it_is_confirmed(channel: Watch) -> None:
    await channel.look()
    await channel.confirm(**{"hub.lease_seconds": "828000"})
    await channel.look()

    await channel.look(after=LONGEST_LEASE / 2 - timedelta(minutes=30))
    early = len(channel.platform.calls)
    await channel.look(after=timedelta(hours=1))
    await channel.look(after=timedelta(hours=1))
    unconfirmed = (len(channel.platform.calls), await channel.state())
    await channel.confirm(**{"hub.lease_seconds": "828000"})
    await channel.look()
    await channel.look(after=timedelta(hours=1))

    assert (early, len(channel.platform.calls)) == (1, 3)
    assert unconfirmed == (3, ("stands", "renewal not confirmed yet"))
    assert await channel.state() == ("stands", None)
    assert await channel.told() == []


async def test_a_lease_that_nobody_confirms_is_told_after_an_hour(channel: Watch) -> None:
    looks = []
    for _ in range(4):
        await channel.look(after=timedelta(minutes=25))
        looks.append(await channel.told())

    assert looks == [[], [], [], ["subscription_broken"]]
    assert len(channel.platform.calls) == 4


async def test_a_lease_that_ended_is_a_break(channel: Watch) -> None:
    await channel.look()
    await channel.confirm(**{"hub.lease_seconds": "432000"})
    await channel.look()

    await channel.look(after=timedelta(days=6))

    assert await channel.state() == ("asked", "lease ended")


@pytest.mark.parametrize("mode", ["subscribe", "unsubscribe"])
async def test_what_nobody_here_asked_for_is_not_confirmed(channel: Watch, mode: str) -> None:
    """Anyone can have the hub subscribe us with a secret of theirs, or end what we have, unless we say no.

    https://www.w3.org/TR/websub/#hub-verifies-intent
    """
    await channel.look()
    await channel.confirm(**{"hub.lease_seconds": "828000"})
    await channel.look()
    channel.clock.now += timedelta(hours=1)
    before = await channel.rows("select ends_at, renew_at from subscriptions")

    answer = await channel.confirm(mode, **{"hub.lease_seconds": "828000"})
    after = await channel.rows("select ends_at, renew_at from subscriptions")
    await channel.look(after=timedelta(hours=1))

    assert (answer.status_code, "42" in answer.text) == (404, False)
    assert before == after
    assert len(channel.platform.calls) == 1
    assert await channel.state() == ("stands", None)


async def test_a_question_before_anything_was_asked_is_not_confirmed(channel: Watch) -> None:
    answer = await channel.confirm(**{"hub.lease_seconds": "828000"})

    await channel.look()

    assert answer.status_code == 404
    assert await channel.state() == ("asked", "no lease")


async def test_a_goodbye_that_is_said_while_we_ask_is_not_confirmed(channel: Watch) -> None:
    await channel.look()

    assert (await channel.confirm("unsubscribe")).status_code == 404
    assert (await channel.confirm(**{"hub.lease_seconds": "828000"})).text == "42"


# The simulated platforms


async def test_the_simulated_platform_is_subscribed_to_again(flow: Flow) -> None:
    often = {PlatformName(name): timedelta(minutes=15) for name in ("facebook", "instagram")}
    looking = replace(flow.service.subscriptions, rhythm=often)
    await looking.look_after_due()
    (account,) = await flow.rows(
        "select external_id from accounts where platform = 'facebook' and kind = 'official' limit 1"
    )
    place = f"/graph/v25.0/{account['external_id']}/subscribed_apps"
    token = flow.service.settings.platform("facebook").access_tokens[account["external_id"]].get_secret_value()
    by = {"Authorization": f"Bearer {token}"}
    (await flow.sandbox.delete(place, headers=by)).raise_for_status()
    of_app, app_token = f"/graph/v25.0/{APP_ID}/subscriptions", f"{APP_ID}|{APP_SECRET}"
    by_app = {"Authorization": f"Bearer {app_token}"}
    (await flow.sandbox.delete(of_app, headers=by_app)).raise_for_status()

    flow.clock.shift += timedelta(minutes=15)
    await looking.look_after_due()

    (app,) = (await flow.sandbox.get(place, headers=by)).json()["data"]
    assert set(app["subscribed_fields"]) >= OF_A_PAGE
    told = (await flow.sandbox.get(of_app, headers=by_app)).json()["data"]
    assert {one["object"] for one in told} == {"page", "instagram"}
    assert {row["state"] for row in await flow.rows("select state from subscriptions")} == {"stands"}
