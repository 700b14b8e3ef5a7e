"""Bodies that no platform sends: real shapes with something odd in them, and what is no shape at all."""

import gzip
import json
from collections.abc import Iterator, Mapping, Sequence
from random import Random
from typing import Any

from tests.connectors.meta.test_hostile_input import places, put
from tests.connectors.reading import fixture, names_of
from tests.connectors.youtube.builders import CHANNEL, WRITTEN, a_thread
from tests.connectors.youtube.test_feed import NANOSECONDS, TOMBSTONE, feed

MEBIBYTE = 1024 * 1024
PLATFORMS = ("facebook", "instagram", "x", "linkedin", "youtube")

WRITTEN_BY_PEOPLE = ("message", "text", "full_text", "commentText")
# What stands in a fixture where people write is replaced by these.
TEXTS = (
    "şerefsiz " * (MEBIBYTE // 10),
    "a" * MEBIBYTE,
    "😂" * (MEBIBYTE // 4),
    "s̈̈̈" * (MEBIBYTE // 8),
    "\u202e\u200b\ufeff" * 1000,
    "1" * MEBIBYTE,
    "\x00",
    "\ud800",
    "\udfff\ud800 intihar",
    "İ" * 5000,
    "'" * 10_000,
    "<script>alert(1)</script>{{7*7}}${7*7}%s%n\r\nSet-Cookie: a=b",
    "",
)
VALUES: Sequence[Any] = (
    None,
    True,
    0,
    -1,
    10**30,
    -(10**400),
    1e308,
    float("inf"),
    float("nan"),
    "",
    "\x00",
    "\ud83d",
    "x" * 5000,
    "٣",
    [],
    {},
    [[[[]]]],
    {"id": {"id": {}}},
    [None, 1, "x", {}],
    {"": ""},
    2**63,
    -(2**63) - 1,
    "9" * 5000,
    "2026-13-45T99:99:99Z",
    "javascript:alert(1)",
)


def seeds_of(platform: str) -> list[bytes]:
    """Bodies in the platform's real shapes, with invented people."""
    if platform == "youtube":
        return [feed(("k0rFez_2026", NANOSECONDS)), feed(*((f"v{n}", WRITTEN) for n in range(5))), TOMBSTONE]
    return [fixture(platform, name) for name in names_of(platform)]


def bodies(platform: str, *, mutations: int, chance: Random) -> Iterator[bytes]:
    """All hostile bodies for a platform; the same ones for the same `chance`."""
    seeds = seeds_of(platform)
    yield from seeds
    yield from _no_shape_at_all()
    yield from _xml_bombs()
    if platform == "youtube":
        yield json.dumps({"kind": "youtube#commentThreadListResponse", "items": [a_thread()]}).encode()
        yield from (seed.replace(b"Mezuniyet", text.encode("utf-8", "replace")) for seed in seeds for text in TEXTS)
        yield from (seed.replace(CHANNEL.encode(), b"\xff\xfe") for seed in seeds)
    else:
        documents = [json.loads(seed) for seed in seeds]
        for text in TEXTS:
            yield json.dumps(_with_text(chance.choice(documents), text)).encode()
        for document in documents:
            yield json.dumps(document).replace('{"', '{"id": 1, "id": [], "text": "a", "', 2).encode()
        for _ in range(mutations):
            yield _odd_places(chance.choice(documents), chance)
    for _ in range(mutations):
        yield _odd_bytes(chance.choice(seeds), chance)


def _with_text(document: Any, text: str) -> Any:
    """The document with another text wherever one stands that a person wrote."""
    if isinstance(document, list):
        return [_with_text(part, text) for part in document]
    if not isinstance(document, dict):
        return document
    return {
        name: text if name in WRITTEN_BY_PEOPLE and isinstance(part, str) else _with_text(part, text)
        for name, part in document.items()
    }


def _odd_places(document: Any, chance: Random) -> bytes:
    for _ in range(chance.randint(1, 4)):
        document = put(document, chance.choice(places(document)), chance.choice(VALUES))
    return json.dumps(document, ensure_ascii=chance.random() < 0.5).encode("utf-8", "surrogatepass")


def _odd_bytes(seed: bytes, chance: Random) -> bytes:
    """A seed cut, doubled, or with bytes changed here and there."""
    at = chance.randrange(len(seed))
    match chance.randrange(5):
        case 0:
            return seed[:at]
        case 1:
            return seed[at:] + seed[:at]
        case 2:
            return seed[:at] + chance.randbytes(chance.randint(1, 8)) + seed[at:]
        case 3:
            return gzip.compress(seed, mtime=0)
        case _:
            changed = bytearray(seed)
            for _ in range(chance.randint(1, 10)):
                changed[chance.randrange(len(changed))] = chance.randrange(256)
            return bytes(changed)


def _no_shape_at_all() -> Iterator[bytes]:
    yield from (b"", b" ", b"null", b"true", b"0", b'"text"', b"[]", b"{}", b"\x00", b"\xff" * 100, b"\xef\xbb\xbf{}")
    yield from (b"[" * 200_000, b'{"a":' * 100_000, b"[" * 100_000 + b"]" * 100_000)
    yield from (b'{"entry":' + b"[" * 5000 + b"]" * 5000 + b"}", b'{"id":' + b"9" * 100_000 + b"}", b"1e999999")
    yield from (b'{"object":"page","entry":[' + b"{}," * 50_000 + b"{}]}", b'{"a":1' + b',"a":1' * 50_000 + b"}")
    yield from ('{"object":"page"}'.encode("utf-16"), b'{"object":"\xed\xa0\x80"}', b'{"object":"\\ud800"}')
    yield from (b'{"object":NaN}', b'{"object":-Infinity}', b"{'object':'page'}", b'{"object":"page",}')


def _xml_bombs() -> Iterator[bytes]:
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    yield f'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY l0 "ha">{laughs}]><feed>&l9;</feed>'.encode()
    yield b'<?xml version="1.0"?><!DOCTYPE f [<!ENTITY x SYSTEM "file:///etc/passwd">]><feed>&x;</feed>'
    yield b"<a>" * 40_000 + b"</a>" * 40_000
    yield b"<feed " + b'a="1" ' * 50_000 + b"/>"
    yield b'<?xml version="1.0" encoding="x-odd"?><feed/>'
    yield "<?xml version='1.0' encoding='utf-16'?><feed/>".encode("utf-16")


CONTENT_TYPES: Sequence[Mapping[str, str]] = (
    {"Content-Type": "application/json"},
    {"Content-Type": "application/atom+xml"},
    {"Content-Type": "text/html; charset=utf-7"},
    {"Content-Type": "multipart/form-data; boundary="},
    {"Content-Type": "application/json", "Content-Encoding": "gzip"},
    {"Content-Type": "x" * 4000},
    {},
)
