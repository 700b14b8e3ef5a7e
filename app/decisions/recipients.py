"""Whom a policy document has told, and whether they are there: who is only named hears nothing. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass

from app.decisions.model import ActionKind
from app.decisions.policy import Policy

# Where a recipe leaves the unit to the words of the message.
BY_TOPIC = "@topic"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """Who is there: all `units`, active `people` by their numbers, and the `roles` that somebody has.

    `reached` are those units that have an address, a hook, or somebody who may acknowledge.
    """

    units: frozenset[str]
    reached: frozenset[str]
    people: frozenset[int]
    roles: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """What is wrong at a place of the document, in Turkish and English."""

    place: str
    turkish: str
    english: str


def unknown(policy: Policy, reach: Reach) -> tuple[Remark, ...]:
    """Units and people that the document names and that do not exist: with them it is not accepted."""
    found = []
    for place, unit in _units(policy):
        if unit not in reach.units:
            found.append(
                Remark(
                    place=place,
                    turkish=f"“{unit}” anahtarlı bir birim yok; ona gidecek bildirim kimseye ulaşmaz.",
                    english=f"there is no unit {unit}; what is for it would reach nobody",
                )
            )
    for place, recipient in _recipients(policy):
        kind, _, name = recipient.partition(":")
        if kind == "person" and int(name) not in reach.people:
            found.append(
                Remark(
                    place=place,
                    turkish=f"{name} numaralı bir kişi yok ya da ayrılmış; ona gidecek bildirim kimseye ulaşmaz.",
                    english=f"there is no person {name}, or they have left; what is for them would reach nobody",
                )
            )
    return tuple(dict.fromkeys(found))


def unheard(policy: Policy, reach: Reach) -> tuple[Remark, ...]:
    """Chains whose last step, which comes again and again, has nobody: with them the document is not activated."""
    found = []
    for name, chain in policy.notices.chains.items():
        last = chain.steps[-1].to
        if not any(_is_there(recipient, reach) for recipient in last):
            found.append(
                Remark(
                    place=f"notices.chains.{name}",
                    turkish=(
                        f"“{name}” zincirinin yinelenen son adımında ({', '.join(last)}) kimse yok; acil bir bildirim "
                        "onaylanmadan kalabilir."
                    ),
                    english=f"nobody is in the last, repeated step of the chain {name} ({', '.join(last)})",
                )
            )
    return tuple(found)


def unreached(policy: Policy, reach: Reach) -> tuple[Remark, ...]:
    """Units and roles that exist and through which nobody would hear: a warning, for they may be filled meanwhile."""
    found = []
    for place, unit in _told_units(policy):
        if unit in reach.units - reach.reached:
            found.append(
                Remark(
                    place=place,
                    turkish=f"“{unit}” biriminin posta adresi, hook'u ve bildirimi onaylayabilecek bir kişisi yok.",
                    english=f"the unit {unit} has no mail address, no hook and nobody who may acknowledge",
                )
            )
    for place, recipient in _recipients(policy):
        kind, _, role = recipient.partition(":")
        # Of a service unit somebody is told if the unit told has somebody.
        if kind == "role" and role != "service_unit" and role not in reach.roles:
            found.append(
                Remark(
                    place=place,
                    turkish=f"“{role}” rolünde kimse yok; bu adım kimseye ulaşmaz.",
                    english=f"nobody has the role {role}; this step reaches nobody",
                )
            )
    return tuple(dict.fromkeys(found))


def _units(policy: Policy) -> Iterator[tuple[str, str]]:
    """Every unit that the document names, with its place."""
    yield from _told_units(policy)
    for number, tell in enumerate(policy.notices.tell):
        yield from ((f"notices.tell.{number}.account_units", unit) for unit in tell.account_units)
    for number, route in enumerate(policy.notices.routes):
        yield from ((f"notices.routes.{number}.units", unit) for unit in route.units)
        yield from ((f"notices.routes.{number}.account_units", unit) for unit in route.account_units)


def _told_units(policy: Policy) -> Iterator[tuple[str, str]]:
    """Every unit that would be told of something."""
    yield "default_unit", policy.default_unit
    for number, topic in enumerate(policy.topics):
        yield f"topics.{number}.unit", topic.unit
    for label, entry in policy.labels.items():
        for number, step in enumerate(entry.steps):
            if step.do is ActionKind.NOTIFY and step.to is not None and step.to != BY_TOPIC:
                yield f"labels.{label}.steps.{number}.to", step.to
    for number, tell in enumerate(policy.notices.tell):
        yield f"notices.tell.{number}.to", tell.to
    for place, recipient in _recipients(policy):
        kind, _, name = recipient.partition(":")
        if kind == "unit" and name:
            yield place, name


def _recipients(policy: Policy) -> Iterator[tuple[str, str]]:
    """Everybody who is told beside or after the unit itself."""
    for number, route in enumerate(policy.notices.routes):
        yield from ((f"notices.routes.{number}.also", recipient) for recipient in route.also)
    for name, chain in policy.notices.chains.items():
        for number, step in enumerate(chain.steps):
            yield from ((f"notices.chains.{name}.steps.{number}.to", recipient) for recipient in step.to)


def _is_there(recipient: str, reach: Reach) -> bool:
    kind, _, name = recipient.partition(":")
    match kind:
        case "unit" if name:
            return name in reach.reached
        case "role" if name != "service_unit":
            return name in reach.roles
        case "person":
            return int(name) in reach.people
        case _:
            # The told unit's own: whether it is reached is said of the unit.
            return True
