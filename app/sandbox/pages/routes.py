"""The pages' addresses, shaped as the platforms shape theirs."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Final
from urllib.parse import quote, unquote, urlencode

from fastapi import APIRouter
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from app.sandbox.ground import Ground
from app.sandbox.links import comment_path
from app.sandbox.pages import mail_pages, visit
from app.sandbox.pages.views import account_view, conversation, post_view, thread
from app.sandbox.pages.words import hue, initials, refusal_text
from app.sandbox.seed import PEOPLE, Platform, SeedAccount
from app.sandbox.simulated import PostPage
from app.sandbox.world.records import Post

TEMPLATES: Final = Path(__file__).parent / "templates"
DEFAULT_VISITOR: Final = PEOPLE[0]
LOOKS: Final = frozenset({"part", "visitor", "as", "error"})


class Renderer:
    """Renders a template with what every page needs: the visitor, and a refusal to tell of."""

    def __init__(self) -> None:
        self._templates = Environment(
            loader=FileSystemLoader(TEMPLATES),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def __call__(self, request: Request, template: str, status: int = 200, **values: object) -> HTMLResponse:
        """The page as an answer."""
        visitor = visitor_of(request)
        error = request.query_params.get("error")
        text = self._templates.get_template(template).render(
            visitor=visitor,
            visitor_initials=initials(visitor),
            visitor_hue=hue(visitor),
            people=PEOPLE,
            here=request.url.path,
            error=refusal_text(error) if error else "",
            **values,
        )
        return HTMLResponse(text, status)


def visitor_of(request: Request) -> str:
    """The name the visitor goes by: of the address, else of the cookie."""
    return request.query_params.get("visitor") or unquote(request.cookies.get("visitor", "")) or DEFAULT_VISITOR


def router(ground: Ground) -> APIRouter:
    """All pages of a sandbox."""
    routes = APIRouter(include_in_schema=False)
    render = Renderer()
    mail_pages.add(routes, ground, render)
    visit.add(routes, ground)
    _add_posts(routes, ground, render)
    _add_accounts(routes, ground, render)
    return routes


def _add_accounts(routes: APIRouter, ground: Ground, render: Renderer) -> None:
    world = ground.world

    @routes.get("/")
    async def index(request: Request) -> Response:
        accounts = [account_view(world, account) for account in world.accounts.values()]
        return render(request, "index.html", accounts=accounts, mails=len(world.mails))

    @routes.get("/{platform}/{name}")
    async def account_page(request: Request, platform: Platform, name: str) -> Response:
        account = _account(ground, platform, name)
        if account is None:
            return _missing(request, render)
        posts = [post_view(world, post) for post in world.posts_of(account.external_id)]
        return render(request, "account.html", account=account_view(world, account), posts=posts)

    @routes.get("/{platform}/{name}/messages")
    async def messages_page(request: Request, platform: Platform, name: str, part: bool = False) -> Response:
        account = _account(ground, platform, name)
        if account is None or not world.habits[platform].has_messages:
            return _missing(request, render)
        refresh = f"{request.url.path}?part=1&visitor={quote(visitor_of(request))}"
        found = conversation(world, account, visitor_of(request))
        template = "_conversation.html" if part else "messages.html"
        return render(request, template, account=account_view(world, account), messages=found, refresh=refresh)


def _add_posts(routes: APIRouter, ground: Ground, render: Renderer) -> None:
    def page(request: Request, post: Post | None, marked: str | None) -> Response:
        world, as_author = ground.world, request.query_params.get("as") == "author"
        if post is None:
            mention = world.mentions.get(marked or "")
            return render(request, "mention.html", mention=mention) if mention else _missing(request, render)
        found = thread(world, post, visitor=visitor_of(request), as_author=as_author, marked=marked)
        comment = world.comments.get(marked) if marked else None
        here = comment_path(world, comment) if comment else _address(request)
        query = f"part=1&visitor={quote(visitor_of(request))}{'&as=author' if as_author else ''}"
        return render(
            request,
            "_thread.html" if request.query_params.get("part") else "post.html",
            account=account_view(world, world.accounts[post.account_id]),
            post=post_view(world, post),
            comments=found,
            marked=marked,
            as_author=as_author,
            back=here,
            refresh=f"{here}{'&' if '?' in here else '?'}{query}",
        )

    def showing(found: PostPage) -> Callable[[Request], Awaitable[Response]]:
        async def show(request: Request) -> Response:
            post, marked = found.find(ground.world, request)
            return page(request, post, marked)

        return show

    for simulated in ground.simulated.values():
        for each in simulated.pages:
            routes.add_route(each.path, showing(each), methods=["GET"])

    @routes.get("/instagram/mention/{comment_id}")
    async def instagram_mention(request: Request, comment_id: str) -> Response:
        mention = ground.world.mentions.get(comment_id)
        return render(request, "mention.html", mention=mention) if mention else _missing(request, render)


def _address(request: Request) -> str:
    """The page's own address, without what only says how to look at it."""
    kept = [(name, value) for name, value in request.query_params.multi_items() if name not in LOOKS]
    return request.url.path + (f"?{urlencode(kept)}" if kept else "")


def _missing(request: Request, render: Renderer) -> Response:
    return render(request, "missing.html", 404)


def _account(ground: Ground, platform: Platform, name: str) -> SeedAccount | None:
    accounts = ground.world.accounts_on(platform)
    return next((account for account in accounts if name in {account.external_id, account.handle}), None)
