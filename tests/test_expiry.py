"""What is kept for a time goes by rule, with a certificate; what is held, or still to be reviewed, stays."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import ARRAY, BigInteger, Column, LargeBinary, Text, text
from sqlalchemy.dialects.postgresql import JSONB

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
from app.records.expiry import BY_THEMSELVES, ENDINGS
from app.records.tables import metadata
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


async def test_evidence_does_not_wait_for_an_answer_that_nobody_took_up(archive: Archive) -> None:
    message, _ = await archive.kept(Label.COMPLAINT)
    await an_action(archive.sessions, message, kind="private_message", state="held")

    await archive.after(OTHER + DAY)

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


async def test_reasons_of_people_and_whatever_hangs_on_a_message_end_with_the_work_on_cases(archive: Archive) -> None:
    message, _ = await archive.kept(Label.INSULT, disposition="contain")
    held, _ = await archive.kept(Label.INSULT, disposition="contain")
    await archive.review(message)
    await archive.review(held)
    director = archive.world.people["director"]
    for one in (message, held):
        await archive.do(
            "insert into approvals (message_id, revision, wanted, text, reason, wanted_by, wanted_at, state, "
            "answered_at) values (:id, 1, 'reply', 'Ali Bey haklısınız', 'Ali Bey', :by, now(), 'lapsed', now())",
            "insert into appeals (message_id, removed_message_id, decision_id, state, decided_by, decided_at, reason, "
            "outcome_decision_id) select :id, :id, id, 'upheld', :by, now(), 'Ali Bey', id from decisions "
            "where message_id = :id and made_by = 'person'",
            "insert into page_captures (evidence_id, state, need, address, wanted_at, waived_at, waived_by, "
            "waived_because) select id, 'failed', 'asked', 'https://x', now(), now(), :by, 'Ali Bey' from evidence "
            "where message_id = :id",
            "insert into openings (message_id, revision, person_id, what, is_grave, opened_at) "
            "values (:id, 1, :by, 'content', true, now())",
            id=one,
            by=director,
        )
    await archive.do(
        "insert into content_holds (message_id, reason, case_number, opened_at, opened_by, released_at, released_by) "
        "values (:id, 'Ali Bey davası', '2026/7', now(), :by, now(), :by)",
        "insert into author_attributes (platform, author_external_id, kind, source, noted_by, noted_at) "
        "values ('facebook', '501', 'student', 'Ali Bey söyledi', :by, now())",
        id=message,
        by=director,
    )
    async with archive.sessions.begin() as session:
        await retention.open_hold(
            session, held, reason="dava", case_number=None, by=PersonId(director), at=datetime.now(UTC)
        )

    async def left() -> list[list[int]]:
        counted = (
            "select d.message_id from decisions d where d.reason <> ''",
            "select message_id from approvals where text is not null or reason <> '' or answer_reason is not null",
            "select message_id from appeals where reason <> ''",
            "select e.message_id from page_captures join evidence e on e.id = evidence_id where waived_because <> ''",
            "select message_id from openings",
            "select message_id from content_holds where reason <> ''",
            "select 0 as message_id from author_attributes",
        )
        return [sorted(row.message_id for row in await archive.rows(statement)) for statement in counted]

    await archive.after(RULES.records[RecordKind.CASE_WORK].time - DAY)
    assert await left() == [[message, held]] * 5 + [[message, held], [0]]
    await archive.after(2 * DAY)
    assert await left() == [[held]] * 5 + [[held], []]


async def test_a_crisis_ends_long_after_it_was_closed_and_one_that_is_open_does_not(archive: Archive) -> None:
    message, _ = await archive.kept(Label.CRITICISM)
    director = archive.world.people["director"]
    for title in ("Yemekhane", "Yurt"):
        await archive.do(
            "insert into crises (title, reason, keywords, since_at, opened_at, opened_by) "
            "values (:title, 'Ali Bey yazdı', '{ali}', now(), now(), :by)",
            "insert into crisis_notes (crisis_id, person_id, text, at) "
            "select max(id), :by, 'Ali Bey arandı', now() from crises",
            "insert into crisis_messages (crisis_id, message_id, added_at) select max(id), :id, now() from crises",
            "insert into crisis_approvals (action_id, crisis_id, person_id, at) "
            "select max(id), max(id), :by, now() from crises",
            title=title,
            by=director,
            id=message,
        )
    await archive.do(
        "update crises set closed_at = now(), closed_by = opened_by, summary = 'Ali Bey' where title = 'Yemekhane'"
    )

    async def left() -> list[Any]:
        return [
            *map(tuple, await archive.rows("select title, reason, summary, keywords from crises order by id")),
            *await archive.rows(
                "select (select count(*) from crisis_notes), (select count(*) from crisis_messages), "
                "(select count(*) from crisis_approvals)"
            ),
        ]

    open_one = ("Yurt", "Ali Bey yazdı", None, ["ali"])
    await archive.after(RULES.records[RecordKind.CRISES].time - DAY)
    assert await left() == [("Yemekhane", "Ali Bey yazdı", "Ali Bey", ["ali"]), open_one, (2, 2, 2)]
    await archive.after(2 * DAY)
    assert await left() == [("Yemekhane", "", "", []), open_one, (1, 1, 1)]


async def test_a_persons_request_ends_when_it_was_carried_out_long_ago(archive: Archive) -> None:
    director = archive.world.people["director"]
    await archive.do(
        "insert into privacy_requests (note, authors, identifiers, opened_at, opened_by, exported_at, erased_at, "
        "erased_by, reason, outcome) values "
        "('Ali', '[]', '{Ali}', now(), :by, null, now(), :by, 'Ali istedi', '{}'), "
        "('Veli', '[]', '{Veli}', now(), :by, null, null, null, null, null)",
        by=director,
    )

    await archive.after(RULES.records[RecordKind.PRIVACY_REQUESTS].time + DAY)

    requests = await archive.rows("select note, identifiers, reason, outcome from privacy_requests order by id")
    assert [tuple(row) for row in requests] == [("", [], "", None), ("Veli", ["Veli"], None, None)]


# Names of columns that hold words of ours, numbers, digests or states, never what somebody wrote or who they are.
CODES = frozenset(
    {
        "account_kind",
        "articles",
        "asked_unit",
        "base_version",
        "capability",
        "cause",
        "channel",
        "code",
        "correlation_id",
        "decided_as",
        "digest",
        "disposition",
        "from_version",
        "hash",
        "held_because",
        "hours",
        "incomplete",
        "kind",
        "label",
        "labels",
        "language",
        "made_by",
        "method",
        "need",
        "outcome",
        "platform",
        "policy_version",
        "previous_hash",
        "purpose",
        "recipient",
        "review_reason",
        "role",
        "scope",
        "season",
        "state",
        "state_digest",
        "template",
        "texts_digest",
        "unit",
        "urgency",
        "version",
        "was",
        "was_labels",
        "what",
        "would",
        "would_labels",
        "wanted",
    }
)


def holds_words(column: Column[Any]) -> bool:
    kind = column.type.item_type if isinstance(column.type, ARRAY) else column.type
    return isinstance(kind, Text | JSONB | LargeBinary) and column.name not in CODES


def names_a_person(column: Column[Any]) -> bool:
    return isinstance(column.type, BigInteger) and (column.name.endswith("_by") or "person" in column.name)


def test_whatever_holds_words_or_persons_ends_by_a_rule_or_is_named_with_the_reason_why_it_stays() -> None:
    ends: dict[str, set[str]] = {}
    for ending in (ending for endings in ENDINGS.values() for ending in endings):
        every = {column.name for column in metadata.tables[ending.table].c}
        ends.setdefault(ending.table, set()).update(ending.empties or every)
    for columns in BY_THEMSELVES.values():
        for name, emptied in columns.items():
            ends.setdefault(name, set()).update(emptied)
    kept, names = set(RULES.kept), set(metadata.tables)

    said = {name: {one.partition(".")[2] for one in kept if one.partition(".")[0] == name} for name in names}
    unsaid = set()
    for table in metadata.tables.values():
        if table.name in kept:
            continue
        words = {column.name for column in table.c if holds_words(column)}
        unsaid |= {f"{table.name}.{one}" for one in words - ends.get(table.name, set()) - said[table.name]}
        # Who of us did it stands for as long as what was done.
        if any(names_a_person(column) for column in table.c) and not ends.get(table.name) and not said[table.name]:
            unsaid.add(table.name)
    known = names | {f"{table.name}.{column.name}" for table in metadata.tables.values() for column in table.c}

    assert sorted(unsaid) == [], (
        "end it in app/records/expiry.py, or say in retention.toml (retention.kept) why it stays"
    )
    assert kept <= known


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
