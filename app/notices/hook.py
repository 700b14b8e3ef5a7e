"""Notices by HTTP, for a chat, a pager or a ticket system: one signed POST each."""

import asyncio
import hashlib
import hmac
import json

import httpx

from app.errors import AddressForbiddenError, NoticeRefusedError, NoticeUnavailableError
from app.notices.model import OutgoingNotice
from app.notices.settings import HookSettings

SIGNATURE_HEADER = "X-Nobet-Signature"
# Not about the notice: too early, too many, not signed in, no such address (yet). It should go once that is mended.
_NOT_NOW = frozenset({401, 403, 404, 407, 408, 409, 421, 423, 425, 429})


class HookChannel:
    """Posts ``{id, kind, urgency, place: {platform, account}, link}`` as JSON, ``step`` from the second on,

    and for a digest what it bundles: ``items: [{kind, place, count}]``.

    The body is signed in `X-Nobet-Signature: sha256=…` (HMAC-SHA256 in hexadecimal over the raw bytes), and
    `Idempotency-Key` is the notice's key: whoever receives it twice has one notice. Any 2xx is taken as received.
    `http` calls the address from the settings; `outward` (see `app.outward`) calls those that staff gave their units.
    """

    name = "hook"

    def __init__(self, settings: HookSettings, http: httpx.AsyncClient, *, outward: httpx.AsyncClient) -> None:
        self._settings = settings
        self._http = http
        self._outward = outward

    async def send(self, notice: OutgoingNotice) -> None:
        """Post the notice; see `NoticeChannel.send`."""
        body = hook_body(notice)
        headers = {
            "Content-Type": "application/json",
            "Idempotency-Key": notice.key,
            SIGNATURE_HEADER: signature(body, self._settings.secret.get_secret_value()),
        }
        http, url = (self._outward, notice.hook_url) if notice.hook_url else (self._http, str(self._settings.url))
        limit = self._settings.time_limit.total_seconds()
        # The address may hold a key of its own, so errors are not chained.
        try:
            async with (
                asyncio.timeout(limit),
                http.stream("POST", url, content=body, headers=headers, timeout=limit) as response,
            ):
                status = response.status_code  # the answer's body is nobody's business here and may be endless
        except (httpx.UnsupportedProtocol, httpx.InvalidURL):
            raise NoticeRefusedError(self.name, "the hook's address is no HTTP address") from None
        except AddressForbiddenError:
            raise NoticeRefusedError(self.name, "the hook's address leads to no public host") from None
        except (httpx.HTTPError, TimeoutError) as error:
            raise NoticeUnavailableError(self.name, type(error).__name__) from None
        if 200 <= status < 300:
            return
        if status >= 500 or status in _NOT_NOW:
            raise NoticeUnavailableError(self.name, f"HTTP {status}")
        raise NoticeRefusedError(self.name, f"HTTP {status}")


def hook_body(notice: OutgoingNotice) -> bytes:
    """The body, the same bytes at every sending."""
    body: dict[str, object] = {
        "id": notice.id,
        "kind": notice.kind,
        "urgency": notice.urgency,
        "place": {"platform": notice.place.platform, "account": notice.place.account},
        "link": notice.link,
    }
    if notice.step > 1:
        body["step"] = notice.step
    if notice.lines:
        body["items"] = [
            {
                "kind": line.kind,
                "place": {"platform": line.place.platform, "account": line.place.account},
                "count": line.count,
            }
            for line in notice.lines
        ]
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


def signature(body: bytes, secret: str) -> str:
    """What the signature header holds for this body."""
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
