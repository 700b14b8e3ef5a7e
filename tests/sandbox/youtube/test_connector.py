"""Our own connector against the simulated YouTube: nothing but its base address differs."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from typing import Any

import httpx
import pytest

from app.connectors.youtube import INBOUND
from app.connectors.youtube.budget import Budget
from app.connectors.youtube.calling import YouTubeCalling
from app.connectors.youtube.client import YouTubeOutbound
from app.connectors.youtube.names import YOUTUBE
from app.connectors.youtube.oauth import Google
from app.connectors.youtube.poll import YouTubePoll
from app.connectors.youtube.quota import Allowance, MemoryLedger
from app.errors import OutcomeUnknownError, PlatformRefusedError, PlatformUnavailableError, TokenRejectedError
from app.messages import Account, AccountId, Channel, Event, EventKind, ExternalId, Message, MessageId
from app.outward import trust
from app.sandbox.youtube.seed import CLIENT_ID, CLIENT_SECRET, REFRESH_TOKENS
from tests.connectors.youtube.spec import check_recorded
from tests.sandbox.youtube.api import CHANNEL, TOKEN, VIDEO, YouTube

ANSWER = "Merhaba, sorununuzu ilgili birime aktardık."


@dataclass(slots=True)
class RefreshingTokens:
    """A token source that renews at the sandbox's token endpoint."""

    google: Google
    http: httpx.AsyncClient
    youtube: YouTube
    present: str = TOKEN
    refresh_token: str = REFRESH_TOKENS[CHANNEL]
    renewals: int = field(default=0)

    async def token(self) -> str:
        return self.present

    async def renewed(self, rejected: str) -> str:
        grant = await self.google.refresh(self.http, self.refresh_token, now=self.youtube.clock())
        self.renewals += 1
        self.present = grant.access_token
        return self.present


@dataclass(slots=True)
class Ours:
    """The service's side: acts, poll, tokens."""

    youtube: YouTube
    outbound: YouTubeOutbound
    poll: YouTubePoll
    tokens: RefreshingTokens
    calling: YouTubeCalling

    async def polled(self, position: Any = None) -> tuple[list[Event], Any]:
        """The events of one poll, and where to go on."""
        polled = await self.poll.poll(position)
        assert polled.is_complete
        found = [event for page in polled.pages for event in INBOUND.parse(page, received_at=self.youtube.clock())]
        return found, polled.position


@pytest.fixture
async def ours(youtube: YouTube) -> AsyncIterator[Ours]:
    async with httpx.AsyncClient(verify=trust()) as http:
        google = Google(
            client_id=CLIENT_ID,
            client_secret=CLIENT_SECRET,
            redirect_uri="http://127.0.0.1:8000/oauth/youtube",
            token_url=f"{youtube.ground.settings.base_url}/youtube/token",
        )
        tokens = RefreshingTokens(google, http, youtube)
        calling = YouTubeCalling(
            http=http,
            clock=youtube.clock,
            tokens=lambda account: tokens,
            base_url=f"{youtube.ground.settings.base_url}/youtube/youtube/v3",
            pages_url="https://www.youtube.com",
            budget=Budget(MemoryLedger(), clock=youtube.clock, allowance=Allowance(daily=1_000_000)),
            hub_url=f"{youtube.ground.settings.base_url}/youtube/hub",
            callback="http://127.0.0.1:8000/webhooks/youtube",
            secret=None,
        )
        outbound, poll = calling.outbound(an_account()), calling.poll(an_account())
        assert isinstance(outbound, YouTubeOutbound)
        assert isinstance(poll, YouTubePoll)
        yield Ours(youtube, outbound, poll, tokens, calling)
    check_recorded(youtube.ground.calls.all())


def an_account() -> Account:
    return Account(id=AccountId(1), platform=YOUTUBE, external_id=ExternalId(CHANNEL), handle="izmirekonomiuni")


def a_message(comment_id: str, **more: Any) -> Message:
    fields: dict[str, Any] = {
        "id": MessageId(7),
        "platform": YOUTUBE,
        "account": an_account(),
        "channel": Channel.COMMENT,
        "external_id": comment_id,
        "post_id": VIDEO,
        "author_id": "UCsomebody",
        "text": "Merhaba",
    }
    return Message(**(fields | more))


