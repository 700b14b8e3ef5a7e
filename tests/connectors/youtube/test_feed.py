"""Feeds of videos, as the hub delivers them."""

from datetime import UTC, datetime

import pytest

from app.errors import UnreadableDeliveryError
from app.messages import EventKind
from tests.connectors.youtube.builders import CHANNEL, parsed

FEED = """<?xml version='1.0' encoding='UTF-8'?>
<feed xmlns:yt="http://www.youtube.com/xml/schemas/2015" xmlns="http://www.w3.org/2005/Atom">
 <link rel="hub" href="https://pubsubhubbub.appspot.com"/>
 <link rel="self" href="https://www.youtube.com/xml/feeds/videos.xml?channel_id=UCkorfezuni0000000000001"/>
 <title>YouTube video feed</title>
 <updated>2026-09-21T14:13:20.552394234+00:00</updated>
 {entries}
</feed>"""
ENTRY = """<entry>
  <id>yt:video:{id}</id>
  <yt:videoId>{id}</yt:videoId>
  <yt:channelId>UCkorfezuni0000000000001</yt:channelId>
  <title>Mezuniyet &amp; &lt;tören&gt;</title>
  <link rel="hub" href="https://pubsubhubbub.appspot.com"/>
  <link rel="alternate" href="https://www.youtube.com/watch?v={id}"/>
  <link rel="alternate" href="https://www.youtube.com/watch?v=other"/>
  <author><name>Körfez Üni</name><uri>https://www.youtube.com/channel/UCkorfezuni0000000000001</uri></author>
  <published>2026-09-21T14:00:00+00:00</published>
  <updated>{updated}</updated>
 </entry>"""
TOMBSTONE = b"""<feed xmlns:at="http://purl.org/atompub/tombstones/1.0" xmlns="http://www.w3.org/2005/Atom">
 <at:deleted-entry ref="yt:video:k0rFez_2026" when="2026-09-21T14:13:20.1+00:00">
  <link href="https://www.youtube.com/watch?v=k0rFez_2026"/>
  <at:by><name>K\xc3\xb6rfez \xc3\x9cni</name><uri>https://www.youtube.com/channel/UCkorfezuni0000000000001</uri></at:by>
 </at:deleted-entry>
</feed>"""
NANOSECONDS = "2026-09-21T14:13:20.552394234+00:00"


def feed(*entries: tuple[str, str]) -> bytes:
    return FEED.format(entries="".join(ENTRY.format(id=id_, updated=updated) for id_, updated in entries)).encode()


def test_an_entry_is_a_video_that_was_published_or_changed() -> None:
    (event,) = parsed(feed(("k0rFez_2026", NANOSECONDS)))

    assert event.event is EventKind.OTHER
    assert event.detail == "video/published"
    assert (event.external_id, event.post_id) == ("k0rFez_2026", "k0rFez_2026")
    assert (event.account_id, event.author_name) == (CHANNEL, "Körfez Üni")
    assert event.text == "Mezuniyet & <tören>"
    assert event.link == "https://www.youtube.com/watch?v=k0rFez_2026"
    assert event.sent_at == datetime(2026, 9, 21, 14, 13, 20, 552394, tzinfo=UTC)


def test_each_entry_of_a_feed_is_an_event_and_the_same_change_has_the_same_key() -> None:
    later = "2026-09-21T15:00:00+00:00"

    one, again, changed, other = parsed(feed(("a", NANOSECONDS), ("a", NANOSECONDS), ("a", later), ("b", NANOSECONDS)))

    assert one.key == again.key
    assert len({one.key, changed.key, other.key}) == 3


def test_a_tombstone_names_the_channel_by_whom_it_is() -> None:
    (event,) = parsed(TOMBSTONE)

    assert (event.event, event.detail) == (EventKind.OTHER, "video/deleted")
    assert (event.external_id, event.account_id) == ("k0rFez_2026", CHANNEL)
    assert event.sent_at == datetime(2026, 9, 21, 14, 13, 20, 100000, tzinfo=UTC)
    assert event.link == "https://www.youtube.com/watch?v=k0rFez_2026"


