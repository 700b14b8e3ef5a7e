"""Builds the object graph once: settings → engine → connectors → pipeline. Nothing below asks for settings."""

import gc
import random
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cache
from zoneinfo import ZoneInfo

import httpx
from sqlalchemy.ext.asyncio import AsyncEngine

from app.actions.by_hand import ByHand
from app.actions.captures import Captures
from app.actions.carry_out import Actions
from app.actions.circuit import Breaker
from app.actions.desk import Desk
from app.actions.digest import Digests
from app.actions.earlier import EarlierWords
from app.actions.escalate import Escalation
from app.actions.lanes import Lanes
from app.actions.media import MediaKeeper
from app.actions.preserve import Preserver
from app.actions.rush import Rush
from app.actions.send_notices import NoticeSender
from app.actions.signed_in import SignedIn
from app.actions.undo import Undo
from app.actions.uploads import Uploads
from app.actions.watch import Watch
from app.activation import Activation
from app.backtest import Backtests
from app.calling import Platforms
from app.cases import Cases
from app.clock import Clock, utc_now
from app.closing import Closing
from app.connecting import Connecting
from app.connectors import CONNECTORS, INBOUND
from app.connectors.base import CALL_TIMEOUT, Keys, Outbound, Poll, Subscription
from app.evidence.objects import ObjectStore
from app.evidence.pages.browser import BrowserPool
from app.evidence.pages.camera import Camera
from app.evidence.stamp import TimestampAuthority
from app.expiry import Expiry
from app.explaining import Appeals
from app.ingest.accept import Ingest, Source
from app.ingest.read import Reader
from app.judge import Judge
from app.messages import Account, PlatformName
from app.notices.hook import HookChannel
from app.notices.model import NoticeChannel
from app.notices.smtp import SmtpChannel
from app.old_months import OldMonths
from app.outward import Allowed, outward_client, trust
from app.pipeline import Pipeline
from app.poller import Poller
from app.privacy import Privacy
from app.quotas import Quotas
from app.records.database import Sessions, create_engine, create_sessions
from app.retention import Retention
from app.settings import Settings
from app.signals.classifier.classify import Classifier
from app.signals.gather import Classify, DetectLanguage, Gatherer
from app.signals.language import LanguageDetector
from app.signals.policies import PolicyStore
from app.signing_in.passwords import Passwords
from app.signing_in.provider import Provider
from app.subscriptions import Subscriptions
from app.tokens import AccountTokens
from app.vault import Vault


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """Everything that runs, wired together."""

    settings: Settings
    clock: Clock
    jitter: Callable[[], float]
    engine: AsyncEngine
    sessions: Sessions
    objects: ObjectStore
    policies: PolicyStore
    gatherer: Gatherer
    ingest: Ingest
    poller: Poller
    quotas: Quotas
    subscriptions: Subscriptions
    pipeline: Pipeline
    captures: Captures
    signed_in: SignedIn
    uploads: Uploads
    media: MediaKeeper
    by_hand: ByHand
    desk: Desk
    undo: Undo
    earlier_words: EarlierWords
    notices: NoticeSender
    escalation: Escalation
    watch: Watch
    digests: Digests
    outbound_for: Callable[[Account], Outbound]
    tokens: AccountTokens
    retention: Retention
    old_months: OldMonths
    expiry: Expiry
    privacy: Privacy
    closing: Closing
    connecting: Connecting
    appeals: Appeals
    activation: Activation
    backtests: Backtests
    identity_provider: Provider | None
    passwords: Passwords


@asynccontextmanager
async def running_service(
    settings: Settings,
    *,
    clock: Clock = utc_now,
    jitter: Callable[[], float] = random.random,
    detect_language: DetectLanguage | None = None,
    classify: Classify | None = None,
) -> AsyncIterator[Service]:
    """Open what the service needs, hand it over, close it again."""
    engine = create_engine(settings.require_database_url(), pool_size=settings.database_pool_size)
    limits = httpx.Limits(max_connections=100, max_keepalive_connections=20)
    async with (
        httpx.AsyncClient(verify=trust(), timeout=CALL_TIMEOUT.total_seconds(), limits=limits) as http,
        outward_client(
            allowed=Allowed.of(settings.private_hosts), time_limit_seconds=CALL_TIMEOUT.total_seconds()
        ) as outward,
    ):
        service = build(
            settings,
            engine=engine,
            http=http,
            outward=outward,
            clock=clock,
            jitter=jitter,
            detect_language=detect_language or LanguageDetector(),
            classify=classify or Classifier().score,
        )
        try:
            yield service
        finally:
            await service.captures.close()
            await engine.dispose()