async def lose(youtube: YouTube, kind: str = "lost_response", rate: float = 1) -> None:
    await youtube.client.control("faults", platform="youtube", kind=kind, rate=rate, for_seconds=60)


def _rolls(seed: int) -> list[bool]:
    chance = Random(seed)  # noqa: S311 - chance, not secrecy
    return [chance.random() < 0.5 for _ in range(2)]


async def test_a_comment_is_held_and_published_again(ours: Ours) -> None:
    comment_id = await ours.youtube.comment()

    await ours.outbound.hide(a_message(comment_id))
    held = await ours.youtube.item(comment_id)
    await ours.outbound.unhide(a_message(comment_id))

    shown = await ours.youtube.item(comment_id)
    assert (held["state"], shown["state"]) == ("hidden", "visible")
    assert [(call["call"], call["status"]) for call in shown["history"]] == [("hide", 204), ("unhide", 204)]


async def test_it_tells_what_an_author_wrote_in_the_newest_threads(ours: Ours) -> None:
    first = await ours.youtube.comment(text="Ses gelmiyor", author="Nazlı Er")
    others = await ours.youtube.comment(text="Bende geliyor", author="Kerem Işık")
    answer = await ours.youtube.comment(text="Şimdi geldi", author="Nazlı Er", parent_id=others)
    events, _ = await ours.polled()
    author = next(event.author_id for event in events if event.external_id == first)

    found = await ours.outbound.earlier_of(a_message(first, author_id=author))

    assert [(one.external_id, one.text) for one in found] == [(answer, "Şimdi geldi"), (first, "Ses gelmiyor")]
    assert all(one.written_at and one.link == f"https://www.youtube.com/watch?v={VIDEO}" for one in found)
    with pytest.raises(PlatformRefusedError):
        await ours.outbound.earlier_of(a_message(first, author_id=None))


async def test_another_persons_comment_is_rejected(ours: Ours) -> None:
    comment_id = await ours.youtube.comment()
    reply_id = await ours.youtube.comment(parent_id=comment_id, text="Katılıyorum")

    await ours.outbound.delete(a_message(comment_id))
    await ours.outbound.delete(a_message(comment_id))

    assert (await ours.youtube.item(comment_id))["state"] == "deleted"
    assert (await ours.youtube.item(reply_id))["state"] == "deleted"
    look = await ours.outbound.look_up(a_message(comment_id))
    assert look.is_gone


async def test_what_was_rejected_cannot_be_published_again(ours: Ours) -> None:
    comment_id = await ours.youtube.comment()
    await ours.outbound.delete(a_message(comment_id))

    with pytest.raises(PlatformRefusedError) as refused:
        await ours.outbound.unhide(a_message(comment_id))

    assert refused.value.code == "processingFailure"


@pytest.mark.parametrize("act", ["hide", "delete"])
async def test_what_its_author_removed_needs_no_act(ours: Ours, act: str) -> None:
    comment_id = await ours.youtube.comment()
    await ours.youtube.client.control(f"youtube/comments/{comment_id}/remove")

    await getattr(ours.outbound, act)(a_message(comment_id))

    assert (await ours.youtube.item(comment_id))["state"] == "deleted"


async def test_another_channels_comment_stays_and_is_told(ours: Ours) -> None:
    comment_id = await ours.youtube.comment(account_id="ieumuhendislik")

    with pytest.raises(PlatformRefusedError) as refused:
        await ours.outbound.hide(a_message(comment_id))

    assert refused.value.code == "forbidden"
    assert (await ours.youtube.item(comment_id))["state"] == "visible"


async def test_a_ban_rejects_what_comes_after_it(ours: Ours) -> None:
    comment_id = await ours.youtube.comment(author="Kerem Işık")

    await ours.outbound.reject_and_ban_author(a_message(comment_id))
    later = await ours.youtube.comment(author="Kerem Işık", text="Yine ben")

    assert (await ours.youtube.item(comment_id))["state"] == "deleted"
    assert (await ours.youtube.item(later))["state"] == "deleted"
    assert later not in await ours.youtube.ids()


