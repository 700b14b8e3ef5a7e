"""A comment, read once from whatever shape it comes in: the API's object or the webhook's decoration of one.

https://learn.microsoft.com/en-us/linkedin/marketing/community-management/shares/comments-api
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.connectors.linkedin.urns import CommentName, actor_urn, best_thread, comment_urn, plain, post_urn
from app.connectors.values import as_id, as_list, as_object, as_text, as_time, as_url
from app.messages import ExternalId, Media

BARE_ID = re.compile(r"[A-Za-z0-9_-]{1,100}")
# LinkedIn's numbers have nineteen digits and are unique by themselves. A shorter one is none of LinkedIn's own.
UNIQUE_FROM = 15
# Creation and last change of an untouched comment are the same but for the platform's own handling.
UNTOUCHED = timedelta(seconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment:
    """What a comment says. `external_id` is its URN in one spelling, `post_id` the post's as it was given.

    `identity` is what its idempotency keys are made of: the same whether the thread is called by its activity or by
    its share.
    """

    external_id: ExternalId
    identity: str
    parent_id: ExternalId | None
    post_id: ExternalId | None
    author_id: ExternalId | None
    author_name: str | None
    text: str | None
    created_at: datetime | None
    changed_at: datetime | None
    media: tuple[Media, ...]

    @classmethod
    def read(
        cls, value: Mapping[str, object], *, named: Sequence[object] = (), posts: Sequence[object] = ()
    ) -> "Comment | None":
        """Read a comment; None where nothing names it.

        `named` is what else may hold its URN, `posts` what else may name the post it stands under, or the comment
        above, the best first.
        """
        urns = [value.get(field) for field in ("commentUrn", "$URN", "urn", "entity", "id")]
        names = [name for name in map(CommentName.read, (*urns, *named)) if name is not None]
        number = names[0].number if names else _bare(value.get("id"))
        if number is None:
            return None
        places = (value.get("object"), *posts)
        above = _above(value.get("parentComment"), names, places)
        threads = [name.thread for name in names if name.number == number]
        threads += [*map(post_urn, places), above.thread if above else None]
        thread = best_thread(threads)
        created, changed = as_object(value.get("created")), as_object(value.get("lastModified"))
        created_at = as_time(created.get("time")) or as_time(value.get("created")) or as_time(value.get("createdAt"))
        return cls(
            external_id=comment_urn(thread, number),
            identity=number if len(number) >= UNIQUE_FROM else comment_key(thread, number),
            parent_id=comment_urn(thread, above.number) if above and above.number != number else None,
            post_id=(post_urn(posts[0]) if posts else None) or thread,
            author_id=author_of(value),
            author_name=name_of(value),
            text=text_of(value),
            created_at=created_at,
            changed_at=_changed(created_at, as_time(changed.get("time")) or as_time(value.get("lastModified"))),
            media=tuple(_media(value)),
        )


def comment_key(thread: ExternalId | None, number: str) -> str:
    """Return the pair of numbers that tells a comment from all others, whatever kind of name its post has."""
    return f"{thread.rpartition(':')[2]},{number}" if thread else number


def text_of(value: Mapping[str, object]) -> str | None:
    """Return the words. Mentions stand in them as names; where they point to (`attributes`) is not needed."""
    for field in ("message", "text"):
        found = as_text(as_object(value.get(field)).get("text")) or as_text(value.get(field))
        if found is not None:
            return found
    return None


def author_of(value: Mapping[str, object]) -> ExternalId | None:
    """Return who wrote it: the page or person shown, not the administrator who acted for a page (`impersonator`)."""
    given = (value.get("actor"), value.get("owner"), value.get("author"), as_object(value.get("created")).get("actor"))
    return next((actor for actor in map(actor_urn, given) if actor is not None), None)


def name_of(value: Mapping[str, object]) -> str | None:
    """Return the author's name, which is there only where it was asked for as a decoration (``actor~``)."""
    for field in ("actor~", "owner~", "author~"):
        person = as_object(value.get(field))
        names = (as_text(person.get("localizedFirstName")), as_text(person.get("localizedLastName")))
        full = " ".join(part for part in names if part)
        found = full or as_text(person.get("localizedName")) or as_text(person.get("name"))
        if found:
            return found
    return as_text(value.get("actorName")) or as_text(value.get("authorName"))


def _bare(value: object) -> str | None:
    text = plain(value)
    return text if text is not None and BARE_ID.fullmatch(text) else None


def _above(parent: object, names: Sequence[CommentName], places: Sequence[object]) -> CommentName | None:
    """Return the comment above: named as such, or within the comment's own name, or as the place it stands in."""
    given = CommentName.read(parent)
    bare = as_id(parent)
    if given is None and bare is not None and bare.isdecimal():
        given = CommentName(number=bare)
    within = (name.parent for name in names)
    return next((found for found in (given, *within, *map(CommentName.read, places)) if found is not None), None)


def _changed(created_at: datetime | None, changed_at: datetime | None) -> datetime | None:
    """Return when it was edited; None where it was not, or where nobody can tell."""
    if created_at is None or changed_at is None or changed_at - created_at <= UNTOUCHED:
        return None
    return changed_at


def _media(value: Mapping[str, object]) -> Iterator[Media]:
    for part in map(as_object, as_list(value.get("content"))):
        kind, url = as_text(part.get("type")), as_url(part.get("url"))
        if kind or url:
            yield Media(kind=(kind or "image").lower(), url=url)
        elif part.get("entity"):
            yield Media(kind="image")
