"""The evidence file: what a prosecutor reads, and what proves it without us."""

import hashlib
import io
import json
import subprocess
import sys
import zipfile
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from PIL import Image
from pypdf import PdfReader
from sqlalchemy import text

from app.actions.by_hand import Override
from app.api.v1 import exports
from app.closing import Closing
from app.connectors import CONNECTORS
from app.errors import CaptureProblem
from app.evidence import keep
from app.evidence.card import render_card
from app.evidence.dossier import content as pages
from app.evidence.objects import ObjectStore
from app.evidence.reasons import in_turkish
from app.evidence.settings import TimestampSettings
from app.evidence.stamp import TimestampAuthority
from app.messages import MessageId
from app.outward import trust
from app.records.database import Sessions
from app.rules.model import Label
from app.settings import Settings
from tests.api.builders import a_notification, a_picture, a_seal, a_stored_message, an_action
from tests.api.calling import Api
from tests.evidence.authority import needs_openssl, running_authority
from tests.evidence.test_card import some_content
from tests.evidence.test_prove import ISTANBUL
from tests.world import World

WORDS = "Seni bulacağım, kapında bekliyorum 😡 <script>alert(1)</script>\u202eters"
AUTHOR = "7007"


@pytest.fixture
async def threat(sessions: Sessions, world: World, settings: Settings) -> MessageId:
    """A threat, sealed with its card, hidden by the machine."""
    message = await a_stored_message(
        sessions, world.page, WORDS, author=AUTHOR, labels=(Label.THREAT,), disposition="contain"
    )
    sealed = await a_seal(sessions, message)
    card = await ObjectStore(settings.evidence_store_url).put(render_card(some_content(WORDS)), "image/png")
    async with sessions.begin() as session:
        await keep.add_image(session, sealed.id, card, kind="card", taken_at=datetime.now(UTC))
    await an_action(sessions, message, kind="hide", state="done")
    return message


async def exported(api: Api, **body: object) -> zipfile.ZipFile:
    answer = await api.post("director", "/v1/evidence/exports", {"reason": "Savcılığın yazısı", **body})
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/zip"
    return zipfile.ZipFile(io.BytesIO(answer.content))


def pages_of(packed: zipfile.ZipFile) -> str:
    """All that the pages say. Lines are broken where the page wants it, long words within themselves."""
    read = PdfReader(io.BytesIO(packed.read("rapor.pdf")))
    return " ".join("".join(page.extract_text() for page in read.pages).replace("\u200b", "").split())


async def closed_day(sessions: Sessions, authority: TimestampAuthority | None) -> None:
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    await Closing(sessions=sessions, authority=authority, zone=ISTANBUL, clock=lambda: tomorrow).close_and_stamp()


async def test_every_file_is_in_the_list_of_sums(api: Api, threat: MessageId, tmp_path: Path) -> None:
    packed = await exported(api, messages=[threat], case_number="2026/1234")

    sums = {
        name: digest for digest, name in (line.split("  ") for line in packed.read("SHA256SUMS").decode().splitlines())
    }
    assert set(packed.namelist()) == {*sums, "SHA256SUMS"}
    for name, digest in sums.items():
        assert hashlib.sha256(packed.read(name)).hexdigest() == digest


async def test_the_pages_say_what_happened_and_who_did_it(api: Api, threat: MessageId) -> None:
    packed = await exported(api, messages=[threat], case_number="2026/1234")

    whole = pages_of(packed)
    for said in (
        "Kanıt dosyası",
        "Mesajlar Ulaştığı zaman Yeri Yazan Konusu Durumu Sayfa",
        "kayitlar/2.json",
        "2026/1234",
        "Savcılığın yazısı",
        "Seni bulacağım, kapında bekliyorum",
        "script>alert",
        "U+202E",
        "tehdit",
        "Gizleme: yapıldı",
        "Nöbet (otomatik)",
        "Sayfa 2 / ",
        "sha256sum --check SHA256SUMS",
    ):
        assert said in whole, said


