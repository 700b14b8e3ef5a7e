"""Calling the application as platforms and people do."""

import hashlib
import hmac
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
from fastapi import FastAPI


@asynccontextmanager
async def open_app(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """Start the application, hand over a client, stop it."""
    async with app.router.lifespan_context(app):
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://nobet.test") as client:
            yield client


def signed(body: bytes, secret: str) -> dict[str, str]:
    """The headers with which Meta sends this body."""
    digest = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return {"X-Hub-Signature-256": f"sha256={digest}", "Content-Type": "application/json"}


class Api:
    """The API, called as a role."""

    def __init__(self, http: httpx.AsyncClient, tokens: dict[str, str]) -> None:
        self.http = http
        self.tokens = tokens

    async def call(self, role: str, method: str, path: str, **how: Any) -> httpx.Response:
        """One call with the role's token."""
        headers = {"Authorization": f"Bearer {self.tokens[role]}"} | how.pop("headers", {})
        return await self.http.request(method, path, headers=headers, **how)

    async def get(self, role: str, path: str, **params: Any) -> httpx.Response:
        """Read something."""
        return await self.call(role, "GET", path, params=params or None)

    async def post(self, role: str, path: str, body: Any = None, **how: Any) -> httpx.Response:
        """Do something."""
        return await self.call(role, "POST", path, json=body, **how)
