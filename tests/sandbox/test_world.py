"""The pure model: what visitors and we may do, without any HTTP."""

import pytest

from app.sandbox.meta.seed import UNIVERSITY_INSTAGRAM, UNIVERSITY_PAGE
from app.sandbox.seed import PEOPLE, Platform
from app.sandbox.world import blocks, comments, items, messages
from app.sandbox.world.events import Change, CommentChanged
from app.sandbox.world.people import person_of
from app.sandbox.world.records import Comment, Person, Post, State
from app.sandbox.world.refusals import RefusedError, Why
from app.sandbox.world.state import World
from tests.sandbox.clocks import HandClock
from tests.sandbox.conftest import seeded


def a_post(world: World, account_id: str = UNIVERSITY_PAGE) -> Post:
    return next(post for post in world.posts_of(account_id) if post.product != "LIVE")


def a_person(world: World, account_id: str = UNIVERSITY_PAGE, name: str = "Elif Şenel") -> Person:
    return person_of(world, world.account(account_id), name)


def a_comment(world: World, account_id: str = UNIVERSITY_PAGE, *, parent_id: str | None = None) -> Comment:
    post, person = a_post(world, account_id), a_person(world, account_id)
    return comments.write(world, post, person, "Merhaba", parent_id=parent_id).result


def why(refused: pytest.ExceptionInfo[RefusedError]) -> Why:
    return refused.value.why


def test_every_account_has_posts_and_the_university_comes_first(world: World) -> None:
    assert all(world.posts_of(account_id) for account_id in world.accounts)
    assert world.accounts_on(Platform.FACEBOOK)[0].external_id == UNIVERSITY_PAGE
    assert world.accounts_on(Platform.INSTAGRAM)[0].page_id == UNIVERSITY_PAGE


def test_a_person_keeps_their_id_and_has_another_one_for_each_account(world: World) -> None:
    once, again = a_person(world), a_person(world)
    elsewhere = a_person(world, UNIVERSITY_INSTAGRAM)

    assert once == again
    assert elsewhere.id != once.id


def test_usernames_are_made_of_names_and_stay_unique(world: World) -> None:
    named = a_person(world, UNIVERSITY_INSTAGRAM, "İlkay Çığır")
    twin = a_person(world, UNIVERSITY_INSTAGRAM, "Ilkay Cigir")

    assert named.username == "ilkay.cigir"
    assert twin.username != named.username


def test_ids_are_not_used_again_after_a_new_beginning(world: World) -> None:
    before = a_comment(world).id

    world.clear()
    seeded(world)

    assert a_comment(world).id != before


def test_a_reply_to_a_reply_belongs_to_the_comment_at_the_top(world: World) -> None:
    top = a_comment(world)
    reply = a_comment(world, parent_id=top.id)

    second = a_comment(world, parent_id=reply.id)

    assert second.parent_id == top.id
    assert items.replies_to(world, top.id) == [reply, second]


def test_hiding_twice_tells_of_it_once(world: World) -> None:
    comment = a_comment(world)

    first = comments.set_hidden(world, comment.id, is_hidden=True)
    second = comments.set_hidden(world, comment.id, is_hidden=True)

    assert [type(event) for event in first.events] == [CommentChanged]
    assert second.events == ()
    assert items.state_of(world, comment.id) is State.HIDDEN


def test_removing_takes_the_replies_along_and_cannot_be_repeated(world: World) -> None:
    top = a_comment(world)
    reply = a_comment(world, parent_id=top.id)

    outcome = comments.remove(world, top.id)

    assert [event.change for event in outcome.events if isinstance(event, CommentChanged)] == [Change.REMOVED]
    assert items.state_of(world, reply.id) is State.DELETED
    with pytest.raises(RefusedError) as refused:
        comments.remove(world, top.id)
    assert why(refused) is Why.GONE


def test_the_answer_window_opens_with_a_message_and_not_with_a_comment(world: World, hand_clock: HandClock) -> None:
    person = a_person(world)
    a_comment(world)
    with pytest.raises(RefusedError) as refused:
        messages.answer(world, person, "Merhaba")
    assert why(refused) is Why.WINDOW_CLOSED

    messages.write(world, person, "Bir sorum var")
    hand_clock.forward(hours=24)
    messages.answer(world, person, "Buyurun")

    hand_clock.forward(seconds=1)
    with pytest.raises(RefusedError) as refused:
        messages.answer(world, person, "Merhaba")
    assert why(refused) is Why.WINDOW_CLOSED
    messages.answer(world, person, "Merhaba", as_human_agent=True)
    hand_clock.forward(days=6)
    with pytest.raises(RefusedError):
        messages.answer(world, person, "Merhaba", as_human_agent=True)


