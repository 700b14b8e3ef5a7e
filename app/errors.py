"""The errors we raise on purpose, so that each can be caught by what it means.

ModerationError                     base of all of them
├── DeliveryRejectedError           not proven to be the platform's: 401, counted, nothing else kept
├── UnreadableDeliveryError         a delivery that cannot be parsed: quarantined, replayable
├── ConnectorError                  a platform call failed
│   ├── PlatformUnavailableError    nobody knows when, but later: time-out, 429, 5xx
│   ├── OutcomeUnknownError         the call may have been carried out: look before trying again
│   ├── PlatformRefusedError        it will not be done, however often we ask
│   │   └── NotPermittedError       and that is about the account, not about this message
│   ├── TokenRejectedError          the account's access is dead: nothing goes until a person renews it
│   └── WrongAccountError           whoever signed in does not hold the account that was to be connected
├── MissingVariableError            a reply would go out incomplete: it does not go
├── EvidenceError                   evidence could not be taken or stored
├── AddressForbiddenError           an address that people typed in leads behind our own walls
├── NoticeError                     a notice could not be handed to its channel
│   ├── NoticeUnavailableError      later: connection, time-out, 4xx of SMTP, 429 and 5xx of HTTP
│   └── NoticeRefusedError          never as it is: address refused, sign-in refused, any other 4xx of HTTP
└── PolicyError                     a policy document that must not be activated

Errors carry identifiers as attributes, never the text of a message.
"""

from datetime import timedelta


class ModerationError(Exception):
    """Base of everything raised on purpose."""


class DeliveryRejectedError(ModerationError):
    """The delivery is not proven to come from the platform."""

    def __init__(self, platform: str, reason: str) -> None:
        super().__init__(f"{platform}: {reason}")
        self.platform = platform
        self.reason = reason


class UnreadableDeliveryError(ModerationError):
    """The body is not what the platform's contract describes, not even roughly."""

    def __init__(self, platform: str, reason: str) -> None:
        super().__init__(f"{platform}: {reason}")
        self.platform = platform
        self.reason = reason


class ConnectorError(ModerationError):
    """A call to a platform failed.

    `code` is the platform's own, e.g. ``"10/2018278"``; `detail` is the platform's sentence about it, for operators.
    """

    def __init__(self, platform: str, call: str, code: str = "", detail: str = "") -> None:
        super().__init__(f"{platform} {call}: {code} {detail}".rstrip(" :"))
        self.platform = platform
        self.call = call
        self.code = code
        self.detail = detail


class PlatformUnavailableError(ConnectorError):
    """The call was surely not carried out and may succeed later.

    `retry_after` is the platform's own wish, where it gave one.
    """

    def __init__(
        self, platform: str, call: str, code: str = "", detail: str = "", *, retry_after: timedelta | None = None
    ) -> None:
        super().__init__(platform, call, code, detail)
        self.retry_after = retry_after


class OutcomeUnknownError(ConnectorError):
    """The request left, and no answer tells whether it was carried out."""


class PlatformRefusedError(ConnectorError):
    """The platform will not do this: forbidden, outside its window, not possible. Becomes an outcome or a task."""


class NotPermittedError(PlatformRefusedError):
    """The account, its tier or the app's permissions do not have this call: another message would fare the same."""


class TokenRejectedError(ConnectorError):
    """The access token is expired, revoked or lacks the permission for the whole account."""


class WrongAccountError(ConnectorError):
    """Somebody signed in at the platform who does not hold the account that was to be connected."""


class MissingVariableError(ModerationError):
    """A text has a variable without a value."""

    def __init__(self, template: str, variables: tuple[str, ...]) -> None:
        super().__init__(f"template {template} lacks a value for: {', '.join(variables)}")
        self.template = template
        self.variables = variables


class EvidenceError(ModerationError):
    """Evidence could not be taken or stored."""


class AddressForbiddenError(ModerationError):
    """The host of an address that people typed in is private, this machine, or of no network at all."""

    def __init__(self) -> None:
        super().__init__("the host is none of the internet; see NOBET_OUTWARD_PRIVATE_HOSTS")


class NoticeError(ModerationError):
    """A notice could not be handed to its channel.

    `detail` is the other side's answer, for operators; it never holds the notice's address or text.
    """

    def __init__(self, channel: str, detail: str) -> None:
        super().__init__(f"{channel}: {detail}")
        self.channel = channel
        self.detail = detail


class NoticeUnavailableError(NoticeError):
    """The channel did not take the notice now and may take it later.

    It may also have taken it without our hearing of it: the repeated sending carries the same identifier.
    """


class NoticeRefusedError(NoticeError):
    """The channel will not take this notice, however often we try: a setting or an address is wrong."""


class PolicyError(ModerationError):
    """A policy document that must not be activated."""
