"""Our connector works against the sandbox, which knows nothing of it."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import httpx
import pytest

from app.connectors.linkedin import INBOUND
from app.connectors.linkedin.api import LinkedInApi
from app.connectors.linkedin.client import LinkedInOutbound
from app.connectors.linkedin.oauth import LinkedInOAuth
from app.connectors.linkedin.pacing import Gates
from app.connectors.linkedin.poll import LinkedInPoll
from app.connectors.linkedin.subscription import EventSubscription, administrator_of
from app.errors import OutcomeUnknownError, PlatformRefusedError, PlatformUnavailableError, TokenRejectedError
from app.messages import Account, AccountId, Channel, Event, EventKind, ExternalId, Message, MessageId, PlatformName
from app.outward import trust
from app.sandbox.linkedin.seed import (
    ACCESS_TOKEN,
    ADMINISTRATORS,
    APPLICATION_ID,
    CLIENT_ID,
    CLIENT_SECRET,
    REFRESH_TOKEN,
    UNIVERSITY,
)
from tests.sandbox.conftest import Client
from tests.sandbox.receiver import Receiver

LINKEDIN = PlatformName("linkedin")
ACCOUNT = Account(
    id=AccountId(1), platform=LINKEDIN, external_id=ExternalId(UNIVERSITY), handle="izmir-ekonomi-universitesi"
)
REDIRECT = "http://127.0.0.1:9/oauth/linkedin"


@dataclass(slots=True)
class Tokens:
    """A token, and the fresh one that takes its place."""

    present: str = ACCESS_TOKEN
    fresh: str = ACCESS_TOKEN

    async def token(self) -> str:
        return self.present

    async def renewed(self, rejected: str) -> str:
        if rejected == self.fresh:
            raise TokenRejectedError(LINKEDIN, "renew", "gone")
        self.present = self.fresh
        return self.present


@dataclass(slots=True, kw_only=True)
class Side:
    """Our side of the wire."""

    client: Client
    api: LinkedInApi
    outbound: LinkedInOutbound
    tokens: Tokens

    async def message(self, text: str = "Yurt ücretleri çok yüksek", **asked: Any) -> Message:
        """A visitor's comment, as the poll brings it."""
        made = await self.client.comment("linkedin", text, **asked)
        return next(as_message(event) for event in await self.polled() if event.external_id == made)

    async def polled(self) -> list[Event]:
        """What a poll finds."""
        found = await LinkedInPoll(self.api, clock=self.client.clock).poll(None)
        return [event for page in found.pages for event in INBOUND.parse(page, received_at=self.client.clock())]


def as_message(event: Event) -> Message:
    assert event.external_id is not None
    return Message(
        id=MessageId(1),
        platform=LINKEDIN,
        account=ACCOUNT,
        channel=event.channel or Channel.COMMENT,
        external_id=event.external_id,
        text=event.text or "",
        parent_id=event.parent_id,
        post_id=event.post_id,
        author_id=event.author_id,
    )


@pytest.fixture
async def side(client: Client) -> AsyncIterator[Side]:
    tokens = Tokens()
    async with httpx.AsyncClient(verify=trust()) as http:
        api = LinkedInApi(
            ACCOUNT,
            tokens=tokens,
            http=http,
            gates=Gates(client.clock),
            clock=client.clock,
            base_url=f"{client.http.base_url}/linkedin/rest".replace("//linkedin", "/linkedin"),
            timeout=timedelta(seconds=20),
        )
        yield Side(client=client, api=api, outbound=LinkedInOutbound(api), tokens=tokens)


async def test_it_replies_and_finds_its_reply(side: Side) -> None:
    message = await side.message()
    sent = await side.outbound.reply(message, "Merhabalar, ilettik.")
    (reply,) = (await side.client.item(message.external_id, "linkedin"))["replies"]
    assert reply["id"] == sent.external_id
    found = await side.outbound.find_reply(message, "Merhabalar, ilettik.", since=side.client.clock())
    assert found == sent


async def test_it_tells_what_an_author_wrote_beneath_the_same_post(side: Side) -> None:
    first = await side.message("Yurt ücretleri çok yüksek", author="Elif Şenel")
    await side.message("Bence uygun", author="Kerem Işık")
    last = await side.message("Hâlâ yüksek", author="Elif Şenel")

    found = await side.outbound.earlier_of(last)

    assert {one.external_id: one.text for one in found} == {
        first.external_id: "Yurt ücretleri çok yüksek",
        last.external_id: "Hâlâ yüksek",
    }
    assert all(one.written_at for one in found)


async def test_a_reply_to_a_reply_goes_beneath_the_top(side: Side) -> None:
    top = await side.message()
    under = await side.client.comment("linkedin", "Katılıyorum", parent_id=top.external_id)
    message = replace(top, external_id=ExternalId(under))
    sent = await side.outbound.reply(message, "Teşekkürler")
    replies = (await side.client.item(top.external_id, "linkedin"))["replies"]
    assert [reply["id"] for reply in replies] == [under, sent.external_id]


async def test_it_deletes_and_what_is_gone_counts_as_deleted(side: Side) -> None:
    message = await side.message()
    await side.outbound.delete(message)
    assert (await side.client.item(message.external_id, "linkedin"))["state"] == "deleted"
    await side.outbound.delete(message)
    assert (await side.outbound.look_up(message)).is_gone


