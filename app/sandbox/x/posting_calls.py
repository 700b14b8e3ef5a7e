"""Writing posts and answers, hiding replies, deleting one's own.

https://docs.x.com/x-api/posts/manage-tweets/introduction, https://docs.x.com/x-api/posts/hide-replies/introduction
"""

from dataclasses import replace
from datetime import timedelta
from typing import Any, Final

from app.sandbox.endpoint import Answer
from app.sandbox.seed import Platform
from app.sandbox.world import comments, mentions
from app.sandbox.world.records import Comment, Mention, Post, State
from app.sandbox.x import events
from app.sandbox.x.asked import Asked, told
from app.sandbox.x.ids import snowflake
from app.sandbox.x.parameters import (
    BODY_ID,
    body_flag,
    body_list,
    body_text,
    body_word,
    no_body,
    read_body,
    read_object,
    read_query,
)
from app.sandbox.x.posts import XPost, all_posts, find
from app.sandbox.x.problems import forbidden, not_found, not_simulated
from app.sandbox.x.render import shown_text
from app.sandbox.x.texts import CASHTAG, check_post

SAME_TEXT_WITHIN: Final = timedelta(hours=24)
DUPLICATE: Final = "You are not allowed to create a Tweet with duplicate content."
NOT_SUMMONED: Final = (
    "Reply to this conversation is not allowed because you have not been mentioned or otherwise engaged by the author "
    "of the post you are replying to."
)


def _reply(name: str, value: Any) -> dict[str, Any]:
    allowed = {
        "in_reply_to_tweet_id": BODY_ID,
        "auto_populate_reply_metadata": body_flag,
        "exclude_reply_user_ids": body_list(body_text(1, 19)),
    }
    return read_object(name, value, allowed, frozenset({"in_reply_to_tweet_id"}))


