"""A person's request: preview, export, erasure; afterwards nothing is found of them but what is said to be kept."""

import io
import json
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy import text

from app.decisions.model import Disposition
from app.evidence import keep
from app.evidence.objects import ObjectRef, ObjectStore
from app.evidence.prove import prove
from app.messages import MessageId, PersonId
from app.records import decisions
from app.records.database import Sessions
from app.rules.model import Label
from app.settings import Settings
from tests.api.builders import a_delivery, a_notification, a_seal, a_stored_message, an_action
from tests.api.calling import Api, signed
from tests.api.conftest import APP_SECRET
from tests.world import PAGE_ID, World

NAME = "Şükrü Gölgesizoğlu"
AUTHOR = "7788990011223"
COMMENT = "104000000000001_55667788"
SAID = "Yemekhanenin çorbası üç gündür ekşi, midem yandı"
OTHERS = "Bence çorba gayet güzeldi"


def webhook(comment: str = COMMENT, author: str = AUTHOR, name: str = NAME, said: str = SAID) -> bytes:
    """A comment as Facebook tells of it, with its letters escaped."""
    value = {
        "item": "comment",
        "verb": "add",
        "comment_id": comment,
        "post_id": "104000000000001_1",
        "parent_id": "104000000000001_1",
        "from": {"id": author, "name": name},
        "message": said,
        "created_time": 1764000000,
    }
    return json.dumps(
        {
            "object": "page",
            "entry": [{"id": PAGE_ID, "time": 1764000000, "changes": [{"field": "feed", "value": value}]}],
        }
    ).encode()


async def stored(api: Api, app: FastAPI, body: bytes) -> None:
    """Deliver it, and let it be read and judged."""
    answer = await api.http.post("/webhooks/facebook", content=body, headers=signed(body, APP_SECRET))
    assert answer.status_code == 200
    service = app.state.service
    async with service.sessions() as session:
        found = list(await session.scalars(text("select id from deliveries where state = 'received'")))
    for delivery in found:
        await service.pipeline.handle_delivery(delivery)


async def the_message(sessions: Sessions) -> MessageId:
    async with sessions() as session:
        return MessageId(await session.scalar(text("select id from messages where text = :said"), {"said": SAID}))


async def settle(sessions: Sessions) -> None:
    """What was planned is over."""
    async with sessions.begin() as session:
        await session.execute(text("update actions set state = 'done'"))
        await session.execute(text("update reviews set state = 'decided'"))


async def surround(sessions: Sessions, settings: Settings, world: World, message: MessageId) -> ObjectRef:
    """Everything that may hang on a message, each with its words or its author's name."""
    action = await an_action(sessions, message, state="done", text=f"Merhaba {NAME}, üzgünüz")
    told = await a_notification(sessions, "yemek_hizmetleri", message)
    given = {"message": message, "person": world.people["director"], "action": action, "told": told, "name": NAME}
    async with sessions.begin() as session:
        for statement in (
            "insert into attempts (action_id, number, started_at, detail) values (:action, 1, now(), :name)",
            "insert into review_notes (message_id, person_id, text, written_at) "
            "values (:message, :person, :name, now())",
            "insert into notification_reports (notification_id, person_id, text, is_done, at) "
            "values (:told, :person, :name, true, now())",
            "insert into tasks (message_id, kind, reason, state, detail, note) values "
            "(:message, 'reply', 'refused', 'done', jsonb_build_object('text', cast(:name as text)), :name)",
            "insert into approvals (message_id, revision, wanted, text, reason, wanted_by, wanted_at, state, "
            "answered_at, answer_reason) "
            "values (:message, 1, 'reply', :name, :name, :person, now(), 'lapsed', now(), :name)",
            "insert into appeals (message_id, removed_message_id, decision_id, state, decided_by, decided_at, reason, "
            "outcome_decision_id) values (:message, :message, 1, 'upheld', :person, now(), :name, 1)",
            "insert into author_attributes (platform, author_external_id, kind, source, noted_by, noted_at) "
            "select platform, author_external_id, 'student', :name, :person, now() from messages where id = :message",
            "insert into idempotency_keys (person_id, key, request_digest, status, body) "
            "values (:person, 'k', '', 200, jsonb_build_object('author', cast(:name as text)))",
        ):
            names = [name for name in given if f":{name}" in statement]
            await session.execute(text(statement), {name: given[name] for name in names})
        await decisions.store_human_decision(
            session,
            message,
            1,
            person_id=PersonId(world.people["director"]),
            disposition=Disposition.KEEP,
            reason=f"{NAME} haklı",
        )
    sealed = await a_seal(sessions, message)
    card = await ObjectStore(settings.evidence_store_url).put(f"{NAME}: {SAID}".encode(), "image/png")
    async with sessions.begin() as session:
        await keep.add_image(session, sealed.id, card, kind="card", taken_at=datetime.now(UTC))
    return card


