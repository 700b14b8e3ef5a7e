"""Is everything there that the service needs? Asked by `/health/ready` and by `nobet doctor`."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from sqlalchemy.exc import SQLAlchemyError

from app.clock import Clock
from app.connectors.base import Quota
from app.errors import EvidenceError, ModerationError
from app.evidence.objects import ObjectStore
from app.ingest.accept import Ingest
from app.messages import Account, AccountId, PlatformName
from app.quotas import Quotas
from app.records import chain, circuits, held_jobs, months, subscriptions, workers
from app.records.circuits import Circuit, CircuitState
from app.records.database import Sessions
from app.records.jobs import queue_lag_seconds
from app.records.reading import health
from app.records.subscriptions import State, StoredSubscription
from app.records.workers import WorkerReport
from app.settings import Settings
from app.signals.policies import PolicyStore
from app.signing_in.provider import Provider
from app.tokens import Access, AccountTokens

TIME_LIMIT = timedelta(seconds=3)
LAG_WARNS = timedelta(seconds=30)
LAG_FAILS = timedelta(minutes=5)
# Yesterday is closed soon after midnight.
CLOSING_WARNS = timedelta(days=2)
# A worker reports every few seconds, and takes a new policy up with that at the latest.
POLICY_TAKEN_UP = timedelta(seconds=15)
# Whoever must hear of self-harm and threats at once (6.4.12, 6.4.15).
URGENT_UNITS = ("sks", "guvenlik", "kurumsal_iletisim")


class Status(StrEnum):
    """How a check came out."""

    OK = "ok"
    WARNING = "warning"
    FAILING = "failing"


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountCircuit:
    """How calls for one of our accounts go."""

    account: str
    circuit: Circuit


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing looked at. `required`: without it this process can take neither deliveries nor decisions.

    The others fail visibly too, but do not take the process out of service: a delivery that waits in the database
    beats one that is turned away.
    """

    name: str
    status: Status
    detail: str
    required: bool = False
    circuits: tuple[AccountCircuit, ...] = ()
    quota: Quota | None = None
    workers: tuple[WorkerReport, ...] = ()


async def check_database(sessions: Sessions) -> Check:
    """The database answers."""

    async def ask() -> Check:
        async with sessions() as session:
            await health.answers(session)
        return Check(name="database", status=Status.OK, detail="answers", required=True)

    return await _within("database", ask, required=True)


async def check_policy(policies: PolicyStore) -> Check:
    """A policy is active, and this process has read it."""

    async def ask() -> Check:
        active = await policies.current()
        return Check(name="policy", status=Status.OK, detail=active.policy.version, required=True)

    return await _within("policy", ask, required=True)


async def check_workers(sessions: Sessions, policies: PolicyStore) -> Check:
    """Workers report, and all run the active policy."""

    async def ask() -> Check:
        active = (await policies.current()).policy.version
        async with sessions() as session:
            found = tuple(await workers.alive(session))
            is_late = await workers.is_late(session, after=POLICY_TAKEN_UP)
        behind = [worker.name for worker in found if worker.policy_version != active]
        status = Status.WARNING if not found or (behind and is_late) else Status.OK
        detail = f"{len(found)} workers run {active}" if found else "no worker reports: start `nobet worker`"
        if behind:
            detail = f"{len(behind)} of {len(found)} workers run another policy than {active}"
        return Check(name="workers", status=status, detail=detail, workers=found)

    return await _within("workers", ask)


async def check_queue(sessions: Sessions) -> Check:
    """Jobs are worked off; none was given up."""

    async def ask() -> Check:
        async with sessions() as session:
            lag = timedelta(seconds=await queue_lag_seconds(session))
            held = sum((await held_jobs.count_by_kind(session)).values())
        status = Status.FAILING if lag > LAG_FAILS else Status.WARNING if lag > LAG_WARNS or held else Status.OK
        detail = f"the oldest due job has waited {lag.total_seconds():.1f} s"
        if lag > LAG_WARNS:
            detail += ": are workers running?"
        if held:
            detail += f"; {held} jobs failed for good, see /v1/jobs"
        return Check(name="queue", status=status, detail=detail)

    return await _within("queue", ask)


async def check_months(sessions: Sessions, now: datetime) -> Check:
    """There is room for this month and those that come; known early, while workers or `nobet migrate` can make it."""

    async def ask() -> Check:
        async with sessions() as session:
            missing = await months.missing(session, now=now)
        if not missing:
            return Check(name="months", status=Status.OK, detail="this month and the next ones are there")
        is_near = missing[0] <= months.month_of(now) + 1
        return Check(
            name="months",
            status=Status.FAILING if is_near else Status.WARNING,
            detail=f"nothing can be stored in {', '.join(map(months.name_of, missing))}: are workers running? "
            "`nobet migrate` makes the months too",
        )

    return await _within("months", ask)


