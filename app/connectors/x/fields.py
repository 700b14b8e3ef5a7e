"""What is asked for with posts and messages. X is renaming tweets to posts: which names are asked in is a setting.

https://docs.x.com/x-api/fundamentals/fields, https://docs.x.com/x-api/fundamentals/expansions
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class Naming(StrEnum):
    """The name of the parameter that lists a post's fields; answers are read in either."""

    POST = "post.fields"
    TWEET = "tweet.fields"


AUTHOR, PICTURES = {"user.fields": "name,username"}, {"media.fields": "media_key,preview_image_url,type,url,variants"}

# In the new names, whom and what a post refers to is no field any more but told where it is expanded.
POST: Mapping[Naming, Mapping[str, str]] = MappingProxyType(
    {
        Naming.POST: {
            Naming.POST: "attachments,conversation_id,created_at,id,note_post,text",
            "expansions": "attachments.media_keys,author_id,edit_history_post_ids,in_reply_to_user_id,referenced_posts",
            **AUTHOR,
            **PICTURES,
        },
        Naming.TWEET: {
            Naming.TWEET: "attachments,author_id,conversation_id,created_at,edit_history_tweet_ids,id,"
            "in_reply_to_user_id,note_tweet,referenced_tweets,text",
            "expansions": "attachments.media_keys,author_id",
            **AUTHOR,
            **PICTURES,
        },
    }
)
MESSAGE: Mapping[str, str] = MappingProxyType(
    {
        "dm_event.fields": "attachments,created_at,dm_conversation_id,event_type,id,text",
        "expansions": "attachments.media_keys,sender_id",
        "event_types": "MessageCreate",
        **AUTHOR,
        **PICTURES,
    }
)
