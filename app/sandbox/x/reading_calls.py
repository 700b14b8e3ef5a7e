"""Reading posts: one, several, those of a user, those that name a user, those that a search finds."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from app.sandbox.endpoint import Answer
from app.sandbox.x.asked import Asked, told
from app.sandbox.x.ids import made_at
from app.sandbox.x.paging import id_of, page_of
from app.sandbox.x.parameters import Check, a_list, a_moment, a_number, a_text, an_id, ids, read_query
from app.sandbox.x.people import User, user_of
from app.sandbox.x.posts import XPost, all_posts, find
from app.sandbox.x.problems import invalid, not_found, partial
from app.sandbox.x.render import Includes, Wanted, include, post_document, user_document
from app.sandbox.x.search import Query
from app.sandbox.x.wanted import POST_PARAMETERS, USER_PARAMETERS, wanted_of

SEARCHED: Final = timedelta(days=7)
SELF_SERVE_QUERY, ENTERPRISE_QUERY = 512, 4096
SPAN: Final[Mapping[str, Check]] = {
    "start_time": a_moment,
    "end_time": a_moment,
    "since_id": an_id,
    "until_id": an_id,
    "pagination_token": a_text(1, 500),
}
TIMELINE: Final[Mapping[str, Check]] = {**POST_PARAMETERS, **SPAN, "max_results": a_number(5, 100)}
SEARCH: Final[Mapping[str, Check]] = {
    **POST_PARAMETERS,
    **SPAN,
    "max_results": a_number(10, 100),
    "next_token": a_text(1, 500),
    "query": a_text(1, ENTERPRISE_QUERY),
    "sort_order": a_list(frozenset({"recency", "relevancy"})),
}


def read_me(asked: Asked) -> Answer:
    """Who calls."""
    query = read_query(asked.call, USER_PARAMETERS)
    wanted = wanted_of({**query, "expansions": frozenset()})
    user = _user(asked, asked.account.external_id)
    assert isinstance(user, User)  # noqa: S101 - a caller is there
    return told(user_document(user, wanted.user_fields, wanted.naming))


def read_one(asked: Asked) -> Answer:
    """One post. What is not there is told beside no data, with status 200."""
    wanted = wanted_of(read_query(asked.call, POST_PARAMETERS))
    return _told_by_ids(asked, [asked.ids["id"]], wanted, "id", is_list=False)


def read_several(asked: Asked) -> Answer:
    """Several posts, and which of them are not there."""
    query = read_query(asked.call, {**POST_PARAMETERS, "ids": ids}, frozenset({"ids"}))
    return _told_by_ids(asked, query["ids"], wanted_of(query), "ids", is_list=True)


def read_timeline(asked: Asked) -> Answer:
    """What a user has posted."""
    query = read_query(asked.call, {**TIMELINE, "exclude": a_list(frozenset({"replies", "retweets"}))})
    user = _user(asked, asked.ids["id"])
    if isinstance(user, Answer):
        return user
    is_without_replies = "replies" in query.get("exclude", ())
    found = [
        post
        for post in all_posts(asked.world)
        if post.author.id == user.id and not (is_without_replies and post.replied_to is not None)
    ]
    return _listed(asked, found, query, usual=10)


def read_mentions(asked: Asked) -> Answer:
    """What names a user, and what answers them: X puts their name before it."""
    query = read_query(asked.call, TIMELINE)
    user = _user(asked, asked.ids["id"])
    if isinstance(user, Answer):
        return user
    handle = user.handle.lower()
    found = [post for post in all_posts(asked.world) if handle in post.names and post.author.id != user.id]
    return _listed(asked, found, query, usual=10)


def search(asked: Asked) -> Answer:
    """What of the last seven days a query finds."""
    query = read_query(asked.call, SEARCH, frozenset({"query"}))
    longest = ENTERPRISE_QUERY if asked.is_enterprise else SELF_SERVE_QUERY
    if len(query["query"]) > longest:
        raise invalid(f"The `query` query parameter can be at most {longest} characters long")
    if "next_token" in query and "pagination_token" in query:
        raise invalid("`next_token` and `pagination_token` exclude each other")
    accepts = Query(query["query"]).accepts
    oldest = asked.world.clock.now() - SEARCHED
    _require_recent(asked, query, oldest)
    found = [post for post in all_posts(asked.world) if post.created_at > oldest and accepts(post)]
    return _listed(asked, found, query, usual=10)


def _require_recent(asked: Asked, query: Mapping[str, Any], oldest: datetime) -> None:
    for name in ("start_time", "end_time"):
        if name in query and query[name] < oldest:
            raise invalid(f"Invalid '{name}': it must be within the last 7 days", **{name: query[name]})
    for name in ("since_id", "until_id"):
        if name not in query:
            continue
        post = find(asked.world, query[name])
        written_at = post.created_at if post is not None else made_at(query[name])
        if written_at < oldest:
            raise invalid(f"'{name}' must be a tweet id created after {oldest:%Y-%m-%dT%H:%MZ}", **{name: query[name]})


def _user(asked: Asked, user_id: str) -> User | Answer:
    user = user_of(asked.world, user_id)
    if user is not None:
        return user
    return Answer(content={"errors": [partial(not_found("user", "id", user_id))]}, error="200/resource-not-found")


def _told_by_ids(asked: Asked, wanted_ids: Sequence[str], wanted: Wanted, name: str, *, is_list: bool) -> Answer:
    includes, found, errors = Includes(), [], []
    for post_id in wanted_ids:
        post = find(asked.world, post_id)
        if post is None:
            errors.append(partial(not_found("tweet", name, post_id)))
            continue
        found.append(post_document(asked.world, post, wanted))
        include(asked.world, includes, [post], wanted, asked.base_url)
    if not found:
        return Answer(content={"errors": errors}, error="200/resource-not-found")
    return told(found if is_list else found[0], includes, wanted.naming, errors=errors)


def _listed(asked: Asked, posts: Sequence[XPost], query: Mapping[str, Any], *, usual: int) -> Answer:
    wanted, includes = wanted_of(query), Includes()
    token_name = "next_token" if "next_token" in query else "pagination_token"
    after = id_of(token_name, query[token_name]) if token_name in query else None
    within = [post for post in posts if _is_within(post, query)]
    page, next_token = page_of(within, size=query.get("max_results", usual), after=after)
    meta: dict[str, object] = {"result_count": len(page)}
    if page:
        meta |= {"newest_id": page[0].id, "oldest_id": page[-1].id}
    if next_token is not None:
        meta["next_token"] = next_token
    if not page:
        return Answer(content={"meta": meta})
    include(asked.world, includes, page, wanted, asked.base_url)
    documents = [post_document(asked.world, post, wanted) for post in page]
    return told(documents, includes, wanted.naming, meta=meta)


def _is_within(post: XPost, query: Mapping[str, Any]) -> bool:
    """Later than `since_id` and `start_time` (itself included), earlier than `until_id` and `end_time`."""
    return (
        ("since_id" not in query or int(post.id) > int(query["since_id"]))
        and ("until_id" not in query or int(post.id) < int(query["until_id"]))
        and ("start_time" not in query or post.created_at >= query["start_time"])
        and ("end_time" not in query or post.created_at < query["end_time"])
    )
