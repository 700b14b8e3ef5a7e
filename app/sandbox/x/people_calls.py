"""Muting, and blocking as far as one's tier has it."""

from typing import Final

from app.sandbox.endpoint import Answer
from app.sandbox.seed import Platform
from app.sandbox.world import blocks
from app.sandbox.world.records import Block, Mute, Person
from app.sandbox.x import events
from app.sandbox.x.asked import Asked, told
from app.sandbox.x.parameters import BODY_ID, a_number, a_text, no_body, read_body, read_query
from app.sandbox.x.people import of_person
from app.sandbox.x.problems import not_bought, not_found, not_simulated
from app.sandbox.x.render import user_document
from app.sandbox.x.seed import APP_ID
from app.sandbox.x.wanted import USER_PARAMETERS, wanted_of

LIST: Final = {**USER_PARAMETERS, "max_results": a_number(1, 1000), "pagination_token": a_text(1, 500)}
TARGET: Final = {"target_user_id": BODY_ID}


def mute(asked: Asked) -> Answer:
    """Read a person no more."""
    person = _target(asked)
    _set_muted(asked, person, is_on=True)
    return told({"muting": True})


def unmute(asked: Asked) -> Answer:
    """Read them again."""
    no_body(asked.call)
    asked.require_own(asked.ids["source_user_id"])
    _set_muted(asked, _person(asked, "target_user_id", asked.ids["target_user_id"]), is_on=False)
    return told({"muting": False})


def read_muted(asked: Asked) -> Answer:
    """Who is muted."""
    return _listed(
        asked, [mute.person_id for mute in asked.world.mutes.values() if _is_own(asked, mute) and mute.is_on]
    )


def block(asked: Asked) -> Answer:
    """Bar a person from the account; only where it was bought."""
    if not asked.is_enterprise:
        raise not_bought(APP_ID)
    person = _target(asked)
    blocks.bar(asked.world, person)
    _tell(asked, person, "block.block")
    return told({"blocking": True})


def unblock(asked: Asked) -> Answer:
    """Lift the bar."""
    if not asked.is_enterprise:
        raise not_bought(APP_ID)
    no_body(asked.call)
    asked.require_own(asked.ids["source_user_id"])
    person = _person(asked, "target_user_id", asked.ids["target_user_id"])
    blocks.unbar(asked.world, person)
    _tell(asked, person, "block.unblock")
    return told({"blocking": False})


def read_blocked(asked: Asked) -> Answer:
    """Who is barred."""
    found = [bar.person_id for bar in asked.world.blocks.values() if _is_own(asked, bar) and bar.from_comments]
    return _listed(asked, found)


def block_messages(asked: Asked) -> Answer:
    """Take no messages of a person any more."""
    blocks.bar_in_inbox(asked.world, _of_messages(asked))
    return told({"blocked": True})


def unblock_messages(asked: Asked) -> Answer:
    """Take them again."""
    person = _of_messages(asked)
    bar = asked.world.block_of(person.account_id, person.id)
    if bar is not None and not bar.from_comments:
        blocks.unbar(asked.world, person)
    return told({"blocked": False})


def _of_messages(asked: Asked) -> Person:
    no_body(asked.call)
    read_query(asked.call, {})
    return _person(asked, "id", asked.ids["id"])


def _target(asked: Asked) -> Person:
    read_query(asked.call, {})
    asked.require_own(asked.ids["id"])
    body = read_body(asked.call, TARGET, frozenset(TARGET))
    return _person(asked, "target_user_id", body["target_user_id"])


def _person(asked: Asked, name: str, person_id: str) -> Person:
    person = asked.world.people.get(person_id)
    if person is None or person.platform is not Platform.X or person.account_id != asked.account.external_id:
        raise not_found("user", name, person_id)
    _touch(asked, person)
    return person


def _touch(asked: Asked, person: Person) -> None:
    """A call about a person concerns what they wrote."""
    act = asked.call.path.rstrip("/").rpartition("/")[2] if asked.call.method == "POST" else "lift"
    for comment in asked.world.comments.values():
        if comment.author_id == person.id:
            asked.call.touched[comment.id] = {"blocking": "block", "muting": "mute"}.get(act, act)


def _set_muted(asked: Asked, person: Person, *, is_on: bool) -> None:
    asked.world.put(Mute(account_id=asked.account.external_id, person_id=person.id, is_on=is_on))
    _tell(asked, person, "mute.mute" if is_on else "mute.unmute")


def _tell(asked: Asked, person: Person, event_type: str) -> None:
    for request in events.of_act_on(asked.world, asked.account, person, event_type):
        asked.ground.deliverer.send(request)


def _is_own(asked: Asked, record: Mute | Block) -> bool:
    return record.account_id == asked.account.external_id


def _listed(asked: Asked, person_ids: list[str]) -> Answer:
    asked.require_own(asked.ids["id"])
    query = read_query(asked.call, LIST)
    wanted = wanted_of({name: value for name, value in query.items() if name != "expansions"})
    if "pagination_token" in query:
        raise not_simulated("further pages of people")
    page = person_ids[: query.get("max_results", 100)]
    people = [of_person(asked.world.people[person_id]) for person_id in page]
    documents = [user_document(person, wanted.user_fields, wanted.naming) for person in people]
    meta = {"result_count": len(documents)}
    return told(documents, meta=meta) if documents else Answer(content={"meta": meta})
