"""`videos`, `channels` and `playlistItems`, as far as a moderator of one's own channel needs them.

https://developers.google.com/youtube/v3/docs/videos/list
"""

from collections.abc import Mapping
from typing import Final

from app.sandbox.endpoint import Answer
from app.sandbox.seed import Platform
from app.sandbox.youtube import errors
from app.sandbox.youtube.access import FORCE_SSL, MANAGE, READ_ONLY
from app.sandbox.youtube.method import FLAG, IDS, PART, TEXT, Asked, Method, Parameter
from app.sandbox.youtube.pages import Page
from app.sandbox.youtube.quota import LIST
from app.sandbox.youtube.resources import (
    channel_resource,
    item_id,
    item_resource,
    listed,
    uploads_of,
    video_resource,
)
from app.sandbox.youtube.thread_calls import video_of

DEFAULT_SIZE: Final = 5
MOST_IDS: Final = 50
SCOPES: Final = (FORCE_SSL, MANAGE, READ_ONLY)


def list_videos(asked: Asked) -> Answer:
    """Videos by their ids; one that is not there is left out."""
    asked.filter("chart", "id", "myRating")
    ids = asked.arguments.many("id")
    if len(ids) > MOST_IDS:
        raise errors.bad_request(f"Invalid value at 'id': at most {MOST_IDS} ids", "id")
    posts = [post for video_id in ids if (post := video_of(asked.world, video_id)) is not None]
    base_url, parts = asked.ground.settings.base_url, asked.arguments.many("part")
    items = [video_resource(asked.world, base_url, post, parts) for post in posts]
    return Answer(content=listed("youtube#videoListResponse", items, size=len(items), total=len(items), head={}))


def list_channels(asked: Asked) -> Answer:
    """Channels: one's own, by id or by handle. Where there is none, the answer has no `items`."""
    name, value = asked.filter("forHandle", "forUsername", "id", "managedByMe", "mine", "mySubscribers")
    if name == "mine" and asked.caller.channel_id is None:
        raise errors.authorization_required()
    wanted = set(asked.arguments.many("id"))
    if name == "mine" and value == "true":
        wanted.add(asked.channel_id)
    accounts = [
        account
        for account in asked.world.accounts_on(Platform.YOUTUBE)
        if account.external_id in wanted or (name == "forHandle" and account.handle == value.removeprefix("@"))
    ]
    page = Page(accounts, asked.arguments, default=DEFAULT_SIZE)
    base_url, parts = asked.ground.settings.base_url, asked.arguments.many("part")
    items = [channel_resource(asked.world, base_url, account, parts) for account in page.items]
    answer = listed("youtube#channelListResponse", items, size=page.size, total=page.total, head=page.head)
    if not items:
        del answer["items"]
    return Answer(content=answer)


def list_items(asked: Asked) -> Answer:
    """The videos of a channel's uploads, newest first."""
    name, value = asked.filter("id", "playlistId")
    world, base_url, parts = asked.world, asked.ground.settings.base_url, asked.arguments.many("part")
    found = [
        (post, position)
        for account in world.accounts_on(Platform.YOUTUBE)
        for position, post in enumerate(world.posts_of(account.external_id))
    ]
    if name == "playlistId":
        if value not in {uploads_of(account.external_id) for account in world.accounts_on(Platform.YOUTUBE)}:
            raise errors.not_found("playlist", "playlistItems/list", "playlistId")
        video_id = asked.arguments.one("videoId")
        found = [
            (post, position)
            for post, position in found
            if uploads_of(post.account_id) == value and video_id in {None, post.id}
        ]
    else:
        ids = asked.arguments.many("id")
        found = [(post, position) for post, position in found if item_id(post) in ids]
        if len(found) < len(ids):
            raise errors.not_found("playlistItem", "playlistItems/list", "id")
    page = Page(found, asked.arguments, default=DEFAULT_SIZE)
    items = [item_resource(world, base_url, post, position, parts) for post, position in page.items]
    answer = listed("youtube#playlistItemListResponse", items, size=page.size, total=page.total, head=page.head)
    return Answer(content=answer)


_OWNER: Final = {"onBehalfOfContentOwner": TEXT}

METHODS: Final[Mapping[tuple[str, str], Method]] = {
    ("GET", "/videos"): Method(
        carry_out=list_videos,
        units=LIST,
        scopes=SCOPES,
        takes_key=True,
        parts=frozenset({"id", "snippet", "contentDetails", "status", "statistics"}),
        parameters={
            "part": PART,
            "chart": Parameter(values=("chartUnspecified", "mostPopular")),
            "id": IDS,
            "myRating": Parameter(values=("none", "like", "dislike")),
            "hl": TEXT,
            "maxResults": Parameter(kind="integer", least=1, most=50),
            "pageToken": TEXT,
            "regionCode": TEXT,
            **_OWNER,
        },
    ),
    ("GET", "/channels"): Method(
        carry_out=list_channels,
        units=LIST,
        scopes=SCOPES,
        takes_key=True,
        parts=frozenset({"id", "snippet", "contentDetails", "statistics"}),
        parameters={
            "part": PART,
            "forHandle": TEXT,
            "forUsername": TEXT,
            "id": IDS,
            "managedByMe": FLAG,
            "mine": FLAG,
            "mySubscribers": FLAG,
            "hl": TEXT,
            "maxResults": Parameter(kind="integer", least=0, most=50),
            "pageToken": TEXT,
            **_OWNER,
        },
    ),
    ("GET", "/playlistItems"): Method(
        carry_out=list_items,
        units=LIST,
        scopes=SCOPES,
        takes_key=True,
        parts=frozenset({"id", "snippet", "contentDetails", "status"}),
        parameters={
            "part": PART,
            "id": IDS,
            "playlistId": TEXT,
            "videoId": TEXT,
            "maxResults": Parameter(kind="integer", least=0, most=50),
            "pageToken": TEXT,
            **_OWNER,
        },
    ),
}
