"""One call to LinkedIn's REST API: authorised, paced, limited in time, its failure named.

The token travels in a header. Query strings are written by hand: Rest.li wants the brackets of ``List(a,b)`` raw and
what stands between them encoded, which no client does by itself.
https://learn.microsoft.com/en-us/linkedin/shared/api-guide/concepts/protocol-version
https://learn.microsoft.com/en-us/linkedin/marketing/versioning
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

import httpx
import structlog

from app.clock import Clock
from app.connectors.base import CALL_TIMEOUT, TokenSource
from app.connectors.linkedin.failures import failure, wait_asked
from app.connectors.linkedin.notification import LINKEDIN
from app.connectors.linkedin.pacing import Gates
from app.connectors.linkedin.urns import encoded, organization_urn
from app.connectors.transport import UnansweredError, answered_within, bearer, timeouts, unanswered
from app.connectors.values import as_list, as_object
from app.errors import (
    ConnectorError,
    PlatformRefusedError,
    PlatformUnavailableError,
    TokenRejectedError,
)
from app.messages import Account, ExternalId

BASE_URL = "https://api.linkedin.com/rest"
# The month of the API that this was written for. LinkedIn serves each for about a year: a setting.
VERSION = "202607"
PROTOCOL = "2.0.0"


log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request. `name` is ours for it; `path` and `query` are encoded already (see `path`, `key`, `listed`).

    `method_header` is Rest.li's own name for the method where the address does not tell it. `is_speech`: done twice,
    it would be heard twice.
    """

    name: str
    method: str
    path: str
    query: str = ""
    json: Mapping[str, object] | None = None
    method_header: str | None = None
    is_speech: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A success. `raw` are the body's very bytes, `document` what they hold (empty where there is no body).

    `created_id` is the header in which LinkedIn names what was made.
    """

    raw: bytes
    document: Mapping[str, object]
    created_id: str | None = None

    @property
    def elements(self) -> list[Mapping[str, object]]:
        """The items of a list."""
        return [as_object(item) for item in as_list(self.document.get("elements"))]


class LinkedInApi:
    """Calls for one organisation page, with the token of a member who administers it.

    `gates` lives as long as the process. `version` is a month, ``YYYYMM``.
    """

    def __init__(
        self,
        account: Account,
        *,
        tokens: TokenSource,
        http: httpx.AsyncClient,
        gates: Gates,
        clock: Clock,
        base_url: str = BASE_URL,
        version: str = VERSION,
        timeout: timedelta = CALL_TIMEOUT,
    ) -> None:
        self.account = account
        self.organization = organization_urn(account.external_id)
        self._tokens = tokens
        self._http = http
        self._gates = gates
        self._clock = clock
        self._base_url = base_url
        self._version = version
        self._timeout = timeout

    async def get(self, name: str, path: str, query: str = "", *, method_header: str | None = None) -> Answer:
        """Read something."""
        return await self.run(Call(name=name, method="GET", path=path, query=query, method_header=method_header))

    async def run(self, call: Call) -> Answer:
        """Make a call and return its answer. A rejected token is renewed once, and the call made again.

        Raises PlatformUnavailableError where it was not carried out (or may simply be repeated), OutcomeUnknownError
        where a speaking call may have been, PlatformRefusedError and TokenRejectedError as the platform says.
        """
        token = await self._tokens.token()
        try:
            return await self._run(call, token)
        except TokenRejectedError:
            return await self._run(call, await self._tokens.renewed(token))

    async def _run(self, call: Call, token: str) -> Answer:
        closed_for = self._gates.closed_for(self.account.external_id, call.method)
        if closed_for is not None:
            raise PlatformUnavailableError(
                LINKEDIN, call.name, "limit", "LinkedIn takes no more calls for now", retry_after=closed_for
            )
        response = await self._send(call, token)
        if not response.is_success:
            raise self._failed(call, response)
        document = _document(response)
        created_id = response.headers.get("x-restli-id") or response.headers.get("x-linkedin-id")
        if document is None and response.content.strip() and not created_id:
            raise self._unanswered(call, f"http {response.status_code}", may_have_left=True)
        if document is None and call.method == "GET":
            raise self._unanswered(call, f"http {response.status_code}", may_have_left=True)
        return Answer(raw=response.content, document=document or {}, created_id=created_id)

    async def _send(self, call: Call, token: str) -> httpx.Response:
        authorization = bearer(LINKEDIN, call.name, token)
        headers = {
            "Authorization": authorization,
            "LinkedIn-Version": self._version,
            "X-Restli-Protocol-Version": PROTOCOL,
        }
        if call.method_header is not None:
            headers["X-RestLi-Method"] = call.method_header
        try:
            async with answered_within(self._timeout):
                return await self._http.request(
                    call.method,
                    f"{self._base_url}/{call.path}" + (f"?{call.query}" if call.query else ""),
                    headers=headers,
                    json=call.json,
                    timeout=timeouts(self._timeout),
                    # An address that an answer names is never followed: the token would go with it.
                    follow_redirects=False,
                )
        except UnansweredError as error:
            raise self._unanswered(call, error.code, may_have_left=error.may_have_left) from error

    def _failed(self, call: Call, response: httpx.Response) -> ConnectorError:
        """Name the failure, and close the gate where LinkedIn takes no more calls."""
        now, error = self._clock(), _document(response) or {}
        asked = wait_asked(response.headers.get("retry-after"), now)
        failed = failure(
            LINKEDIN, call.name, response.status_code, error, is_speech=call.is_speech, now=now, asked=asked
        )
        if isinstance(failed, PlatformUnavailableError) and failed.retry_after is not None:
            self._gates.close(self.account.external_id, call.method, failed.retry_after)
        self._log("platform_call_failed", call, failed.code)
        return failed

    def _unanswered(self, call: Call, code: str, *, may_have_left: bool) -> ConnectorError:
        self._log("platform_call_unanswered", call, code)
        return unanswered(LINKEDIN, call.name, code, is_speech=call.is_speech, may_have_left=may_have_left)

    def _log(self, event: str, call: Call, code: str) -> None:
        log.warning(
            event, platform=LINKEDIN, account=self.account.external_id, call=call.name, path=call.path, code=code
        )

    def refused(self, call: str, code: str, detail: str) -> PlatformRefusedError:
        """Return a refusal of our own: what the platform would refuse, or has no call for."""
        return PlatformRefusedError(LINKEDIN, call, code, detail)


def path(*parts: ExternalId | str) -> str:
    """Return a path of URNs and words, each encoded, so that a name can never lead elsewhere."""
    return "/".join(encoded(part) for part in parts)


def key(**parts: str) -> str:
    """Return a Rest.li compound key: raw brackets, colons and commas between encoded values."""
    return f"({','.join(f'{name}:{encoded(value)}' for name, value in parts.items())})"


def listed(*values: str) -> str:
    """Return a Rest.li list: raw brackets and commas, encoded values."""
    return f"List({','.join(encoded(value) for value in values)})"


def _document(response: httpx.Response) -> dict[str, object] | None:
    try:
        document = response.json()
    except (ValueError, RecursionError):
        return None
    return document if isinstance(document, dict) else None
