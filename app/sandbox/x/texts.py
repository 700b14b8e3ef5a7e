"""What X takes as a text, how long it counts, and what it makes of addresses and names in it.

https://docs.x.com/fundamentals/counting-characters
"""

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final
from unicodedata import normalize

from app.sandbox.world.refusals import RefusedError, Why
from app.sandbox.world.texts import check_length

POST_LENGTH, MESSAGE_LENGTH, ADDRESS_LENGTH, EMOJI_LENGTH = 280, 10_000, 23, 2

HANDLE: Final = r"[A-Za-z0-9_]{1,15}"
NAMED: Final = re.compile(rf"(?<![\w@])@({HANDLE})(?![\w@])", re.ASCII)
LEADING: Final = re.compile(rf"(?:@{HANDLE}\s+)*", re.ASCII)
HASHTAG: Final = re.compile(r"(?<![\w&#])#(\w*[^\W\d]\w*)")
CASHTAG: Final = re.compile(r"(?<![\w$])\$([A-Za-z]{1,6})(?!\w)")
# Without a protocol only what ends in a domain that is known: of those, the ones that are met here.
ADDRESS: Final = re.compile(
    r"https?://[^\s<>\"]+|(?<![\w@.#$/-])(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+"
    r"(?:com|org|net|edu|gov|info|biz|io|co|me|tv|app|dev|link|shop|xyz|tr|de|uk|eu|us|ru)(?![\w.-]*\w)(?:/[^\s<>\"]*)?",
    re.IGNORECASE | re.ASCII,
)
SHORT: Final = re.compile(r"https?://t\.co/[A-Za-z0-9]+")
AFTER_ADDRESS: Final = ".,;:!?)'’”"
SIGN: Final = (
    "[\u00a9\u00ae\u203c\u2049\u2122\u2139\u2194-\u21aa\u231a-\u2bff\u3030\u303d\u3297\u3299\U0001f000-\U0001faff]"
)
EMOJI: Final = re.compile(
    "[\U0001f1e6-\U0001f1ff]{2}|[#*0-9]\ufe0f?\u20e3"
    f"|{SIGN}[\ufe0f\U0001f3fb-\U0001f3ff]*(?:\u200d{SIGN}[\ufe0f\U0001f3fb-\U0001f3ff]*)*"
)
LIGHT: Final = ((0, 4351), (8192, 8205), (8208, 8223), (8242, 8247))
INVALID: Final = re.compile("[\ufffe\ufeff\uffff]")
SLUG: Final = "abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ0123456789"


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """A web address in a text: where its short form stands there, and what it stands for."""

    start: int
    end: int
    short: str
    whole: str


def weighted_length(text: str) -> int:
    """Length as X counts it: 1 or 2 for a character, 23 for an address, 2 for an emoji of however many parts."""
    text = normalize("NFC", text)
    without = ADDRESS.sub("", text)
    found = sum(1 for _ in ADDRESS.finditer(text))
    # What was cut off an address's end is counted by itself.
    ends = sum(len(match[0]) - len(match[0].rstrip(AFTER_ADDRESS)) for match in ADDRESS.finditer(text))
    emojis = len(EMOJI.findall(without))
    rest = EMOJI.sub("", without)
    weight = sum(100 if any(first <= ord(one) <= last for first, last in LIGHT) else 200 for one in rest)
    return weight // 100 + found * ADDRESS_LENGTH + ends + emojis * EMOJI_LENGTH


def check_post(text: str) -> None:
    """Refuse what X would not take as a post or reply, from anyone."""
    if INVALID.search(text):
        raise RefusedError(Why.EMPTY)
    check_length(text, POST_LENGTH, size=weighted_length(text))


def check_message(text: str) -> None:
    """Refuse what X would not take as a direct message."""
    check_length(text, MESSAGE_LENGTH)


def names_in(text: str) -> list[str]:
    """The handles that a text names, in lower case."""
    return [match[1].lower() for match in NAMED.finditer(text)]


def shortened(text: str, seed: str) -> tuple[str, list[Address]]:
    """The text as X shows it, each address in its short form, and what those stand for."""
    parts: list[str] = []
    found: list[Address] = []
    at = length = 0
    for match in ADDRESS.finditer(text):
        whole = match[0].rstrip(AFTER_ADDRESS)
        before, short = text[at : match.start()], whole if SHORT.fullmatch(whole) else short_address(seed, whole)
        length += len(before)
        found.append(Address(start=length, end=length + len(short), short=short, whole=whole))
        length += len(short)
        parts += [before, short]
        at = match.start() + len(whole)
    return "".join((*parts, text[at:])), found


def short_address(*parts: str) -> str:
    """An address at X's own shortener, the same for the same parts."""
    number = int.from_bytes(hashlib.sha256("\x00".join(parts).encode()).digest()[:8], "big")
    slug = ""
    for _ in range(10):
        number, place = divmod(number, len(SLUG))
        slug += SLUG[place]
    return f"https://t.co/{slug}"


def escaped(text: str) -> str:
    """As X writes it in its answers."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def positions(text: str, pattern: re.Pattern[str], to_entity: Callable[[str], dict[str, object]]) -> list[object]:
    """Where a pattern stands in a text, with what it is."""
    return [{"start": match.start(), "end": match.end(), **to_entity(match[1])} for match in pattern.finditer(text)]
