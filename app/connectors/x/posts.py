"""A post as X describes it, in both of its languages: today's post object and the older tweet object."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from app.connectors.values import as_flag, as_id, as_list, as_object, as_text
from app.connectors.x.values import Expansions, as_moment, as_written, either, id_of, name_of, pictures
from app.messages import ExternalId, Media

REPOSTS = frozenset({"retweeted", "reposted"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """What a post tells. An edit is a post of its own: `versions` are the ids of all of them, oldest first."""

    id: ExternalId
    text: str | None = None
    author_id: ExternalId | None = None
    author_name: str | None = None
    conversation_id: ExternalId | None = None
    replied_to: ExternalId | None = None
    replied_to_author: ExternalId | None = None
    is_repost: bool = False
    versions: tuple[ExternalId, ...] = ()
    created_at: datetime | None = None
    media: tuple[Media, ...] = ()

    @property
    def first_id(self) -> ExternalId:
        """The id under which the post was first published."""
        return self.versions[0] if self.id in self.versions else self.id

    @property
    def edit_number(self) -> int:
        """How many edits came before and with this version; 0 for a post as it was first published."""
        return self.versions.index(self.id) if self.id in self.versions else 0

    @property
    def is_reply(self) -> bool:
        """Whether it stands under another post. A text that merely begins with a name does not."""
        stands_deeper = self.conversation_id is not None and self.conversation_id not in {self.id, *self.versions}
        return self.replied_to is not None or stands_deeper


def read_post(value: Mapping[str, object], beside: Expansions) -> Post | None:
    """Read a post object; None where it has no id."""
    post_id = id_of(value, "id")
    if post_id is None:
        return None
    references = {
        as_text(reference.get("type")): id_of(reference, "id")
        for reference in map(as_object, as_list(either(value, "referenced_tweets", "referenced_posts")))
    }
    author_id = id_of(value, "author_id")
    return Post(
        id=post_id,
        text=_whole_text(value),
        author_id=author_id,
        author_name=beside.name_of(author_id),
        conversation_id=id_of(value, "conversation_id"),
        replied_to=references.get("replied_to") or id_of(value, "in_reply_to_tweet_id", "in_reply_to_post_id"),
        replied_to_author=id_of(value, "in_reply_to_user_id"),
        is_repost=bool(REPOSTS & references.keys()),
        versions=_ids(either(value, "edit_history_tweet_ids", "edit_history_post_ids")),
        created_at=as_moment(value.get("created_at")),
        media=beside.attached(value.get("attachments")),
    )


def read_tweet(value: Mapping[str, object]) -> Post | None:
    """Read a tweet object of the older API; None where it has no id."""
    post_id = id_of(value, "id")
    if post_id is None:
        return None
    author, extended = as_object(value.get("user")), as_object(value.get("extended_tweet"))
    history = as_object(value.get("edit_history"))
    entities = (
        as_object(holder.get(name)).get("media")
        for name in ("extended_entities", "entities")
        for holder in (extended, value)
    )
    return Post(
        id=post_id,
        # What is longer than 140 characters is cut in `text`.
        text=as_written(extended.get("full_text")) or as_written(either(value, "full_text", "text")),
        author_id=id_of(author, "id"),
        author_name=name_of(author),
        replied_to=id_of(value, "in_reply_to_status_id"),
        replied_to_author=id_of(value, "in_reply_to_user_id"),
        is_repost=isinstance(value.get("retweeted_status"), dict),
        versions=_ids(either(history, "edit_tweet_ids", "edit_post_ids")),
        created_at=as_moment(value.get("created_at")),
        media=pictures(next(filter(None, entities), None)),
    )


def is_tweet(value: Mapping[str, object]) -> bool:
    """Whether this is a tweet object of the older API, which carries its author whole."""
    return "user" in value and ("id_str" in value or "id" in value) and "author_id" not in value


def is_post(value: Mapping[str, object]) -> bool:
    """Whether this is a post object, and not a person, a message, a space or a rule."""
    return {"id", "text"} <= value.keys() and not {"event_type", "sender_id", "dm_conversation_id"} & value.keys()


def author_has_blocked(value: object) -> bool:
    """Whether the author of a mention has blocked us; the documentation shows a string and describes a boolean."""
    return as_flag(value) is True


def _whole_text(value: Mapping[str, object]) -> str | None:
    """Return the text: of a long post `text` is only the beginning."""
    note = as_object(either(value, "note_tweet", "note_post"))
    return as_written(note.get("text")) or as_written(value.get("text"))


def _ids(values: object) -> tuple[ExternalId, ...]:
    return tuple(found for found in map(as_id, as_list(values)) if found is not None)
