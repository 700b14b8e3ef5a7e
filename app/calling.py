"""The platforms' calling halves, set up from the settings: what each needs beside an account's token."""

from collections.abc import Callable, Mapping

import httpx

from app.clock import Clock
from app.connectors.base import Calling, Grant, Outbound, Poll, SignIn, TokenSource
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
from app.connectors.linkedin.sign_in import LinkedInSignIn
from app.connectors.meta.calling import MetaCalling
from app.connectors.meta.graph import Graph
from app.connectors.meta.sign_in import MetaSignIn
from app.connectors.meta.subscription import OF_A_PAGE, OF_AN_INSTAGRAM_ACCOUNT
from app.connectors.meta.usage import Gauges
from app.connectors.x import oauth as x_oauth
from app.connectors.x.allowance import Allowances
from app.connectors.x.app_only import AppOnly
from app.connectors.x.calling import XCalling
from app.connectors.x.client import Tier as XTier
from app.connectors.x.fields import Naming
from app.connectors.x.parse import X
from app.connectors.x.sign_in import XSignIn
from app.connectors.youtube.budget import Budget
from app.connectors.youtube.calling import YouTubeCalling
from app.connectors.youtube.names import YOUTUBE
from app.connectors.youtube.oauth import Google
from app.connectors.youtube.quota import Allowance
from app.connectors.youtube.sign_in import YouTubeSignIn
from app.ledger import QuotaLedger
from app.messages import Account, PlatformName
from app.records.database import Sessions
from app.settings import MetaSettings, Settings, XSettings, YouTubeSettings
from app.tokens import Renew

Tokens = Callable[[Account], TokenSource]


def callings(
    settings: Settings, *, http: httpx.AsyncClient, sessions: Sessions, tokens: Tokens, clock: Clock
) -> Mapping[PlatformName, Calling]:
    """Every platform, ready to be called."""
    gauges = Gauges()

    def meta(
        of_platform: MetaSettings,
        page_fields: frozenset[str],
        to_outbound: Callable[[Graph], Outbound],
        to_poll: Callable[[Graph, Clock], Poll],
    ) -> MetaCalling:
        return MetaCalling(
            http=http,
            clock=clock,
            tokens=tokens,
            gauges=gauges,
            base_url=of_platform.base_url.rstrip("/"),
            app_secret=next(iter(of_platform.secrets), None),
            app_id=of_platform.app_id,
            page_fields=page_fields,
            to_outbound=to_outbound,
            to_poll=to_poll,
        )

    youtube = settings.youtube
    return {
        FACEBOOK: meta(settings.facebook, OF_A_PAGE, FacebookOutbound, facebook_poll),
        INSTAGRAM: meta(settings.instagram, OF_AN_INSTAGRAM_ACCOUNT, InstagramOutbound, instagram_poll),
        X: XCalling(
            http=http,
            tokens=tokens,
            base_url=settings.x.base_url.rstrip("/"),
            tier=XTier(settings.x.tier),
            naming=Naming(f"{settings.x.fields_name}.fields"),
            allowances=Allowances(clock=clock),
            clock=clock,
            app_only=_app_only(settings.x, http),
            webhook=webhook_url(settings, X),
        ),
        LINKEDIN: LinkedInCalling(
            http=http,
            clock=clock,
            tokens=tokens,
            base_url=settings.linkedin.base_url.rstrip("/"),
            version=settings.linkedin.version,
            tier=LinkedInTier(settings.linkedin.tier),
            gates=Gates(clock),
            application_id=settings.linkedin.application_id,
            webhook=webhook_url(settings, LINKEDIN),
        ),
        YOUTUBE: YouTubeCalling(
            http=http,
            clock=clock,
            tokens=tokens,
            base_url=youtube.base_url.rstrip("/"),
            budget=_budget(youtube, sessions, clock),
            hub_url=youtube.hub_url,
            callback=webhook_url(settings, YOUTUBE),
            secret=next(iter(youtube.secrets), None),
        ),
    }


def renewers(settings: Settings, *, http: httpx.AsyncClient, clock: Clock) -> Mapping[PlatformName, Renew]:
    """What exchanges a refresh token for a fresh one, for the platforms whose application is set up."""
    found: dict[PlatformName, Renew] = {}
    app, linkedin, google = _x_app(settings), _linkedin_oauth(settings, http, clock), _google(settings)
    if app is not None:

        async def renew_x(refresh_token: str) -> Grant:
            return await x_oauth.refresh(app, http, refresh_token=refresh_token, now=clock())

        found[X] = renew_x
    if linkedin is not None:
        found[LINKEDIN] = linkedin.refresh
    if google is not None:

        async def renew_youtube(refresh_token: str) -> Grant:
            return await google.refresh(http, refresh_token, now=clock())

        found[YOUTUBE] = renew_youtube
    return found


