"""What the handler of a call has at hand."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TypeVar

from app.sandbox.graph.call import Call
from app.sandbox.graph.fields import Field
from app.sandbox.graph.nodes import Target
from app.sandbox.graph.render import View
from app.sandbox.world.events import Event, Outcome
from app.sandbox.world.records import Comment, DirectMessage, Person, Post
from app.sandbox.world.state import World

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What differs from app to app: the Human Agent feature, and the limit on private replies."""

    human_agent_approved: bool = True
    private_replies_per_hour: int = 750


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """One call about one target. `touched` collects the comments and messages it concerned."""

    call: Call
    target: Target
    view: View
    rules: Rules
    fields: tuple[Field, ...] | None
    announce: Callable[[Iterable[Event]], None]
    touched: dict[str, str] = field(default_factory=dict)

    @property
    def world(self) -> World:
        """The world the call is about."""
        return self.view.world

    def done(self, outcome: Outcome[T]) -> T:
        """Tell what the outcome brought, and give its result."""
        self.announce(outcome.events)
        return outcome.result

    def touch(self, item_id: str, act: str) -> None:
        """Note that the call was an act upon this comment or message."""
        self.touched[item_id] = act

    def comment(self) -> Comment:
        """The target as a comment."""
        assert isinstance(self.target.thing, Comment)  # noqa: S101 - the route's node says so
        return self.target.thing

    def post(self) -> Post:
        """The target as a post."""
        assert isinstance(self.target.thing, Post)  # noqa: S101 - the route's node says so
        return self.target.thing

    def person(self) -> Person:
        """The target as a person."""
        assert isinstance(self.target.thing, Person)  # noqa: S101 - the route's node says so
        return self.target.thing

    def message(self) -> DirectMessage:
        """The target as a message."""
        assert isinstance(self.target.thing, DirectMessage)  # noqa: S101 - the route's node says so
        return self.target.thing
