"""Posts, users, media and messages as X's answers and deliveries write them.

X is renaming tweets to posts, field by field: its specification has the new names, its documentation and deliveries the
old ones. Each answer is in the names that were asked in.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final

from app.sandbox.links import picture_link
from app.sandbox.world.records import DirectMessage
from app.sandbox.world.state import World
from app.sandbox.x.habits import EDITABLE_FOR, MOST_EDITS
from app.sandbox.x.people import User, user_called, user_of
from app.sandbox.x.posts import Medium, XPost, find
from app.sandbox.x.texts import CASHTAG, HASHTAG, LEADING, NAMED, SHORT, escaped, positions, short_address, shortened


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


SHARED_FIELDS: Final = _words(
    "article attachments card_uri community_id context_annotations conversation_id created_at display_text_range "
    "edit_controls entities geo id lang media_metadata non_public_metrics organic_metrics possibly_sensitive "
    "promoted_metrics public_metrics reply_settings scopes source suggested_source_links text withheld"
)
SHARED_EXPANSIONS: Final = _words(
    "article.cover_media article.media_entities attachments.media_keys attachments.media_source_tweet "
    "attachments.poll_ids author_id entities.mentions.username geo.place_id in_reply_to_user_id"
)
USER_FIELDS: Final = _words(
    "confirmed_email connection_status created_at description entities id is_identity_verified location name parody "
    "profile_banner_url profile_image_url protected public_metrics receives_your_dm subscribes_to_you subscription "
    "subscription_type url username verified verified_followers_count verified_type withheld"
)
MEDIA_FIELDS: Final = _words(
    "alt_text duration_ms height media_key non_public_metrics organic_metrics preview_image_url promoted_metrics "
    "public_metrics type url variants width"
)
POLL_FIELDS: Final = _words("duration_minutes end_datetime id options voting_status")
PLACE_FIELDS: Final = _words("contained_within country country_code full_name geo id name place_type")
MESSAGE_FIELDS: Final = _words("attachments created_at dm_conversation_id entities event_type id text")
MESSAGE_EXPANSIONS: Final = _words("attachments.media_keys participant_ids referenced_posts sender_id")

JOINED_AT: Final = datetime(2012, 3, 1, 8, 0, tzinfo=UTC)


class Naming(StrEnum):
    """In which names a post is asked for; the value is that of the parameter."""

    POST = "post.fields"
    TWEET = "tweet.fields"


FIELDS: Final[Mapping[Naming, frozenset[str]]] = {
    Naming.POST: SHARED_FIELDS
    | _words(
        "article_title matched_media_notes note_post note_request_suggestions paid_partnership "
        "suggested_source_links_with_counts"
    ),
    Naming.TWEET: SHARED_FIELDS
    | _words("author_id edit_history_tweet_ids in_reply_to_user_id note_tweet referenced_tweets"),
}
EXPANSIONS: Final[Mapping[Naming, frozenset[str]]] = {
    Naming.POST: SHARED_EXPANSIONS | _words("edit_history_post_ids referenced_posts username"),
    Naming.TWEET: SHARED_EXPANSIONS
    | _words("edit_history_tweet_ids referenced_tweets.id referenced_tweets.id.author_id"),
}
DEFAULTS: Final[Mapping[Naming, frozenset[str]]] = {
    Naming.POST: frozenset({"id", "text"}),
    Naming.TWEET: frozenset({"id", "text", "edit_history_tweet_ids"}),
}
# What an expansion shows of the post itself.
SHOWN_BY: Final[Mapping[str, str]] = {
    "author_id": "author_id",
    "in_reply_to_user_id": "in_reply_to_user_id",
    "attachments.media_keys": "attachments",
    "entities.mentions.username": "entities",
    "edit_history_post_ids": "edit_history_tweet_ids",
    "edit_history_tweet_ids": "edit_history_tweet_ids",
    "referenced_posts": "referenced_tweets",
    "referenced_tweets.id": "referenced_tweets",
    "referenced_tweets.id.author_id": "referenced_tweets",
}
NEW_NAMES: Final[Mapping[str, str]] = {
    "edit_history_tweet_ids": "edit_history_post_ids",
    "referenced_tweets": "referenced_posts",
    "tweet_count": "post_count",
    "retweet_count": "repost_count",
}
REFERENCES: Final = frozenset({"referenced_posts", "referenced_tweets.id", "referenced_tweets.id.author_id"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is asked for beside the usual."""

    naming: Naming = Naming.TWEET
    fields: frozenset[str] = frozenset()
    expansions: frozenset[str] = frozenset()
    user_fields: frozenset[str] = frozenset()
    media_fields: frozenset[str] = frozenset()


