"""What is asked of an account: comments and answers beneath its newest media, and its messages."""

from datetime import datetime

from app.clock import Clock
from app.connectors.meta.graph import Graph
from app.connectors.meta.inbox import Inbox
from app.connectors.meta.poll import COMMENTS_EACH, MetaPoll

COMMENT = "id,text,timestamp,from{id,username},username"


def instagram_poll(graph: Graph, clock: Clock) -> MetaPoll:
    """The poll of one account."""
    page_id = graph.account.page_id
    return MetaPoll(
        graph=graph,
        edge="media",
        fields=_fields,
        each=_each,
        clock=clock,
        written_at="timestamp",
        replies="replies",
        inbox=Inbox(graph=graph, page_id=page_id, platform_name="INSTAGRAM") if page_id else None,
    )


def _fields(since: datetime) -> str:
    return f"id,comments.limit({COMMENTS_EACH}){{{COMMENT},replies{{{COMMENT}}}}}"


def _each(_: datetime) -> dict[str, str]:
    return {"fields": f"{COMMENT},replies{{{COMMENT}}}"}
