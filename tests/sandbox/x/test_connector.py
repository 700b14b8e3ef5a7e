"""Our connector works against the sandbox, which knows nothing of it."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from pydantic import SecretStr

from app.connectors.base import Capability, Keys, TokenSource
from app.connectors.base import WebhookRequest as Delivered
from app.connectors.connector import Surroundings
from app.connectors.x import CONNECTOR, INBOUND, oauth
from app.connectors.x.allowance import Allowances
from app.connectors.x.api import Api
from app.connectors.x.client import Tier, XOutbound
from app.connectors.x.fields import Naming
from app.connectors.x.length import weighted_length as our_length
from app.connectors.x.oauth1 import UserSignature
from app.connectors.x.parse import X
from app.connectors.x.poll import XPoll
from app.connectors.x.settings import XSettings
from app.errors import OutcomeUnknownError, PlatformRefusedError, PlatformUnavailableError, TokenRejectedError
from app.messages import Account, AccountId, Channel, Event, EventKind, ExternalId, Message, MessageId
from app.outward import trust
from app.sandbox.x.seed import (
    ACCESS_TOKENS,
    CLIENT_ID,
    CLIENT_SECRET,
    CONSUMER_KEY,
    CONSUMER_SECRET,
    PUBLIC_CLIENT_ID,
    REFRESH_TOKENS,
    UNIVERSITY,
    USER_KEYS,
)
from app.sandbox.x.texts import weighted_length
from tests.sandbox.conftest import Client, connected, some_settings
from tests.sandbox.receiver import Receiver
from tests.sandbox.x.api import HANDLE, TOKEN, XApi
from tests.x_spec import NEEDS_SPEC, spec

ACCOUNT = Account(id=AccountId(3), platform=X, external_id=ExternalId(UNIVERSITY), handle=f"@{HANDLE}")
ANSWER = "Merhabalar, konuyu ilgili birime ilettik. Ayrıntılar: https://ieu.edu.tr/yardim & ekleri"
REDIRECT = "http://127.0.0.1:9/oauth/x"
# A busy machine may let an answer wait; one that never comes is not waited for so long.
PATIENT = timedelta(seconds=20)
IMPATIENT = timedelta(seconds=1)


@dataclass(slots=True)
class Tokens:
    """A token, and what renews it."""

    present: str
    renew: Callable[[], Any] | None = None

    async def token(self) -> str:
        return self.present

    async def renewed(self, rejected: str) -> str:
        if self.renew is None:
            raise TokenRejectedError(X, "renew", "none")
        self.present = (await self.renew()).access_token
        return self.present


@dataclass(slots=True, kw_only=True)
class Side:
    """Our side of the wire."""

    x: XApi
    http: httpx.AsyncClient
    credentials: TokenSource | UserSignature
    naming: Naming = Naming.TWEET
    tier: Tier = Tier.SELF_SERVE
    timeout: timedelta = PATIENT

    @property
    def api(self) -> Api:
        return Api(
            account=ACCOUNT,
            credentials=self.credentials,
            http=self.http,
            allowances=Allowances(clock=self.x.client.clock),
            base_url=f"{self.x.client.ground.settings.base_url}/x",
            timeout=self.timeout,
        )

    @property
    def outbound(self) -> XOutbound:
        return XOutbound(self.api, tier=self.tier, naming=self.naming)

    async def polled(self, position: Any = None) -> tuple[list[Event], Any]:
        """What a poll finds, and where the next goes on."""
        found = await XPoll(self.api, naming=self.naming).poll(position)
        assert found.is_complete
        events = [event for page in found.pages for event in INBOUND.parse(page, received_at=self.x.client.clock())]
        return events, found.position

    async def message(self, external_id: str) -> Message:
        """A message as the poll brings it."""
        events, _ = await self.polled()
        return as_message(next(event for event in events if event.external_id == external_id))

    async def state(self, item_id: str) -> str:
        return str((await self.x.client.item(item_id, "x"))["state"])


def as_message(event: Event) -> Message:
    assert event.external_id is not None
    assert event.channel is not None
    return Message(
        id=MessageId(1),
        platform=X,
        account=ACCOUNT,
        channel=event.channel,
        external_id=event.external_id,
        text=event.text or "",
        parent_id=event.parent_id,
        post_id=event.post_id,
        author_id=event.author_id,
        sent_at=event.sent_at,
    )


@pytest.fixture(params=list(Naming), ids=["post names", "tweet names"])
async def side(client: Client, request: pytest.FixtureRequest) -> AsyncIterator[Side]:
    async with httpx.AsyncClient(verify=trust()) as http:
        yield Side(x=XApi(client), http=http, credentials=Tokens(TOKEN), naming=request.param)


@pytest.fixture
async def tweet_side(client: Client) -> AsyncIterator[Side]:
    async with httpx.AsyncClient(verify=trust()) as http:
        yield Side(x=XApi(client), http=http, credentials=Tokens(TOKEN))


async def test_a_poll_brings_replies_mentions_and_messages(side: Side) -> None:
    root = await side.x.root()
    reply = await side.x.reply("Otopark dolu mu & açık mı? <b>")
    deeper = await side.x.reply("Bence dolu", author="Kerem Işık", parent_id=reply)
    mention, dm = await side.x.mention("@izmirekonomiuni çok iyisiniz"), await side.x.dm("Kaydım silinmiş")

    events, _ = await side.polled()

    found = {event.external_id: event for event in events}
    assert found[ExternalId(reply)].text == f"@{HANDLE} Otopark dolu mu & açık mı? <b>"
    assert (found[ExternalId(reply)].channel, found[ExternalId(reply)].post_id) == (Channel.COMMENT, root)
    assert found[ExternalId(reply)].author_name == "Elif Şenel"
    assert found[ExternalId(deeper)].parent_id == reply
    assert found[ExternalId(mention)].channel is Channel.MENTION
    assert (found[ExternalId(dm)].channel, found[ExternalId(dm)].text) == (Channel.DM, "Kaydım silinmiş")
    assert found[ExternalId(reply)].sent_at == side.x.client.clock()


async def test_a_second_poll_brings_what_a_lost_webhook_missed_and_nothing_else(side: Side) -> None:
    await side.x.reply("İlk")
    _, position = await side.polled()
    side.x.client.clock.forward(minutes=5)
    assert (await side.polled(position))[0] == []
    missed, mentioned, written = await side.x.reply("İkinci"), await side.x.mention(), await side.x.dm()

    events, _ = await side.polled(position)

    assert {event.external_id for event in events} >= {missed, mentioned}
    dms = {event.external_id for event in events if event.channel is Channel.DM}
    assert dms == {written}
    assert not any(event.text == f"@{HANDLE} İlk" for event in events)


async def test_many_new_ones_are_read_page_by_page(tweet_side: Side) -> None:
    await tweet_side.x.reply("Başlangıç")
    _, position = await tweet_side.polled()
    made = {await tweet_side.x.reply(f"Yanıt {number}") for number in range(130)}

    events, _ = await tweet_side.polled(position)

    assert {event.external_id for event in events} >= made


async def test_what_was_seen_last_being_too_old_is_no_failure(tweet_side: Side) -> None:
    await tweet_side.x.reply("Eski")
    _, position = await tweet_side.polled()
    tweet_side.x.client.clock.forward(days=8)
    fresh = await tweet_side.x.reply("Yeni")

    found = await XPoll(tweet_side.api, naming=tweet_side.naming).poll(position)

    events = [event for page in found.pages for event in INBOUND.parse(page, received_at=tweet_side.x.client.clock())]
    assert fresh in {event.external_id for event in events}
    assert not found.is_complete


async def test_a_reply_is_looked_up_with_its_link(side: Side) -> None:
    made = await side.x.reply("Fotoğraf ektedir", media="photo")

    found = await side.outbound.look_up(await side.message(made))

    assert found.link == f"https://x.com/elif_senel/status/{made}"
    assert found.author_name == "Elif Şenel"
    assert [(one.kind, one.url is not None) for one in found.media] == [("photo", True)]
    await side.x.client.control(f"x/comments/{made}/remove")
    assert (await side.outbound.look_up(replace(as_comment(made)))).is_gone


def as_comment(external_id: str, **fields: Any) -> Message:
    defaults: dict[str, Any] = {
        "id": MessageId(1),
        "platform": X,
        "account": ACCOUNT,
        "channel": Channel.COMMENT,
        "external_id": ExternalId(external_id),
        "text": "",
    }
    return Message(**(defaults | fields))


async def test_it_hides_and_shows_a_reply_and_does_so_twice(side: Side) -> None:
    made = await side.x.reply()
    message = await side.message(made)

    for _ in range(2):
        await side.outbound.hide(message)
        assert await side.state(made) == "hidden"
    for _ in range(2):
        await side.outbound.unhide(message)
        assert await side.state(made) == "visible"
    history = (await side.x.client.item(made, "x"))["history"]
    assert [call["call"] for call in history] == ["hide", "hide", "unhide", "unhide"]


async def test_an_edited_reply_is_hidden_under_its_newest_id(side: Side) -> None:
    made = await side.x.reply("Önce")
    await side.x.client.control(f"x/comments/{made}/edit", text="Sonra")
    events, _ = await side.polled()
    edited = next(event for event in events if event.event is EventKind.EDITED)
    assert (edited.external_id, edited.text, edited.edit_number) == (made, f"@{HANDLE} Sonra", 1)

    await side.outbound.hide(as_comment(made, revision=2))

    assert await side.state(made) == "hidden"


async def test_a_removed_reply_counts_as_hidden(side: Side) -> None:
    made = await side.x.reply()
    message = await side.message(made)
    await side.x.client.control(f"x/comments/{made}/remove")

    await side.outbound.hide(message)
    with pytest.raises(PlatformRefusedError):
        await side.outbound.unhide(message)


async def test_a_mention_cannot_be_hidden(side: Side) -> None:
    made = await side.x.mention()

    with pytest.raises(PlatformRefusedError):
        await side.outbound.hide(as_comment(made, post_id=ExternalId("12")))
    assert await side.state(made) == "visible"


async def test_it_answers_who_names_us_and_finds_the_answer(side: Side) -> None:
    made = await side.x.reply(f"@{HANDLE} cevap verir misiniz?")
    message, since = await side.message(made), side.x.client.clock()

    sent = await side.outbound.reply(message, ANSWER)

    (reply,) = (await side.x.client.item(made, "x"))["replies"]
    assert (reply["id"], reply["text"], reply["is_ours"]) == (sent.external_id, ANSWER, True)
    assert await side.outbound.find_reply(message, ANSWER, since=since) == sent
    assert await side.outbound.find_reply(message, "Başka bir şey", since=since) is None
    # X does not take the same words to the same person twice: they are found, and nothing is said again.
    assert await side.outbound.reply(message, ANSWER) == sent


async def test_it_tells_what_an_author_wrote_to_us_before(side: Side) -> None:
    first = await side.x.reply("Yemekler soğuk")
    await side.x.reply("Bana da öyle geldi", author="Kerem Işık")
    mention = await side.x.mention(f"@{HANDLE} yine soğuk", author="Elif Şenel")
    last = await side.x.reply("Hiç düzelmiyor, yönetim nerede?")

    found = await side.outbound.earlier_of(await side.message(last))

    assert {one.external_id for one in found} == {first, mention}
    assert any("Yemekler soğuk" in one.text for one in found)
    assert all(one.link == f"https://x.com/i/status/{one.external_id}" and one.written_at for one in found)


async def test_it_answers_a_mention_elsewhere(side: Side) -> None:
    made = await side.x.mention()
    message, since = await side.message(made), side.x.client.clock()

    sent = await side.outbound.reply(message, ANSWER)

    assert (await side.x.client.item(made, "x"))["replies"] == [{"id": sent.external_id, "text": ANSWER}]
    assert await side.outbound.find_reply(message, ANSWER, since=since) == sent


async def test_on_self_serve_a_plain_reply_is_not_answered(side: Side) -> None:
    made = await side.x.reply("Yemekler soğuk")

    with pytest.raises(PlatformRefusedError) as caught:
        await side.outbound.reply(await side.message(made), ANSWER)

    assert caught.value.code == "403"
    assert (await side.x.client.item(made, "x"))["replies"] == []


async def test_an_answer_whose_answer_was_lost_is_found_and_not_said_twice(tweet_side: Side) -> None:
    made = await tweet_side.x.reply(f"@{HANDLE} orada mısınız?")
    message, since = await tweet_side.message(made), tweet_side.x.client.clock()
    await tweet_side.x.client.control("faults", platform="x", kind="lost_response")
    tweet_side.timeout = IMPATIENT

    with pytest.raises(OutcomeUnknownError):
        await tweet_side.outbound.reply(message, ANSWER)

    await tweet_side.x.client.control("faults", platform="x", kind="lost_response", rate=0)
    tweet_side.timeout = PATIENT
    found = await tweet_side.outbound.find_reply(message, ANSWER, since=since)
    (reply,) = (await tweet_side.x.client.item(made, "x"))["replies"]
    assert found is not None
    assert found.external_id == reply["id"]


async def test_it_answers_a_message_and_finds_it(side: Side) -> None:
    made = await side.x.dm()
    message, since = await side.message(made), side.x.client.clock()
    message = replace(message, author_id=ExternalId(side.x.author_of(made)))

    sent = await side.outbound.private_message(message, ANSWER, metadata="7")

    (written,) = (await side.x.client.item(made, "x"))["private_messages"]
    assert (written["id"], written["text"]) == (sent.external_id, ANSWER)
    assert await side.outbound.find_private_message(message, ANSWER, since=since) == sent
    assert await side.outbound.find_private_message(message, "Yok", since=since) is None


async def test_a_message_whose_answer_was_lost_is_found(tweet_side: Side) -> None:
    made = await tweet_side.x.dm()
    message, since = await tweet_side.message(made), tweet_side.x.client.clock()
    await tweet_side.x.client.control("faults", platform="x", kind="lost_response")
    tweet_side.timeout = IMPATIENT
    with pytest.raises(OutcomeUnknownError):
        await tweet_side.outbound.private_message(message, ANSWER, metadata="7")
    await tweet_side.x.client.control("faults", platform="x", kind="lost_response", rate=0)
    tweet_side.timeout = PATIENT

    assert await tweet_side.outbound.find_private_message(message, ANSWER, since=since) is not None
    assert len((await tweet_side.x.client.item(made, "x"))["private_messages"]) == 1


async def test_a_commenter_is_written_to_by_a_persons_hand_alone(tweet_side: Side) -> None:
    made = await tweet_side.x.reply()
    message = await tweet_side.message(made)

    with pytest.raises(PlatformRefusedError):
        await tweet_side.outbound.private_message(message, ANSWER, metadata="")
    sent = await tweet_side.outbound.by_person().private_message(message, ANSWER, metadata="")

    assert sent.external_id in tweet_side.x.client.ground.world.messages


async def test_who_takes_no_messages_is_not_written_to(tweet_side: Side) -> None:
    made = await tweet_side.x.dm()
    await tweet_side.x.client.control("x/people", author="Elif Şenel", reachable=False)

    with pytest.raises(PlatformRefusedError):
        await tweet_side.outbound.private_message(await tweet_side.message(made), ANSWER, metadata="")


async def test_it_deletes_its_own_and_counts_what_is_gone_as_deleted(side: Side) -> None:
    made = await side.x.reply(f"@{HANDLE} ?")
    sent = await side.outbound.reply(await side.message(made), ANSWER)
    own = as_comment(sent.external_id, author_id=ExternalId(UNIVERSITY))

    await side.outbound.delete(own)

    assert (await side.x.client.item(made, "x"))["replies"] == []
    await side.outbound.delete(own)


async def test_blocking_is_refused_on_self_serve_even_if_we_believed_otherwise(tweet_side: Side) -> None:
    message = await tweet_side.message(await tweet_side.x.reply())

    assert Capability.BLOCK in tweet_side.outbound.lacks(Channel.COMMENT)
    with pytest.raises(PlatformRefusedError) as caught:
        await replace(tweet_side, tier=Tier.ENTERPRISE).outbound.block(message)
    assert caught.value.code == "403/client-forbidden"


async def test_an_enterprise_customer_blocks_and_answers_anyone(client: Client) -> None:
    settings = some_settings(x_tier="enterprise")
    async with connected(settings, client.clock) as enterprise, httpx.AsyncClient(verify=trust()) as http:
        side = Side(x=XApi(enterprise), http=http, credentials=Tokens(TOKEN), tier=Tier.ENTERPRISE)
        message = await side.message(await side.x.reply("Yemekler soğuk"))

        await side.outbound.reply(message, ANSWER)
        await side.outbound.block(message)

        refused = await enterprise.http.post("/control/x/comments", json={"author": "Elif Şenel", "text": "Yine ben"})
        assert refused.json()["detail"]["why"] == "blocked"


async def test_a_rejected_token_is_renewed_and_the_call_made_again(client: Client) -> None:
    async with httpx.AsyncClient(verify=trust()) as http:
        app = an_app(client)

        async def renew() -> Any:
            token = REFRESH_TOKENS[UNIVERSITY]
            return await oauth.refresh(app, http, refresh_token=token, now=client.clock())

        tokens = Tokens("expired-token", renew)
        side = Side(x=XApi(client), http=http, credentials=tokens)
        made = await side.x.reply()

        await side.outbound.hide(as_comment(made))

        assert await side.state(made) == "hidden"
        assert tokens.present not in {"expired-token", *ACCESS_TOKENS.values()}
        with pytest.raises(TokenRejectedError):
            await renew()


async def test_the_service_renews_where_its_api_is(client: Client) -> None:
    base = f"{client.ground.settings.base_url}/x"
    settings = XSettings(base_url=base, client_id=CLIENT_ID, client_secret=SecretStr(CLIENT_SECRET))
    async with httpx.AsyncClient(verify=trust()) as http:
        around = Surroundings(
            http=http,
            clock=client.clock,
            tokens=lambda account: Tokens(TOKEN),
            ledgers=lambda project: None,
            webhook_url="http://127.0.0.1:9/webhooks/x",
            redirect_uri=REDIRECT,
        )
        renew = CONNECTOR.renewer(settings, around)
        assert renew is not None

        first = await renew(REFRESH_TOKENS[UNIVERSITY])

        assert first.refresh_token is not None
        assert (await renew(first.refresh_token)).access_token != first.access_token


@pytest.mark.parametrize("client_id", [CLIENT_ID, PUBLIC_CLIENT_ID])
async def test_a_person_signs_the_account_in(client: Client, client_id: str) -> None:
    app, verifier = an_app(client, client_id), oauth.new_verifier()
    address = oauth.authorization_url(app, state="a-state", verifier=verifier)
    async with httpx.AsyncClient(verify=trust()) as http:
        back = await http.get(address, params={**_query(address), "answer": "allow", "account": UNIVERSITY})
        query = parse_qs(urlsplit(back.headers["location"]).query)
        assert query["state"] == ["a-state"]

        grant = await oauth.exchange(app, http, code=query["code"][0], verifier=verifier, now=client.clock())

        assert grant.scopes == set(oauth.SCOPES)
        assert grant.refresh_token is not None
        assert grant.expires_at == client.clock() + timedelta(hours=2)
        side = Side(x=XApi(client), http=http, credentials=Tokens(grant.access_token))
        made = await side.x.reply()
        await side.outbound.hide(as_comment(made))
        assert await side.state(made) == "hidden"
        client.clock.forward(hours=2)
        with pytest.raises(TokenRejectedError):
            await side.outbound.unhide(as_comment(made))
        renewed = await oauth.refresh(app, http, refresh_token=grant.refresh_token, now=client.clock())
        side = replace(side, credentials=Tokens(renewed.access_token))
        await side.outbound.unhide(as_comment(made))


def an_app(client: Client, client_id: str = CLIENT_ID) -> oauth.App:
    base = f"{client.ground.settings.base_url}/x"
    return oauth.App(
        client_id=client_id,
        client_secret=CLIENT_SECRET if client_id == CLIENT_ID else None,
        redirect_uri=REDIRECT,
        authorize_url=f"{base}/i/oauth2/authorize",
        token_url=f"{base}/2/oauth2/token",
    )


def _query(address: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}


async def test_a_signature_does_for_a_token(client: Client) -> None:
    token, secret = USER_KEYS[UNIVERSITY]
    signature = UserSignature(
        consumer_key=CONSUMER_KEY, consumer_secret=CONSUMER_SECRET, token=token, token_secret=secret
    )
    async with httpx.AsyncClient(verify=trust()) as http:
        side = Side(x=XApi(client), http=http, credentials=signature)
        made = await side.x.reply(f"@{HANDLE} ?")

        message = await side.message(made)
        await side.outbound.hide(message)
        sent = await side.outbound.reply(message, ANSWER)

        assert await side.state(made) == "hidden"
        assert await side.outbound.find_reply(message, ANSWER, since=client.clock()) == sent


@pytest.mark.parametrize(("kind", "wait"), [("http_500", None), ("http_429", 60), ("timeout", None)])
async def test_trouble_passes_and_what_is_safe_may_be_repeated(tweet_side: Side, kind: str, wait: int | None) -> None:
    message = await tweet_side.message(await tweet_side.x.reply())
    await tweet_side.x.client.control("faults", platform="x", kind=kind, for_seconds=60)
    tweet_side.timeout = IMPATIENT

    with pytest.raises(PlatformUnavailableError) as caught:
        await tweet_side.outbound.hide(message)

    assert await tweet_side.state(message.external_id) == "visible"
    if wait is not None:
        assert caught.value.retry_after is not None
        assert timedelta(seconds=wait - 3) <= caught.value.retry_after <= timedelta(seconds=wait + 3)
    await tweet_side.x.client.control("faults", platform="x", kind=kind, rate=0)
    tweet_side.timeout = PATIENT
    await tweet_side.outbound.hide(message)


async def test_when_no_call_is_left_it_waits_without_asking(tweet_side: Side) -> None:
    message = await tweet_side.message(await tweet_side.x.reply())
    outbound = tweet_side.outbound
    for _ in range(50):
        await outbound.hide(message)
    calls = len(tweet_side.x.client.ground.calls.all())

    with pytest.raises(PlatformUnavailableError) as caught:
        await outbound.hide(message)

    assert len(tweet_side.x.client.ground.calls.all()) == calls
    assert caught.value.retry_after is not None
    tweet_side.x.client.clock.forward(minutes=15, seconds=3)
    await outbound.hide(message)


async def test_deliveries_are_proven_and_read_as_the_poll_reads(told: XApi, receiver: Receiver) -> None:
    reply = await told.reply(f"@{HANDLE} şunu çözün <3")
    mention, dm = await told.mention("@izmirekonomiuni selam"), await told.dm("Kaydım silinmiş")

    events = await _delivered(told, receiver, 4)

    async with httpx.AsyncClient(verify=trust()) as http:
        side = Side(x=told, http=http, credentials=Tokens(TOKEN))
        polled, _ = await side.polled()
    for external_id in (reply, mention, dm):
        pushed = [event for event in events if event.external_id == external_id]
        pulled = next(event for event in polled if event.external_id == external_id)
        assert {event.key for event in pushed} == {pulled.key}
        assert {event.text for event in pushed} == {pulled.text}
        assert {event.account_id for event in pushed} == {UNIVERSITY}
        assert {event.author_name for event in pushed} == {"Elif Şenel"}
    assert [event.channel for event in events if event.external_id == mention] == [Channel.MENTION]


async def test_what_we_write_comes_back_as_an_echo(told: XApi, receiver: Receiver) -> None:
    reply, dm = await told.reply(f"@{HANDLE} ?"), await told.dm()
    async with httpx.AsyncClient(verify=trust()) as http:
        side = Side(x=told, http=http, credentials=Tokens(TOKEN))
        sent = await side.outbound.reply(await side.message(reply), ANSWER)
        written = await side.outbound.private_message(await side.message(dm), ANSWER, metadata="")
        await side.outbound.delete(as_comment(sent.external_id, author_id=ExternalId(UNIVERSITY)))

    events = await _delivered(told, receiver, 6)

    echoes = {event.external_id for event in events if event.event is EventKind.ECHO}
    assert echoes == {sent.external_id, written.external_id}
    assert [event.external_id for event in events if event.event is EventKind.REMOVED] == [sent.external_id]


async def test_our_challenge_answer_satisfies_the_sandbox(client: Client) -> None:
    handshake = INBOUND.handshake({"crc_token": "abc"}, keys=_keys())

    assert handshake is not None
    simulated = client.ground.simulated[client.ground.world.accounts[UNIVERSITY].platform]
    response = httpx.Response(200, content=handshake.body, headers={"content-type": handshake.media_type})
    assert simulated.is_confirmed(response, client.ground.world.accounts[UNIVERSITY], "abc")
    assert not simulated.is_confirmed(response, client.ground.world.accounts[UNIVERSITY], "abd")


@pytest.mark.parametrize(
    "text",
    [
        "Merhaba, nasılsınız?",
        "ş" * 280,
        "👨‍👩‍👧‍👦 aile 🇹🇷 bayrak 1️⃣ tuş 👍🏽",
        "Bakınız https://ieu.edu.tr/uzun/bir/yol?soru=1&b=2 ve ieu.edu.tr.",
        "漢字とかな",
        "“alıntı” – tire … ‘tek’",
        "e\u0301 birleşik",
    ],
)
def test_both_sides_count_alike(text: str) -> None:
    assert weighted_length(text) == our_length(text)


@NEEDS_SPEC
@pytest.mark.parametrize("naming", list(Naming))
async def test_all_our_calls_agree_with_the_specification(client: Client, naming: Naming) -> None:
    async with httpx.AsyncClient(verify=trust()) as http:
        side = Side(x=XApi(client), http=http, credentials=Tokens(TOKEN), naming=naming)
        reply, dm = await side.x.reply(f"@{HANDLE} ?"), await side.x.dm()
        _, position = await side.polled()
        await side.polled(position)
        message, private = await side.message(reply), await side.message(dm)
        outbound, since = side.outbound, client.clock()
        await outbound.look_up(message)
        await outbound.hide(message)
        await outbound.unhide(replace(message, revision=2))
        sent = await outbound.reply(message, ANSWER)
        await outbound.find_reply(message, ANSWER, since=since)
        await outbound.private_message(private, ANSWER, metadata="")
        await outbound.find_private_message(private, ANSWER, since=since)
        await outbound.delete(as_comment(sent.external_id, author_id=ExternalId(UNIVERSITY)))

    calls = (await client.http.get("/control/calls")).json()

    assert len(calls) > 20
    assert {call["status"] for call in calls} <= {200, 201}
    assert [problem for call in calls for problem in spec().problems(call)] == []


async def _delivered(told: XApi, receiver: Receiver, count: int) -> list[Event]:
    found: list[Event] = []
    for delivery in await receiver.wait_for(count):
        request = Delivered(headers=delivery.headers, body=delivery.body)
        INBOUND.verify(request, secrets=[CONSUMER_SECRET])
        found += INBOUND.parse(delivery.body, received_at=told.client.clock())
    return found


def _keys() -> Any:

    return Keys(secrets=(CONSUMER_SECRET,))