async def check_storage(objects: ObjectStore) -> Check:
    """Evidence images can be written, read and deleted."""

    async def ask() -> Check:
        await objects.check()
        return Check(name="storage", status=Status.OK, detail="writes, reads and deletes")

    return await _within("storage", ask)


async def check_closing(sessions: Sessions, settings: Settings, clock: Clock) -> Check:
    """The days of evidence are closed, and stamped where an authority is set."""

    async def ask() -> Check:
        async with sessions() as session:
            last, waiting = await chain.last_root(session), await chain.stamps_missing(session)
        if last is None:
            return Check(name="evidence_chain", status=Status.OK, detail="no day of evidence is closed yet")
        today = clock().astimezone(ZoneInfo(settings.time_zone)).date()
        if today - last["day"] > CLOSING_WARNS:
            detail = f"no day was closed since {last['day']}: are workers running?"
            return Check(name="evidence_chain", status=Status.WARNING, detail=detail)
        if settings.timestamp is None:
            detail = f"closed until {last['day']}; no time stamps: NOBET_TIMESTAMP__URL and __CERTIFICATES are not set"
            return Check(name="evidence_chain", status=Status.OK, detail=detail)
        if waiting.days:
            why = waiting.problem or "not asked yet"
            detail = f"{waiting.days} days without a time stamp since {waiting.since}: {why}"
            return Check(name="evidence_chain", status=Status.WARNING, detail=detail)
        return Check(name="evidence_chain", status=Status.OK, detail=f"closed and stamped until {last['day']}")

    return await _within("evidence_chain", ask)


def check_browser(settings: Settings) -> Check:
    """A browser takes pictures of pages. Without one the rendered card stands in, and 6.4.12 and 6.4.13 ask people."""
    browser = settings.browser
    if browser is not None:
        return Check(name="browser", status=Status.OK, detail=str(browser))
    if settings.captures_at_once == 0:
        return Check(name="browser", status=Status.WARNING, detail="switched off by NOBET_CAPTURES_AT_ONCE")
    return Check(
        name="browser",
        status=Status.WARNING,
        detail="no Chromium: cards stand in for pictures of pages; install chromium, or set NOBET_CHROMIUM or "
        "NOBET_CHROMIUM_CDP",
    )


async def check_routes(sessions: Sessions, settings: Settings) -> Check:
    """Urgent notices reach somebody: each of their units has a mailbox, or there is a hook for all."""

    async def ask() -> Check:
        if settings.hook is not None:
            return Check(name="urgent_routes", status=Status.OK, detail="the hook takes all notices")
        if settings.smtp is None:
            return Check(
                name="urgent_routes",
                status=Status.FAILING,
                detail="no way out for notices: set NOBET_SMTP__HOST and __SENDER, or NOBET_HOOK__URL and __SECRET",
            )
        async with sessions() as session:
            reachable = await health.units_with_mail(session, URGENT_UNITS)
        if empty := [unit for unit in URGENT_UNITS if unit not in reachable]:
            return Check(
                name="urgent_routes",
                status=Status.FAILING,
                detail=f"no e-mail address for {', '.join(empty)}: set it with PATCH /v1/units/{{key}}",
            )
        return Check(name="urgent_routes", status=Status.OK, detail="every urgent unit has a mailbox")

    return await _within("urgent_routes", ask)


async def check_sign_in(provider: Provider | None) -> Check:
    """People can sign in: the identity provider answers, and is the one of the settings."""

    async def ask() -> Check:
        if provider is None:
            return Check(
                name="sign_in",
                status=Status.WARNING,
                detail="people have API tokens alone: set NOBET_OIDC__ISSUER, __CLIENT_ID and __CLIENT_SECRET",
            )
        await provider.discovered()
        return Check(
            name="sign_in", status=Status.OK, detail=f"enter {provider.redirect_uri} as the redirect address there"
        )

    return await _within("sign_in", ask)