@asynccontextmanager
async def lasting_service(settings: Settings) -> AsyncIterator[Service]:
    """The service of a process that runs for weeks and does nothing else.

    What it has loaded by now (lexicons, models, code) stays to its end, so the garbage collector need not walk it again
    and again; what comes and goes is collected a little less often. That is a tenth of a worker's time.
    """
    async with running_service(settings) as service:
        gc.collect()
        gc.freeze()
        gc.set_threshold(20_000, 20, 20)
        yield service


def build(
    settings: Settings,
    *,
    engine: AsyncEngine,
    http: httpx.AsyncClient,
    outward: httpx.AsyncClient,
    clock: Clock,
    jitter: Callable[[], float],
    detect_language: DetectLanguage,
    classify: Classify,
) -> Service:
    """Wire the parts together; opens nothing itself."""
    zone = ZoneInfo(settings.time_zone)
    sessions = create_sessions(engine)
    objects = ObjectStore(settings.evidence_store_url)
    policies = PolicyStore(sessions)
    vault = Vault(settings.token_key_list)
    # Tokens are renewed by the platforms, and asked for by them when they call.
    platforms = Platforms(
        settings, http=http, sessions=sessions, tokens=lambda account: tokens.of(account), clock=clock
    )
    tokens = AccountTokens(
        sessions=sessions,
        vault=vault,
        fixed=_fixed_tokens(settings),
        renewers=platforms.renewers(),
        clock=clock,
    )
    callings = platforms.callings()
    poll_rhythm = {PlatformName(name): every for name, every in settings.poll_every.items()}
    quotas = Quotas(sessions=sessions, callings=callings, rhythm=poll_rhythm)

    @cache
    def outbound_for(account: Account) -> Outbound:
        return callings[account.platform].outbound(account)

    def poll_for(account: Account) -> Poll:
        return callings[account.platform].poll(account)

    def subscription_for(account: Account) -> Subscription | None:
        return callings[account.platform].subscription(account)

    habits = {connector.name: connector.page for connector in CONNECTORS}
    signed_in = SignedIn(sessions=sessions, vault=vault, habits=habits, clock=clock)
    rush = Rush(sessions, clock)
    captures = Captures(
        sessions=sessions,
        objects=objects,
        policies=policies,
        signed_in=signed_in,
        habits=habits,
        camera=_camera(settings),
        rush=rush,
        at_once=settings.captures_at_once,
        clock=clock,
        zone=zone,
    )
    actions = Actions(
        sessions=sessions,
        outbound_for=outbound_for,
        preserver=Preserver(sessions=sessions, objects=objects, captures=captures, clock=clock),
        policies=policies,
        lanes=Lanes(lambda platform: settings.platform(platform).calls_at_once, clock),
        rush=rush,
        breaker=Breaker(jitter=jitter),
        clock=clock,
        jitter=jitter,
        zone=zone,
    )
    gatherer = Gatherer(sessions=sessions, detect_language=detect_language, classify=classify, zone=zone)
    notices = NoticeSender(
        sessions=sessions,
        policies=policies,
        channels=_channels(settings, http, outward),
        public_url=settings.public_url.rstrip("/"),
        clock=clock,
        jitter=jitter,
    )
    by_hand = ByHand(sessions=sessions, policies=policies, outbound_for=outbound_for, clock=clock, zone=zone)
    return Service(
        settings=settings,
        clock=clock,
        jitter=jitter,
        engine=engine,
        sessions=sessions,
        objects=objects,
        policies=policies,
        gatherer=gatherer,
        ingest=Ingest(sessions, _sources(settings), clock),
        poller=Poller(
            sessions=sessions,
            poll_for=poll_for,
            quota_of=quotas.of,
            rhythm=poll_rhythm,
            clock=clock,
            jitter=jitter,
        ),
        quotas=quotas,
        subscriptions=Subscriptions(
            sessions=sessions,
            subscription_for=subscription_for,
            rhythm={PlatformName(name): every for name, every in settings.subscriptions_every.items()},
            clock=clock,
            jitter=jitter,
        ),
        pipeline=Pipeline(
            reader=Reader(sessions, INBOUND, clock),
            judge=Judge(
                sessions=sessions,
                gatherer=gatherer,
                policies=policies,
                outbound_for=outbound_for,
                clock=clock,
            ),
            actions=actions,
        ),
        captures=captures,
        signed_in=signed_in,
        media=MediaKeeper(sessions=sessions, objects=objects, http=outward, clock=clock),
        uploads=Uploads(sessions=sessions, objects=objects, clock=clock),
        retention=Retention(
            sessions=sessions,
            objects=objects,
            limits={
                name: inbound.manners.stores_content_for
                for name, inbound in INBOUND.items()
                if inbound.manners.stores_content_for is not None
            },
            clock=clock,
        ),
        expiry=Expiry(sessions=sessions, objects=objects, policies=policies, platforms=tuple(INBOUND), clock=clock),
        privacy=Privacy(sessions=sessions, objects=objects, policies=policies, clock=clock),
        closing=Closing(
            sessions=sessions,
            authority=TimestampAuthority(settings.timestamp, http) if settings.timestamp is not None else None,
            zone=zone,
            clock=clock,
        ),
        old_months=OldMonths(
            sessions=sessions,
            deliveries_kept=settings.deliveries_kept,
            messages_kept=settings.messages_kept,
            clock=clock,
        ),
        by_hand=by_hand,
        undo=Undo(sessions=sessions, outbound_for=outbound_for, clock=clock),
        earlier_words=EarlierWords(sessions=sessions, outbound_for=outbound_for),
        desk=Desk(sessions=sessions, policies=policies, clock=clock, zone=zone),
        notices=notices,
        digests=Digests(
            sessions=sessions,
            policies=policies,
            sender=notices,
            public_url=settings.public_url.rstrip("/"),
            zone=zone,
            clock=clock,
            jitter=jitter,
        ),
        watch=Watch(sessions=sessions, policies=policies, clock=clock),
        escalation=Escalation(sessions=sessions, policies=policies, sender=notices, clock=clock, jitter=jitter),
        outbound_for=outbound_for,
        tokens=tokens,
        connecting=Connecting(
            sessions=sessions,
            vault=vault,
            tokens=tokens,
            sign_ins=platforms.sign_ins(),
            clock=clock,
        ),
        appeals=Appeals(sessions=sessions, by_hand=by_hand, clock=clock),
        activation=Activation(
            sessions=sessions,
            cases=Cases(
                sessions=sessions,
                policies=policies,
                detect_language=detect_language,
                classify=classify,
                clock=clock,
            ),
            clock=clock,
        ),
        backtests=Backtests(sessions=sessions, classify=classify, clock=clock),
        identity_provider=_identity_provider(settings, http, clock),
        passwords=Passwords(),
    )