async def test_the_pages_say_why_there_is_no_picture_who_did_without_it_and_who_was_told(
    api: Api, sessions: Sessions, threat: MessageId
) -> None:
    await an_action(sessions, threat, kind="notify", state="done")
    async with sessions.begin() as session:
        await session.execute(text("update actions set recipient = 'guvenlik' where kind = 'notify'"))
        await session.execute(
            text(
                "insert into page_captures (evidence_id, state, need, problem, wanted_at, ended_at, waived_at, "
                "waived_by, waived_because) select e.id, 'failed', 'demanded', 'login_wall', now(), now(), now(), "
                "p.id, 'Sayfa kapatılmış' from evidence e, people p where p.role = 'director' limit 1"
            )
        )
    packed = await exported(api, messages=[threat])

    whole = pages_of(packed)
    for said in (
        "Sayfanın görüntüsü alınamadı: sayfa oturum açmayı istedi",
        "Sayfa görüntüsünden vazgeçildi: Sayfa kapatılmış",
        "Bildirim (Güvenlik): yapıldı",
        "Görüntü mühürlendi: kart: platformun gönderdiğinin çizimi",
        "Türkiye saatiyle (UTC+3)",
        "SHA-256",
    ):
        assert said in whole, said


async def test_the_pages_name_both_persons_of_a_deletion(api: Api, sessions: Sessions, threat: MessageId) -> None:
    """And who was told and read it, who uploaded what, and who keeps it from its end."""
    wish = {"action": "delete", "reason": "Aslı güvenlikte"}
    wanted = await api.post("specialist", f"/v1/messages/{threat}/override", wish)
    address = f"/v1/approvals/{wanted.json()['approval_id']}/approve"
    assert (await api.post("director", address, {"reason": "Güvenlikle konuştum"})).status_code == 200
    notice = await a_notification(sessions, "guvenlik", threat, kind="threat")
    assert (await api.post("security", f"/v1/notifications/{notice}/acknowledge", {})).is_success
    held = {"reason": "Savcılık istedi", "case_number": "2026/77"}
    assert (await api.post("director", f"/v1/messages/{threat}/hold", held)).is_success
    files = {"file": ("ekran.png", a_picture(), "image/png")}
    ways = f"/v1/messages/{threat}/evidence/upload"
    assert (await api.call("specialist", "POST", ways, files=files)).status_code == 200

    whole = pages_of(await exported(api, messages=[threat]))

    for said in (
        "İkinci kişinin onayı: Deneme director",
        "Bir kişi istedi, ikincinin onayı beklendi (silinmesi): Aslı güvenlikte Deneme specialist",
        "İkinci kişi onayladı: Güvenlikle konuştum Deneme director",
        "Bildirim alındı (Güvenlik) Deneme security",
        "Yasal saklama konuldu (2026/77): Savcılık istedi Deneme director",
        "Görüntü mühürlendi: görevlinin yüklediği dosya Deneme specialist",
        "Yükleyen: Deneme specialist",
    ):
        assert said in whole, said
    # It was approved, and thereby decided.
    assert whole.index("İkinci kişi onayladı") < whole.index("Karar verildi: kaldırılır")


async def test_a_page_that_fits_its_window_is_shown_once_with_both_its_names(
    api: Api, sessions: Sessions, settings: Settings, threat: MessageId
) -> None:
    short, tall = (drawn(size) for size in ((40, 30), (40, 4000)))
    store = ObjectStore(settings.evidence_store_url)
    async with sessions.begin() as session:
        evidence = await session.scalar(text("select id from evidence"))
        for kind, content in (("page_viewport", short), ("page_full", short), ("media", tall)):
            stored = await store.put(content, "image/png")
            await keep.add_image(session, evidence, stored, kind=kind, taken_at=datetime.now(UTC))

    whole = pages_of(await exported(api, messages=[threat]))

    assert "görünen bölüm; sayfanın ekran görüntüsü, tamamı" in whole
    assert "kayitlar/3.json, kayitlar/4.json" in whole
    assert whole.count("Uzun olduğu için burada küçültülmüştür") == 1


def drawn(size: tuple[int, int]) -> bytes:
    picture = io.BytesIO()
    Image.new("RGB", size, "white").save(picture, "PNG")
    return picture.getvalue()


def test_every_problem_and_every_kind_of_picture_has_words_for_the_court() -> None:
    kinds = {"card", "page", "page_viewport", "page_full", "upload", "upload_copy", "media", "thumbnail"}

    assert pages.words()["page_problems"].keys() == {str(problem) for problem in CaptureProblem}
    assert pages.words()["image_kinds"].keys() == kinds


