"""What a platform lets us store for a time only goes on time; what is held, and the seals, stay (policy section 8)."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, text

from app.evidence import keep
from app.evidence.objects import ObjectRef, ObjectStore
from app.evidence.prove import prove
from app.messages import (
    Account,
    AccountId,
    AccountKind,
    Channel,
    DeliveryId,
    Event,
    EventKind,
    ExternalId,
    MessageId,
    PersonId,
    PlatformName,
)
from app.records import retention
from app.records.arrivals import Arrival, record_edited
from app.records.database import Sessions
from app.records.tables import accounts, people
from app.retention import AFTER_REVIEW, Retention
from app.rules.model import Label
from tests.api.builders import a_decision, a_delivery, a_seal, a_stored_message

LINKEDIN = PlatformName("linkedin")
LIMIT = timedelta(hours=48)
SAID = "Yurtlardaki sıcak su günlerdir yok"


@dataclass(slots=True)
class MovedClock:
    """The machine's time, moved forward."""

    by: timedelta = field(default_factory=timedelta)

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.by


@dataclass(slots=True, kw_only=True)
class Store:
    """Records of one LinkedIn page, and what ends their storing."""

    sessions: Sessions
    objects: ObjectStore
    clock: MovedClock
    page: Account
    retention: Retention
    director: PersonId
    delivery: DeliveryId

    async def row(self, statement: str, **given: Any) -> Any:
        async with self.sessions() as session:
            return (await session.execute(text(statement), given)).one()

    async def after(self, time: timedelta) -> None:
        """Let so much time pass, and the job run."""
        self.clock.by += time
        await self.retention.expire_due()

    async def message(self, message_id: MessageId) -> Any:
        return await self.row("select * from messages where id = :id", id=message_id)


@pytest.fixture
async def store(sessions: Sessions, tmp_path: Path) -> Store:
    """A page, a director, an empty object store."""
    values = {"platform": LINKEDIN, "external_id": "urn:li:organization:1", "page_id": "1", "handle": "ieu"}
    async with sessions.begin() as session:
        page_id = await session.scalar(
            insert(accounts).values(**values, kind="official", is_active=True).returning(accounts.c.id)
        )
        director = await session.scalar(
            insert(people)
            .values(name="D", email="d@ornek.edu.tr", role="director", is_active=True)
            .returning(people.c.id)
        )
    clock, objects = MovedClock(), ObjectStore(str(tmp_path / "objects"))
    page = Account(
        id=AccountId(page_id),
        platform=LINKEDIN,
        external_id=ExternalId("urn:li:organization:1"),
        page_id=ExternalId("1"),
        handle="ieu",
        kind=AccountKind.OFFICIAL,
    )
    return Store(
        sessions=sessions,
        objects=objects,
        clock=clock,
        page=page,
        retention=Retention(sessions=sessions, objects=objects, limits={LINKEDIN: LIMIT}, clock=clock),
        director=PersonId(director),
        delivery=await a_delivery(sessions, platform=LINKEDIN),
    )


async def with_evidence(store: Store, message: MessageId, content: bytes = b"a card") -> ObjectRef:
    """Seal the message and store a card beside the seal."""
    sealed = await a_seal(store.sessions, message)
    image = await store.objects.put(content, "image/png")
    async with store.sessions.begin() as session:
        await keep.add_image(session, sealed.id, image, kind="card", taken_at=datetime.now(UTC))
    return image


async def test_words_and_names_go_after_48_hours_and_ids_and_decisions_stay(store: Store) -> None:
    message = await a_stored_message(store.sessions, store.page, SAID)

    await store.after(timedelta(hours=47))
    assert (await store.message(message)).text == SAID

    await store.after(timedelta(hours=2))
    row = await store.message(message)
    assert (row.text, row.author_name) == ("", None)
    assert row.expired_at is not None
    assert row.external_id
    assert row.author_external_id == "501"
    assert row.link
    revision = await store.row("select text, expired_at from revisions where message_id = :id", id=message)
    assert revision.text == ""
    assert (await store.row("select count(*) from decisions where message_id = :id", id=message))[0] == 1


