"""Keeping the world over a restart: one line a changed record, the last one of an id holds."""

from collections.abc import Iterable, Iterator
from pathlib import Path

import structlog
from pydantic import TypeAdapter, ValidationError

from app.sandbox.world.records import Record

log = structlog.get_logger(__name__)
_RECORDS: TypeAdapter[Record] = TypeAdapter(Record)


class Journal:
    """A file that records are appended to.

    Each is handed to the operating system at once, so that a killed sandbox loses none.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = path.open("ab", buffering=0)

    def read(self) -> Iterator[Record]:
        """All kept records in the order of their coming; a line cut off by a crash is left out."""
        for line in self._path.read_bytes().splitlines():
            try:
                yield _RECORDS.validate_json(line)
            except ValidationError:
                log.warning("sandbox_record_unreadable", bytes=len(line))

    def append(self, record: Record) -> None:
        """Keep one more record."""
        self._file.write(_RECORDS.dump_json(record) + b"\n")

    def rewrite(self, records: Iterable[Record]) -> None:
        """Keep these records and nothing else."""
        fresh = self._path.with_suffix(".new")
        fresh.write_bytes(b"".join(_RECORDS.dump_json(record) + b"\n" for record in records))
        self._file.close()
        fresh.replace(self._path)
        self._file = self._path.open("ab", buffering=0)

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()
