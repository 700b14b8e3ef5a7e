"""A call that was let in, with all that carries it out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.sandbox.endpoint import Answer, Call
from app.sandbox.ground import Ground
from app.sandbox.seed import SeedAccount
from app.sandbox.world.events import Outcome
from app.sandbox.world.records import Comment, DirectMessage
from app.sandbox.world.state import World
from app.sandbox.x.access import Caller
from app.sandbox.x.problems import forbidden
from app.sandbox.x.render import Includes, Naming


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """`ids` are the parts of the path that the route names."""

    ground: Ground
    call: Call
    caller: Caller
    ids: Mapping[str, str]

    @property
    def world(self) -> World:
        """Where it happens."""
        return self.ground.world

    @property
    def base_url(self) -> str:
        """Where a browser finds pictures."""
        return self.ground.settings.base_url

    @property
    def account(self) -> SeedAccount:
        """The account that calls."""
        if self.caller.account is None:
            raise forbidden()
        return self.caller.account

    @property
    def is_enterprise(self) -> bool:
        """Whether more was bought than everyone may have."""
        return self.ground.settings.x_tier == "enterprise"

    def require_own(self, user_id: str) -> None:
        """Refuse to act for another user than the one who calls."""
        if user_id != self.account.external_id:
            raise forbidden("You are not permitted to perform this action.")

    def tell(self, outcome: Outcome[Comment] | Outcome[DirectMessage]) -> None:
        """Announce what happened."""
        self.ground.announce(outcome.events)


def told(
    data: object,
    includes: Includes | None = None,
    naming: Naming = Naming.TWEET,
    *,
    meta: Mapping[str, object] | None = None,
    errors: Sequence[object] = (),
) -> Answer:
    """An answer with data, and what stands beside it where there is something."""
    beside = {
        "includes": includes.content(naming) if includes is not None else {},
        "errors": list(errors),
        "meta": dict(meta or {}),
    }
    return Answer(content={"data": data, **{name: value for name, value in beside.items() if value}})
