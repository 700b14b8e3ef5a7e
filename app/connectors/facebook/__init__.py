"""Facebook Pages and Messenger."""

from app.connectors.facebook.connector import CONNECTOR as CONNECTOR
from app.connectors.facebook.inbound import INBOUND as INBOUND