def _any_object(name: str, value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else read_object(name, value, {})


POST_BODY: Final = {
    "text": body_text(),
    "reply": _reply,
    "quote_tweet_id": BODY_ID,
    "reply_settings": body_word("following", "mentionedUsers", "subscribers", "verified"),
    "made_with_ai": body_flag,
    "paid_partnership": body_flag,
    "nullcast": body_flag,
    "for_super_followers_only": body_flag,
    "share_with_followers": body_flag,
    "card_uri": body_text(),
    "community_id": BODY_ID,
    "direct_message_deep_link": body_text(),
    "edit_options": _any_object,
    "geo": _any_object,
    "media": _any_object,
    "poll": _any_object,
}
# Taken, and without a consequence that could be seen here.
SIMULATED: Final = frozenset({"text", "reply", "quote_tweet_id", "reply_settings", "made_with_ai", "paid_partnership"})


def create(asked: Asked) -> Answer:
    """Post, or answer a post."""
    body = read_body(asked.call, POST_BODY)
    text, reply = body.get("text", ""), body.get("reply")
    if reply is not None:
        asked.call.touched[_first_id(asked, reply["in_reply_to_tweet_id"])] = "reply"
    for name in sorted(body.keys() - SIMULATED):
        raise not_simulated(f"`{name}` of a post")
    _check(asked, body)
    check_post(text)
    post = _answered(asked, text, reply) if reply is not None else _published(asked, text)
    data = {"id": post.id, "text": shown_text(post), "edit_history_tweet_ids": [post.id]}
    return replace(told(data), status=201)


def delete(asked: Asked) -> Answer:
    """Delete a post of one's own."""
    no_body(asked.call)
    read_query(asked.call, {})
    post_id = asked.ids["id"]
    asked.call.touched[_first_id(asked, post_id)] = "delete"
    post = find(asked.world, post_id)
    if post is None:
        raise not_found("tweet", "id", post_id)
    if post.author.id != asked.account.external_id:
        raise forbidden("You are not authorized to delete this Tweet.")
    _remove(asked, post)
    return told({"deleted": True})


def set_hidden(asked: Asked) -> Answer:
    """Hide a reply in a conversation that one began, or show it again."""
    read_query(asked.call, {})
    body = read_body(asked.call, {"hidden": body_flag}, frozenset({"hidden"}))
    post_id = asked.ids["tweet_id"]
    asked.call.touched[_first_id(asked, post_id)] = "hide" if body["hidden"] else "unhide"
    post = find(asked.world, post_id)
    if post is None:
        raise not_found("tweet", "tweet_id", post_id)
    comment = asked.world.comments.get(post.first_id)
    # Whether an older version of an edited reply can be hidden is not documented; here it cannot.
    if comment is None or comment.account_id != asked.account.external_id or post_id != post.versions[-1]:
        raise forbidden("You are not permitted to hide or unhide this reply.")
    asked.tell(comments.set_hidden(asked.world, comment.id, is_hidden=body["hidden"]))
    return told({"hidden": body["hidden"]})


def _check(asked: Asked, body: dict[str, Any]) -> None:
    if not asked.is_enterprise and "quote_tweet_id" in body:
        raise forbidden("Quoting is not available in your access level.")
    if "quote_tweet_id" in body:
        raise not_simulated("quotes")
    if body.get("reply", {}).get("exclude_reply_user_ids"):
        raise not_simulated("`exclude_reply_user_ids`")
    if not asked.is_enterprise and len(CASHTAG.findall(body.get("text", ""))) > 1:
        raise forbidden("A post can have one cashtag at most.")


def _answered(asked: Asked, text: str, reply: dict[str, Any]) -> XPost:
    world, account = asked.world, asked.account
    above = find(world, reply["in_reply_to_tweet_id"])
    if above is None:
        raise forbidden("You attempted to reply to a Tweet that is deleted or not visible to you.")
    settings, is_own = asked.ground.settings, above.author.id == account.external_id
    is_summoned = (
        is_own
        or above.summons(account.handle)
        or (settings.x_plain_replies_summon and account.handle.lower() in above.names)
    )
    if not is_summoned and not asked.is_enterprise:
        raise forbidden(NOT_SUMMONED)
    lead = [above.author.handle] if not is_own else []
    _refuse_duplicate(asked, "".join(f"@{handle} " for handle in lead) + text)
    match _record_of(asked, above):
        case Comment() as comment:
            outcome = comments.answer(world, account, comment.id, text)
        case Post() as post:
            outcome = comments.comment_as_account(world, account, post, text)
        case Mention() as mention if mention.account_id == account.external_id:
            answer_id = mentions.answer(world, account, mention.id, text).result
            return _echoed(asked, answer_id)
        case _:
            raise forbidden()
    asked.tell(outcome)
    made = find(world, outcome.result.id)
    assert made is not None  # noqa: S101 - it was written just now
    return made


def _published(asked: Asked, text: str) -> XPost:
    _refuse_duplicate(asked, text)
    world = asked.world
    record = Post(
        id=snowflake(world.ids.number()),
        platform=Platform.X,
        account_id=asked.account.external_id,
        text=text,
        picture="",
        created_at=world.clock.now(),
    )
    world.put(record)
    return _echoed(asked, record.id)


def _echoed(asked: Asked, post_id: str) -> XPost:
    post = find(asked.world, post_id)
    assert post is not None  # noqa: S101 - it was written just now
    for request in events.of_own_post(asked.world, post):
        asked.ground.deliverer.send(request)
    return post


def _refuse_duplicate(asked: Asked, text: str) -> None:
    """Refuse what the account has said in the same words to the same person, or to nobody, within a day."""
    since = asked.world.clock.now() - SAME_TEXT_WITHIN
    for post in all_posts(asked.world):
        if post.author.id == asked.account.external_id and post.created_at > since:
            said = "".join(f"@{handle} " for handle in post.answered[:1]) + post.typed
            if said == text:
                raise forbidden(DUPLICATE)


def _remove(asked: Asked, post: XPost) -> None:
    world, record = asked.world, _record_of(asked, post)
    match record:
        case Comment():
            asked.tell(comments.remove(world, record.id))
            return
        case Post():
            world.put(replace(record, state=State.DELETED))
        case _:
            mention = next(one for one in world.mentions.values() if post.id in dict(one.answers))
            left = tuple(answer for answer in mention.answers if answer[0] != post.id)
            world.put(replace(mention, answers=left))
    for request in events.of_deletion(world, post):
        asked.ground.deliverer.send(request)


def _record_of(asked: Asked, post: XPost) -> Comment | Post | Mention | None:
    world = asked.world
    return world.comments.get(post.first_id) or world.posts.get(post.first_id) or world.mentions.get(post.first_id)


def _first_id(asked: Asked, post_id: str) -> str:
    """Under which id a post is looked up here."""
    return asked.world.comment_of_version.get(post_id, post_id)
