"""Looking: what became of an item, which calls came, which mails."""

from fastapi import APIRouter
from starlette.responses import JSONResponse

from app.sandbox.control.finding import account_of
from app.sandbox.ground import Ground
from app.sandbox.seed import Platform
from app.sandbox.world import items
from app.sandbox.world.records import Comment, DirectMessage


def add_looks(routes: APIRouter, ground: Ground) -> None:
    """What became of things, and what was called."""

    @routes.get("/{platform}/items/{item_id}")
    async def look_at(platform: Platform, item_id: str) -> dict[str, object]:
        return {
            "id": item_id,
            "state": items.state_of(ground.world, item_id),
            "replies": [_shown(reply) for reply in items.replies_to(ground.world, item_id)]
            + [{"id": own_id, "text": text} for own_id, text in items.answers_to_mention(ground.world, item_id)],
            "private_messages": [_shown(sent) for sent in items.private_messages_about(ground.world, item_id)],
            "history": [
                {
                    "at": call.at.isoformat(),
                    "call": call.call,
                    "method": call.method,
                    "path": call.path,
                    "status": call.status,
                }
                for call in items.calls_on(ground.world, item_id)
            ],
        }

    @routes.get("/calls")
    async def calls(limit: int | None = None) -> JSONResponse:
        """All calls, oldest first; with a limit the newest so many."""
        recorded = ground.calls.all()
        chosen = recorded if limit is None else recorded[max(0, len(recorded) - limit) :]
        return JSONResponse([call.shown() for call in chosen])

    @routes.get("/mails")
    async def mails() -> list[dict[str, object]]:
        return [
            {
                "id": mail.id,
                "at": mail.at.isoformat(),
                "from": mail.sender,
                "to": list(mail.recipients),
                "subject": mail.subject,
                "text": mail.text,
                "html": mail.html,
                "headers": mail.headers,
            }
            for mail in ground.world.mails.values()
        ]

    @routes.get("/{platform}/posts")
    async def posts(platform: Platform, account_id: str | None = None) -> list[dict[str, object]]:
        account = account_of(ground.world, platform, account_id)
        return [{"id": post.id, "text": post.text} for post in ground.world.posts_of(account.external_id)]


def _shown(item: Comment | DirectMessage) -> dict[str, object]:
    at = item.created_at if isinstance(item, Comment) else item.at
    shown: dict[str, object] = {"id": item.id, "text": item.text, "at": at.isoformat()}
    if isinstance(item, Comment):
        shown |= {"author": item.author_name, "is_ours": item.is_ours, "state": item.state}
    return shown
