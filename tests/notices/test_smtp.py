import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, AuthResult, Envelope

from app.decisions.model import Urgency
from app.errors import NoticeRefusedError, NoticeUnavailableError
from app.notices.model import Place
from app.notices.settings import SmtpSettings
from app.notices.smtp import SmtpChannel
from tests.notices.builders import a_notice

CERTIFICATE = Path(__file__).with_name("localhost.pem")  # with its key; for tests alone, trusted nowhere
RECIPIENT = "guvenlik@ornek.edu.tr"


@dataclass
class Mailbox:
    """A mail server's handler that keeps what it takes, and answers as it is told to."""

    taken: list[Envelope] = field(default_factory=list)
    recipient_answer: str | None = None
    data_answer: str = "250 OK"
    sender_answer: str | None = None

    async def handle_MAIL(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802
        envelope.mail_from = address
        return self.sender_answer or "250 OK"

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802
        if self.recipient_answer is None:
            envelope.rcpt_tos.append(address)
        return self.recipient_answer or "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Envelope) -> str:  # noqa: N802
        self.taken.append(envelope)
        return self.data_answer

    @property
    def mails(self) -> list[EmailMessage]:
        return [message_from_bytes(content, policy=policy.default) for content in self.contents]

    @property
    def contents(self) -> list[bytes]:
        return [envelope.content for envelope in self.taken if isinstance(envelope.content, bytes)]


def server_tls() -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(CERTIFICATE)
    return context


@asynccontextmanager
async def serving(factory: Callable[[], asyncio.Protocol], **options: Any) -> AsyncIterator[int]:
    server = await asyncio.get_running_loop().create_server(factory, "127.0.0.1", 0, **options)
    try:
        yield int(server.sockets[0].getsockname()[1])
    finally:
        server.close()


@pytest.fixture
def mailbox() -> Mailbox:
    return Mailbox()


@pytest.fixture
async def port(mailbox: Mailbox) -> AsyncIterator[int]:
    async with serving(lambda: SMTP(mailbox, hostname="localhost")) as port:
        yield port


def a_channel(port: int, **changes: Any) -> SmtpChannel:
    settings = {"host": "127.0.0.1", "port": port, "sender": "nobet@ornek.edu.tr", "time_limit": timedelta(seconds=5)}
    return SmtpChannel(SmtpSettings.model_validate(settings | changes))


async def test_a_notice_arrives_with_its_turkish_words_whole(mailbox: Mailbox, port: int) -> None:
    await a_channel(port).send(a_notice(kind="self_harm"))

    (mail,) = mailbox.mails
    assert mailbox.taken[0].rcpt_tos == [RECIPIENT]
    assert mail["To"] == RECIPIENT
    assert mail["From"] == "Nöbet <nobet@ornek.edu.tr>"
    assert mail["Subject"] == "[ACİL] Kendine zarar verme belirtisi (6.4.15) – Instagram, @ieu.ornek"
    body = mail.get_content()
    assert "kişiye ulaşılmasını sağlayın" in body
    assert "https://nobet.ornek.edu.tr/console/notifications/42" in body


async def test_only_ascii_goes_over_the_wire(mailbox: Mailbox, port: int) -> None:
    await a_channel(port).send(a_notice())

    assert mailbox.contents[0].isascii()


async def test_the_mail_is_dated_and_marked_as_a_machines(mailbox: Mailbox, port: int) -> None:
    await a_channel(port).send(a_notice())

    (mail,) = mailbox.mails
    assert mail["Date"].datetime == datetime(2026, 5, 1, 10, 0, 5, tzinfo=UTC)
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["X-Auto-Response-Suppress"] == "All"
    assert mail["Content-Language"] == "tr"


@pytest.mark.parametrize(("urgency", "importance"), [(Urgency.URGENT, "high"), (Urgency.NORMAL, None)])
async def test_an_urgent_mail_is_marked_important(
    mailbox: Mailbox, port: int, urgency: Urgency, importance: str | None
) -> None:
    await a_channel(port).send(a_notice(urgency=urgency))

    assert mailbox.mails[0]["Importance"] == importance


async def test_a_repeated_sending_has_the_same_message_id(mailbox: Mailbox, port: int) -> None:
    channel = a_channel(port)

    await channel.send(a_notice())
    await channel.send(a_notice())
    await channel.send(a_notice(id="43"))
    await channel.send(a_notice(created_at=datetime(2026, 6, 1, tzinfo=UTC)))

    first, again, other, after_a_new_database = (mail["Message-ID"] for mail in mailbox.mails)
    assert first == again == "<notice.42.20260501100005123456@ornek.edu.tr>"
    assert len({first, other, after_a_new_database}) == 3


async def test_a_handle_cannot_add_a_header(mailbox: Mailbox, port: int) -> None:
    await a_channel(port).send(a_notice(place=Place(platform="x", account="@a\r\nBcc: saldirgan@ornek.com")))

    assert mailbox.mails[0]["Bcc"] is None
    assert mailbox.taken[0].rcpt_tos == [RECIPIENT]


@pytest.mark.parametrize("email", [None, "", "guvenlik", "a@b@c", "a b@ornek.edu.tr", "a@ornek.edu.tr\r\nBcc: x@y.z"])
async def test_a_recipient_without_a_valid_address_is_refused(mailbox: Mailbox, port: int, email: str | None) -> None:
    with pytest.raises(NoticeRefusedError, match="no valid e-mail address"):
        await a_channel(port).send(a_notice(email=email))

    assert mailbox.taken == []


@pytest.mark.parametrize(
    ("answers", "failure", "detail"),
    [
        ({"recipient_answer": f"550 5.1.1 <{RECIPIENT}> unknown"}, NoticeRefusedError, "550 5.1.1"),
        ({"recipient_answer": f"450 4.2.1 <{RECIPIENT}> greylisted"}, NoticeUnavailableError, "450 4.2.1"),
        ({"data_answer": "554 5.7.1 refused as spam"}, NoticeRefusedError, "554 5.7.1"),
        ({"data_answer": "451 try again later"}, NoticeUnavailableError, "451"),
        ({"sender_answer": "553 5.7.1 not your sender"}, NoticeUnavailableError, "553 5.7.1"),
    ],
)
async def test_what_the_server_says_decides_whether_the_notice_goes_later(
    mailbox: Mailbox, port: int, answers: dict[str, str], failure: type[Exception], detail: str
) -> None:
    for name, answer in answers.items():
        setattr(mailbox, name, answer)

    with pytest.raises(failure, match=detail) as raised:
        await a_channel(port).send(a_notice())

    assert RECIPIENT not in str(raised.value)
    assert raised.value.__cause__ is None
    assert raised.value.__suppress_context__  # no traceback prints the server's words, which name the recipient


async def test_a_server_that_is_not_there_is_unavailable() -> None:
    with socket.create_server(("127.0.0.1", 0)) as unused:
        port = unused.getsockname()[1]

    with pytest.raises(NoticeUnavailableError):
        await a_channel(port).send(a_notice())


async def test_a_server_that_never_answers_is_given_up_in_time() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        channel = a_channel(silent.getsockname()[1], time_limit=timedelta(seconds=0.3))

        async with asyncio.timeout(3):
            with pytest.raises(NoticeUnavailableError):
                await channel.send(a_notice())


async def test_a_server_that_drips_its_answers_is_given_up_in_time() -> None:
    class Dripping(asyncio.Protocol):
        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            assert isinstance(transport, asyncio.Transport)
            self.drip(transport)

        def drip(self, transport: asyncio.Transport) -> None:
            if not transport.is_closing():
                transport.write(b"220-wait\r\n")
                asyncio.get_running_loop().call_later(0.05, self.drip, transport)

    async with serving(Dripping) as port, asyncio.timeout(3):
        with pytest.raises(NoticeUnavailableError):
            await a_channel(port, time_limit=timedelta(seconds=0.3)).send(a_notice())


# aiosmtpd does not count a connection that is TLS from its first byte as protected.
@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS:UserWarning")
@pytest.mark.parametrize("security", ["starttls", "tls"])
async def test_a_protected_connection_signs_in_and_sends(mailbox: Mailbox, security: str) -> None:
    def factory() -> SMTP:
        return SMTP(
            mailbox,
            hostname="localhost",
            tls_context=server_tls() if security == "starttls" else None,
            auth_require_tls=security == "starttls",
            auth_required=True,
            authenticator=lambda server, session, envelope, mechanism, data: AuthResult(
                success=(data.login, data.password) == (b"nobet", b"parola"), handled=False
            ),
        )

    options = {"ssl": server_tls()} if security == "tls" else {}
    async with serving(factory, **options) as port:
        good = {"security": security, "ca_bundle": CERTIFICATE, "username": "nobet", "password": "parola"}

        await a_channel(port, **good).send(a_notice())

        with pytest.raises(NoticeUnavailableError, match="535"):  # a person mends the password, then it goes
            await a_channel(port, **(good | {"password": "yanlış"})).send(a_notice())

    assert len(mailbox.taken) == 1


@pytest.mark.parametrize("security", ["starttls", "tls"])
async def test_a_server_with_a_certificate_of_nobody_we_know_gets_nothing(mailbox: Mailbox, security: str) -> None:
    starttls = server_tls() if security == "starttls" else None
    options = {"ssl": server_tls()} if security == "tls" else {}

    async with serving(lambda: SMTP(mailbox, hostname="localhost", tls_context=starttls), **options) as port:
        with pytest.raises(NoticeUnavailableError):
            await a_channel(port, security=security).send(a_notice())

    assert mailbox.taken == []


async def test_a_server_without_starttls_gets_nothing_when_starttls_is_asked_for(mailbox: Mailbox, port: int) -> None:
    with pytest.raises(NoticeUnavailableError):
        await a_channel(port, security="starttls").send(a_notice())

    assert mailbox.taken == []
