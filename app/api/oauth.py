"""The way back from a platform's sign-in: a browser comes without a token of ours and is shown a small page."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse

from app.api.access import ALLOWED, Permission
from app.api.service import Running
from app.connecting import Ended, Outcome, WayBack
from app.notices.model import PLATFORM_NAMES
from app.web.pages import POLICY, PageWords, read_words, render_told

router = APIRouter(tags=["accounts"])

STATUS = {
    Outcome.CONNECTED: 200,
    Outcome.NOT_ALLOWED: 403,
    Outcome.UNAVAILABLE: 503,
}
# Not those of our other pages: the address holds the platform's code, which is nobody's business.
PAGE = {"Content-Security-Policy": POLICY, "Cache-Control": "no-store"}


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
    return HTMLResponse(_page(ended), status_code=STATUS.get(ended.outcome, 400), headers=PAGE)


@cache
def page_words() -> Mapping[Outcome, PageWords]:
    """The shipped words, read once."""
    return {Outcome(name): words for name, words in read_words(files("app.api").joinpath("oauth_pages.toml")).items()}


def _page(ended: Ended) -> str:
    """The page as HTML: names of ours, nothing of what came with the address."""
    account = ended.account
    place = f"{PLATFORM_NAMES.get(account.platform, account.platform)}: {account.handle}" if account else ""
    return render_told(page_words()[ended.outcome], note=place)
