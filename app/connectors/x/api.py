"""One call to X: authorised, within its allowance, limited in time, its failure named.

Addresses are `https://api.x.com` and a path that begins with ``2/``.
"""

import re
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from urllib.parse import quote

import httpx
import structlog

from app.connectors.base import CALL_TIMEOUT, TokenSource
from app.connectors.document import load
from app.connectors.transport import UnansweredError, answered_within, bearer, timeouts, unanswered
from app.connectors.values import as_object, as_text
from app.connectors.x.allowance import Allowances
from app.connectors.x.failures import Meaning, Problem, failure, problem_of
from app.connectors.x.oauth1 import UserSignature
from app.connectors.x.parse import X
from app.errors import (
    ConnectorError,
    PlatformRefusedError,
    PlatformUnavailableError,
    TokenRejectedError,
    UnreadableDeliveryError,
)
from app.messages import Account

BASE_URL = "https://api.x.com"
# An id as a part of a path.
ANY_ID = re.compile(r"(?<=/)[0-9]+(?=/|$)")
# What these say needs no body to be believed.
BARE = frozenset({401, 403, 429})

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request. `name` is ours for it; `is_speech`: done twice, it would be heard twice."""

    name: str
    method: str
    path: str
    params: Mapping[str, str] = field(default_factory=dict)
    json: Mapping[str, object] | None = None
    is_speech: bool = False

    @property
    def kind(self) -> str:
        """What X counts it as: ``PUT 2/tweets/:id/hidden``."""
        return f"{self.method} {ANY_ID.sub(':id', self.path)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An answer that holds something; `body` as it came, `document` as read."""

    body: bytes
    document: Mapping[str, object]

    @property
    def data(self) -> Mapping[str, object]:
        """The object that was asked for or made."""
        return as_object(self.document.get("data"))


class Api:
    """Calls for one account, with a bearer token that can be renewed or with a signature."""

    def __init__(
        self,
        *,
        account: Account,
        credentials: TokenSource | UserSignature,
        http: httpx.AsyncClient,
        allowances: Allowances,
        base_url: str = BASE_URL,
        timeout: timedelta = CALL_TIMEOUT,
    ) -> None:
        self.account = account
        self._credentials = credentials
        self._http = http
        self._allowances = allowances
        self._base_url = base_url.rstrip("/")
        self._timeout = timeout

    async def get(self, name: str, path: str, params: Mapping[str, str]) -> Answer:
        """Read something."""
        return await self.run(Call(name=name, method="GET", path=path, params=params))

    async def pages(
        self, name: str, path: str, params: Mapping[str, str], *, at_most: int, cursor: str = "pagination_token"
    ) -> AsyncIterator[Answer]:
        """Read a list page by page, newest first; ends after `at_most` pages though there may be more."""
        after: dict[str, str] = {}
        for _ in range(at_most):
            page = await self.get(name, path, {**params, **after})
            yield page
            token = next_token(page)
            if token is None:
                return
            after = {cursor: token}

    async def run(self, call: Call) -> Answer:
        """Make a call and return its answer; with a renewed token once more where the token was rejected.

        Raises PlatformUnavailableError where it was not carried out (or may simply be repeated), OutcomeUnknownError
        where a speaking call may have been, PlatformRefusedError and TokenRejectedError as the platform says.
        """
        if isinstance(self._credentials, UserSignature):
            return await self._attempt(call, None)
        token = await self._credentials.token()
        try:
            return await self._attempt(call, token)
        except TokenRejectedError as error:
            if not error.code.startswith("401"):
                raise
            return await self._attempt(call, await self._credentials.renewed(token))

    async def _attempt(self, call: Call, token: str | None) -> Answer:
        allowance = self._allowances.of(self.account.external_id, call.kind)
        closed_for = allowance.closed_for()
        if closed_for is not None:
            raise PlatformUnavailableError(X, call.name, "allowance", "no call is left for now", retry_after=closed_for)
        response = await self._send(call, token)
        problem, document = self._read(call, response)
        if problem is None:
            allowance.answered(response.headers)
            return Answer(body=response.content, document=document)
        wait = None
        if problem.meaning is Meaning.LIMITED:
            wait = allowance.refused(response.headers)
        else:
            allowance.answered(response.headers)
        self._log("platform_call_failed", call, problem.code)
        raise failure(X, call.name, problem, is_speech=call.is_speech, wait=wait)

    async def _send(self, call: Call, token: str | None) -> httpx.Response:
        request = self._http.build_request(
            call.method,
            f"{self._base_url}/{call.path}",
            params=call.params,
            json=call.json,
            timeout=timeouts(self._timeout),
        )
        request.headers["Authorization"] = self._authorization(call, request, token)
        try:
            async with answered_within(self._timeout):
                return await self._http.send(request, follow_redirects=False)
        except UnansweredError as error:
            raise self._unanswered(call, error.code, may_have_left=error.may_have_left) from error

    def _authorization(self, call: Call, request: httpx.Request, token: str | None) -> str:
        if isinstance(self._credentials, UserSignature):
            return self._credentials.header(call.method, str(request.url))
        return bearer(X, call.name, token)

    def _read(self, call: Call, response: httpx.Response) -> tuple[Problem | None, Mapping[str, object]]:
        """Return what went wrong, or the document. What is no JSON object comes from a machine in between.

        An answer of 200 may hold errors beside its data, which then are about parts of it, or in their place.
        """
        try:
            document = load(X, response.content)
        except UnreadableDeliveryError:
            document = None
        is_told = isinstance(document, dict) and (response.is_success or response.is_client_error)
        if not is_told and response.status_code not in BARE and not response.is_server_error:
            raise self._unanswered(call, f"http {response.status_code}", may_have_left=True)
        told = as_object(document)
        if not response.is_success or ("data" not in told and told.get("errors")):
            return problem_of(response.status_code, told), {}
        return None, told

    def _unanswered(self, call: Call, code: str, *, may_have_left: bool) -> ConnectorError:
        self._log("platform_call_unanswered", call, code)
        return unanswered(X, call.name, code, is_speech=call.is_speech, may_have_left=may_have_left)

    def _log(self, event: str, call: Call, code: str) -> None:
        log.warning(event, platform=X, account=self.account.external_id, call=call.name, code=code)

    def refused(self, call: str, code: str, detail: str) -> PlatformRefusedError:
        """Return a refusal of our own: what the platform would refuse, or an answer that says no."""
        return PlatformRefusedError(X, call, code, detail)


def next_token(page: Answer) -> str | None:
    """Return the cursor of the next, older page; None on the last."""
    return as_text(as_object(page.document.get("meta")).get("next_token"))


def path(*parts: str) -> str:
    """Return a path of today's API, each part quoted, so that an id can never lead elsewhere."""
    return "/".join(("2", *(quote(part, safe="") for part in parts)))
