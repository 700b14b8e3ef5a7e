"""The Data API: who calls, with what, out of which quota; then the method itself."""

from collections.abc import Mapping
from typing import Final, assert_never

from app.sandbox.endpoint import Answer, Call
from app.sandbox.faults import FaultKind
from app.sandbox.ground import Ground
from app.sandbox.seed import Platform
from app.sandbox.youtube import comment_calls, errors, quota, thread_calls, video_calls
from app.sandbox.youtube.access import caller_of
from app.sandbox.youtube.errors import ApiError
from app.sandbox.youtube.method import Asked, Method

BASE: Final = "/youtube/youtube/v3"
METHODS: Final[Mapping[tuple[str, str], Method]] = {
    **thread_calls.METHODS,
    **comment_calls.METHODS,
    **video_calls.METHODS,
}


class DataApi:
    """YouTube Data API v3."""

    platform = Platform.YOUTUBE

    def __init__(self, ground: Ground) -> None:
        self._ground = ground

    def carry_out(self, call: Call) -> Answer:
        """Do what is asked, or answer with YouTube's own error."""
        try:
            answer = self._carried_out(call)
        except ApiError as error:
            return error.answer
        return _unless_known(call, answer)

    def struck(self, kind: FaultKind, fault_seconds: int) -> Answer:
        """YouTube's answer of a fault."""
        match kind:
            case FaultKind.HTTP_429:
                answer = errors.too_fast().answer
                answer.headers["retry-after"] = str(fault_seconds)
                return answer
            case FaultKind.EXPIRED_TOKEN:
                return errors.invalid_credentials().answer
            case FaultKind.HTTP_500 | FaultKind.TIMEOUT | FaultKind.LOST_RESPONSE | FaultKind.SLOW:
                return errors.internal().answer
            case _:
                assert_never(kind)

    def _carried_out(self, call: Call) -> Answer:
        world, limit = self._ground.world, self._ground.settings.youtube_daily_units
        method = METHODS.get((call.method, call.path))
        if method is None:
            raise errors.no_such_method()
        caller = caller_of(world, call)
        if caller.channel_id is None and not method.takes_key:
            raise errors.login_required()
        if caller.channel_id is not None and not caller.scopes & set(method.scopes):
            raise errors.insufficient_scope()
        try:
            arguments, body = method.read(call)
        except ApiError:
            # A call that cannot be read costs too.
            quota.spend(world, quota.INVALID, limit=limit)
            raise
        quota.spend(world, method.units, limit=limit)
        asked = Asked(ground=self._ground, caller=caller, arguments=arguments, body=body, touched=call.touched)
        return method.carry_out(asked)


def _unless_known(call: Call, answer: Answer) -> Answer:
    """304 where the caller has just this content already."""
    content = answer.content
    known = call.headers.get("if-none-match", "").strip('"')
    is_known = call.method == "GET" and isinstance(content, dict) and known and content.get("etag") == known
    return Answer(status=304) if is_known else answer
