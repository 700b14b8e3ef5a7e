import hashlib
import socket
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from app.errors import EvidenceError
from app.evidence.objects import ObjectRef, ObjectStore

CONTENT = b"\x89PNG a picture"
MISSING = ObjectRef(key="ab/cd", sha256="abcd", size=1, media_type="image/png")


@pytest.fixture
def store(tmp_path: Path) -> ObjectStore:
    return ObjectStore(str(tmp_path / "kanıt klasörü"))


def files_in(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


async def test_what_was_put_is_got_back(store: ObjectStore) -> None:
    ref = await store.put(CONTENT, "image/png")

    assert ref.sha256 == hashlib.sha256(CONTENT).hexdigest()
    assert (ref.size, ref.media_type) == (len(CONTENT), "image/png")
    assert await store.get(ref) == CONTENT
    assert await store.exists(ref)


async def test_a_large_object_is_kept_whole(store: ObjectStore) -> None:
    content = bytes(range(256)) * 50_000  # 12.8 MB: sent in parts

    ref = await store.put(content, "image/png")

    assert await store.get(ref) == content


async def test_the_same_bytes_are_one_object(store: ObjectStore, tmp_path: Path) -> None:
    first = await store.put(CONTENT, "image/png")

    second = await store.put(CONTENT, "image/png")

    assert first == second
    assert files_in(tmp_path) == [f"kanıt klasörü/{first.key}"]


@pytest.mark.parametrize("found", [b"", CONTENT[:-1], CONTENT + b"\n"], ids=["emptied", "cut", "lengthened"])
async def test_a_changed_object_is_refused_with_both_hashes(store: ObjectStore, tmp_path: Path, found: bytes) -> None:
    ref = await store.put(CONTENT, "image/png")
    (tmp_path / "kanıt klasörü" / ref.key).write_bytes(found)

    with pytest.raises(EvidenceError, match="was changed") as raised:
        await store.get(ref)

    assert ref.sha256 in str(raised.value)
    assert hashlib.sha256(found).hexdigest() in str(raised.value)


async def test_half_an_object_left_by_a_power_cut_is_written_anew(store: ObjectStore, tmp_path: Path) -> None:
    ref = await store.put(CONTENT, "image/png")
    (tmp_path / "kanıt klasörü" / ref.key).write_bytes(b"")

    await store.put(CONTENT, "image/png")

    assert await store.get(ref) == CONTENT


async def test_a_missing_object_is_named(store: ObjectStore) -> None:
    assert not await store.exists(MISSING)
    with pytest.raises(EvidenceError, match=r"ab/cd is missing"):
        await store.get(MISSING)


async def test_a_name_that_leaves_the_store_is_refused(store: ObjectStore, tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(CONTENT)
    outside = replace(MISSING, key="../secret", sha256=hashlib.sha256(CONTENT).hexdigest())

    with pytest.raises(EvidenceError):
        await store.get(outside)


async def test_the_folder_is_closed_to_other_users(store: ObjectStore, tmp_path: Path) -> None:
    assert (tmp_path / "kanıt klasörü").stat().st_mode & 0o077 == 0


async def test_a_working_store_passes_its_check_and_keeps_nothing_of_it(store: ObjectStore, tmp_path: Path) -> None:
    await store.check()

    assert files_in(tmp_path) == []


async def test_a_store_that_vanished_fails_its_check_with_one_line(store: ObjectStore, tmp_path: Path) -> None:
    folder = tmp_path / "kanıt klasörü"
    folder.rmdir()
    folder.write_text("a file in its place")

    with pytest.raises(EvidenceError, match="does not work") as raised:
        await store.check()

    assert "\n" not in str(raised.value)


def test_a_store_that_cannot_be_made_says_so(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("")

    with pytest.raises(EvidenceError, match="cannot be opened"):
        ObjectStore(str(tmp_path / "taken"))


@pytest.mark.parametrize("url", ["ftp://host/folder", "s3://", "nonsense://x"])
def test_an_address_of_no_known_store_says_so(url: str) -> None:
    with pytest.raises(EvidenceError, match="cannot be opened"):
        ObjectStore(url)


async def test_a_folder_by_url_is_the_same_as_by_path(tmp_path: Path) -> None:
    ref = await ObjectStore((tmp_path / "bir klasör").as_uri()).put(CONTENT, "image/png")

    assert await ObjectStore(str(tmp_path / "bir klasör")).get(ref) == CONTENT


async def test_a_store_in_memory_serves_for_trials() -> None:
    store = ObjectStore("memory:///")

    ref = await store.put(CONTENT, "image/png")

    assert await store.get(ref) == CONTENT
    await store.check()


@pytest.fixture
def silent_s3(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """An S3 address that takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        monkeypatch.setenv("AWS_ENDPOINT", f"http://127.0.0.1:{server.getsockname()[1]}")
        monkeypatch.setenv("AWS_ALLOW_HTTP", "true")
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "key")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
        monkeypatch.setenv("AWS_REGION", "eu-central-1")
        yield "s3://evidence/prefix"


async def test_a_cloud_that_does_not_answer_is_given_up_in_time(silent_s3: str) -> None:
    store = ObjectStore(silent_s3, time_limit=timedelta(seconds=0.3))

    with pytest.raises(EvidenceError, match=r"no answer within 0\.3 s"):
        await store.put(CONTENT, "image/png")
