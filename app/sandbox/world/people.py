"""Visitors: made on first use, the same ever after."""

import re
from dataclasses import replace

from app.sandbox.seed import SeedAccount
from app.sandbox.world.records import Person
from app.sandbox.world.state import World

_PLAIN = str.maketrans("çğıöşüÇĞİIÖŞÜâîû", "cgiosucgiiosuaiu")
_NOT_IN_USERNAMES = re.compile(r"[^a-z0-9._]+")
_SUFFIX = 4


def person_of(world: World, account: SeedAccount, name: str) -> Person:
    """The visitor with this name, as the account knows them."""
    name = " ".join(name.split()) or "Ziyaretçi"
    person_id = world.habits[account.platform].person_id(account.external_id, name)
    known = world.people.get(person_id)
    if known is not None:
        return known
    person = Person(
        id=person_id,
        platform=account.platform,
        account_id=account.external_id,
        name=name,
        username=_free_username(world, account, name, person_id),
    )
    world.put(person)
    return person


def set_reachable(world: World, person: Person, *, is_reachable: bool) -> Person:
    """Let a visitor take our messages, or not any more."""
    changed = replace(person, is_reachable=is_reachable)
    world.put(changed)
    return changed


def _free_username(world: World, account: SeedAccount, name: str, person_id: str) -> str:
    habits = world.habits[account.platform]
    joint, length = habits.username_joint, habits.username_length
    slug = _NOT_IN_USERNAMES.sub(".", name.removeprefix("@").translate(_PLAIN).lower()).replace(".", joint)
    wanted = slug.strip(joint)[:length] or f"user{person_id[-8:]}"
    if wanted == account.handle or (account.external_id, wanted) in world.usernames:
        return f"{wanted[: length - _SUFFIX]}{person_id[-_SUFFIX:]}"
    return wanted
