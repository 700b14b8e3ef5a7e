"""YouTube, as it is listed."""

from datetime import timedelta

from app.connectors.base import Calling, Grant, SignIn
from app.connectors.connector import Connector, Renew, Surroundings
from app.connectors.youtube.budget import Budget
from app.connectors.youtube.calling import YouTubeCalling
from app.connectors.youtube.inbound import YouTubeInbound
from app.connectors.youtube.oauth import Google
from app.connectors.youtube.page import PAGE
from app.connectors.youtube.quota import Allowance
from app.connectors.youtube.settings import YouTubeSettings
from app.connectors.youtube.sign_in import YouTubeSignIn


def _calling(settings: YouTubeSettings, around: Surroundings) -> Calling:
    return YouTubeCalling(
        http=around.http,
        clock=around.clock,
        tokens=around.tokens,
        base_url=settings.base_url.rstrip("/"),
        pages_url=settings.pages_url.rstrip("/"),
        budget=_budget(settings, around),
        hub_url=settings.hub_url,
        callback=around.webhook_url,
        secret=next(iter(settings.secrets), None),
    )


def _renewer(settings: YouTubeSettings, around: Surroundings) -> Renew | None:
    google = _google(settings, around)
    if google is None:
        return None

    async def renew(refresh_token: str) -> Grant:
        return await google.refresh(around.http, refresh_token, now=around.clock())

    return renew


def _sign_in(settings: YouTubeSettings, around: Surroundings) -> SignIn | None:
    google = _google(settings, around)
    if google is None:
        return None
    return YouTubeSignIn(
        google=google,
        http=around.http,
        clock=around.clock,
        base_url=settings.base_url.rstrip("/"),
        budget=_budget(settings, around),
    )


def _google(settings: YouTubeSettings, around: Surroundings) -> Google | None:
    if not settings.client_id or settings.client_secret is None:
        return None
    return Google(
        client_id=settings.client_id,
        client_secret=settings.client_secret.get_secret_value(),
        redirect_uri=around.redirect_uri,
        authorize_url=settings.authorize_url,
        token_url=settings.token_url,
    )


def _budget(settings: YouTubeSettings, around: Surroundings) -> Budget:
    ledger = around.ledgers(settings.client_id or "default")
    return Budget(
        ledger, clock=around.clock, allowance=Allowance(daily=settings.daily_units, reserve=settings.reserved_units)
    )


CONNECTOR = Connector(
    inbound=YouTubeInbound(),
    page=PAGE,
    settings=YouTubeSettings,
    calling=_calling,
    renewer=_renewer,
    sign_in=_sign_in,
    poll_every=timedelta(minutes=2),
    # A look into the database: the lease is stored there.
    subscriptions_every=timedelta(minutes=10),
)
