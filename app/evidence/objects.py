"""Where pictures of evidence lie: objects named by the SHA-256 of their bytes.

A folder by default, S3, Google Cloud Storage or Azure by URL; whoever holds the record can tell a changed object.
"""

import asyncio
import hashlib
import os
import secrets
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import obstore
from obstore.exceptions import BaseError
from obstore.store import LocalStore, from_url
from obstore.store import ObjectStore as Backend

from app.errors import EvidenceError

TIME_LIMIT = timedelta(seconds=20)
_PROBE = b"nobet"


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectRef:
    """An object as the database remembers it; `sha256` in hexadecimal, `size` in bytes."""

    key: str
    sha256: str
    size: int
    media_type: str

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> "ObjectRef":
        """The object that an image's row names."""
        return cls(key=row["object_key"], sha256=row["sha256"], size=row["size"], media_type=row["media_type"])


class ObjectStore:
    """Keeps bytes under their hash. Everything that fails raises EvidenceError.

    `url` is a folder's path, ``file:///folder`` (made when missing, closed to other users), ``s3://bucket/prefix``,
    ``gs://bucket/prefix``, ``az://container/prefix`` or ``memory:///``. A cloud's credentials come from the environment
    variables of its own tools; it must allow reading, writing, listing (without it a missing object looks forbidden)
    and deleting.
    """

    def __init__(self, url: str, *, time_limit: timedelta = TIME_LIMIT) -> None:
        self.url = url
        self._time_limit = time_limit
        self._folder = _folder(url)
        self._store = _open(url, self._folder)

    async def put(self, content: bytes, media_type: str) -> ObjectRef:
        """Store the bytes; they are complete and, in a folder, on the disk when this returns.

        The same bytes again are the same object. An object that no longer matches its name is written anew.
        """
        sha256 = hashlib.sha256(content).hexdigest()
        ref = ObjectRef(key=f"{sha256[:2]}/{sha256[2:]}", sha256=sha256, size=len(content), media_type=media_type)
        async with self._failing_as(f"evidence object {ref.key} could not be stored"):
            if await self._read(ref.key) != content:
                await self._write(ref.key, content)
        return ref

    async def get(self, ref: ObjectRef) -> bytes:
        """The object's bytes, proven to be those that were stored."""
        async with self._failing_as(f"evidence object {ref.key} could not be read"):
            content = await self._read(ref.key)
        if content is None:
            raise EvidenceError(f"evidence object {ref.key} is missing from the store")
        found = hashlib.sha256(content).hexdigest()
        if found != ref.sha256:
            raise EvidenceError(
                f"evidence object {ref.key} was changed: {len(content)} bytes with SHA-256 {found} "
                f"instead of {ref.size} bytes with {ref.sha256}"
            )
        return content

    async def exists(self, ref: ObjectRef) -> bool:
        """Whether something lies under the object's name; only `get` proves what."""
        async with self._failing_as(f"evidence object {ref.key} could not be looked for"):
            try:
                await obstore.head_async(self._store, ref.key)
            except FileNotFoundError:
                return False
            return True

    async def delete(self, key: str) -> None:
        """Remove an object; one that is gone already counts as removed."""
        async with self._failing_as(f"evidence object {key} could not be deleted"):
            with suppress(FileNotFoundError):
                await obstore.delete_async(self._store, key)

    async def check(self) -> None:
        """Prove that objects can be written, read and deleted, with a small one of its own."""
        key = f"probe/{secrets.token_hex(8)}"
        async with self._failing_as(f"the evidence store {self.url} does not work"):
            await self._write(key, _PROBE)
            found = await self._read(key)
            await obstore.delete_async(self._store, key)
        if found != _PROBE:
            raise EvidenceError(f"the evidence store {self.url} does not return what was written to it")

    async def _read(self, key: str) -> bytes | None:
        try:
            answer = await obstore.get_async(self._store, key)
        except FileNotFoundError:
            return None
        return bytes(await answer.bytes_async())

    async def _write(self, key: str, content: bytes) -> None:
        await obstore.put_async(self._store, key, content)
        if self._folder is not None:
            await asyncio.to_thread(_sync, self._folder / key)

    @asynccontextmanager
    async def _failing_as(self, sentence: str) -> AsyncIterator[None]:
        try:
            async with asyncio.timeout(self._time_limit.total_seconds()):
                yield
        except TimeoutError as error:
            raise EvidenceError(f"{sentence}: no answer within {self._time_limit.total_seconds():g} s") from error
        except (BaseError, OSError, ValueError) as error:
            raise EvidenceError(f"{sentence}: {_first_line(error)}") from error


def _folder(url: str) -> Path | None:
    """The folder that the URL means, None for anything else than a folder."""
    parts = urlsplit(url)
    if not parts.scheme:
        return Path(url).expanduser().absolute()
    return Path(unquote(parts.path)) if parts.scheme == "file" else None


def _open(url: str, folder: Path | None) -> Backend:
    try:
        if folder is None:
            return from_url(url)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return LocalStore(folder)
    except (BaseError, OSError, ValueError) as error:
        raise EvidenceError(f"the evidence store {url} cannot be opened: {_first_line(error)}") from error


def _sync(path: Path) -> None:
    """Bring a file and its names to the disk.

    obstore writes beside and renames, which is all or nothing for a reader, but leaves the disk to the kernel: after a
    power cut the record in the database could name an empty file.
    """
    for place in (path, path.parent, path.parent.parent):
        handle = os.open(place, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _first_line(error: Exception) -> str:
    """obstore's messages end in pages of its own internals."""
    return next(iter(str(error).splitlines()), type(error).__name__)