async def test_an_answer_stands_in_the_thread_and_is_found(ours: Ours) -> None:
    comment_id = await ours.youtube.comment()
    since = ours.youtube.clock()
    reply_id = await ours.youtube.comment(parent_id=comment_id, text="Ben de")

    sent = await ours.outbound.reply(a_message(reply_id, parent_id=comment_id), ANSWER)

    found = await ours.outbound.find_reply(a_message(reply_id, parent_id=comment_id), ANSWER, since=since)
    assert found == sent
    assert (await ours.youtube.item(comment_id))["replies"][-1]["text"] == ANSWER
    await ours.outbound.delete(a_message(sent.external_id, author_id=CHANNEL, parent_id=comment_id))
    assert (await ours.youtube.item(sent.external_id))["state"] == "deleted"
    assert await ours.outbound.find_reply(a_message(comment_id), ANSWER, since=since) is None


async def test_a_lost_answer_is_looked_for(ours: Ours) -> None:
    comment_id = await ours.youtube.comment()
    sent_at, chance = ours.youtube.clock(), ours.youtube.ground.faults.random
    # The look before the answer comes through, the answer does not come back.
    await lose(ours.youtube, rate=0.5)
    chance.seed(next(seed for seed in range(99) if _rolls(seed) == [False, True]))
    ours.outbound._api._timeout = timedelta(seconds=0.4)

    with pytest.raises(OutcomeUnknownError):
        await ours.outbound.reply(a_message(comment_id), ANSWER)

    await lose(ours.youtube, rate=0)
    found = await ours.outbound.find_reply(a_message(comment_id), ANSWER, since=sent_at)
    assert found is not None
    assert [reply["id"] for reply in (await ours.youtube.item(comment_id))["replies"]] == [found.external_id]


async def test_a_thread_that_takes_no_replies_is_refused_before_the_call(ours: Ours) -> None:
    comment_id = await ours.youtube.comment()
    await ours.youtube.client.control(f"youtube/videos/{VIDEO}/edit", takes_comments=False)

    with pytest.raises(PlatformRefusedError) as refused:
        await ours.outbound.reply(a_message(comment_id), ANSWER)

    assert refused.value.code == "canReply"


async def test_a_comment_is_looked_up_with_its_words(ours: Ours) -> None:
    comment_id = await ours.youtube.comment(text='"Tırnak" & <b>kalın</b>\nikinci satır', author="Elif Şenel")

    look = await ours.outbound.look_up(a_message(comment_id))

    assert not look.is_gone
    assert look.text == '"Tırnak" & <b>kalın</b>\nikinci satır'
    assert look.author_name == "@elif.senel"
    assert look.sent_at == ours.youtube.clock()


async def test_polls_find_comments_replies_edits_and_held_ones(ours: Ours) -> None:
    first, position = await ours.polled()
    assert {event.text for event in first} >= {"Seneye ben de oradayım 🙌", "Hangi grubun konseriydi bu?"}
    quiet, position = await ours.polled(position)
    assert quiet == []

    ours.youtube.clock.forward(minutes=1)
    new = await ours.youtube.comment(text="Yeni yorum")
    held = await ours.youtube.comment(text="Bekleyen", held="heldForReview")
    spam = await ours.youtube.comment(text="Reklam", held="likelySpam")
    old = next(event for event in first if event.text == "Hangi grubun konseriydi bu?").external_id
    reply = await ours.youtube.comment(text="Eski başlığa yanıt", parent_id=old)
    found, position = await ours.polled(position)

    assert {event.external_id for event in found} >= {new, held, spam, reply}
    assert {event.detail for event in found if event.external_id in {held, spam}} == {
        "comment/heldForReview",
        "comment/likelySpam",
    }
    assert next(event.parent_id for event in found if event.external_id == reply) == old

    ours.youtube.clock.forward(minutes=1)
    await ours.youtube.client.control(f"youtube/comments/{new}/edit", text="Yeni yorum, düzeltildi")
    found, position = await ours.polled(position)

    edits = [event for event in found if event.event is EventKind.EDITED]
    assert [(event.external_id, event.text) for event in edits] == [(new, "Yeni yorum, düzeltildi")]
    quiet, _ = await ours.polled(position)
    assert quiet == []


