"""A client that speaks the Data API, and what it is told."""

from dataclasses import dataclass
from typing import Any

import httpx

from app.sandbox.ground import Ground
from app.sandbox.youtube import seed
from tests.connectors.youtube.spec import check_answer, check_call
from tests.sandbox.clocks import HandClock
from tests.sandbox.conftest import Client

CHANNEL, FACULTY = seed.UNIVERSITY, seed.FACULTY
TOKEN, FACULTY_TOKEN = (account.access_token for account in seed.ACCOUNTS)
VIDEO = seed.POSTS[0].id


@dataclass(slots=True)
class YouTube:
    """Calls to the Data API of a running sandbox, and orders to it."""

    client: Client
    token: str | None = TOKEN

    @property
    def ground(self) -> Ground:
        return self.client.ground

    @property
    def clock(self) -> HandClock:
        return self.client.clock

    @property
    def http(self) -> httpx.AsyncClient:
        return self.client.http

    async def call(self, method: str, path: str, *, json: Any = None, **parameters: Any) -> httpx.Response:
        headers = {"authorization": f"Bearer {self.token}"} if self.token else {}
        address = f"/youtube/youtube/v3/{path}"
        response = await self.http.request(method, address, params=parameters, json=json, headers=headers)
        if response.is_success:
            # What the sandbox takes, YouTube takes; and it answers in YouTube's words.
            check_call(method, path, dict(response.request.url.params), json)
            check_answer(method, path, response.json() if response.content else None)
        return response

    async def get(self, path: str, **parameters: Any) -> Any:
        """The answer of a call that must succeed."""
        response = await self.call("GET", path, **parameters)
        assert response.status_code == 200, response.text
        return response.json()

    async def threads(self, **parameters: Any) -> list[Any]:
        """The channel's threads as one call lists them."""
        asked = {"part": "id,snippet,replies", "allThreadsRelatedToChannelId": CHANNEL, "textFormat": "plainText"}
        items: list[Any] = (await self.get("commentThreads", **(asked | parameters)))["items"]
        return items

    async def ids(self, **parameters: Any) -> list[str]:
        return [thread["id"] for thread in await self.threads(**parameters)]

    async def moderate(self, comment_id: str, status: str, **more: Any) -> httpx.Response:
        return await self.call("POST", "comments/setModerationStatus", id=comment_id, moderationStatus=status, **more)

    async def reply(self, parent_id: str, text: str = "Teşekkürler") -> httpx.Response:
        body = {"snippet": {"parentId": parent_id, "textOriginal": text}}
        return await self.call("POST", "comments", json=body, part="snippet")

    async def comment(self, text: str = "Merhaba", **more: Any) -> str:
        return await self.client.comment("youtube", text, **more)

    async def item(self, comment_id: str) -> Any:
        return await self.client.item(comment_id, "youtube")


def reason_of(response: httpx.Response) -> tuple[int, str]:
    """Status and reason of a refusal, in Google's form."""
    assert response.status_code >= 400, response.text
    error = response.json()["error"]
    (item,) = error["errors"]
    assert error["code"] == response.status_code
    assert error["message"]
    assert {"message", "reason"} <= set(item)
    return response.status_code, item["reason"]
