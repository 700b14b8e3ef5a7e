"""What somebody wrote to a Page or account before, as Meta still shows it: there is no search by author.

So the newest comments beneath the newest publications are read, one call for all, and those of others are left out.
"""

from collections.abc import Mapping

import structlog

from app.connectors.base import Earlier
from app.connectors.meta.graph import Graph, node
from app.connectors.meta.inbox import Inbox
from app.connectors.values import as_id, as_list, as_object, as_text, as_time, as_url
from app.errors import PlatformRefusedError
from app.messages import ExternalId

log = structlog.get_logger(__name__)

CALL = "earlier_of"
PUBLICATIONS, COMMENTS_EACH = 25, 50


async def earlier_in_public(
    graph: Graph, author: ExternalId, *, edge: str, address: str, comments: str, text: str, written_at: str
) -> tuple[Earlier, ...]:
    """The author's comments beneath the newest publications.

    `address` is the field with a publication's address, `comments` the expanded edge of its comments, `text` and
    `written_at` the fields of a comment's words and time. A comment without an address has the publication's.
    """
    params = {"fields": f"id,{address},{comments}", "limit": str(PUBLICATIONS)}
    page = await graph.get(CALL, node(graph.account.external_id, edge), params)
    found = []
    for publication in map(as_object, as_list(page.get("data"))):
        place = as_url(publication.get(address))
        for comment in _with_answers(publication):
            external_id = as_id(comment.get("id"))
            if external_id is not None and as_id(as_object(comment.get("from")).get("id")) == author:
                found.append(
                    Earlier(
                        external_id=external_id,
                        text=as_text(comment.get(text)) or "",
                        written_at=as_time(comment.get(written_at)),
                        link=as_url(comment.get("permalink_url")) or place,
                    )
                )
    return tuple(found)


async def earlier_in_private(inbox: Inbox | None, author: ExternalId) -> tuple[Earlier, ...]:
    """What the author wrote in their conversation with us; nothing where there is none, or the app may not read it."""
    if inbox is None:
        return ()
    try:
        return await inbox.said_by(author, name=CALL)
    except PlatformRefusedError as error:
        log.warning("conversation_not_given", platform=error.platform, code=error.code)
        return ()


def _with_answers(holder: Mapping[str, object]) -> list[dict[str, object]]:
    comments = [as_object(one) for one in as_list(as_object(holder.get("comments")).get("data"))]
    answers = [
        as_object(answer) for comment in comments for answer in as_list(as_object(comment.get("replies")).get("data"))
    ]
    return [*comments, *answers]
