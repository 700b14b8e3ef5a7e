"""Facebook, as it is listed."""

from app.connectors.connector import Connector
from app.connectors.facebook.client import FacebookOutbound
from app.connectors.facebook.inbound import INBOUND
from app.connectors.facebook.page import PAGE
from app.connectors.facebook.poll import facebook_poll
from app.connectors.meta.connector import meta_calling, meta_sign_in
from app.connectors.meta.settings import MetaSettings
from app.connectors.meta.subscription import OF_A_PAGE

CONNECTOR = Connector(
    inbound=INBOUND,
    page=PAGE,
    settings=MetaSettings,
    calling=meta_calling(OF_A_PAGE, OF_A_PAGE, FacebookOutbound, facebook_poll),
    sign_in=meta_sign_in(INBOUND.name),
)