async def test_another_platforms_content_stays(store: Store, sessions: Sessions) -> None:
    async with sessions.begin() as session:
        await session.execute(text("update accounts set platform = 'facebook'"))
    page = Account(
        id=store.page.id,
        platform=PlatformName("facebook"),
        external_id=store.page.external_id,
        page_id=store.page.page_id,
        handle="ieu",
        kind=AccountKind.OFFICIAL,
    )
    message = await a_stored_message(sessions, page, SAID)
    await store.after(timedelta(days=400))
    assert (await store.message(message)).text == SAID


async def test_what_nobody_judged_yet_is_kept(store: Store) -> None:
    message = await a_stored_message(store.sessions, store.page, SAID, judged=False)
    await store.after(LIMIT * 2)
    assert (await store.message(message)).text == SAID
    await a_decision(store.sessions, message)
    await store.after(timedelta())
    assert (await store.message(message)).text == ""


@pytest.mark.parametrize(
    ("labels", "disposition"),
    [
        ((Label.INSULT,), "contain"),
        ((Label.PRIVACY,), "remove"),
        ((Label.SELF_HARM,), "keep"),
        ((Label.THREAT,), "review"),
    ],
)
async def test_grave_content_is_held_until_a_day_after_a_person_reviewed_it(
    store: Store, labels: tuple[Label, ...], disposition: str
) -> None:
    message = await a_stored_message(store.sessions, store.page, SAID, labels=labels, disposition=disposition)
    image = await with_evidence(store, message)
    await store.after(timedelta(days=90))
    assert (await store.message(message)).text == SAID

    await decided_by_person(store, message)
    await store.after(AFTER_REVIEW - timedelta(minutes=1))
    assert (await store.message(message)).text == SAID
    assert await store.objects.exists(image)

    await store.after(timedelta(minutes=2))
    assert (await store.message(message)).text == ""
    assert not await store.objects.exists(image)


async def test_a_review_before_an_edit_says_nothing_of_what_it_was_edited_into(store: Store) -> None:
    message = await a_stored_message(store.sessions, store.page, SAID, labels=(Label.INSULT,), disposition="contain")
    await decided_by_person(store, message)
    row = await store.message(message)
    async with store.sessions.begin() as session:
        await record_edited(session, edit_of(store, row.external_id, "Seni bulacağım"))
    await a_decision(store.sessions, message, labels=(Label.THREAT,), disposition="contain", revision=2)

    await store.after(timedelta(days=90))
    assert (await store.message(message)).text == "Seni bulacağım"


async def test_a_persons_hold_keeps_everything_until_it_is_released(store: Store) -> None:
    message = await a_stored_message(store.sessions, store.page, SAID, labels=(Label.HATE,), disposition="remove")
    image = await with_evidence(store, message)
    await decided_by_person(store, message)
    await hold(store, message)

    await store.after(timedelta(days=400))
    assert (await store.message(message)).text == SAID
    assert (await store.objects.get(image)) == b"a card"

    async with store.sessions.begin() as session:
        assert await retention.release_hold(session, message, by=store.director, at=store.clock())
    await store.after(timedelta())
    assert (await store.message(message)).text == ""


async def test_a_second_hold_is_refused_and_a_new_one_after_a_release_is_not(store: Store) -> None:
    message = await a_stored_message(store.sessions, store.page, SAID)
    assert await hold(store, message)
    assert not await hold(store, message)
    async with store.sessions.begin() as session:
        await retention.release_hold(session, message, by=store.director, at=store.clock())
    assert await hold(store, message)


async def test_the_chain_of_seals_stays_provable(store: Store) -> None:
    messages = [await a_stored_message(store.sessions, store.page, f"{SAID} {number}") for number in range(3)]
    for message in messages:
        await with_evidence(store, message, content=b"card %d" % message)
    await hold(store, messages[1])

    await store.after(LIMIT + timedelta(hours=1))

    proof = await prove(store.sessions, store.objects, None)
    assert not proof.flaws
    assert (proof.links, proof.images, proof.destroyed) == (3 + 3 + 2, 3, 2)
    gone = await store.row("select array_agg(erased_at is not null order by evidence_id) from evidence_contents")
    assert gone[0] == [True, False, True]


