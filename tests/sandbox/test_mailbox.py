"""Mails that reach the sink, and the page that shows them."""

from collections.abc import AsyncIterator
from email.message import EmailMessage
from html import unescape

import aiosmtplib
import pytest

from tests.sandbox.clocks import HandClock
from tests.sandbox.conftest import Client, connected, some_settings


@pytest.fixture
async def with_mail(hand_clock: HandClock) -> AsyncIterator[Client]:
    """A running sandbox with a mail sink."""
    async with connected(some_settings(smtp_port=0), hand_clock) as made:
        yield made


def a_mail(subject: str = "Yeni şikâyet", **headers: str) -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "nobet@ieu.example", "ogrenci@ieu.example", subject
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    mail.set_content("Merhaba,\n\nAçmak için: https://nobet.example/n/12?a=1&b=2.\n<b>Sevgiler</b>")
    return mail


async def deliver(client: Client, mail: EmailMessage) -> None:
    await aiosmtplib.send(mail, hostname="127.0.0.1", port=client.ground.settings.smtp_port)


async def test_a_mail_is_kept_and_shown(with_mail: Client) -> None:
    await deliver(with_mail, a_mail())

    (mail,) = (await with_mail.http.get("/control/mails")).json()
    assert (mail["subject"], mail["to"], mail["from"]) == ("Yeni şikâyet", ["ogrenci@ieu.example"], "nobet@ieu.example")
    assert "Yeni şikâyet" in unescape((await with_mail.http.get("/mailbox")).text)
    shown = (await with_mail.http.get(f"/mailbox/{mail['id']}")).text
    assert '<a href="https://nobet.example/n/12?a=1&amp;b=2">' in shown
    assert "<b>Sevgiler" not in shown


async def test_an_urgent_mail_is_marked(with_mail: Client) -> None:
    await deliver(with_mail, a_mail("Hemen bakınız", X_Priority="1"))

    assert "Acil" in (await with_mail.http.get("/mailbox")).text


async def test_the_newest_mail_is_on_top(with_mail: Client) -> None:
    await deliver(with_mail, a_mail("Önceki"))
    await deliver(with_mail, a_mail("Sonraki"))

    text = unescape((await with_mail.http.get("/mailbox", params={"part": "1"})).text)
    assert text.index("Sonraki") < text.index("Önceki")