async def test_a_record_is_proven_with_nothing_but_sha_256(api: Api, sessions: Sessions, threat: MessageId) -> None:
    await closed_day(sessions, None)
    packed = await exported(api, messages=[threat])

    record = packed.read("kayitlar/1.json")
    lines = packed.read("kayitlar/1.alanlar.jsonl").splitlines()
    digests = json.loads(record)["digests"]
    assert {json.loads(line)[1]: hashlib.sha256(line).hexdigest() for line in lines} == {
        name: digest for name, digest in digests.items() if name != "delivery"
    }
    assert b"the whole batch" not in b"".join(packed.read(name) for name in packed.namelist())
    [root] = [name for name in packed.namelist() if name.startswith("kokler/")]
    assert hashlib.sha256(record).hexdigest() in json.loads(packed.read(root))["hashes"]
    assert hashlib.sha256(packed.read("kayitlar/2.json")).hexdigest() in json.loads(packed.read(root))["hashes"]


@needs_openssl
async def test_openssl_proves_the_day(api: Api, sessions: Sessions, threat: MessageId, tmp_path: Path) -> None:
    async with running_authority(tmp_path / "authority") as authority, httpx.AsyncClient(verify=trust()) as http:
        settings = TimestampSettings(url=authority.url, certificates=authority.certificates)
        await closed_day(sessions, TimestampAuthority(settings, http))
        packed = await exported(api, messages=[threat])

        root, stamp = sorted(name for name in packed.namelist() if name.startswith("kokler/"))
        assert authority.proves(packed.read(stamp), packed.read(root))


@needs_openssl
async def test_the_lines_that_the_last_page_prints_prove_the_file_as_they_stand(
    sessions: Sessions, api: Api, app: FastAPI, threat: MessageId, tmp_path: Path
) -> None:
    """What an expert types, in the unpacked file's folder; and what they see when somebody changed something in it."""
    async with running_authority(tmp_path / "authority") as authority, httpx.AsyncClient() as http:
        stamping = TimestampSettings(url=authority.url, certificates=authority.certificates)
        await closed_day(sessions, TimestampAuthority(stamping, http))
    service = app.state.service
    app.state.service = replace(service, settings=service.settings.model_copy(update={"timestamp": stamping}))
    folder = tmp_path / "unpacked"
    (await exported(api, messages=[threat])).extractall(folder)

    sums, chain, stamp = [lines_of(step["command"], folder) for step in pages.words()["how"]]
    assert all(line.endswith(": OK") for line in sums)
    assert set(chain) == {"OK"}
    assert len(chain) > 20
    assert stamp == ["Verification: OK"]

    for name, old, new in (
        ("kayitlar/2.json", b'"size":', b'"size":1'),
        ("kayitlar/1.alanlar.jsonl", b"bekliyorum", b"beklerdim"),
        ("kokler/*.json", b'"version":1', b'"version":2'),
    ):
        (path,) = folder.glob(name)
        path.write_bytes(path.read_bytes().replace(old, new))
    sums, chain, stamp = [lines_of(step["command"], folder) for step in pages.words()["how"]]
    assert [line.rpartition(": ")[2] for line in sums].count("FAILED") == 3
    assert (chain.count("YOK"), chain.count("FARKLI")) == (1, 1)
    assert stamp == ["Verification: FAILED"]


def lines_of(command: str, folder: Path) -> list[str]:
    """What a shell prints for a command."""
    done = subprocess.run(["sh", "-c", command], cwd=folder, check=False, capture_output=True, text=True)  # noqa: S603, S607 # the printed words
    return done.stdout.splitlines()


async def test_all_of_an_author_in_one_file(api: Api, sessions: Sessions, world: World, threat: MessageId) -> None:
    earlier = await a_stored_message(sessions, world.page, "Yine ben", author=AUTHOR)
    await a_stored_message(sessions, world.page, "Başka biri", author="8008")

    packed = await exported(api, author_of=threat)

    assert "Deneme Kişi adlı yazarın" in pages_of(packed)
    assert [one["message"]["id"] for one in json.loads(packed.read("mesajlar.json"))] == [threat, earlier]


CRISIS = {"title": "Tehditler", "reason": "Artıyor", "since": "2020-01-01T00:00:00Z"}


async def test_what_a_crisis_gathered_in_one_file(api: Api, threat: MessageId) -> None:
    opened = await api.post("director", "/v1/crises", CRISIS)
    assert opened.status_code in (200, 201), opened.text

    packed = await exported(api, crisis=opened.json()["id"])

    assert "“Tehditler” başlıklı krizin topladığı mesajlar Krizin gerekçesi Artıyor" in pages_of(packed)
    assert [one["message"]["id"] for one in json.loads(packed.read("mesajlar.json"))] == [threat]


