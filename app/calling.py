"""The platforms' calling halves, set up from the settings: what each needs beside an account's token."""

from collections.abc import Callable, Mapping

import httpx

from app.clock import Clock
from app.connectors.base import Calling, Grant, Outbound, Poll, TokenSource
from app.connectors.facebook.client import FacebookOutbound
from app.connectors.facebook.parse import FACEBOOK
from app.connectors.facebook.poll import facebook_poll
from app.connectors.instagram.client import InstagramOutbound
from app.connectors.instagram.parse import INSTAGRAM
from app.connectors.instagram.poll import instagram_poll
from app.connectors.linkedin.calling import LinkedInCalling
from app.connectors.linkedin.client import Tier as LinkedInTier
from app.connectors.linkedin.notification import LINKEDIN
from app.connectors.linkedin.oauth import LinkedInOAuth
from app.connectors.linkedin.pacing import Gates
from app.connectors.meta.calling import MetaCalling
from app.connectors.meta.graph import Graph
from app.connectors.meta.usage import Gauges
from app.connectors.x import oauth as x_oauth
from app.connectors.x.allowance import Allowances
from app.connectors.x.calling import XCalling
from app.connectors.x.client import Tier as XTier
from app.connectors.x.fields import Naming
from app.connectors.x.parse import X
from app.connectors.youtube.budget import Budget
from app.connectors.youtube.calling import YouTubeCalling
from app.connectors.youtube.names import YOUTUBE
from app.connectors.youtube.oauth import Google
from app.connectors.youtube.quota import Allowance
from app.ledger import QuotaLedger
from app.messages import Account, PlatformName
from app.records.database import Sessions
from app.settings import MetaSettings, Settings
from app.tokens import Renew

Tokens = Callable[[Account], TokenSource]


def callings(
    settings: Settings, *, http: httpx.AsyncClient, sessions: Sessions, tokens: Tokens, clock: Clock
) -> Mapping[PlatformName, Calling]:
    """Every platform, ready to be called."""
    gauges = Gauges()

    def meta(
        of_platform: MetaSettings, to_outbound: Callable[[Graph], Outbound], to_poll: Callable[[Graph, Clock], Poll]
    ) -> MetaCalling:
        return MetaCalling(
            http=http,
            clock=clock,
            tokens=tokens,
            gauges=gauges,
            base_url=of_platform.base_url.rstrip("/"),
            app_secret=next(iter(of_platform.secrets), None),
            to_outbound=to_outbound,
            to_poll=to_poll,
        )

    youtube = settings.youtube
    ledger = QuotaLedger(sessions=sessions, project=youtube.client_id or "default")
    return {
        FACEBOOK: meta(settings.facebook, FacebookOutbound, facebook_poll),
        INSTAGRAM: meta(settings.instagram, InstagramOutbound, instagram_poll),
        X: XCalling(
            http=http,
            tokens=tokens,
            base_url=settings.x.base_url.rstrip("/"),
            tier=XTier(settings.x.tier),
            naming=Naming(f"{settings.x.fields_name}.fields"),
            allowances=Allowances(clock=clock),
        ),
        LINKEDIN: LinkedInCalling(
            http=http,
            clock=clock,
            tokens=tokens,
            base_url=settings.linkedin.base_url.rstrip("/"),
            version=settings.linkedin.version,
            tier=LinkedInTier(settings.linkedin.tier),
            gates=Gates(clock),
        ),
        YOUTUBE: YouTubeCalling(
            http=http,
            clock=clock,
            tokens=tokens,
            base_url=youtube.base_url.rstrip("/"),
            budget=Budget(ledger, clock=clock, allowance=Allowance(daily=youtube.daily_units)),
        ),
    }


def renewers(settings: Settings, *, http: httpx.AsyncClient, clock: Clock) -> Mapping[PlatformName, Renew]:
    """What exchanges a refresh token for a fresh one, for the platforms whose application is set up."""
    found: dict[PlatformName, Renew] = {}
    x, linkedin, youtube = settings.x, settings.linkedin, settings.youtube
    if x.client_id:
        app = x_oauth.App(
            client_id=x.client_id,
            client_secret=x.client_secret.get_secret_value() if x.client_secret is not None else None,
            redirect_uri=redirect_uri(settings, X),
        )

        async def renew_x(refresh_token: str) -> Grant:
            return await x_oauth.refresh(app, http, refresh_token=refresh_token, now=clock())

        found[X] = renew_x
    if linkedin.client_id and linkedin.secrets:
        found[LINKEDIN] = LinkedInOAuth(
            client_id=linkedin.client_id,
            client_secret=linkedin.secrets[0],
            redirect_uri=redirect_uri(settings, LINKEDIN),
            http=http,
            clock=clock,
        ).refresh
    if youtube.client_id and youtube.client_secret:
        google = Google(
            client_id=youtube.client_id,
            client_secret=youtube.client_secret.get_secret_value(),
            redirect_uri=redirect_uri(settings, YOUTUBE),
        )

        async def renew_youtube(refresh_token: str) -> Grant:
            return await google.refresh(http, refresh_token, now=clock())

        found[YOUTUBE] = renew_youtube
    return found


def redirect_uri(settings: Settings, platform: PlatformName) -> str:
    """Where a platform sends a person back to after they signed in."""
    return f"{settings.public_url.rstrip('/')}/oauth/{platform}"