async def test_it_looks_up_the_words(side: Side) -> None:
    message = await side.message("Kütüphane kaçta kapanıyor?")
    assert (await side.outbound.look_up(message)).text == "Kütüphane kaçta kapanıyor?"


async def test_a_lost_answer_is_unknown_and_found_by_looking(side: Side) -> None:
    top = await side.message()
    under = await side.client.comment("linkedin", "Katılıyorum", parent_id=top.external_id)
    # With the comment above known, the reply is the only call.
    message = replace(top, external_id=ExternalId(under), parent_id=top.external_id)
    await side.client.control("faults", platform="linkedin", kind="lost_response", for_seconds=30)
    side.api._timeout = timedelta(seconds=1)
    with pytest.raises(OutcomeUnknownError):
        await side.outbound.reply(message, "Merhabalar")
    await side.client.control("faults", platform="linkedin", kind="lost_response", rate=0)
    side.api._timeout = timedelta(seconds=20)
    assert await side.outbound.find_reply(message, "Merhabalar", since=side.client.clock()) is not None


async def test_a_throttled_call_waits_and_a_broken_one_is_unavailable(side: Side) -> None:
    message = await side.message()
    await side.client.control("faults", platform="linkedin", kind="http_500", for_seconds=30)
    with pytest.raises(PlatformUnavailableError):
        await side.outbound.delete(message)
    await side.client.control("faults", platform="linkedin", kind="http_500", rate=0)
    await side.client.control("faults", platform="linkedin", kind="http_429", for_seconds=30)
    with pytest.raises(PlatformUnavailableError) as raised:
        await side.outbound.delete(message)
    assert raised.value.retry_after is not None


async def test_what_linkedin_cannot_do_is_refused_without_a_call(side: Side) -> None:
    message = await side.message()
    before = len(side.client.ground.calls.all())
    for call in (side.outbound.hide(message), side.outbound.block(message)):
        with pytest.raises(PlatformRefusedError):
            await call
    assert len(side.client.ground.calls.all()) == before


async def test_an_expired_token_is_renewed_by_the_sign_in(side: Side) -> None:
    async with httpx.AsyncClient(verify=trust()) as http:
        grant = await oauth(side, http).refresh(REFRESH_TOKEN)
        side.tokens.present, side.tokens.fresh = "AQXunknown", grant.access_token
        await side.polled()
        assert side.tokens.present == grant.access_token
        side.client.clock.forward(days=61)
        with pytest.raises(TokenRejectedError):
            await side.polled()


async def test_a_member_signs_in(side: Side) -> None:
    async with httpx.AsyncClient(verify=trust(), follow_redirects=False) as http:
        sign_in = oauth(side, http)
        page = await http.get(sign_in.authorization_url(state="abc"))
        assert "İzin ver" in page.text
        allowed = await http.get(sign_in.authorization_url(state="abc") + "&answer=allow")
        came_back = httpx.URL(allowed.headers["location"])
        assert came_back.params["state"] == "abc"
        grant = await sign_in.exchange(came_back.params["code"])
        assert grant.refresh_token
        with pytest.raises(TokenRejectedError):
            await sign_in.exchange(came_back.params["code"])
        denied = await http.get(sign_in.authorization_url(state="abc") + "&answer=deny")
        assert httpx.URL(denied.headers["location"]).params["error"] == "user_cancelled_authorize"


async def test_the_subscription_is_seen_and_turned_on_again(side: Side) -> None:
    subscription = EventSubscription(side.api, application_id=APPLICATION_ID, person=ExternalId(ADMINISTRATORS[0]))
    assert await subscription.find() is not None
    await subscription.turn_off()
    assert await subscription.find() is None
    await subscription.turn_on("https://nobet.example/webhooks/linkedin")
    assert await subscription.find() is not None
    assert await administrator_of(side.api) == ADMINISTRATORS[0]


async def test_webhook_and_poll_tell_the_same_once(linked: Client, receiver: Receiver) -> None:
    made = await linked.comment("linkedin", "Sınav takvimi açıklandı mı?")
    deliveries = await receiver.wait_for(2)
    events = [event for one in deliveries for event in INBOUND.parse(one.body, received_at=linked.clock())]
    async with httpx.AsyncClient(verify=trust()) as http:
        api = LinkedInApi(
            ACCOUNT,
            tokens=Tokens(),
            http=http,
            gates=Gates(linked.clock),
            clock=linked.clock,
            base_url=linked.ground.settings.base_url + "/linkedin/rest",
        )
        polled = await LinkedInPoll(api, clock=linked.clock).poll(None)
    events += [event for page in polled.pages for event in INBOUND.parse(page, received_at=linked.clock())]
    ours = [event for event in events if event.external_id == made]
    assert len(ours) >= 3
    assert {event.event for event in ours} == {EventKind.CREATED}
    assert len({event.key for event in ours}) == 1


def oauth(side: Side, http: httpx.AsyncClient) -> LinkedInOAuth:
    base = side.client.ground.settings.base_url
    return LinkedInOAuth(
        client_id=CLIENT_ID,
        client_secret=CLIENT_SECRET,
        redirect_uri=REDIRECT,
        http=http,
        clock=side.client.clock,
        authorize_url=f"{base}/linkedin/oauth/v2/authorization",
        token_url=f"{base}/linkedin/oauth/v2/accessToken",
    )