def test_entries_and_tombstones_stand_in_one_feed() -> None:
    both = feed(("a", NANOSECONDS)).replace(b"</feed>", TOMBSTONE.partition(b'Atom">')[2])
    both = both.replace(b"<feed ", b'<feed xmlns:at="http://purl.org/atompub/tombstones/1.0" ')

    assert [event.detail for event in parsed(both)] == ["video/published", "video/deleted"]


@pytest.mark.parametrize("before", [b"\xef\xbb\xbf", b"\n \t", b"\xef\xbb\xbf\n"])
def test_what_stands_before_the_declaration_does_no_harm(before: bytes) -> None:
    assert parsed(before + feed(("a", NANOSECONDS)))[0].external_id == "a"


def test_a_feed_in_utf_16_is_read() -> None:
    body = FEED.replace("UTF-8", "UTF-16").format(entries=ENTRY.format(id="a", updated=NANOSECONDS)).encode("utf-16")

    assert parsed(body)[0].text == "Mezuniyet & <tören>"


def test_an_entry_without_its_fields_is_an_event_all_the_same() -> None:
    (event,) = parsed(b"<feed><entry><title/></entry></feed>")

    assert event.detail == "video/published"
    assert (event.external_id, event.account_id, event.text, event.link, event.sent_at) == (None,) * 5


def test_the_id_and_the_author_stand_in_for_what_is_missing() -> None:
    body = b"<feed><entry><id>yt:video:abc</id><author><uri>http://www.youtube.com/channel/UCx</uri></author></entry></feed>"

    (event,) = parsed(body)

    assert (event.external_id, event.account_id) == ("abc", "UCx")


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        (b"<feed xmlns='http://www.w3.org/2005/Atom'/>", "feed/empty"),
        (b"<html><body>Bad Gateway</body></html>", "xml/html"),
        (b"<" + b"x" * 300 + b"/>", "xml/" + "x" * 96),
    ],
)
def test_other_xml_is_stored_and_shown(body: bytes, detail: str) -> None:
    assert [(event.event, event.detail) for event in parsed(body)] == [(EventKind.OTHER, detail)]


def test_a_link_of_another_scheme_is_left_out() -> None:
    assert parsed(b'<feed><entry><link href="javascript:alert(1)"/></entry></feed>')[0].link is None


@pytest.mark.parametrize(
    "body",
    [
        b"<feed>",
        b"<",
        b"<feed>&undefined;</feed>",
        b"<feed>&#0;</feed>",
        b"<feed>\xff</feed>",
        b'<?xml version="1.0" encoding="no-such"?><feed/>',
        b'<?xml version="1.0" encoding="shift_jis"?><feed/>',
        b"<!DOCTYPE feed><feed/>",
        b'<!DOCTYPE f [<!ENTITY a "b"><!ENTITY c "&a;&a;">]><feed>&c;</feed>',
        b'<!DOCTYPE f SYSTEM "http://127.0.0.1/x.dtd"><feed/>',
        b'<!DOCTYPE f [<!ENTITY x SYSTEM "file:///etc/passwd">]><feed><entry><title>&x;</title></entry></feed>',
        b"<a>" * 60_000 + b"</a>" * 60_000,
        "<feed/>".encode("utf-32"),
    ],
)
def test_what_is_no_xml_or_asks_for_more_than_a_feed_does_is_put_aside(body: bytes) -> None:
    with pytest.raises(UnreadableDeliveryError):
        parsed(body)


def test_deep_nesting_is_no_trouble() -> None:
    (event,) = parsed(b"<a>" * 20_000 + b"</a>" * 20_000)

    assert event.detail == "xml/a"
