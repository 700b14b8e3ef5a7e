"""X, as it is listed."""

from datetime import timedelta

from app.connectors.base import Calling, Grant, SignIn
from app.connectors.connector import Connector, Renew, Surroundings
from app.connectors.x import oauth
from app.connectors.x.allowance import Allowances
from app.connectors.x.app_only import AppOnly
from app.connectors.x.calling import XCalling
from app.connectors.x.client import Tier
from app.connectors.x.fields import Naming
from app.connectors.x.inbound import XInbound
from app.connectors.x.page import PAGE
from app.connectors.x.settings import XSettings
from app.connectors.x.sign_in import XSignIn


def _calling(settings: XSettings, around: Surroundings) -> Calling:
    return XCalling(
        http=around.http,
        tokens=around.tokens,
        base_url=settings.base_url.rstrip("/"),
        pages_url=settings.pages_url.rstrip("/"),
        tier=Tier(settings.tier),
        naming=Naming(f"{settings.fields_name}.fields"),
        allowances=Allowances(clock=around.clock),
        clock=around.clock,
        app_only=_app_only(settings, around),
        webhook=around.webhook_url,
    )


def _renewer(settings: XSettings, around: Surroundings) -> Renew | None:
    app = _app(settings, around)
    if app is None:
        return None

    async def renew(refresh_token: str) -> Grant:
        return await oauth.refresh(app, around.http, refresh_token=refresh_token, now=around.clock())

    return renew


def _sign_in(settings: XSettings, around: Surroundings) -> SignIn | None:
    app = _app(settings, around)
    if app is None:
        return None
    return XSignIn(app=app, http=around.http, clock=around.clock, base_url=settings.base_url.rstrip("/"))


def _app(settings: XSettings, around: Surroundings) -> oauth.App | None:
    if not settings.client_id:
        return None
    return oauth.App(
        client_id=settings.client_id,
        client_secret=settings.client_secret.get_secret_value() if settings.client_secret is not None else None,
        redirect_uri=around.redirect_uri,
        authorize_url=settings.authorize_url,
        # Tokens come from where the API is, so that one setting moves both.
        token_url=f"{settings.base_url.rstrip('/')}/2/oauth2/token",
    )


def _app_only(settings: XSettings, around: Surroundings) -> AppOnly | None:
    if settings.consumer_key is None or not settings.secrets:
        return None
    return AppOnly(
        consumer_key=settings.consumer_key.get_secret_value(),
        consumer_secret=settings.secrets[0],
        http=around.http,
        base_url=settings.base_url.rstrip("/"),
    )


CONNECTOR = Connector(
    inbound=XInbound(),
    page=PAGE,
    settings=XSettings,
    calling=_calling,
    renewer=_renewer,
    sign_in=_sign_in,
    poll_every=timedelta(minutes=30),
    subscriptions_every=timedelta(minutes=30),
)