async def test_a_damaged_picture_is_said_and_the_rest_is_there(
    api: Api, sessions: Sessions, settings: Settings, threat: MessageId
) -> None:
    async with sessions() as session:
        key = await session.scalar(text("select object_key from evidence_images"))
    (settings.data_dir / "evidence" / key).unlink()

    packed = await exported(api, messages=[threat])

    read = PdfReader(io.BytesIO(packed.read("rapor.pdf")))
    assert "DİKKAT" in "\n".join(page.extract_text() for page in read.pages)


@pytest.mark.parametrize("kind", ["upload", "media"])
async def test_a_picture_that_cannot_be_drawn_keeps_nothing_else_from_the_file(
    api: Api, sessions: Sessions, settings: Settings, threat: MessageId, kind: str
) -> None:
    """Whoever hands it in, a stranger with a message too, must not make the evidence of it unprintable."""
    odd = a_picture()[:-12]
    broken = b"\x89PNG, nearly"
    store = ObjectStore(settings.evidence_store_url)
    async with sessions.begin() as session:
        evidence = await session.scalar(text("select id from evidence"))
        for content in (odd, broken):
            stored = await store.put(content, "image/png")
            await keep.add_image(session, evidence, stored, kind=kind, taken_at=datetime.now(UTC))

    packed = await exported(api, messages=[threat])

    assert {odd, broken} <= {packed.read(name) for name in packed.namelist()}
    assert len(PdfReader(io.BytesIO(packed.read("rapor.pdf"))).pages) > 0


async def test_more_pictures_than_can_be_packed_are_refused(
    api: Api, sessions: Sessions, threat: MessageId, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exports, "MOST_BYTES", 1000)

    answer = await api.post("director", "/v1/evidence/exports", {"reason": "deneme", "messages": [threat]})

    assert answer.status_code == 409


async def test_a_file_that_cannot_hold_all_says_how_many_there_are(
    api: Api, sessions: Sessions, world: World, threat: MessageId, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exports, "MOST_MESSAGES", 1)
    newest = await a_stored_message(sessions, world.page, "Yine ben", author=AUTHOR)

    packed = await exported(api, author_of=threat)

    assert [one["message"]["id"] for one in json.loads(packed.read("mesajlar.json"))] == [newest]
    assert "1 (toplam 2; en yeniler)" in pages_of(packed)


async def test_the_making_is_on_record(api: Api, sessions: Sessions, threat: MessageId) -> None:
    await exported(api, messages=[threat])

    async with sessions() as session:
        detail = await session.scalar(text("select detail from audit where act = 'evidence.export'"))
    assert detail == {"messages": [threat], "reason": "Savcılığın yazısı", "case_number": None}


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"messages": [999999]}, 404),
        ({"author_of": 999999}, 404),
        ({"crisis": 999999}, 404),
        ({}, 422),
        ({"messages": [1], "author_of": 1}, 422),
        ({"messages": []}, 422),
        ({"messages": list(range(1, 200))}, 422),
    ],
)
async def test_what_cannot_be_exported_is_refused(api: Api, body: dict[str, object], status: int) -> None:
    answer = await api.post("director", "/v1/evidence/exports", {"reason": "deneme", **body})
    assert answer.status_code == status


def test_every_reason_of_the_connectors_has_its_turkish() -> None:
    said = {
        value
        for connector in CONNECTORS
        for name, value in vars(sys.modules[f"app.connectors.{connector.name}.client"]).items()
        if isinstance(value, str) and (name.endswith("_LINK") or name == "NOT_GIVEN")
    }
    assert len(said) > 8
    assert [reason for reason in said if in_turkish(reason) == reason] == []
    assert in_turkish("Instagram gives no link to a single comment; it stands under https://x.test/1").endswith("/1")


async def test_every_word_of_the_records_has_its_turkish() -> None:
    said = pages.words()

    assert set(said["labels"]) == {str(label) for label in Label}
    assert set(said["wishes"]) == {str(wish) for wish in Override}
    assert set(said["answers"]) == {"approved", "refused", "withdrawn", "lapsed"}
    assert set(said["states"]) == {"visible", "hidden", "deleted", "removed_by_author"}