def sign_ins(
    settings: Settings, *, http: httpx.AsyncClient, sessions: Sessions, clock: Clock
) -> Mapping[PlatformName, SignIn]:
    """How accounts are connected by signing in, on the platforms whose application is set up."""
    found: dict[PlatformName, SignIn] = {}
    for platform, of_platform in ((FACEBOOK, settings.facebook), (INSTAGRAM, settings.instagram)):
        if of_platform.app_id and of_platform.secrets:
            found[platform] = MetaSignIn(
                platform=platform,
                app_id=of_platform.app_id,
                app_secret=of_platform.secrets[0],
                redirect_uri=redirect_uri(settings, platform),
                base_url=of_platform.base_url.rstrip("/"),
                dialog_url=of_platform.dialog_url,
                http=http,
            )
    app, linkedin, google = _x_app(settings), _linkedin_oauth(settings, http, clock), _google(settings)
    if app is not None:
        found[X] = XSignIn(app=app, http=http, clock=clock, base_url=settings.x.base_url.rstrip("/"))
    if linkedin is not None:
        found[LINKEDIN] = LinkedInSignIn(
            oauth=linkedin, base_url=settings.linkedin.base_url.rstrip("/"), version=settings.linkedin.version
        )
    if google is not None:
        found[YOUTUBE] = YouTubeSignIn(
            google=google,
            http=http,
            clock=clock,
            base_url=settings.youtube.base_url.rstrip("/"),
            budget=_budget(settings.youtube, sessions, clock),
        )
    return found


def redirect_uri(settings: Settings, platform: PlatformName) -> str:
    """Where a platform sends a person back to after they signed in."""
    return f"{settings.public_url.rstrip('/')}/oauth/{platform}"


def webhook_url(settings: Settings, platform: PlatformName) -> str:
    """Where a platform delivers to."""
    return f"{settings.public_url.rstrip('/')}/webhooks/{platform}"


def _x_app(settings: Settings) -> x_oauth.App | None:
    x = settings.x
    if not x.client_id:
        return None
    return x_oauth.App(
        client_id=x.client_id,
        client_secret=x.client_secret.get_secret_value() if x.client_secret is not None else None,
        redirect_uri=redirect_uri(settings, X),
        authorize_url=x.authorize_url,
        token_url=f"{x.base_url.rstrip('/')}/2/oauth2/token",
    )


def _app_only(settings: XSettings, http: httpx.AsyncClient) -> AppOnly | None:
    if settings.consumer_key is None or not settings.secrets:
        return None
    return AppOnly(
        consumer_key=settings.consumer_key.get_secret_value(),
        consumer_secret=settings.secrets[0],
        http=http,
        base_url=settings.base_url.rstrip("/"),
    )


def _linkedin_oauth(settings: Settings, http: httpx.AsyncClient, clock: Clock) -> LinkedInOAuth | None:
    linkedin = settings.linkedin
    if not linkedin.client_id or not linkedin.secrets:
        return None
    oauth_url = linkedin.oauth_url.rstrip("/")
    return LinkedInOAuth(
        client_id=linkedin.client_id,
        client_secret=linkedin.secrets[0],
        redirect_uri=redirect_uri(settings, LINKEDIN),
        http=http,
        clock=clock,
        authorize_url=f"{oauth_url}/authorization",
        token_url=f"{oauth_url}/accessToken",
    )


def _google(settings: Settings) -> Google | None:
    youtube = settings.youtube
    if not youtube.client_id or youtube.client_secret is None:
        return None
    return Google(
        client_id=youtube.client_id,
        client_secret=youtube.client_secret.get_secret_value(),
        redirect_uri=redirect_uri(settings, YOUTUBE),
        authorize_url=youtube.authorize_url,
        token_url=youtube.token_url,
    )


def _budget(settings: YouTubeSettings, sessions: Sessions, clock: Clock) -> Budget:
    ledger = QuotaLedger(sessions=sessions, project=settings.client_id or "default")
    return Budget(ledger, clock=clock, allowance=Allowance(daily=settings.daily_units))