async def test_a_reply_held_under_an_old_thread_is_found(ours: Ours) -> None:
    first, position = await ours.polled()
    old = next(event for event in first if event.text == "Hangi grubun konseriydi bu?").external_id

    ours.youtube.clock.forward(minutes=1)
    reply = await ours.youtube.comment(text="Takılan yanıt", parent_id=old, held="heldForReview")
    found, _ = await ours.polled(position)

    assert [(event.parent_id, event.detail) for event in found if event.external_id == reply] == [
        (old, "comment/heldForReview")
    ]


async def test_many_replies_come_beside_their_thread(ours: Ours) -> None:
    _, position = await ours.polled()
    thread = await ours.youtube.comment(text="Çok yanıtlı")
    replies = {await ours.youtube.comment(text=f"Yanıt {number}", parent_id=thread) for number in range(8)}

    found, _ = await ours.polled(position)

    assert {event.external_id for event in found if event.parent_id == thread} == replies


async def test_polls_know_our_own_words(ours: Ours) -> None:
    comment_id = await ours.youtube.comment()
    sent = await ours.outbound.reply(a_message(comment_id), ANSWER)

    found, _ = await ours.polled()

    assert [event.event for event in found if event.external_id == sent.external_id] == [EventKind.ECHO]


async def test_a_poll_pages_through_what_came_meanwhile(ours: Ours) -> None:
    _, position = await ours.polled()
    ours.youtube.clock.forward(minutes=1)
    written = {await ours.youtube.comment(text=f"Yorum {number}") for number in range(130)}

    found, _ = await ours.polled(position)

    assert {event.external_id for event in found} >= written


async def test_older_threads_of_which_one_is_gone_are_still_looked_at(ours: Ours) -> None:
    first, position = await ours.polled()
    tops = [event.external_id for event in first if event.parent_id is None]
    # A page of new ones pushes the older ones out of sight.
    ours.youtube.clock.forward(minutes=1)
    for number in range(100):
        await ours.youtube.comment(text=f"Yorum {number}")
    _, position = await ours.polled(position)
    await ours.youtube.client.control(f"youtube/comments/{tops[0]}/remove")
    reply = await ours.youtube.comment(text="Geç yanıt", parent_id=tops[1])

    found, _ = await ours.polled(position)

    assert reply in {event.external_id for event in found}


async def test_a_rejected_token_is_renewed_and_the_call_repeated(ours: Ours) -> None:
    comment_id = await ours.youtube.comment()
    ours.tokens.present = "ya29.stale"

    await ours.outbound.hide(a_message(comment_id))

    assert ours.tokens.renewals == 1
    assert (await ours.youtube.item(comment_id))["state"] == "hidden"
    ours.youtube.clock.forward(hours=1, seconds=1)
    await ours.outbound.unhide(a_message(comment_id))
    assert ours.tokens.renewals == 2


async def test_a_withdrawn_consent_needs_a_person(ours: Ours) -> None:
    await ours.youtube.http.post("/youtube/revoke", data={"token": ours.tokens.refresh_token})
    ours.tokens.present = "ya29.stale"

    with pytest.raises(TokenRejectedError) as rejected:
        await ours.polled()

    assert rejected.value.code == "invalid_grant"


async def test_a_used_up_day_is_waited_for(ours: Ours) -> None:
    comment_id = await ours.youtube.comment()
    ours.youtube.clock.forward(hours=8)
    while (await ours.youtube.client.http.get("/control/youtube/quota")).json()["units"] <= 9_950:
        await ours.youtube.moderate(comment_id, "heldForReview")

    with pytest.raises(PlatformUnavailableError) as used_up:
        await ours.outbound.unhide(a_message(comment_id))

    assert used_up.value.code == "quotaExceeded"
    assert used_up.value.retry_after is not None
    ours.youtube.clock.at += used_up.value.retry_after
    await ours.outbound.unhide(a_message(comment_id))
    assert (await ours.youtube.item(comment_id))["state"] == "visible"


@pytest.mark.parametrize("kind", ["http_500", "http_429"])
async def test_troubles_of_the_platform_pass(ours: Ours, kind: str) -> None:
    comment_id = await ours.youtube.comment()
    await lose(ours.youtube, kind)

    with pytest.raises(PlatformUnavailableError):
        await ours.outbound.hide(a_message(comment_id))
    with pytest.raises(PlatformUnavailableError):
        await ours.polled()

    await lose(ours.youtube, kind, rate=0)
    await ours.outbound.hide(a_message(comment_id))
