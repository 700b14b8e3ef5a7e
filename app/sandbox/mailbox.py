"""The mail sink: takes every mail that is sent to it, and keeps it for the mailbox page."""

import asyncio
import socket
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Final

from aiosmtpd.smtp import SMTP, Envelope, Session

from app.sandbox.world.records import Mail
from app.sandbox.world.state import World

MOST_KEPT: Final = 2_000
_SHOWN_HEADERS: Final = ("From", "To", "Subject", "Date", "Message-ID", "Importance", "X-Priority", "Reply-To")


class MailSink:
    """What aiosmtpd hands arriving mails to."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        """Keep the mail; the answer ends its transmission."""
        content = envelope.content or b""
        raw = content if isinstance(content, bytes) else content.encode()
        mail = read_mail(
            raw,
            mail_id=str(self._world.ids.number()),
            at=self._world.clock.now(),
            sender=envelope.mail_from or "",
            recipients=tuple(envelope.rcpt_tos),
        )
        self._world.put(mail)
        while len(self._world.mails) > MOST_KEPT:
            del self._world.mails[next(iter(self._world.mails))]
        return "250 Kept"


async def receive(world: World, listening: socket.socket) -> asyncio.Server:
    """Take the mails that come in there."""
    loop = asyncio.get_running_loop()
    sink = MailSink(world)
    return await loop.create_server(
        lambda: SMTP(sink, loop=loop, enable_SMTPUTF8=True, hostname="sandbox.invalid"), sock=listening
    )


def read_mail(raw: bytes, *, mail_id: str, at: datetime, sender: str, recipients: tuple[str, ...]) -> Mail:
    """Take a mail apart into what is shown of it."""
    message = message_from_bytes(raw, policy=policy.default)
    assert isinstance(message, EmailMessage)  # noqa: S101 - what the default policy makes
    headers = {name: str(message[name]) for name in _SHOWN_HEADERS if message[name] is not None}
    return Mail(
        id=mail_id,
        at=at,
        sender=sender,
        recipients=recipients,
        subject=str(message.get("Subject", "")),
        text=_part(message, "plain"),
        html=_part(message, "html"),
        headers=headers,
        is_urgent=headers.get("Importance", "").lower() == "high" or headers.get("X-Priority", "").startswith("1"),
    )


def _part(message: EmailMessage, kind: str) -> str:
    part = message.get_body(preferencelist=(kind,))
    if part is None:
        return ""
    content = part.get_content()
    return content if isinstance(content, str) else ""