async def everywhere(sessions: Sessions, *words: str) -> set[tuple[str, str]]:
    """Each (table, column) in which one of the words stands, as somebody with the whole database would search.

    Whatever the column's type, in whatever schema; bytes are read as they are, and as the text that they may be.
    """
    spelt = [form.encode() for word in words for form in (word, json.dumps(word)[1:-1])]
    found = set()
    async with sessions() as session:
        columns = await session.execute(
            text(
                "select n.nspname, c.relname, a.attname, format_type(a.atttypid, null) from pg_attribute a "
                "join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace "
                "where n.nspname not in ('pg_catalog', 'information_schema') and n.nspname not like 'pg_toast%' "
                "and c.relkind in ('r', 'p', 'm') and not c.relispartition and a.attnum > 0 and not a.attisdropped"
            )
        )
        for schema, table, column, kind in columns.all():
            shown = f'"{column}"' if kind == "bytea" else f"convert_to(cast(\"{column}\" as text), 'UTF8')"
            for value in await session.scalars(text(f'select {shown} from "{schema}"."{table}"')):  # noqa: S608  (the catalogue's names)
                if value is not None and any(form in value for form in spelt):
                    found.add((table, column))
    return found


def in_files(folder: Path, *words: str) -> list[Path]:
    """Each file in which one of the words stands."""
    spelt = [word.encode() for word in words]
    files = [path for path in folder.rglob("*") if path.is_file()]
    return [path for path in files if any(form in path.read_bytes() for form in spelt)]


async def requested(api: Api, **about: Any) -> int:
    """A request about the author."""
    body = {"note": "KVKK 2026/12", "authors": [{"platform": "facebook", "id": AUTHOR}]} | about
    made = await api.post("director", "/v1/privacy/requests", body)
    assert made.status_code == 201, made.text
    return int(made.json()["id"])


async def test_after_erasure_nothing_is_found_of_the_person(
    api: Api, app: FastAPI, sessions: Sessions, settings: Settings, world: World, capfd: pytest.CaptureFixture[str]
) -> None:
    await stored(api, app, webhook())
    await stored(api, app, webhook("104000000000001_99", "5544332211009", "Ayşe Deneme", OTHERS))
    message = await the_message(sessions)
    card = await surround(sessions, settings, world, message)
    await settle(sessions)
    request = await requested(api)
    path = f"/v1/privacy/requests/{request}"
    found_before = await everywhere(sessions, NAME, SAID, AUTHOR, COMMENT)
    # The search finds what is there, in words, JSON and bytes, and in what lies beside the database.
    assert {("messages", "author_name"), ("evidence_contents", "fields"), ("deliveries", "body")} <= found_before
    assert in_files(settings.data_dir, NAME) != []

    early = await api.post("director", f"{path}/erase", {"reason": "başvuru"})
    shown = (await api.get("director", path)).json()
    handed = await api.post("director", f"{path}/export", headers={"Idempotency-Key": "a"})
    done = await api.post("director", f"{path}/erase", {"reason": "başvuru"})

    assert early.status_code == 409
    assert shown["found"]["messages"] == 1
    assert shown["found"]["deliveries"] == 1
    assert shown["kept"] == []
    assert "messages.author_name" in {one["what"] for one in shown["elsewhere"]}
    with zipfile.ZipFile(io.BytesIO(handed.content)) as archive:
        [exported] = json.loads(archive.read("messages.json"))
        assert (exported["text"], exported["author_name"]) == (SAID, NAME)
        assert json.loads(archive.read("evidence.json"))[0]["fields"]["text"] == SAID
        assert OTHERS not in "".join(archive.read(name).decode() for name in archive.namelist())
    assert done.status_code == 200, done.text
    assert done.json()["kept"] == []
    assert done.json()["erased"]["evidence"] == 1
    assert await everywhere(sessions, NAME, SAID, AUTHOR, COMMENT) == set()
    objects = ObjectStore(settings.evidence_store_url)
    assert not await objects.exists(card)
    assert in_files(settings.data_dir, NAME, SAID, AUTHOR, COMMENT) == []
    assert (await prove(sessions, objects, None)).flaws == []
    output = capfd.readouterr()
    assert "message_decided" in output.out + output.err
    assert not [word for word in (NAME, SAID, AUTHOR) if word in output.out + output.err]
    # Another person's words are as they were.
    assert ("messages", "text") in await everywhere(sessions, OTHERS)
    acts = [note["act"] for note in (await api.get("auditor", "/v1/audit")).json()["items"]]
    assert [act for act in acts if act.startswith("privacy.")] == [
        "privacy.erase",
        "privacy.export",
        "privacy.preview",
        "privacy.open",
    ]


