"""X's API on loopback, spoken to by hand."""

import base64
import hashlib
import hmac
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import httpx

from app.sandbox.x.seed import ACCESS_TOKENS, APP_BEARER, CONSUMER_KEY, CONSUMER_SECRET, FACULTY, UNIVERSITY, USER_KEYS
from tests.sandbox.conftest import Client

TOKEN, FACULTY_TOKEN = ACCESS_TOKENS[UNIVERSITY], ACCESS_TOKENS[FACULTY]
APP = APP_BEARER
HANDLE = "izmirekonomiuni"


@dataclass(slots=True)
class XApi:
    """Calls to a running sandbox's X."""

    client: Client

    async def call(
        self, method: str, path: str, *, token: str | None = TOKEN, json: Any = None, **params: Any
    ) -> httpx.Response:
        """A call with a bearer token; parameters' names have a dot for ``__``."""
        headers = {"authorization": f"Bearer {token}"} if token else {}
        query = {name.replace("__", "."): value for name, value in params.items()}
        return await self.client.http.request(method, f"/x{path}", params=query, json=json, headers=headers)

    async def get(self, path: str, **more: Any) -> Any:
        """What a reading call that must succeed brings."""
        response = await self.call("GET", path, **more)
        assert response.status_code == 200, response.text
        return response.json()

    async def done(self, method: str, path: str, json: Any = None, **more: Any) -> Any:
        """The data of a writing call that must succeed."""
        response = await self.call(method, path, json=json, **more)
        assert response.status_code in {200, 201}, response.text
        return response.json()["data"]

    async def reply(self, text: str = "Merhaba", **more: Any) -> str:
        """The id of a visitor's new reply beneath our newest post."""
        return await self.client.comment("x", text, **more)

    async def dm(self, text: str = "Bir sorum var", **more: Any) -> str:
        """The id of a visitor's new direct message."""
        return await self.client.message("x", text, **more)

    async def mention(self, text: str = f"@{HANDLE} duydunuz mu?", **more: Any) -> str:
        """The id of a visitor's new post that names us."""
        made = await self.client.control("x/mentions", **{"author": "Elif Şenel", "text": text, **more})
        return str(made["id"])

    async def root(self) -> str:
        """The id of our newest post."""
        return str((await self.client.http.get("/control/x/posts")).json()[0]["id"])

    def author_of(self, post_id: str) -> str:
        """Who wrote a reply or message."""
        world = self.client.ground.world
        comment, message = world.comments.get(post_id), world.messages.get(post_id)
        if comment is not None:
            return comment.author_id
        assert message is not None
        return message.person_id

    def signed(self, method: str, path: str, account_id: str = UNIVERSITY, **query: str) -> dict[str, str]:
        """The header of a call signed by OAuth 1.0a, computed here and not by the sandbox."""
        token, token_secret = USER_KEYS[account_id]
        oauth = {
            "oauth_consumer_key": CONSUMER_KEY,
            "oauth_nonce": "8d1bb9a0",
            "oauth_signature_method": "HMAC-SHA1",
            "oauth_timestamp": "1793610000",
            "oauth_token": token,
            "oauth_version": "1.0",
        }
        url = f"{self.client.ground.settings.base_url}/x{path}"
        signature = oauth1_signature(method, url, oauth | query, CONSUMER_SECRET, token_secret)
        parts = (f'{name}="{_quoted(value)}"' for name, value in (oauth | {"oauth_signature": signature}).items())
        return {"authorization": "OAuth " + ", ".join(parts)}


def oauth1_signature(method: str, url: str, parameters: dict[str, str], secret: str, token_secret: str) -> str:
    """As the documentation of X describes it."""
    text = "&".join(
        f"{name}={value}" for name, value in sorted((_quoted(n), _quoted(v)) for n, v in parameters.items())
    )
    base = f"{method}&{_quoted(url)}&{_quoted(text)}"
    digest = hmac.new(f"{_quoted(secret)}&{_quoted(token_secret)}".encode(), base.encode(), hashlib.sha1).digest()
    return base64.b64encode(digest).decode()


def problem_of(response: httpx.Response, status: int, name: str = "about:blank") -> Any:
    """The body of a refusal in X's form."""
    assert response.status_code == status, response.text
    document = response.json()
    kind = name if name == "about:blank" else f"https://api.x.com/2/problems/{name}"
    assert document["type"] == kind
    assert document["title"]
    assert document["detail"]
    return document


def _quoted(text: str) -> str:
    return quote(text, safe="~-._")
