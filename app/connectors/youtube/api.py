"""One call to the Data API: paid for, authorised, limited in time, its failure named.

The token travels in a header, so that it reaches no log of addresses.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import httpx
import structlog

from app.connectors.base import CALL_TIMEOUT, TokenSource
from app.connectors.document import load
from app.connectors.transport import UnansweredError, answered_within, bearer, timeouts, unanswered
from app.connectors.values import as_object
from app.connectors.youtube.budget import Budget
from app.connectors.youtube.failures import Meaning, error_of, failure, meaning_of, wait_of
from app.connectors.youtube.names import YOUTUBE
from app.connectors.youtube.quota import LIST, Purpose
from app.errors import (
    ConnectorError,
    PlatformRefusedError,
    PlatformUnavailableError,
    UnreadableDeliveryError,
)
from app.messages import Account

BASE_URL = "https://www.googleapis.com/youtube/v3"


log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request. `name` is ours for it, `units` its cost; `is_speech`: done twice, it would be heard twice.

    `has_answer`: a success brings a JSON object. Without one, the status alone tells.
    """

    name: str
    path: str
    params: Mapping[str, str]
    method: str = "GET"
    json: Mapping[str, object] | None = None
    units: int = LIST
    purpose: Purpose = Purpose.ACTING
    is_speech: bool = False
    has_answer: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back, as it came and as JSON."""

    content: bytes
    document: Mapping[str, object]


class _FailedError(Exception):
    """One try failed; the meaning decides what comes next."""

    def __init__(self, error: ConnectorError, meaning: Meaning) -> None:
        super().__init__(str(error))
        self.error = error
        self.meaning = meaning


def utc_now() -> datetime:
    """Return the present moment."""
    return datetime.now(UTC)


class Api:
    """Calls for one channel. `base_url` has no trailing slash and names the API's version."""

    def __init__(
        self,
        account: Account,
        http: httpx.AsyncClient,
        tokens: TokenSource,
        budget: Budget,
        *,
        base_url: str = BASE_URL,
        timeout: timedelta = CALL_TIMEOUT,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self.account = account
        self._budget = budget
        self._http = http
        self._tokens = tokens
        self._base_url = base_url
        self._timeout = timeout
        self._clock = clock

    async def run(self, call: Call) -> Answer:
        """Make a call and return its answer; with a fresh token once more where the first is stale.

        Raises PlatformUnavailableError where it was not carried out (or may simply be repeated), OutcomeUnknownError
        where a speaking call may have been, PlatformRefusedError and TokenRejectedError as the platform says.
        """
        token = await self._tokens.token()
        is_renewed = is_repeated = False
        while True:
            try:
                return await self._attempt(call, token)
            except _FailedError as failed:
                if failed.meaning is Meaning.STALE_TOKEN and not is_renewed:
                    token, is_renewed = await self._tokens.renewed(token), True
                elif failed.meaning is Meaning.DOUBTFUL and not call.is_speech and not is_repeated:
                    is_repeated = True
                else:
                    raise failed.error from None

    async def _attempt(self, call: Call, token: str) -> Answer:
        authorization = bearer(YOUTUBE, call.name, token)
        wait = await self._budget.spend(call.purpose, call.units)
        if wait is not None:
            detail = "the day's units are spent, or kept for acts"
            raise PlatformUnavailableError(YOUTUBE, call.name, "budget", detail, retry_after=wait)
        response = await self._send(call, authorization)
        document = self._document(call, response)
        error = error_of(document)
        if error is None and response.is_success:
            return Answer(content=response.content, document=document or {})
        if error is None:
            error = {}
        meaning = meaning_of(response.status_code, error)
        is_used_up = meaning is Meaning.EXHAUSTED
        wait = await self._budget.exhausted() if is_used_up else wait_of(response.headers, now=self._clock())
        failed = failure(call.name, response.status_code, error, is_speech=call.is_speech, wait=wait)
        self._log("platform_call_failed", call, failed.code)
        raise _FailedError(failed, meaning)

    async def _send(self, call: Call, authorization: str) -> httpx.Response:
        try:
            async with answered_within(self._timeout):
                return await self._http.request(
                    call.method,
                    f"{self._base_url}/{call.path}",
                    headers={"Authorization": authorization},
                    params=dict(call.params),
                    json=call.json,
                    timeout=timeouts(self._timeout),
                )
        except UnansweredError as error:
            raise self._unanswered(call, error.code, may_have_left=error.may_have_left) from error

    def _document(self, call: Call, response: httpx.Response) -> Mapping[str, object] | None:
        """Return an answer's JSON object. A success without the one that is due comes from a machine in between."""
        try:
            document = load(YOUTUBE, response.content)
        except UnreadableDeliveryError:
            document = None
        is_due = call.has_answer and response.is_success
        is_redirect = response.status_code < 200 or response.is_redirect
        if is_redirect or (is_due and not isinstance(document, dict)):
            raise self._unanswered(call, f"http {response.status_code}", may_have_left=True)
        return as_object(document)

    def _unanswered(self, call: Call, code: str, *, may_have_left: bool) -> ConnectorError:
        self._log("platform_call_unanswered", call, code)
        return unanswered(YOUTUBE, call.name, code, is_speech=call.is_speech, may_have_left=may_have_left)

    def _log(self, event: str, call: Call, code: str) -> None:
        log.warning(event, platform=YOUTUBE, account=self.account.external_id, call=call.name, code=code)

    def refused(self, call: str, code: str, detail: str) -> PlatformRefusedError:
        """Return a refusal of our own: what the platform would refuse, or what we do not ask of it."""
        return PlatformRefusedError(YOUTUBE, call, code, detail)
