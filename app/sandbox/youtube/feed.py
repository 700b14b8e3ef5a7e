"""Feeds of a channel's videos, as the hub delivers them.

https://developers.google.com/youtube/v3/guides/push_notifications
"""

import hashlib
import hmac
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from app.sandbox.seed import Platform
from app.sandbox.simulated import WebhookRequest
from app.sandbox.world.records import FeedSubscription, Post
from app.sandbox.world.state import World
from app.sandbox.youtube.texts import title_and_description

HUB: Final = "https://pubsubhubbub.appspot.com"
# The address of today's documentation, and the older one.
TOPICS: Final = (
    "https://www.youtube.com/xml/feeds/videos.xml?channel_id={channel}",
    "https://www.youtube.com/feeds/videos.xml?channel_id={channel}",
)


def topics_of(channel_id: str) -> tuple[str, ...]:
    """The addresses of a channel's feed."""
    return tuple(topic.format(channel=channel_id) for topic in TOPICS)


def notifications(world: World, post: Post) -> Iterator[WebhookRequest]:
    """One for each live subscription to the channel's feed."""
    now = world.clock.now()
    for subscription in list(world.feeds.values()):
        is_live = subscription.ends_at is None or subscription.ends_at > now
        if is_live and subscription.topic in topics_of(post.account_id):
            yield _notification(world, subscription, post)


def _notification(world: World, subscription: FeedSubscription, post: Post) -> WebhookRequest:
    body = _document(world, subscription.topic, post).encode()
    headers = {
        "content-type": "application/atom+xml",
        "link": f'<{HUB}>; rel="hub", <{subscription.topic}>; rel="self"',
        "user-agent": "FeedFetcher-Google; (+http://www.google.com/feedfetcher.html)",
    }
    if subscription.secret:
        digest = hmac.new(subscription.secret.encode(), body, hashlib.sha1).hexdigest()
        headers["x-hub-signature"] = f"sha1={digest}"
    return WebhookRequest(platform=Platform.YOUTUBE, body=body, headers=headers, url=subscription.callback or None)


def _document(world: World, topic: str, post: Post) -> str:
    account, now = world.accounts[post.account_id], world.clock.now()
    title, _ = title_and_description(post.text)
    return f"""<?xml version='1.0' encoding='UTF-8'?>
<feed xmlns:yt="http://www.youtube.com/xml/schemas/2015" xmlns="http://www.w3.org/2005/Atom">
 <link rel="hub" href={quoteattr(HUB)}/>
 <link rel="self" href={quoteattr(topic)}/>
 <title>YouTube video feed</title>
 <updated>{_nanoseconds(now)}</updated>
 <entry>
  <id>yt:video:{post.id}</id>
  <yt:videoId>{post.id}</yt:videoId>
  <yt:channelId>{post.account_id}</yt:channelId>
  <title>{escape(title)}</title>
  <link rel="alternate" href="https://www.youtube.com/watch?v={post.id}"/>
  <author>
   <name>{escape(account.name)}</name>
   <uri>https://www.youtube.com/channel/{post.account_id}</uri>
  </author>
  <published>{post.created_at.astimezone(UTC).isoformat(timespec="seconds")}</published>
  <updated>{_nanoseconds(now)}</updated>
 </entry>
</feed>
"""


def _nanoseconds(moment: datetime) -> str:
    # Nine digits; the last three are always zero here.
    at = moment.astimezone(UTC)
    return f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond:06d}000+00:00"
