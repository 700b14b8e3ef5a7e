"""How Facebook and Instagram are set up: alike, through the Graph API."""

from collections.abc import Callable

from app.clock import Clock
from app.connectors.base import Outbound, Poll, SignIn
from app.connectors.connector import Surroundings
from app.connectors.meta.calling import MetaCalling
from app.connectors.meta.graph import Graph
from app.connectors.meta.settings import MetaSettings
from app.connectors.meta.sign_in import MetaSignIn
from app.connectors.meta.subscription import Turns
from app.connectors.meta.usage import Gauges
from app.messages import PlatformName


def meta_calling(
    page_fields: frozenset[str],
    app_fields: frozenset[str],
    to_outbound: Callable[[Graph], Outbound],
    to_poll: Callable[[Graph, Clock], Poll],
) -> Callable[[MetaSettings, Surroundings], MetaCalling]:
    """What sets one of the two up; both share the gauges of their allowance."""

    def set_up(settings: MetaSettings, around: Surroundings) -> MetaCalling:
        return MetaCalling(
            http=around.http,
            clock=around.clock,
            tokens=around.tokens,
            gauges=around.once(Gauges),
            turns=around.once(Turns),
            base_url=settings.base_url.rstrip("/"),
            app_secret=next(iter(settings.secrets), None),
            app_id=settings.app_id,
            verify_token=settings.verify_word,
            callback=around.webhook_url,
            page_fields=page_fields,
            app_fields=app_fields,
            to_outbound=to_outbound,
            to_poll=to_poll,
        )

    return set_up


def meta_sign_in(platform: PlatformName) -> Callable[[MetaSettings, Surroundings], SignIn | None]:
    """How an account of one of the two is connected, where the app is set up."""

    def set_up(settings: MetaSettings, around: Surroundings) -> SignIn | None:
        if not settings.app_id or not settings.secrets or not settings.dialog_url:
            return None
        return MetaSignIn(
            platform=platform,
            app_id=settings.app_id,
            app_secret=settings.secrets[0],
            redirect_uri=around.redirect_uri,
            base_url=settings.base_url.rstrip("/"),
            dialog_url=settings.dialog_url,
            http=around.http,
        )

    return set_up
