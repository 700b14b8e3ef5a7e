"""The way back from a platform's sign-in: a browser comes without a token of ours and is shown a small page."""

import html
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse
from pydantic import BaseModel, ConfigDict

from app.api.access import ALLOWED, Permission
from app.api.service import Running
from app.connecting import Ended, Outcome, WayBack
from app.notices.model import PLATFORM_NAMES

router = APIRouter(tags=["accounts"])

STATUS = {
    Outcome.CONNECTED: 200,
    Outcome.NOT_ALLOWED: 403,
    Outcome.UNAVAILABLE: 503,
}


class Words(BaseModel):
    """What a page says in one language: what happened, and what to do."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str
    text: str


class PageWords(BaseModel):
    """A page in both languages."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    tr: Words
    en: Words


@router.get("/oauth/{platform}", include_in_schema=False)
async def come_back(
    platform: str,
    service: Running,
    state: Annotated[str, Query()] = "",
    code: Annotated[str | None, Query()] = None,
    error: Annotated[str | None, Query()] = None,
) -> HTMLResponse:
    """Take what the platform sent along, and say how it ended."""
    back = WayBack(state=state, code=code, error=error)
    ended = await service.connecting.end(platform, back, roles=frozenset(ALLOWED[Permission.ACCOUNTS_CONNECT]))
    return HTMLResponse(_page(ended), status_code=STATUS.get(ended.outcome, 400), headers={"Cache-Control": "no-store"})


@cache
def page_words() -> Mapping[Outcome, PageWords]:
    """The shipped words, read once."""
    found = tomllib.loads(files("app.api").joinpath("oauth_pages.toml").read_text("utf-8"))
    return {Outcome(name): PageWords.model_validate(words) for name, words in found.items()}


def _page(ended: Ended) -> str:
    """The page as HTML: names of ours, nothing of what came with the address."""
    words = page_words()[ended.outcome]
    account = ended.account
    place = f"{PLATFORM_NAMES.get(account.platform, account.platform)}: {account.handle}" if account else ""
    parts = [
        "<!doctype html>",
        '<html lang="tr"><head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{html.escape(words.tr.title)} – Nöbet</title></head><body><main>",
        f"<h1>{html.escape(words.tr.title)}</h1>",
        f"<p>{html.escape(place)}</p>" if place else "",
        f"<p>{html.escape(words.tr.text)}</p>",
        f'<section lang="en"><h2>{html.escape(words.en.title)}</h2><p>{html.escape(words.en.text)}</p></section>',
        "</main></body></html>",
    ]
    return "".join(parts)
