"""The mailbox: what the service has sent by mail."""

import re
from typing import Protocol

from fastapi import APIRouter
from markupsafe import Markup, escape
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from app.sandbox.ground import Ground
from app.sandbox.pages.words import ago

_LINK = re.compile(r"https?://[^\s<>\"']+")


class Render(Protocol):
    """Renders a template to an answer."""

    def __call__(self, request: Request, template: str, status: int = 200, **values: object) -> HTMLResponse: ...


def add(routes: APIRouter, ground: Ground, render: Render) -> None:
    """The list of mails, and each of them."""
    world = ground.world

    @routes.get("/mailbox")
    async def mailbox(request: Request, part: bool = False) -> Response:
        mails = [
            {"mail": mail, "time": ago(mail.at, world.clock.now()), "preview": " ".join(mail.text.split())[:120]}
            for mail in reversed(world.mails.values())
        ]
        return render(request, "_mails.html" if part else "mailbox.html", mails=mails, refresh="/mailbox?part=1")

    @routes.get("/mailbox/{mail_id}")
    async def one_mail(request: Request, mail_id: str) -> Response:
        mail = world.mails.get(mail_id)
        if mail is None:
            return render(request, "missing.html", 404)
        return render(request, "mail.html", mail=mail, text=with_links(mail.text))


def with_links(text: str) -> Markup:
    """The text with its addresses made into links, all else escaped."""
    parts, at = [], 0
    for found in _LINK.finditer(text):
        address = found[0].rstrip(".,;:!?)")
        parts += [escape(text[at : found.start()]), Markup('<a href="{0}">{0}</a>').format(address)]
        at = found.start() + len(address)
    return Markup("").join([*parts, escape(text[at:])])
