"""`nobet verify`: what somebody with all rights over the database and the objects changed is found."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import httpx
import pytest
from sqlalchemy import text

from app.closing import Closing
from app.evidence import keep
from app.evidence.objects import ObjectRef, ObjectStore
from app.evidence.prove import Proof, as_root, prove
from app.evidence.roots import root_document
from app.evidence.seal import AddendumKind, seal_addendum, sha256
from app.evidence.settings import TimestampSettings
from app.evidence.stamp import TimestampAuthority, read_certificates, stamped_at
from app.evidence.verify import FlawKind
from app.messages import EvidenceId
from app.outward import trust
from app.records import chain, expiry
from app.records.database import Sessions
from app.retention import certify_destruction
from tests.api.builders import a_seal, a_stored_message
from tests.evidence.authority import Authority, needs_openssl, running_authority
from tests.world import make_world

ISTANBUL = ZoneInfo("Europe/Istanbul")
GUARDED = ("evidence", "evidence_contents", "evidence_images", "evidence_addenda", "evidence_roots", "evidence_stamps")


@dataclass(slots=True)
class Vault:
    """Three sealed messages with a card each, and somebody who may do anything to them."""

    sessions: Sessions
    objects: ObjectStore
    folder: Path
    cards: list[ObjectRef]
    now: datetime = field(default_factory=lambda: datetime.now(UTC))

    async def tamper(self, *statements: str, **given: object) -> None:
        """As the database's superuser, with the triggers out of the way."""
        async with self.sessions.begin() as session:
            for table in GUARDED:
                await session.execute(text(f"alter table {table} disable trigger all"))
            for statement in statements:
                await session.execute(text(statement), given)

    async def proof(self) -> Proof:
        return await prove(self.sessions, self.objects, None)

    def closing(self, authority: TimestampAuthority | None = None) -> Closing:
        return Closing(sessions=self.sessions, authority=authority, zone=ISTANBUL, clock=lambda: self.now)


@pytest.fixture
async def vault(sessions: Sessions, tmp_path: Path) -> Vault:
    """Records 1, 3 and 5 of the chain, their cards 2, 4 and 6."""
    page = (await make_world(sessions)).page
    objects = ObjectStore((tmp_path / "objects").as_uri())
    cards = []
    for number in range(3):
        sealed = await a_seal(sessions, await a_stored_message(sessions, page, f"söz {number}"))
        cards.append(await objects.put(b"card %d" % number, "image/png"))
        async with sessions.begin() as session:
            await keep.add_image(session, sealed.id, cards[-1], kind="card", taken_at=datetime.now(UTC))
    return Vault(sessions=sessions, objects=objects, folder=tmp_path / "objects", cards=cards)


def kinds(proof: Proof) -> set[FlawKind]:
    return {flaw.kind for flaw in proof.flaws}


async def test_what_nobody_touched_is_proven(vault: Vault) -> None:
    await vault.closing().close_yesterday()

    proof = await vault.proof()

    assert proof.flaws == []
    assert (proof.links, proof.images, proof.roots, proof.last_sequence) == (6, 3, 1, 6)
    assert proof.sentences()[-1] == "Everything is as it was sealed."


ROWS = {
    "the text of a record": (
        "update evidence_contents set fields = jsonb_set(fields, '{text}', '\"başka\"') where evidence_id = 2",
        FlawKind.FIELD_CHANGED,
        3,
    ),
    "a salt": (
        "update evidence_contents set salts = jsonb_set(salts, '{text}', '\"zz\"') where evidence_id = 2",
        FlawKind.FIELD_CHANGED,
        3,
    ),
    "a field added": (
        "update evidence_contents set fields = fields || '{\"confession\": true}' where evidence_id = 1",
        FlawKind.FIELD_ADDED,
        1,
    ),
    "content erased by hand": (
        "update evidence_contents set fields = '{}', salts = '{}', erased_at = now() where evidence_id = 3",
        FlawKind.FIELD_MISSING,
        5,
    ),
    "the time of a seal": (
        "update evidence set sealed_at = sealed_at - interval '1 day' where id = 2",
        FlawKind.RECORD_CHANGED,
        3,
    ),
    "a record of another message": (
        "update evidence set digests = (select digests from evidence where id = 1) where id = 3",
        FlawKind.RECORD_CHANGED,
        5,
    ),
    "an image's row": (
        "update evidence_images set taken_at = taken_at - interval '1 day' where id = 2",
        FlawKind.IMAGE_CHANGED,
        4,
    ),
    "an image's row taken away": ("delete from evidence_images where id = 3", FlawKind.IMAGE_MISSING, 6),
    "an image slipped in": (
        "insert into evidence_images (evidence_id, kind, object_key, sha256, media_type, size) "
        "select evidence_id, 'upload', object_key, sha256, media_type, size from evidence_images where id = 2",
        FlawKind.IMAGE_ADDED,
        3,
    ),
    "what was sealed of an image": (
        "update evidence_addenda set content = jsonb_set(content, '{size}', '1') where id = 1",
        FlawKind.RECORD_CHANGED,
        2,
    ),
    "a fraction where none can be": (
        "update evidence_addenda set content = jsonb_set(content, '{size}', '1.5') where id = 1",
        FlawKind.RECORD_CHANGED,
        2,
    ),
    "an image put to another record": (
        "update evidence_addenda set evidence_id = 3 where id = 1",
        FlawKind.RECORD_CHANGED,
        2,
    ),
    "a link taken out": ("delete from evidence_addenda where id = 2", FlawKind.RECORDS_MISSING, 4),
    "the end cut off": ("delete from evidence_addenda where id = 3", FlawKind.RECORDS_MISSING, 6),
    "a root": ("update evidence_roots set closed_at = closed_at - interval '1 hour'", FlawKind.ROOT_CHANGED, 1),
}