def test_a_private_reply_is_sent_once_and_opens_no_window(world: World) -> None:
    comment = a_comment(world)
    account = world.account(UNIVERSITY_PAGE)

    sent = messages.private_reply(world, account, comment.id, "Merhaba").result

    assert items.private_messages_about(world, comment.id) == [sent]
    with pytest.raises(RefusedError) as refused:
        messages.private_reply(world, account, comment.id, "Merhaba")
    assert why(refused) is Why.ALREADY_ANSWERED
    with pytest.raises(RefusedError) as refused:
        messages.answer(world, a_person(world), "Merhaba")
    assert why(refused) is Why.WINDOW_CLOSED


def test_a_comment_of_more_than_seven_days_gets_no_private_reply(world: World, hand_clock: HandClock) -> None:
    comment = a_comment(world)
    hand_clock.forward(days=7, seconds=1)

    with pytest.raises(RefusedError) as refused:
        messages.private_reply(world, world.account(UNIVERSITY_PAGE), comment.id, "Merhaba")

    assert why(refused) is Why.TOO_OLD
    assert not messages.can_reply_privately(world, comment)


def test_whoever_is_barred_from_the_page_can_neither_comment_nor_write(world: World) -> None:
    person = a_person(world)
    blocks.bar(world, person)

    with pytest.raises(RefusedError):
        a_comment(world)
    with pytest.raises(RefusedError):
        messages.write(world, person, "Merhaba")
    blocks.unbar(world, person)

    assert a_comment(world).author_id == person.id


def test_blocking_in_the_facebook_inbox_leaves_comments_alone(world: World) -> None:
    person = a_person(world)

    blocks.bar_in_inbox(world, person)

    assert a_comment(world).author_id == person.id
    with pytest.raises(RefusedError):
        messages.write(world, person, "Merhaba")


def test_blocking_on_instagram_needs_a_conversation_that_the_person_wrote_in(world: World) -> None:
    person = a_person(world, UNIVERSITY_INSTAGRAM)
    comment = a_comment(world, UNIVERSITY_INSTAGRAM)
    messages.private_reply(world, world.account(UNIVERSITY_INSTAGRAM), comment.id, "Merhaba")
    with pytest.raises(RefusedError) as refused:
        blocks.bar_in_inbox(world, person)
    assert why(refused) is Why.NO_THREAD

    messages.write(world, person, "Merhaba")
    blocks.bar_in_inbox(world, person)

    with pytest.raises(RefusedError):
        a_comment(world, UNIVERSITY_INSTAGRAM)


def test_instagram_comments_cannot_be_edited_and_live_ones_not_hidden(world: World) -> None:
    person = a_person(world, UNIVERSITY_INSTAGRAM)
    comment = a_comment(world, UNIVERSITY_INSTAGRAM)
    broadcast = next(post for post in world.posts.values() if post.product == "LIVE")
    live = comments.write(world, broadcast, person, "Merhaba").result

    with pytest.raises(RefusedError) as refused:
        comments.edit(world, comment.id, person.id, "Selam")
    assert why(refused) is Why.NO_EDITING
    with pytest.raises(RefusedError) as refused:
        comments.set_hidden(world, live.id, is_hidden=True)
    assert why(refused) is Why.LIVE


def test_a_visitor_may_shout_on_instagram_where_the_api_may_not(world: World) -> None:
    post, person = a_post(world, UNIVERSITY_INSTAGRAM), a_person(world, UNIVERSITY_INSTAGRAM)
    shouted = comments.write(world, post, person, "YETER ARTIK YETER").result

    with pytest.raises(RefusedError) as refused:
        comments.answer(world, world.account(UNIVERSITY_INSTAGRAM), shouted.id, "TEŞEKKÜRLER")

    assert why(refused) is Why.ALL_CAPITALS


def test_the_seeded_people_have_distinct_ids(world: World) -> None:
    assert len({a_person(world, name=name).id for name in PEOPLE}) == len(PEOPLE)