async def test_an_object_that_another_record_needs_stays(store: Store) -> None:
    first = await a_stored_message(store.sessions, store.page, SAID)
    second = await a_stored_message(store.sessions, store.page, SAID)
    image = await with_evidence(store, first, b"the same")
    await with_evidence(store, second, b"the same")
    await hold(store, second)

    await store.after(LIMIT + timedelta(hours=1))

    assert (await store.message(first)).text == ""
    assert await store.objects.get(image) == b"the same"


async def test_an_edit_brings_new_words_with_a_time_of_their_own(store: Store) -> None:
    message = await a_stored_message(store.sessions, store.page, SAID)
    await store.after(LIMIT + timedelta(hours=1))
    row = await store.message(message)
    store.clock.by = timedelta()
    async with store.sessions.begin() as session:
        await session.execute(text("update revisions set received_at = now() - interval '3 days'"))
        await record_edited(session, edit_of(store, row.external_id, "Sıcak su geldi, teşekkürler"))
    await a_decision(store.sessions, message, revision=2)

    await store.after(timedelta())
    row = await store.message(message)
    assert (row.text, row.expired_at) == ("Sıcak su geldi, teşekkürler", None)
    assert (await store.row("select text from revisions where revision = 1")).text == ""

    await store.after(LIMIT + timedelta(hours=1))
    assert (await store.message(message)).text == ""


async def test_bodies_of_deliveries_go_and_unread_ones_stay(store: Store) -> None:
    read = await a_delivery(store.sessions, b'{"text": "..."}', platform=LINKEDIN)
    unread = await a_delivery(store.sessions, b"?", platform=LINKEDIN, state="quarantined")
    foreign = await a_delivery(store.sessions, b"{}", platform="facebook")
    await store.after(timedelta())
    bodies = {
        number: (await store.row("select body, digest from deliveries where id = :id", id=number))
        for number in (read, unread, foreign)
    }
    assert bodies[read].body == b""
    assert bodies[read].digest
    assert (bodies[unread].body, bodies[foreign].body) == (b"?", b"{}")


async def test_more_than_one_round_holds_is_expired_in_one_run(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.retention.AT_ONCE", 2)
    for number in range(5):
        await a_stored_message(store.sessions, store.page, f"{SAID} {number}")
    await store.after(LIMIT + timedelta(hours=1))
    assert (await store.row("select count(*) from messages where text <> ''"))[0] == 0
    assert (await store.row("select count(*) from audit where act = 'content.expire'"))[0] == 3


async def decided_by_person(store: Store, message: MessageId) -> None:
    async with store.sessions.begin() as session:
        await session.execute(
            text(
                "insert into decisions (id, message_id, revision, made_by, person_id, disposition, reason, "
                "policy_version, decided_at) select nobet_id_beside('decisions_numbers', :id), :id, 1, "
                "'person', :person, 'keep', 'okundu', policy_version, :at "
                "from decisions where message_id = :id limit 1"
            ),
            {"id": message, "person": store.director, "at": store.clock()},
        )


async def hold(store: Store, message: MessageId) -> bool:
    async with store.sessions.begin() as session:
        return await retention.open_hold(
            session, message, reason="soruşturma", case_number="2026/7", by=store.director, at=store.clock()
        )


def edit_of(store: Store, external_id: str, words: str) -> Arrival:
    event = Event(
        event=EventKind.EDITED,
        key=f"{external_id}:edit",
        platform=LINKEDIN,
        channel=Channel.COMMENT,
        external_id=ExternalId(external_id),
        text=words,
    )
    return Arrival(
        account=store.page,
        event=event,
        delivery_id=store.delivery,
        correlation_id="c0ffee",
        read_at=store.clock(),
    )
