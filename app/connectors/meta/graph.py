"""One call to the Graph API: authorised, paced, limited in time, its failure named.

The token travels in a header, so that it reaches no log of addresses.
"""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import httpx
import structlog

from app.connectors.base import CALL_TIMEOUT, Endpoint
from app.connectors.meta.failures import Meaning, error_of, failure, meaning_of
from app.connectors.meta.signature import appsecret_proof
from app.connectors.meta.usage import Gauges, Lane
from app.connectors.transport import UnansweredError, answered_within, bearer, timeouts, unanswered
from app.connectors.values import as_flag, as_list, as_object, as_text
from app.errors import (
    ConnectorError,
    OutcomeUnknownError,
    PlatformRefusedError,
    PlatformUnavailableError,
    TokenRejectedError,
)
from app.messages import ExternalId

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request. `name` is ours for it; `is_speech`: done twice, it would be heard twice."""

    name: str
    method: str
    path: str
    params: Mapping[str, str] = field(default_factory=dict)
    form: Mapping[str, str] | None = None
    json: Mapping[str, object] | None = None
    lane: Lane = Lane.CONTENT
    is_speech: bool = False


class Graph:
    """Calls for one account."""

    def __init__(
        self, endpoint: Endpoint, http: httpx.AsyncClient, gauges: Gauges, *, timeout: timedelta = CALL_TIMEOUT
    ) -> None:
        self.account = endpoint.account
        self._endpoint = endpoint
        self._http = http
        self._gauges = gauges
        self._timeout = timeout

    async def get(
        self, name: str, path: str, params: Mapping[str, str], *, lane: Lane = Lane.CONTENT
    ) -> dict[str, object]:
        """Read an object or an edge."""
        return await self.run(Call(name=name, method="GET", path=path, params=params, lane=lane))

    async def pages(
        self, name: str, path: str, params: Mapping[str, str], *, at_most: int
    ) -> AsyncIterator[list[object]]:
        """Read an edge page by page. Only the cursor of the answer is followed, never an address it names."""
        after: dict[str, str] = {}
        for _ in range(at_most):
            page = await self.get(name, path, {**params, **after})
            yield as_list(page.get("data"))
            paging = as_object(page.get("paging"))
            cursor = as_text(as_object(paging.get("cursors")).get("after"))
            if cursor is None or "next" not in paging:
                return
            after = {"after": cursor}
        raise self.refused(name, "unfinished", "more pages than are read for one answer")

    async def run(self, call: Call) -> dict[str, object]:
        """Make a call and return its answer.

        Raises PlatformUnavailableError where it was not carried out (or may simply be repeated), OutcomeUnknownError
        where a speaking call may have been, PlatformRefusedError and TokenRejectedError as the platform says.
        """
        token = await self._endpoint.tokens.token()
        try:
            return await self._attempt(call, token)
        except TokenRejectedError as error:
            return await self._attempt(call, await self._in_place_of(token, error))

    async def _in_place_of(self, token: str, error: TokenRejectedError) -> str:
        """A token that was stored meanwhile. Where there is none, the rejected one is put on record as dead.

        Meta's tokens cannot be renewed, so its own reason is the one to tell.
        """
        try:
            return await self._endpoint.tokens.renewed(token)
        except TokenRejectedError:
            raise error from None

    async def _attempt(self, call: Call, token: str) -> dict[str, object]:
        gauge = self._gauges.of(self.account, call.lane)
        closed_for = gauge.closed_for()
        if closed_for is not None:
            raise PlatformUnavailableError(
                self.account.platform, call.name, "usage", "the account's allowance is used up", retry_after=closed_for
            )
        if hold := gauge.hold():
            await self._gauges.sleep(hold)
        response = await self._send(call, token)
        gauge.answered(response.headers)
        document = self._document(call, response)
        error = error_of(document)
        if error is None:
            gauge.worked()
            return document
        wait = gauge.limited() if meaning_of(error) is Meaning.LIMITED else None
        failed = failure(self.account.platform, call.name, error, is_speech=call.is_speech, wait=wait)
        self._log("platform_call_failed", call, failed.code, fbtrace_id=as_text(error.get("fbtrace_id")))
        raise failed

    async def _send(self, call: Call, token: str) -> httpx.Response:
        authorization = bearer(self.account.platform, call.name, token)
        try:
            async with answered_within(self._timeout):
                return await self._http.request(
                    call.method,
                    f"{self._endpoint.base_url}/{call.path}",
                    headers={"Authorization": authorization},
                    params={**call.params, **self._proof(token)},
                    data=call.form,
                    json=call.json,
                    timeout=timeouts(self._timeout),
                )
        except UnansweredError as error:
            raise self._unanswered(call, error.code, may_have_left=error.may_have_left) from error

    def _proof(self, token: str) -> dict[str, str]:
        secret = self._endpoint.app_secret
        return {"appsecret_proof": appsecret_proof(secret, token)} if secret else {}

    def _document(self, call: Call, response: httpx.Response) -> dict[str, object]:
        """Return the JSON object of an answer. What is none comes from a machine in between: nobody knows."""
        try:
            document: Any = response.json()
        except (ValueError, RecursionError):
            document = None
        if document is True:
            # Some endpoints answer with a bare `true`.
            document = {"success": True}
        if not isinstance(document, dict) or (error_of(document) is None and not response.is_success):
            raise self._unanswered(call, f"http {response.status_code}", may_have_left=True)
        return document

    def _unanswered(self, call: Call, code: str, *, may_have_left: bool) -> ConnectorError:
        self._log("platform_call_unanswered", call, code)
        return unanswered(self.account.platform, call.name, code, is_speech=call.is_speech, may_have_left=may_have_left)

    def _log(self, event: str, call: Call, code: str, **fields: str | None) -> None:
        log.warning(
            event,
            platform=self.account.platform,
            account=self.account.external_id,
            call=call.name,
            path=call.path,
            code=code,
            **fields,
        )

    def refused(self, call: str, code: str, detail: str) -> PlatformRefusedError:
        """Return a refusal of our own: what the platform would refuse, or an answer that says no."""
        return PlatformRefusedError(self.account.platform, call, code, detail)

    def require_success(self, call: str, answer: Mapping[str, object]) -> None:
        """Check an answer's `success`, which some endpoints spell as a string: ``"false"`` is a no."""
        success = as_flag(answer.get("success"))
        if success is None:
            raise OutcomeUnknownError(self.account.platform, call, "no success", "the answer does not say")
        if not success:
            raise self.refused(call, "success false", "the platform answered that it did not do it")


def node(*ids: ExternalId | str) -> str:
    """Return a path of object ids and edges, each quoted, so that an id can never lead elsewhere."""
    return "/".join(quote(part, safe="") for part in ids)
