"""Which platform a call belongs to: on a Page's edges that depends on whom it is about."""

from app.sandbox.graph.call import Call
from app.sandbox.graph.nodes import Node, Target, platform_of_removed
from app.sandbox.seed import Platform
from app.sandbox.world.records import Comment, Person
from app.sandbox.world.state import World


def platform_of(world: World, call: Call, target: Target | None) -> Platform:
    """The platform whose faults and counters the call meets."""
    if target is None:
        return (platform_of_removed(world, call.path[0]) if call.path else None) or Platform.FACEBOOK
    if target.node is not Node.PAGE:
        return target.platform
    if str(call.parameters.get("platform", "")).upper() == "INSTAGRAM":
        return Platform.INSTAGRAM
    for known_id in _ids_in(call):
        known: Person | Comment | None = world.people.get(known_id) or world.comments.get(known_id)
        if known is not None:
            return known.platform
    return Platform.FACEBOOK


def _ids_in(call: Call) -> list[str]:
    recipient, people = call.peek("recipient"), call.peek("user_ids")
    ids = [str(value) for value in recipient.values()] if isinstance(recipient, dict) else []
    if isinstance(people, list):
        ids += [str(person.get("id")) for person in people if isinstance(person, dict)]
    return ids