async def test_what_was_erased_does_not_come_back_and_new_words_do(api: Api, app: FastAPI, sessions: Sessions) -> None:
    await stored(api, app, webhook())
    await settle(sessions)
    request = await requested(api)
    await api.get("director", f"/v1/privacy/requests/{request}")
    assert (await api.post("director", f"/v1/privacy/requests/{request}/erase", {"reason": "b"})).status_code == 200

    await stored(api, app, webhook().replace(b"1764000000", b"1764000001"))
    assert ("messages", "text") not in await everywhere(sessions, SAID)

    edited = webhook(said="Çorba için fikrimi değiştirdim, güzelmiş").replace(b'"verb": "add"', b'"verb": "edited"')
    await stored(api, app, edited)
    assert ("messages", "text") in await everywhere(sessions, "fikrimi değiştirdim")
    await settle(sessions)
    again = await requested(api)
    await api.get("director", f"/v1/privacy/requests/{again}")
    assert (await api.post("director", f"/v1/privacy/requests/{again}/erase", {"reason": "b"})).status_code == 200
    assert await everywhere(sessions, "fikrimi değiştirdim", AUTHOR, COMMENT) == set()

    await stored(api, app, webhook(COMMENT + "9", said="Bugün çorba iyiydi, teşekkürler"))
    assert ("messages", "text") in await everywhere(sessions, "Bugün çorba iyiydi")


@pytest.mark.parametrize(
    ("hinder", "words"),
    [
        (
            "insert into content_holds (message_id, reason, case_number, opened_at, opened_by) "
            "select id, 'soruşturma', '2026/7', now(), (select min(id) from people) from messages",
            "Direktör",
        ),
        ("insert into tasks (message_id, kind, reason) select id, 'delete', 'refused' from messages", "tamamlanmamış"),
    ],
)
async def test_what_must_stay_stays_with_its_reason(
    api: Api, app: FastAPI, sessions: Sessions, hinder: str, words: str
) -> None:
    await stored(api, app, webhook())
    await settle(sessions)
    async with sessions.begin() as session:
        await session.execute(text(hinder))
    request = await requested(api)
    path = f"/v1/privacy/requests/{request}"
    shown = (await api.get("director", path)).json()

    done = (await api.post("director", f"{path}/erase", {"reason": "başvuru"})).json()

    assert [one["what"] for one in shown["kept"]] == ["messages"]
    assert words in shown["kept"][0]["reason"]
    said = {one["what"] for one in done["kept"]}
    found = {f"{table}.{column}" for table, column in await everywhere(sessions, NAME, SAID, AUTHOR)}
    assert found - {"privacy_requests.authors"} <= said
    assert "messages.text" in found


async def test_an_answer_that_nobody_took_up_keeps_nothing_and_does_not_go_out_afterwards(
    api: Api, app: FastAPI, sessions: Sessions
) -> None:
    await stored(api, app, webhook())
    await settle(sessions)
    offered = await an_action(sessions, await the_message(sessions), kind="private_message", state="held")
    path = f"/v1/privacy/requests/{await requested(api)}"

    shown = (await api.get("director", path)).json()
    done = await api.post("director", f"{path}/erase", {"reason": "başvuru"})
    late = await api.post("director", f"/v1/actions/{offered}/release", {"text": "Merhaba"})

    assert (shown["kept"], done.json()["kept"]) == ([], [])
    assert await everywhere(sessions, NAME, SAID, AUTHOR, COMMENT) == set()
    assert late.status_code == 409


async def test_evidence_of_what_was_taken_down_stays_until_its_time_is_over(
    api: Api, sessions: Sessions, settings: Settings, world: World
) -> None:
    message = await a_stored_message(
        sessions, world.page, SAID, author=AUTHOR, labels=(Label.HATE,), disposition="remove"
    )
    card = await surround(sessions, settings, world, message)
    request = await requested(api)
    path = f"/v1/privacy/requests/{request}"
    await api.get("director", path)

    done = (await api.post("director", f"{path}/erase", {"reason": "başvuru"})).json()

    kept = next(one for one in done["kept"] if one["what"] == "evidence")
    assert "sekiz yıl" in kept["reason"]
    assert kept["until"] > "2034"
    assert await everywhere(sessions, SAID) == {("evidence_contents", "fields")}
    assert await ObjectStore(settings.evidence_store_url).exists(card)


async def test_a_delivery_that_nobody_could_read_is_said_to_be_left(api: Api, app: FastAPI, sessions: Sessions) -> None:
    await stored(api, app, webhook())
    await settle(sessions)
    unread = await a_delivery(sessions, f'{{"odd": "{AUTHOR}"}}'.encode(), state="quarantined")
    request = await requested(api, identifiers=[NAME])
    path = f"/v1/privacy/requests/{request}"
    await api.get("director", path)

    done = (await api.post("director", f"{path}/erase", {"reason": "başvuru"})).json()

    assert [one["ids"] for one in done["kept"] if one["what"] == "deliveries"] == [[unread]]


async def test_a_request_needs_somebody_it_is_about(api: Api) -> None:
    refused = await api.post("director", "/v1/privacy/requests", {"note": "boş"})

    assert refused.status_code == 422
    assert "tanımlayıcı" in refused.json()["errors"][0]["problem"]
