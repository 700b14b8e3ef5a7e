"""LinkedIn, as it is listed."""

from datetime import timedelta

from app.connectors.base import Calling, SignIn
from app.connectors.connector import Connector, Renew, Surroundings
from app.connectors.linkedin.calling import LinkedInCalling
from app.connectors.linkedin.client import Tier
from app.connectors.linkedin.inbound import LinkedInInbound
from app.connectors.linkedin.oauth import LinkedInOAuth
from app.connectors.linkedin.pacing import Gates
from app.connectors.linkedin.page import PAGE
from app.connectors.linkedin.settings import LinkedInSettings
from app.connectors.linkedin.sign_in import LinkedInSignIn


def _calling(settings: LinkedInSettings, around: Surroundings) -> Calling:
    return LinkedInCalling(
        http=around.http,
        clock=around.clock,
        tokens=around.tokens,
        base_url=settings.base_url.rstrip("/"),
        version=settings.version,
        tier=Tier(settings.tier),
        gates=Gates(around.clock),
        application_id=settings.application_id,
        webhook=around.webhook_url,
    )


def _renewer(settings: LinkedInSettings, around: Surroundings) -> Renew | None:
    oauth = _oauth(settings, around)
    return oauth.refresh if oauth is not None else None


def _sign_in(settings: LinkedInSettings, around: Surroundings) -> SignIn | None:
    oauth = _oauth(settings, around)
    if oauth is None:
        return None
    return LinkedInSignIn(oauth=oauth, base_url=settings.base_url.rstrip("/"), version=settings.version)


def _oauth(settings: LinkedInSettings, around: Surroundings) -> LinkedInOAuth | None:
    if not settings.client_id or not settings.secrets:
        return None
    oauth_url = settings.oauth_url.rstrip("/")
    return LinkedInOAuth(
        client_id=settings.client_id,
        client_secret=settings.secrets[0],
        redirect_uri=around.redirect_uri,
        http=around.http,
        clock=around.clock,
        authorize_url=f"{oauth_url}/authorization",
        token_url=f"{oauth_url}/accessToken",
    )


CONNECTOR = Connector(
    inbound=LinkedInInbound(),
    page=PAGE,
    settings=LinkedInSettings,
    calling=_calling,
    renewer=_renewer,
    sign_in=_sign_in,
    poll_every=timedelta(minutes=30),
    # LinkedIn wants to be asked daily and counts each call.
    subscriptions_every=timedelta(hours=8),
)
