"""Instagram business accounts, under Facebook Login: messages and blocks go through the linked Page."""

from app.connectors.instagram.connector import CONNECTOR as CONNECTOR
from app.connectors.instagram.inbound import INBOUND as INBOUND