def _identity_provider(settings: Settings, http: httpx.AsyncClient, clock: Clock) -> Provider | None:
    if settings.oidc is None:
        return None
    return Provider(
        settings=settings.oidc,
        redirect_uri=f"{settings.public_url.rstrip('/')}/auth/callback",
        signed_out_uri=f"{settings.public_url.rstrip('/')}/auth/signed-out",
        http=http,
        clock=clock,
    )


def _camera(settings: Settings) -> Camera | None:
    """What takes pictures of pages, where there is a browser; it starts with the first picture."""
    if (browser := settings.browser) is None:
        return None
    pool = BrowserPool(browser, at_once=settings.captures_at_once)
    return Camera(pool, allowed=Allowed.of(settings.private_hosts))


def _sources(settings: Settings) -> dict[PlatformName, Source]:
    sources = {}
    for name, inbound in INBOUND.items():
        of_platform = settings.platform(name)
        sources[name] = Source(
            inbound=inbound,
            keys=Keys(secrets=of_platform.secrets, verify_token=of_platform.verify_word),
            proof_setting=of_platform.proof_setting,
            verify_setting=of_platform.verify_setting,
        )
    return sources


def _fixed_tokens(settings: Settings) -> dict[tuple[PlatformName, str], str]:
    return {
        (name, external_id): token.get_secret_value()
        for name in INBOUND
        for external_id, token in settings.platform(name).access_tokens.items()
    }


def _channels(settings: Settings, http: httpx.AsyncClient, outward: httpx.AsyncClient) -> list[NoticeChannel]:
    channels: list[NoticeChannel] = []
    if settings.smtp is not None:
        channels.append(SmtpChannel(settings.smtp))
    if settings.hook is not None:
        channels.append(HookChannel(settings.hook, http, outward=outward))
    return channels
