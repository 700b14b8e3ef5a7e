"""Notices by mail."""

import asyncio
import ssl
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP as MAIL_POLICY
from re import compile as pattern

import aiosmtplib

from app.decisions.model import Urgency
from app.errors import NoticeRefusedError, NoticeUnavailableError
from app.notices.model import OutgoingNotice
from app.notices.settings import Security, SmtpSettings, mail_address
from app.notices.texts import NoticeTexts, compose

# RFC 3463, e.g. 5.1.1; the words behind it often repeat the address, which belongs in no log.
_ENHANCED_CODE = pattern(r"[245]\.\d{1,3}\.\d{1,3}")
_SENDER_NAME = "Nöbet"


class SmtpChannel:
    """Sends each notice as one mail over a connection of its own.

    A repeated sending carries the same Message-ID, by which mail servers and people recognise it. Only what is wrong
    with the notice itself (its recipient, its content) is refused; a wrong password or certificate is unavailable, for
    when that is mended the notice should still go.
    """

    name = "smtp"

    def __init__(self, settings: SmtpSettings, *, texts: NoticeTexts | None = None) -> None:
        self._settings = settings
        self._texts = texts

    async def send(self, notice: OutgoingNotice) -> None:
        """Hand the notice to the mail server; see `NoticeChannel.send`."""
        mail = self._mail(notice)
        try:
            async with asyncio.timeout(self._settings.time_limit.total_seconds()):
                await self._deliver(mail)
        # From here on nothing is chained: the answers of mail servers name the recipient.
        except aiosmtplib.SMTPRecipientsRefused as error:
            raise self._failure(error.recipients[0], of_notice=True) from None
        except (aiosmtplib.SMTPRecipientRefused, aiosmtplib.SMTPDataError) as error:
            raise self._failure(error, of_notice=True) from None
        except aiosmtplib.SMTPResponseException as error:
            raise self._failure(error, of_notice=False) from None
        except (TimeoutError, aiosmtplib.SMTPException, OSError, ssl.SSLError) as error:
            raise NoticeUnavailableError(self.name, type(error).__name__) from None

    async def _deliver(self, mail: EmailMessage) -> None:
        settings = self._settings
        password = settings.password.get_secret_value() if settings.password else None
        await aiosmtplib.send(
            mail,
            hostname=settings.host,
            port=settings.effective_port,
            username=settings.username,
            password=password,
            use_tls=settings.effective_security is Security.TLS,
            start_tls=settings.effective_security is Security.STARTTLS,
            cert_bundle=str(settings.ca_bundle) if settings.ca_bundle else None,
            # The default asks the name service for this machine's full name, which may take its time.
            local_hostname=settings.sender_domain,
            timeout=settings.time_limit.total_seconds(),
        )

    def _mail(self, notice: OutgoingNotice) -> EmailMessage:
        words = compose(notice, self._texts)
        mail = EmailMessage(policy=MAIL_POLICY)
        mail["From"] = Address(_SENDER_NAME, addr_spec=self._settings.sender)
        mail["To"] = self._recipient(notice)
        mail["Subject"] = words.subject
        mail["Date"] = notice.created_at
        mail["Message-ID"] = message_id(notice, self._settings.sender_domain)
        # RFC 3834, and its counterpart at Exchange: no out-of-office answers to a machine.
        mail["Auto-Submitted"] = "auto-generated"
        mail["X-Auto-Response-Suppress"] = "All"
        if notice.urgency is Urgency.URGENT:
            mail["Importance"] = "high"
            mail["X-Priority"] = "1"
        mail.set_content(words.body, cte="quoted-printable")
        mail["Content-Language"] = words.language  # after the content, whose setting clears all Content- headers
        return mail

    def _recipient(self, notice: OutgoingNotice) -> Address:
        try:
            return mail_address(notice.email or "")
        except ValueError:
            raise NoticeRefusedError(self.name, "the recipient has no valid e-mail address") from None

    def _failure(
        self, error: aiosmtplib.SMTPResponseException, *, of_notice: bool
    ) -> NoticeUnavailableError | NoticeRefusedError:
        enhanced = _ENHANCED_CODE.match(error.message)
        detail = f"{type(error).__name__} {error.code}" + (f" {enhanced[0]}" if enhanced else "")
        if of_notice and error.code >= 500:
            return NoticeRefusedError(self.name, detail)
        return NoticeUnavailableError(self.name, detail)


def message_id(notice: OutgoingNotice, domain: str) -> str:
    """The notice's own Message-ID, the same at every sending."""
    return f"<notice.{notice.key}@{domain}>"
