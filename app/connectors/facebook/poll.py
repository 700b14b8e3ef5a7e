"""What is asked of a Page: comments and answers beneath its newest posts, and its inbox, since the last time."""

from datetime import datetime

from app.clock import Clock
from app.connectors.meta.graph import Graph
from app.connectors.meta.inbox import Inbox
from app.connectors.meta.poll import COMMENTS_EACH, MetaPoll

COMMENT = "id,message,from,created_time,parent{id},permalink_url,attachment"


def facebook_poll(graph: Graph, clock: Clock) -> MetaPoll:
    """The poll of one Page."""
    return MetaPoll(
        graph=graph,
        edge="published_posts",
        fields=_fields,
        each=_each,
        clock=clock,
        written_at="created_time",
        inbox=Inbox(graph=graph, page_id=graph.account.external_id, platform_name="MESSENGER"),
    )


def _fields(since: datetime) -> str:
    return (
        f"id,comments.filter(stream).order(reverse_chronological).since({int(since.timestamp())})"
        f".limit({COMMENTS_EACH}){{{COMMENT}}}"
    )


def _each(since: datetime) -> dict[str, str]:
    return {
        "fields": COMMENT,
        "filter": "stream",
        "order": "reverse_chronological",
        "since": str(int(since.timestamp())),
    }