@pytest.mark.parametrize(("statement", "flaw", "sequence"), ROWS.values(), ids=ROWS)
async def test_a_changed_row_is_found(vault: Vault, statement: str, flaw: FlawKind, sequence: int) -> None:
    await vault.closing().close_yesterday()
    await vault.tamper(statement)

    proof = await vault.proof()

    assert (flaw, sequence) in {(found.kind, found.sequence) for found in proof.flaws}
    assert proof.broken_from is not None
    assert "NOT PROVEN" in proof.sentences()[-1]


async def test_the_database_refuses_what_no_superuser_does(vault: Vault) -> None:
    await vault.closing().close_yesterday()
    for table in GUARDED[:-1]:
        for statement in (f"truncate {table} cascade", "delete from " + table):  # noqa: S608 # our own tables
            with pytest.raises(Exception, match="written once"):
                async with vault.sessions.begin() as session:
                    await session.execute(text(statement))


@pytest.mark.parametrize("damage", [lambda path: path.unlink(), lambda path: path.write_bytes(b"card 9")])
async def test_a_damaged_object_is_found(vault: Vault, damage: Callable[[Path], None]) -> None:
    damage(vault.folder / vault.cards[1].key)

    proof = await vault.proof()

    assert [(flaw.kind, flaw.sequence) for flaw in proof.flaws] == [(FlawKind.OBJECT_DAMAGED, 4)]


async def destroyed(vault: Vault, evidence_id: int, *, rule: str = "eight years") -> None:
    """Its time is over: content and object go, and the chain says so."""
    async with vault.sessions.begin() as session:
        ids = [EvidenceId(evidence_id)]
        gone = await expiry.objects_of(session, ids)
        for key in gone.get(ids[0], []):
            await vault.objects.delete(key)
        await expiry.erase_evidence(session, ids, at=vault.now)
        await certify_destruction(session, ids, rule=rule, objects=gone, now=vault.now)


async def test_what_was_destroyed_by_rule_is_proven_to_be_gone(vault: Vault) -> None:
    await destroyed(vault, 2)

    proof = await vault.proof()

    assert (proof.flaws, proof.destroyed) == ([], 1)


async def test_an_object_that_a_certificate_calls_destroyed_and_that_is_there_is_found(vault: Vault) -> None:
    await destroyed(vault, 2)
    await vault.objects.put(b"card 1", "image/png")

    proof = await vault.proof()

    assert [(flaw.kind, flaw.sequence) for flaw in proof.flaws] == [(FlawKind.NOT_DESTROYED, 4)]
    assert "still there, though certified destroyed" in " ".join(proof.sentences())


async def test_content_that_a_certificate_calls_destroyed_and_that_is_there_is_found(vault: Vault) -> None:
    async with vault.sessions.begin() as session:
        await certify_destruction(session, [EvidenceId(2)], rule="said, not done", now=vault.now)
    (vault.folder / vault.cards[1].key).unlink()

    proof = await vault.proof()

    assert [(flaw.kind, flaw.sequence) for flaw in proof.flaws] == [(FlawKind.NOT_DESTROYED, 3)]


async def test_an_object_that_is_gone_without_a_certificate_is_found_also_beside_one(vault: Vault) -> None:
    """The certificate names what it destroyed; an upload that came later is not covered by it."""
    await destroyed(vault, 2)
    later = await vault.objects.put(b"upload", "image/png")
    async with vault.sessions.begin() as session:
        await keep.add_image(session, EvidenceId(2), later, kind="upload", taken_at=vault.now)
    assert (await vault.proof()).flaws == []
    (vault.folder / later.key).unlink()

    proof = await vault.proof()

    assert [(flaw.kind, flaw.sequence) for flaw in proof.flaws] == [(FlawKind.OBJECT_DAMAGED, 8)]


