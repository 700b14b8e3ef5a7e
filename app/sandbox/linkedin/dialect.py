"""LinkedIn's REST API: who may call it, in which version, and what becomes of a call."""

import re
from dataclasses import dataclass
from typing import Final

from app.sandbox.endpoint import Answer, Call
from app.sandbox.faults import FaultKind
from app.sandbox.ground import Ground
from app.sandbox.linkedin.calls import Asked, route
from app.sandbox.linkedin.errors import LinkedInError, from_refusal, invalid
from app.sandbox.linkedin.oauth import state_of
from app.sandbox.linkedin.restli import QueryError, split
from app.sandbox.seed import Platform
from app.sandbox.world.refusals import RefusedError

# A version is served for at least a year.
OLDEST_VERSION, NEWEST_VERSION = "202511", "202611"
_VERSION: Final = re.compile(r"20\d{2}(0[1-9]|1[0-2])(\.\d{2})?")
EXPIRED: Final = LinkedInError(
    401, "The token used in the request has expired", number=65602, code="EXPIRED_ACCESS_TOKEN"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkedInDialect:
    """The API beneath ``/rest``."""

    ground: Ground
    platform: Platform = Platform.LINKEDIN

    def carry_out(self, call: Call) -> Answer:
        """Check and do it."""
        try:
            self._check_access(call)
            _check_headers(call)
            handler, ids = route(call.method, call.path)
            return handler(Asked(ground=self.ground, call=call, ids=ids, parameters=split(call.raw_query)))
        except LinkedInError as error:
            return error.answer()
        except QueryError as error:
            return invalid(str(error)).answer()
        except RefusedError as refusal:
            return from_refusal(refusal).answer()

    def struck(self, kind: FaultKind, fault_seconds: int) -> Answer:
        """LinkedIn's answers to what goes wrong. A throttled call is told no time."""
        match kind:
            case FaultKind.HTTP_429:
                return LinkedInError(
                    429, "Resource level throttle DAY limit for calls to this resource is reached.", number=101
                ).answer()
            case FaultKind.EXPIRED_TOKEN:
                return EXPIRED.answer()
            case FaultKind.TIMEOUT:
                return LinkedInError(504, "Gateway Timeout", number=0).answer()
            case _:
                return LinkedInError(500, "Internal Server Error", number=0).answer()

    def _check_access(self, call: Call) -> None:
        scheme, _, token = call.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise LinkedInError(401, "Empty oauth2 access token", number=65604, code="EMPTY_ACCESS_TOKEN")
        match state_of(self.ground.world, token):
            case "good":
                return
            case "expired":
                raise EXPIRED
            case _:
                raise LinkedInError(401, "Invalid access token", number=65600, code="INVALID_ACCESS_TOKEN")


def _check_headers(call: Call) -> None:
    version = call.headers.get("linkedin-version")
    if version is None:
        raise LinkedInError(
            400,
            "A version must be present. Please specify a version by adding the LinkedIn-Version header.",
            number=0,
            code="VERSION_MISSING",
        )
    if _VERSION.fullmatch(version) is None or not OLDEST_VERSION <= version[:6] <= NEWEST_VERSION:
        raise LinkedInError(
            426, f"Requested version {version[:20]} is not active", number=0, code="NONEXISTENT_VERSION"
        )
    if call.headers.get("x-restli-protocol-version") != "2.0.0":
        raise invalid("X-Restli-Protocol-Version must be 2.0.0")
    if call.method in {"POST", "PUT"} and "application/json" not in call.headers.get("content-type", ""):
        raise LinkedInError(415, "Content-Type must be application/json", code="UNSUPPORTED_MEDIA_TYPE")
