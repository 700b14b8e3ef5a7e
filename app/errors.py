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
│   ├── PageCaptureError            no picture of the page: its reason is one of `CaptureProblem`
│   └── UploadRefusedError          what staff uploaded is not what it should be
├── AddressForbiddenError           an address that people typed in leads behind our own walls
├── NoticeError                     a notice could not be handed to its channel
│   ├── NoticeUnavailableError      later: connection, time-out, 4xx of SMTP, 429 and 5xx of HTTP
│   └── NoticeRefusedError          never as it is: address refused, sign-in refused, any other 4xx of HTTP
├── SettingsError                   a setting is missing or wrong: one sentence for each, to the operator
└── PolicyError                     a policy document that must not be activated

Errors carry identifiers as attributes, never the text of a message.
"""

from datetime import timedelta
from enum import StrEnum


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


class CaptureProblem(StrEnum):
    """Why there is no picture of a page; the rendered card stands in for it."""

    # Nothing was tried.
    NO_BROWSER = "no_browser"
    PRIVATE = "private"
    NO_LINK = "no_link"
    NO_LONGER_SHOWN = "no_longer_shown"
    # The page did not show the message.
    LOGIN_WALL = "login_wall"
    NOT_SHOWN = "not_shown"
    COVERED = "covered"
    HTTP_ERROR = "http_error"
    UNREACHABLE = "unreachable"
    DOWNLOAD = "download"
    # A limit was reached.
    TOO_SLOW = "too_slow"
    TOO_LARGE = "too_large"
    TOO_MUCH_MEMORY = "too_much_memory"
    PRIVATE_ADDRESS = "private_address"
    # It is ours to mend.
    BROWSER_DIED = "browser_died"
    NOT_STORED = "not_stored"
    LOST = "lost"


class PageCaptureError(EvidenceError):
    """The page of a message could not be captured."""

    def __init__(self, problem: CaptureProblem, detail: str = "") -> None:
        super().__init__(f"{problem}: {detail}" if detail else str(problem))
        self.problem = problem
        self.detail = detail


class UploadRefusedError(EvidenceError):
    """A file of staff is not taken; `why` and `why_en` are sentences for the person."""

    def __init__(self, why: str, why_en: str) -> None:
        super().__init__(why_en)
        self.why = why
        self.why_en = why_en


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


class SettingsError(ModerationError):
    """A setting that is needed is missing or wrong; a sentence for each says which, and what is expected."""


class PolicyError(ModerationError):
    """A policy document that must not be activated."""
