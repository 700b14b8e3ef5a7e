"""What is kept for a time goes by rule, with a certificate; what is held, or still to be reviewed, stays."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from app.decisions.model import Disposition
from app.decisions.policy import shipped_policy
from app.decisions.retention import RecordKind
from app.evidence import keep
from app.evidence.objects import ObjectRef, ObjectStore
from app.evidence.prove import Proof, prove
from app.evidence.verify import FlawKind
from app.expiry import Expiry
from app.messages import MessageId, PersonId
from app.records import decisions, retention
from app.records.database import Sessions
from app.rules.model import Label
from app.signals.policies import PolicyStore
from tests.api.builders import a_delivery, a_notification, a_seal, a_stored_message, an_action
from tests.world import FACEBOOK, World, make_world

RULES = shipped_policy().retention
GRAVE = RULES.evidence["grave"].time
OTHER = RULES.evidence["other"].time
DAY = timedelta(days=1)
SAID = "Seni bulacağım, göreceksin"


@dataclass(slots=True, kw_only=True)
class Archive:
    """Messages with their evidence, and what ends the keeping of them."""

    sessions: Sessions
    objects: ObjectStore
    world: World
    expiry: Expiry
    passed: timedelta = field(default_factory=timedelta)

    async def after(self, time: timedelta) -> None:
        """Let so much time pass, and the nightly job run."""
        self.passed += time
        await self.expiry.carry_out_due()

    async def rows(self, statement: str, **given: Any) -> list[Any]:
        async with self.sessions.begin() as session:
            return list(await session.execute(text(statement), given))

    async def do(self, *statements: str, **given: Any) -> None:
        async with self.sessions.begin() as session:
            for statement in statements:
                await session.execute(text(statement), given)

    async def prove(self) -> Proof:
        return await prove(self.sessions, self.objects, None)

    async def kept(self, *labels: Label, disposition: str = "keep") -> tuple[MessageId, ObjectRef]:
        """A message with sealed evidence and a card."""
        message = await a_stored_message(
            self.sessions, self.world.page, SAID, labels=labels, disposition=disposition, author="501"
        )
        sealed = await a_seal(self.sessions, message)
        card = await self.objects.put(b"card %d" % message, "image/png")
        async with self.sessions.begin() as session:
            await keep.add_image(session, sealed.id, card, kind="card", taken_at=datetime.now(UTC))
        return message, card

    async def is_destroyed(self, message: MessageId) -> bool:
        [row] = await self.rows(
            "select c.erased_at, c.fields from evidence e join evidence_contents c on c.evidence_id = e.id "
            "where e.message_id = :id",
            id=message,
        )
        assert (row.erased_at is not None) == (row.fields == {})
        return row.erased_at is not None

    async def review(self, message: MessageId) -> None:
        """A person decides on the message."""
        async with self.sessions.begin() as session:
            await decisions.store_human_decision(
                session,
                message,
                1,
                person_id=PersonId(self.world.people["director"]),
                disposition=Disposition.KEEP,
                reason="okundu",
            )


@pytest.fixture
async def archive(sessions: Sessions, tmp_path: Path) -> Archive:
    """An empty archive with a clock of its own."""
    objects = ObjectStore((tmp_path / "objects").as_uri())

    def clock() -> datetime:
        return datetime.now(UTC) + made.passed

    expiry = Expiry(
        sessions=sessions, objects=objects, policies=PolicyStore(sessions), platforms=(FACEBOOK,), clock=clock
    )
    made = Archive(sessions=sessions, objects=objects, world=await make_world(sessions), expiry=expiry)
    return made


async def test_evidence_goes_when_its_time_is_over_with_a_certificate_that_names_the_rule(archive: Archive) -> None:
    message, card = await archive.kept(Label.COMPLAINT)

    await archive.after(OTHER - DAY)
    assert not await archive.is_destroyed(message)

    await archive.after(2 * DAY)
    assert await archive.is_destroyed(message)
    assert not await archive.objects.exists(card)
    [certificate] = await archive.rows("select content from evidence_addenda where kind = 'destruction'")
    assert certificate.content["rule"].startswith("retention.evidence.other: 365 days (policy ")
    assert certificate.content["images"] == [card.sha256]
    assert certificate.content["objects"] == [card.key]
    proof = await archive.prove()
    assert (proof.flaws, proof.destroyed) == ([], 1)
    noted = await archive.rows("select subject, detail from audit where act = 'retention.end'")
    assert "retention/evidence.other" in [row.subject for row in noted]


async def test_grave_evidence_is_kept_longer_and_the_longest_time_of_a_message_counts(archive: Archive) -> None:
    plain, _ = await archive.kept(Label.COMPLAINT)
    grave, _ = await archive.kept(Label.COMPLAINT, Label.HATE)
    await archive.review(grave)

    await archive.after(GRAVE - DAY)
    assert (await archive.is_destroyed(plain), await archive.is_destroyed(grave)) == (True, False)
    [row] = await archive.rows("select text, author_name from messages where id = :id", id=grave)
    assert (row.text, row.author_name) == ("", None)  # the message went long before

    await archive.after(2 * DAY)
    assert await archive.is_destroyed(grave)
    assert (await archive.prove()).flaws == []


async def test_a_hold_keeps_everything_until_it_is_released(archive: Archive) -> None:
    message, card = await archive.kept(Label.THREAT)
    await archive.review(message)
    director = PersonId(archive.world.people["director"])
    async with archive.sessions.begin() as session:
        await retention.open_hold(
            session, message, reason="soruşturma", case_number="2026/7", by=director, at=datetime.now(UTC)
        )

    await archive.after(2 * GRAVE)
    assert not await archive.is_destroyed(message)
    assert await archive.objects.get(card)
    [row] = await archive.rows("select text from messages where id = :id", id=message)
    assert row.text == SAID

    async with archive.sessions.begin() as session:
        await retention.release_hold(session, message, by=director, at=datetime.now(UTC))
    await archive.after(DAY)
    assert await archive.is_destroyed(message)


@pytest.mark.parametrize(
    ("label", "disposition"), [(Label.INSULT, "remove"), (Label.SELF_HARM, "keep"), (Label.THREAT, "review")]
)
async def test_what_a_person_must_review_waits_for_that(archive: Archive, label: Label, disposition: str) -> None:
    message, _ = await archive.kept(label, disposition=disposition)

    await archive.after(2 * GRAVE)
    assert not await archive.is_destroyed(message)

    await archive.review(message)
    await archive.after(RULES.after_review + timedelta(minutes=1))
    assert await archive.is_destroyed(message)


async def test_evidence_that_an_act_still_needs_is_not_destroyed(archive: Archive) -> None:
    message, _ = await archive.kept(Label.COMPLAINT)
    await an_action(archive.sessions, message, state="planned")

    await archive.after(2 * OTHER)
    assert not await archive.is_destroyed(message)

    await archive.do("update actions set state = 'done'")
    await archive.after(DAY)
    assert await archive.is_destroyed(message)


async def test_an_object_that_another_record_needs_stays(archive: Archive) -> None:
    message, card = await archive.kept(Label.COMPLAINT)
    longer, _ = await archive.kept(Label.HATE)
    await archive.review(longer)
    async with archive.sessions.begin() as session:
        [other] = (await session.execute(text("select id from evidence where message_id = :id"), {"id": longer})).all()
        await keep.add_image(session, other.id, card, kind="upload", taken_at=datetime.now(UTC))

    await archive.after(OTHER + DAY)
    assert await archive.is_destroyed(message)
    assert await archive.objects.exists(card)
    [certificate] = await archive.rows("select content from evidence_addenda where kind = 'destruction'")
    assert certificate.content["objects"] == []
    assert (await archive.prove()).flaws == []


async def test_a_record_destroyed_without_a_certificate_is_found(archive: Archive) -> None:
    message, _ = await archive.kept(Label.COMPLAINT)
    await archive.do("update evidence_contents set fields = '{}', salts = '{}', erased_at = now()")

    assert await archive.is_destroyed(message)
    assert {flaw.kind for flaw in (await archive.prove()).flaws} == {FlawKind.FIELD_MISSING}


async def test_messages_deliveries_answers_and_work_on_cases_end_each_in_their_time(archive: Archive) -> None:
    message, _ = await archive.kept(Label.COMPLAINT)
    action = await an_action(archive.sessions, message, state="done", text="Yanıtımız")
    await an_action(archive.sessions, message, state="held", text="Bekleyen yanıt")
    delivery = await a_delivery(archive.sessions, b'{"text": "x"}')
    told = await a_notification(archive.sessions, "sks", message)
    await archive.do(
        "insert into attempts (action_id, number, started_at, detail) values (:action, 1, now(), 'x')",
        "insert into review_notes (message_id, person_id, text, written_at) values (:message, :person, 'not', now())",
        "insert into notification_reports (notification_id, person_id, text, is_done, at) "
        "values (:told, :person, 'çözüldü', true, now())",
        action=action,
        message=message,
        person=archive.world.people["director"],
        told=told,
    )

    async def left() -> list[Any]:
        return await archive.rows(
            "select (select text from messages where id = :message), (select count(*) from actions where text <> ''), "
            "(select count(*) from attempts where detail <> ''), (select count(*) from review_notes where text <> ''), "
            "(select count(*) from notifications), (select count(*) from notification_reports), "
            "(select length(body) from deliveries where id = :delivery)",
            message=message,
            delivery=delivery,
        )

    await archive.after(RULES.records[RecordKind.DELIVERIES].time + DAY)
    assert await left() == [(SAID, 2, 1, 1, 1, 1, 0)]
    await archive.after(RULES.records[RecordKind.MESSAGES].time)
    assert await left() == [("", 1, 0, 0, 0, 0, 0)]  # what waits for a person keeps its words


async def test_the_audit_ends_by_rule_alone(archive: Archive) -> None:
    await archive.do(
        "insert into audit (at, act, subject) values (now() - interval '11 years', 'message.view', 'message/1'), "
        "(now() - interval '4 years', 'message.view', 'message/2')"
    )
    with pytest.raises(Exception, match="written once"):
        await archive.do("delete from audit where subject = 'message/2'")
    with pytest.raises(Exception, match="written once"):
        await archive.do("update audit set subject = 'message/3' where subject = 'message/1'")

    await archive.after(timedelta())

    subjects = [row.subject for row in await archive.rows("select subject from audit order by id")]
    assert subjects == ["message/2", "retention/audit"]
