"""Instagram, as it is listed."""

from app.connectors.connector import Connector
from app.connectors.instagram.client import InstagramOutbound
from app.connectors.instagram.inbound import INBOUND
from app.connectors.instagram.page import PAGE
from app.connectors.instagram.poll import instagram_poll
from app.connectors.meta.app_subscription import OF_INSTAGRAM
from app.connectors.meta.connector import meta_calling, meta_sign_in
from app.connectors.meta.settings import MetaSettings
from app.connectors.meta.subscription import OF_AN_INSTAGRAM_ACCOUNT

CONNECTOR = Connector(
    inbound=INBOUND,
    page=PAGE,
    settings=MetaSettings,
    calling=meta_calling(OF_AN_INSTAGRAM_ACCOUNT, OF_INSTAGRAM, InstagramOutbound, instagram_poll),
    sign_in=meta_sign_in(INBOUND.name),
)