async def check_platforms(sessions: Sessions, ingest: Ingest, tokens: AccountTokens, quotas: Quotas) -> list[Check]:
    """Each platform on which we have accounts: its secret, the accounts' tokens, its last delivery, what waits."""
    try:
        async with asyncio.timeout(TIME_LIMIT.total_seconds()), sessions() as session:
            accounts = await health.active_accounts(session)
            last = await health.last_deliveries(session)
            waiting = await health.waiting(session)
            unasked = await health.failing_polls(session)
            subscribed = await subscriptions.load_all(session)
            troubled = await circuits.load_open(session)
        access = await tokens.access_of(accounts)
        metered = await quotas.shown()
    except (SQLAlchemyError, OSError, TimeoutError) as error:
        return [Check(name="platforms", status=Status.FAILING, detail=f"not known: {type(error).__name__}")]
    by_platform: dict[str, list[Account]] = {}
    for account in accounts:
        by_platform.setdefault(account.platform, []).append(account)
    return [
        _platform(
            name,
            of_platform,
            ingest,
            access,
            troubled,
            last.get(name),
            waiting.get(name, health.Waiting()),
            [*_unasked(of_platform, unasked), *_untold(of_platform, subscribed)],
            metered.get(PlatformName(name)),
        )
        for name, of_platform in sorted(by_platform.items())
    ]


def _platform(
    name: str,
    accounts: list[Account],
    ingest: Ingest,
    access: Mapping[AccountId, Access],
    troubled: Mapping[AccountId, Circuit],
    last: datetime | None,
    waiting: health.Waiting,
    degraded: list[str],
    quota: Quota | None,
) -> Check:
    failing, notes = [], [*degraded]
    setting = f"NOBET_{name.upper()}"
    source = ingest.source(name)
    if source is None:
        failing.append("no connector for this platform")
    elif not source.keys.secrets:
        failing.append(f"no secret: set {setting}__{source.proof_setting.upper()}")
    elif source.verify_setting is not None and source.keys.verify_token is None:
        notes.append(f"no verify token: set {setting}__{source.verify_setting.upper()}")
    if dumb := [account.handle for account in accounts if not access[account.id].is_there]:
        failing.append(f"no access token for {', '.join(dumb)}: connect the account, or set {setting}__ACCESS_TOKENS")
    if dead := [account.handle for account in accounts if access[account.id].is_rejected]:
        failing.append(f"the platform rejects the access token of {', '.join(dead)}: connect the account anew")
    opened = tuple(
        AccountCircuit(account=account.handle, circuit=troubled.get(account.id, Circuit())) for account in accounts
    )
    failing += [
        f"calls for {one.account} fail ({one.circuit.problem}), tried again at {one.circuit.probe_at}"
        for one in opened
        if one.circuit.state is not CircuitState.CLOSED
    ]
    if waiting.token:
        failing.append(f"{waiting.token} actions wait for a working access token")
    if waiting.tasks:
        notes.append(f"{waiting.tasks} open tasks")
    if quota is not None and quota.is_closed:
        notes.append(f"the platform takes no calls before {quota.resets_at.isoformat()}: its quota is spent")
    said = f"last delivery {last.isoformat()}" if last else "no delivery yet"
    status = Status.FAILING if failing else Status.WARNING if notes else Status.OK
    return Check(
        name=f"platform_{name}",
        status=status,
        detail="; ".join([*failing, *notes, *_spent(quota), said]),
        circuits=opened,
        quota=quota,
    )


def _spent(quota: Quota | None) -> list[str]:
    """How a quota stands."""
    if quota is None:
        return []
    return [f"{quota.used} of {quota.limit} units used, asked every {quota.pause.total_seconds():.0f} s"]


def _unasked(accounts: list[Account], failing: Mapping[AccountId, str]) -> list[str]:
    """What is wrong with polling."""
    failed = [f"{account.handle} ({failing[account.id]})" for account in accounts if account.id in failing]
    return [f"asking for what is new fails: {', '.join(failed)}"] if failed else []


def _untold(accounts: list[Account], subscribed: Mapping[AccountId, StoredSubscription]) -> list[str]:
    """What is wrong with subscriptions: the poll finds what they miss, but late."""
    wrong = [
        f"{account.handle} ({known.state}: {known.problem})"
        for account in accounts
        if (known := subscribed.get(account.id)) is not None and known.problem is not None and not _is_passing(known)
    ]
    return [f"subscriptions: {', '.join(wrong)}"] if wrong else []


def _is_passing(known: StoredSubscription) -> bool:
    """A renewal that waits for its confirmation is no trouble before its third try."""
    return known.state is State.STANDS and known.failures < 3


async def _within(name: str, ask: Callable[[], Awaitable[Check]], *, required: bool = False) -> Check:
    """Run a check within the time limit; what it raises is its result."""
    try:
        async with asyncio.timeout(TIME_LIMIT.total_seconds()):
            return await ask()
    except TimeoutError:
        detail = f"no answer within {TIME_LIMIT.total_seconds():g} s"
    except EvidenceError as error:
        detail = str(error)
    except (ModerationError, SQLAlchemyError, OSError) as error:
        # Class names, not words: a driver's words may hold addresses and accounts.
        detail = str(error) if isinstance(error, ModerationError) else type(error).__name__
    return Check(name=name, status=Status.FAILING, detail=detail, required=required)