@dataclass(slots=True, kw_only=True)
class Includes:
    """What is told beside the data, each once."""

    users: dict[str, object] = field(default_factory=dict)
    media: dict[str, object] = field(default_factory=dict)
    posts: dict[str, object] = field(default_factory=dict)

    def content(self, naming: Naming) -> dict[str, object]:
        """As ``includes``; empty where there is nothing."""
        posts = "posts" if naming is Naming.POST else "tweets"
        told = {"users": self.users, "media": self.media, posts: self.posts}
        return {name: list(items.values()) for name, items in told.items() if items}


def iso(moment: datetime) -> str:
    """A time as X writes it."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1_000:03d}Z"


def shown_text(post: XPost) -> str:
    """The text of a post as X shows it: the names it answers, its own short addresses, signs escaped."""
    return _spelled(post)[0]


def post_document(world: World, post: XPost, wanted: Wanted) -> dict[str, object]:
    """A post with what was asked for."""
    fields = wanted.fields | DEFAULTS[wanted.naming] | {SHOWN_BY.get(name, "") for name in wanted.expansions}
    whole = whole_post(world, post)
    return in_names({name: value for name, value in whole.items() if name in fields}, wanted.naming)


def whole_post(world: World, post: XPost) -> dict[str, object]:
    """A post with everything, in the older names."""
    text, entities = _spelled(post)
    lead = LEADING.match(text) if post.answered else None
    ends_at = len(text) - (len(short_address(post.first_id, "media")) + 1 if post.media else 0)
    document: dict[str, object] = {
        "id": post.id,
        "text": text,
        "author_id": post.author.id,
        "conversation_id": post.conversation_id,
        "created_at": iso(post.created_at),
        "display_text_range": [lead.end() if lead else 0, max(0, ends_at)],
        "edit_controls": {
            "edits_remaining": MOST_EDITS - len(post.versions) + 1,
            "is_edit_eligible": True,
            "editable_until": iso(post.created_at + EDITABLE_FOR),
        },
        "edit_history_tweet_ids": list(post.versions),
        "entities": _with_people(world, entities),
        "lang": "tr",
        "paid_partnership": False,
        "possibly_sensitive": False,
        "public_metrics": {
            "retweet_count": 0,
            "reply_count": len(world.replies_of.get(post.first_id, ())),
            "like_count": 0,
            "quote_count": 0,
            "bookmark_count": 0,
            "impression_count": 0,
        },
        "reply_settings": "everyone",
    }
    if post.replied_to_author is not None:
        document["in_reply_to_user_id"] = post.replied_to_author.id
        document["referenced_tweets"] = [{"type": "replied_to", "id": post.replied_to}]
    if post.media is not None:
        document["attachments"] = {"media_keys": [post.media.key]}
    return document


def user_document(user: User, fields: frozenset[str], naming: Naming) -> dict[str, object]:
    """A user with what was asked for."""
    kept = fields | {"id", "name", "username"}
    return in_names({name: value for name, value in whole_user(user).items() if name in kept}, naming)


def whole_user(user: User) -> dict[str, object]:
    """A user with everything, in the older names."""
    return {
        "id": user.id,
        "name": user.name,
        "username": user.handle,
        "created_at": iso(JOINED_AT),
        "description": user.about,
        "is_identity_verified": False,
        "profile_image_url": "https://abs.twimg.com/sticky/default_profile_images/default_profile_normal.png",
        "protected": False,
        "public_metrics": {
            "followers_count": 0,
            "following_count": 0,
            "tweet_count": 0,
            "listed_count": 0,
            "like_count": 0,
            "media_count": 0,
        },
        "url": "",
        "verified": False,
        "verified_type": "none",
    }


def medium_document(medium: Medium, fields: frozenset[str], base_url: str) -> dict[str, object]:
    """A picture or film with what was asked for."""
    link = picture_link(base_url, medium.picture)
    whole: dict[str, object] = {"media_key": medium.key, "type": medium.kind, "width": 480, "height": 300}
    if medium.kind == "photo":
        whole["url"] = link
    else:
        whole |= {
            "preview_image_url": link,
            "variants": [{"bit_rate": 832_000, "content_type": "video/mp4", "url": link}],
        }
    return {name: value for name, value in whole.items() if name in fields | {"media_key", "type"}}


def include(world: World, includes: Includes, posts: Iterable[XPost], wanted: Wanted, base_url: str) -> None:
    """Put beside the data what is to be expanded of these posts."""
    for post in posts:
        people = [post.author.id] if "author_id" in wanted.expansions else []
        if "in_reply_to_user_id" in wanted.expansions and post.replied_to_author is not None:
            people.append(post.replied_to_author.id)
        named = [user_called(world, handle) for handle in post.names]
        if "entities.mentions.username" in wanted.expansions:
            people += [user.id for user in named if user is not None]
        include_people(world, includes, people, wanted)
        if post.media is not None and "attachments.media_keys" in wanted.expansions:
            includes.media[post.media.key] = medium_document(post.media, wanted.media_fields, base_url)
        above = find(world, post.replied_to) if post.replied_to and wanted.expansions & REFERENCES else None
        if above is not None:
            includes.posts[above.id] = post_document(world, above, wanted)
            if "referenced_tweets.id.author_id" in wanted.expansions:
                include_people(world, includes, [above.author.id], wanted)


def include_people(world: World, includes: Includes, user_ids: Iterable[str], wanted: Wanted) -> None:
    """Put users beside the data."""
    for user_id in user_ids:
        user = user_of(world, user_id)
        if user is not None:
            includes.users[user_id] = user_document(user, wanted.user_fields, wanted.naming)


def message_document(message: DirectMessage, fields: frozenset[str], expansions: frozenset[str]) -> dict[str, object]:
    """A direct message with what was asked for."""
    text, _ = shortened(message.text, message.id)
    whole: dict[str, object] = {
        "id": message.id,
        "event_type": "MessageCreate",
        "text": escaped(text),
        "created_at": iso(message.at),
        "dm_conversation_id": message.thread_id,
        "entities": entities_of(text, message.id),
    }
    if "sender_id" in expansions:
        whole["sender_id"] = sender_of(message)
    kept = fields | {"id", "event_type", "text", "sender_id"}
    return {name: value for name, value in whole.items() if name in kept}


def sender_of(message: DirectMessage) -> str:
    """Who wrote it."""
    return message.account_id if message.is_ours else message.person_id


def entities_of(text: str, seed: str) -> dict[str, object]:
    """What is marked in a text: addresses, names, tags. Empty kinds are left out."""
    _, addresses = shortened(text, seed)
    found: dict[str, object] = {
        "urls": [
            {
                "start": address.start,
                "end": address.end,
                "url": address.short,
                "expanded_url": address.whole if "://" in address.whole else f"http://{address.whole}",
                "display_url": address.whole.partition("://")[2] or address.whole,
            }
            for address in addresses
        ],
        "mentions": positions(text, NAMED, lambda handle: {"username": handle}),
        "hashtags": positions(text, HASHTAG, lambda tag: {"tag": tag}),
        "cashtags": positions(text, CASHTAG, lambda tag: {"tag": tag}),
    }
    return {name: items for name, items in found.items() if items}


def in_names(document: Mapping[str, object], naming: Naming) -> dict[str, object]:
    """The document in these names, its counts too."""
    if naming is Naming.TWEET:
        return dict(document)
    return {
        NEW_NAMES.get(name, name): in_names(value, naming) if isinstance(value, dict) else value
        for name, value in document.items()
    }


def _spelled(post: XPost) -> tuple[str, dict[str, object]]:
    """The text as it is shown, and what is marked in it."""
    lead = "".join(f"@{handle} " for handle in post.answered)
    own, addresses = shortened(lead + post.typed, post.first_id)
    if post.media is not None:
        own = f"{own} {short_address(post.first_id, 'media')}".lstrip()
    text = escaped(own)
    entities = entities_of(text, post.first_id)
    wholes = {address.short: address.whole for address in addresses}
    urls = entities.get("urls")
    for url in urls if isinstance(urls, list) else []:
        whole = wholes.get(url["url"])
        if whole is not None:
            url["expanded_url"] = whole if "://" in whole else f"http://{whole}"
            url["display_url"] = whole.partition("://")[2] or whole
        elif post.media is not None and SHORT.fullmatch(url["url"]):
            url["media_key"] = post.media.key
    return text, entities


def _with_people(world: World, entities: dict[str, object]) -> dict[str, object]:
    mentions = entities.get("mentions")
    if not isinstance(mentions, list):
        return entities
    told = []
    for mention in mentions:
        user = user_called(world, mention["username"])
        told.append(mention | ({"id": user.id} if user is not None else {}))
    return {**entities, "mentions": told}