async def test_an_object_that_another_record_has_still_may_be_there(vault: Vault) -> None:
    async with vault.sessions.begin() as session:
        await keep.add_image(session, EvidenceId(3), vault.cards[1], kind="media", taken_at=vault.now)
    await destroyed(vault, 2)
    assert (await vault.proof()).flaws == []

    await destroyed(vault, 3)

    assert (await vault.proof()).flaws == []
    assert not await vault.objects.exists(vault.cards[1])


async def test_every_day_has_one_root_that_names_the_one_before(vault: Vault) -> None:
    vault.now = datetime(2026, 12, 1, 21, 30, tzinfo=UTC)  # after midnight in İzmir
    for _ in range(2):
        await vault.closing().close_yesterday()
    vault.now += timedelta(days=1)
    await vault.closing().close_yesterday()

    async with vault.sessions() as session:
        first, second = await chain.roots(session)
    assert (first["day"], first["first_sequence"], first["last_sequence"]) == (date(2026, 12, 1), 1, 6)
    assert (second["day"], second["first_sequence"], second["last_sequence"]) == (date(2026, 12, 2), 7, 6)
    assert second["previous_hash"] == first["hash"]
    assert (await vault.proof()).flaws == []


@pytest.fixture
async def authority(tmp_path: Path) -> AsyncIterator[Authority]:
    """OpenSSL, ready to stamp."""
    async with running_authority(tmp_path / "authority") as running:
        yield running


@needs_openssl
class TestStamps:
    """The day's root, stamped by an authority that is OpenSSL's."""

    async def stamped(self, vault: Vault, authority: Authority) -> None:
        settings = TimestampSettings(url=authority.url, certificates=authority.certificates)
        async with httpx.AsyncClient(verify=trust()) as http:
            await vault.closing(TimestampAuthority(settings, http)).close_and_stamp()

    async def test_openssl_believes_the_stamp_of_the_days_root(self, vault: Vault, authority: Authority) -> None:
        await self.stamped(vault, authority)

        async with vault.sessions() as session:
            [root] = await chain.roots(session)
            hashes = await chain.hashes_between(session, root["first_sequence"], root["last_sequence"])
        document = root_document(as_root(root), hashes)
        assert authority.proves(root["response"], document)
        assert not authority.proves(root["response"], document.replace(b'"version":1', b'"version":2'))
        assert abs(root["stamped_at"] - datetime.now(UTC)) < timedelta(minutes=1)

    async def test_a_chain_computed_anew_does_not_fit_its_stamp(self, vault: Vault, authority: Authority) -> None:
        await self.stamped(vault, authority)
        believed = read_certificates(authority.certificates)

        def check(response: bytes, document: bytes) -> datetime:
            return stamped_at(response, document, believed)

        assert (await prove(vault.sessions, vault.objects, check)).flaws == []
        await forge_last_link(vault)

        assert (await vault.proof()).flaws == []  # the chain and its root fit each other again
        assert kinds(await prove(vault.sessions, vault.objects, check)) == {FlawKind.STAMP_BROKEN}

    async def test_an_authority_that_is_away_leaves_a_visible_gap(self, vault: Vault, authority: Authority) -> None:
        authority.is_away = True
        await self.stamped(vault, authority)
        async with vault.sessions() as session:
            missing = await chain.stamps_missing(session)
        assert (missing.days, missing.problem) == (1, "the time-stamp authority answered 503")

        authority.is_away = False
        await self.stamped(vault, authority)
        async with vault.sessions() as session:
            assert (await chain.stamps_missing(session)).days == 0

    async def test_an_answer_that_is_no_stamp_is_not_kept(self, vault: Vault, authority: Authority) -> None:
        authority.answers_nonsense = True
        await self.stamped(vault, authority)

        async with vault.sessions() as session:
            missing = await chain.stamps_missing(session)
        assert (missing.days, missing.problem) == (1, "the time-stamp authority's answer is no time stamp")


async def forge_last_link(vault: Vault) -> None:
    """Somebody with all rights exchanges the last card and computes everything behind it anew, the root too."""
    async with vault.sessions() as session:
        rows = [row async for row in chain.links(session)]
    last, before = rows[-1], rows[-2]
    forged = seal_addendum(
        AddendumKind(last["kind"]),
        last["content"] | {"size": 5},
        previous_hash=before["hash"],
        sequence=last["sequence"],
        sealed_at=last["sealed_at"],
    )
    await vault.tamper(
        "update evidence_images set size = 5 where id = 3",
        "update evidence_addenda set content = jsonb_set(content, '{size}', '5'), hash = :hash "
        "where sequence = :sequence",
        sequence=last["sequence"],
        hash=forged.record_hash,
    )
    async with vault.sessions() as session:
        [root] = await chain.roots(session)
        hashes = await chain.hashes_between(session, root["first_sequence"], root["last_sequence"])
    await vault.tamper("update evidence_roots set hash = :hash", hash=sha256(root_document(as_root(root), hashes)))
