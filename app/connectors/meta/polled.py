"""Comments in a page that was asked of the Graph API, instead of delivered.

`{"data": [comment…]}`, or a post (or a list of posts) that carries `{"comments": {"data": […]}}`; a comment carries its
answers the same way, on Instagram under `replies`. The page does not say whose account it is about.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from app.connectors.values import as_id, as_list, as_object
from app.messages import Event, ExternalId

# A list of posts holds comments, which hold answers; nothing lies deeper.
MAX_LEVELS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Polled:
    """A comment of a polled page, with what its place in the page tells."""

    comment: Mapping[str, object]
    post_id: ExternalId | None = None
    parent_id: ExternalId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PolledReader:
    """How one platform's comments are told from its other objects, and read."""

    is_comment: Callable[[Mapping[str, object]], bool]
    read: Callable[[Polled], Event | None]
    replies_key: str

    def events_of(self, document: object) -> Iterator[Event]:
        """Yield an event for each comment in the page; none where it holds something else."""
        for polled in self._walk(as_object(document), MAX_LEVELS):
            event = self.read(polled)
            if event is not None:
                yield event

    def _walk(self, container: Mapping[str, object], levels: int) -> Iterator[Polled]:
        yield from self._under_post(container)
        for item in map(as_object, as_list(container.get("data"))):
            if self.is_comment(item):
                yield from self._with_replies(Polled(comment=item))
            elif levels > 1:
                yield from self._walk(item, levels - 1)

    def _under_post(self, post: Mapping[str, object]) -> Iterator[Polled]:
        for item in map(as_object, as_list(as_object(post.get("comments")).get("data"))):
            yield from self._with_replies(Polled(comment=item, post_id=as_id(post.get("id"))))

    def _with_replies(self, polled: Polled) -> Iterator[Polled]:
        yield polled
        comment = polled.comment
        parent_id = as_id(comment.get("id"))
        post_id = polled.post_id or as_id(as_object(comment.get("media") or comment.get("object")).get("id"))
        for reply in map(as_object, as_list(as_object(comment.get(self.replies_key)).get("data"))):
            yield Polled(comment=reply, post_id=post_id, parent_id=parent_id)
