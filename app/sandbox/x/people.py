"""Users as X knows them: our accounts, and the visitors."""

from dataclasses import dataclass

from app.sandbox.seed import Platform, SeedAccount
from app.sandbox.world.records import Person
from app.sandbox.world.state import World


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """Someone on X; `handle` is without its @."""

    id: str
    name: str
    handle: str
    about: str = ""


def of_account(account: SeedAccount) -> User:
    """One of our accounts."""
    return User(id=account.external_id, name=account.name, handle=account.handle, about=account.about)


def of_person(person: Person) -> User:
    """A visitor."""
    return User(id=person.id, name=person.name, handle=person.username)


def user_of(world: World, user_id: str) -> User | None:
    """The user with this id."""
    account, person = world.accounts.get(user_id), world.people.get(user_id)
    if account is not None and account.platform is Platform.X:
        return of_account(account)
    return of_person(person) if person is not None and person.platform is Platform.X else None


def user_called(world: World, handle: str) -> User | None:
    """The user with this handle, whatever the case of its letters."""
    wanted = handle.lower()
    for account in world.accounts_on(Platform.X):
        if account.handle.lower() == wanted:
            return of_account(account)
        person_id = world.usernames.get((account.external_id, wanted))
        if person_id is not None:
            return of_person(world.people[person_id])
    return None
