"""Idempotency keys: the same act has one key, however often and in whatever spelling it is told."""

import json
from typing import Any

import pytest

from app.connectors.linkedin import INBOUND
from app.messages import Event, EventKind
from tests.connectors.linkedin.builders import (
    ACTIVITY,
    MEMBER,
    NESTED,
    SHARE,
    TOP,
    WRITTEN_MS,
    a_comment,
    a_delivery,
    a_notification,
    number,
    on_wire,
)
from tests.connectors.reading import events_of, fixture, names_of


def the_event(document: Any) -> Event:
    (event,) = events_of(INBOUND, json.dumps(document).encode())
    return event


def same(one: Event, other: Event) -> bool:
    return (one.key, one.external_id) == (other.key, other.external_id)


PUSHED = the_event(a_delivery(a_notification()))


def test_each_administrator_tells_of_one_event() -> None:
    first, second = events_of(INBOUND, fixture("linkedin", "comment__for_two_administrators"))

    assert same(first, second)


@pytest.mark.parametrize("action", ["LIKE", "SHARE", "NEWS"])
def test_each_administrator_tells_of_one_other_event(action: str) -> None:
    of_one = a_notification(action, decoratedGeneratedActivity=None)
    of_another = of_one | {"notificationId": 5700000009, "subscriber": MEMBER}

    assert the_event(a_delivery(of_one)).key == the_event(a_delivery(of_another)).key


@pytest.mark.parametrize(
    "spelling",
    [
        TOP,
        TOP.replace("(urn:li:", "("),
        TOP.removeprefix("urn:li:"),
        on_wire(TOP),
        on_wire(on_wire(TOP)),
        f"urn:li:comment:({ACTIVITY.rpartition(':')[2]},{number(TOP)})",
        f" {TOP} ",
    ],
)
def test_a_comment_has_one_name_in_every_spelling(spelling: str) -> None:
    told = a_notification(generatedActivity=spelling, decoratedGeneratedActivity=None)

    assert same(the_event(a_delivery(told)), PUSHED)


@pytest.mark.parametrize(
    "listed",
    [
        a_comment(),
        a_comment(id=int(number(TOP))),
        {key: value for key, value in a_comment().items() if key not in {"$URN", "commentUrn"}},
        {key: value for key, value in a_comment().items() if key not in {"id", "commentUrn"}},
        a_comment(f"urn:li:comment:({SHARE},{number(TOP)})"),
        a_comment(f"urn:li:comment:({SHARE.replace('share', 'ugcPost')},{number(TOP)})"),
    ],
    ids=["whole", "number", "id and object alone", "name alone", "called by its share", "called by its ugcPost"],
)
def test_a_comment_pushed_and_polled_is_one_event(listed: Any) -> None:
    assert same(the_event({"elements": [listed]}), PUSHED)
    assert same(the_event(listed), PUSHED)


def test_a_notification_pushed_and_pulled_is_one_event() -> None:
    assert same(the_event({"elements": [a_notification()]}), PUSHED)
    assert same(the_event(a_notification()), PUSHED)


def test_a_mention_beneath_our_own_post_is_the_comment_itself() -> None:
    told = the_event(a_delivery(a_notification("COMMENT_MENTION")))

    assert same(told, PUSHED)
    assert told.channel == PUSHED.channel


def test_a_comment_called_by_its_share_alone_has_the_same_key() -> None:
    listed = a_comment(f"urn:li:comment:({SHARE},{number(TOP)})", object=SHARE)

    assert the_event(listed).key == PUSHED.key


def test_short_numbers_are_told_apart_by_their_posts() -> None:
    one, other = (a_comment(f"urn:li:comment:(urn:li:activity:{post},1)", object=None) for post in (8, 9))

    assert the_event(one).key != the_event(other).key


def test_an_edit_is_told_from_the_next_by_its_time() -> None:
    at_one, at_two = (
        the_event(a_delivery(a_notification("COMMENT_EDIT", lastModifiedAt=WRITTEN_MS + ms))) for ms in (60000, 60001)
    )
    listed = the_event(a_comment(lastModified={"time": WRITTEN_MS + 60000}))

    assert at_one.key != at_two.key
    assert same(at_one, listed)


def test_creation_edit_and_removal_differ_and_name_one_comment() -> None:
    events = [the_event(a_delivery(a_notification(action))) for action in ("COMMENT", "COMMENT_EDIT", "COMMENT_DELETE")]

    assert [event.event for event in events] == [EventKind.CREATED, EventKind.EDITED, EventKind.REMOVED]
    assert len({event.key for event in events}) == 3
    assert {event.external_id for event in events} == {TOP}


def test_a_comment_and_an_answer_to_it_differ() -> None:
    assert not same(the_event(a_comment(NESTED, parentComment=TOP)), PUSHED)


def test_an_event_delivered_again_in_another_order_has_the_same_key() -> None:
    for name in names_of("linkedin"):
        document = json.loads(fixture("linkedin", name))
        if isinstance(document.get("notifications"), list):
            items = [
                dict(reversed(item.items())) if isinstance(item, dict) else item for item in document["notifications"]
            ]
            again = {"notifications": items[::-1], "type": document["type"]}

            once = events_of(INBOUND, json.dumps(document).encode())
            twice = events_of(INBOUND, json.dumps(again).encode())

            assert sorted(event.key for event in once) == sorted(event.key for event in twice)


def test_a_comment_named_as_the_place_of_another_is_the_one_above() -> None:
    decoration = {"comment": {"entity": NESTED, "object": TOP, "owner": MEMBER, "text": "Katılıyorum"}}
    told = the_event(
        a_delivery(a_notification(sourcePost=TOP, generatedActivity=NESTED, decoratedGeneratedActivity=decoration))
    )

    assert (told.external_id, told.parent_id, told.post_id) == (NESTED, TOP, ACTIVITY)
