"""Rooms of dormitories: "C blok 214", "kız yurdu D blok oda 108", "block B room 105"."""

import re
from bisect import bisect_left
from collections.abc import Iterator
from operator import attrgetter

from app.rules.forms.words import Words

_BLOCK = r"(?:[a-z](?:[ -]?\d)?\s(?:blok|block|koridoru)|(?:blok|block|корпус)\s[a-zа-я](?:-?\d)?)(?!\w)"  # noqa: RUF001 - Cyrillic is meant
_FLOOR = r"(?:\d{1,2}(?:\.|\s|\.\s)kat|kat\s?\d{1,2}|zemin(?:\skat)?|floor\s\d{1,2})(?!\w)"
_NAMED = r"(?:oda|room|комната)(?:\s(?:no|numarası|numarasi))?[\s.:]{1,2}"
_ROOM = rf"(?:{_NAMED}\d{{1,4}}|(?<!\d)\d{{3}}(?!\d))(?:\s(?:nolu|numaralı|numarali)\soda(?=(?:d[ae]n?|ya)?(?!\w)))?"
_DORM = r"(?:(?:kız|kiz|erkek)\s)?(?:yurdu|yurt|dorm)(?:\s\d)?"
_BETWEEN = r"[,\s]{1,2}"
_IN_BLOCK = re.compile(
    rf"(?<!\w)(?:(?P<dorm>{_DORM}){_BETWEEN})?{_BLOCK}(?:{_BETWEEN}{_FLOOR})?{_BETWEEN}(?P<room>{_ROOM})(?!\d)"
)
_IN_DORM = re.compile(rf"(?<!\w)(?P<dorm>{_DORM})(?:{_BETWEEN}{_FLOOR})?{_BETWEEN}(?P<room>{_NAMED}\d{{1,4}})(?!\d)")


def rooms(text: str) -> Iterator[tuple[int, int]]:
    """Spans of rooms in lower-case `text`."""
    taken = 0
    for pattern in (_IN_BLOCK, _IN_DORM):
        for found in pattern.finditer(text):
            if found.start() >= taken:
                taken = found.end()
                yield found.span()


def is_called_home(room: str) -> bool:
    """Whether the words for a room, in lower case, speak of a dormitory or of a room rather than of a block alone."""
    return re.search(r"yurd|yurt|dorm|oda|room|комната", room) is not None


_NO_NAMES = frozenset(
    ["dun", "bugun", "yarin", "bizim", "benim", "sizin", "simdi", "burada", "yurtta", "yurdun", "okul", "kampus",
     "universite", "merhaba", "selam", "sayin", "hocam", "lutfen", "acil", "artik", "neden", "niye", "evet", "hayir",
     "tum", "butun", "her", "bu", "su", "o", "bir", "elektrik", "internet", "sicak", "isitma", "kalorifer", "klima",
     "hala"]
)  # fmt: skip
_PLACE_ENDINGS = ("da", "de", "ta", "te")


def has_name_beside(words: Words, original: str, start: int, end: int) -> bool:
    """Whether what looks like someone's name stands right before or after a place of the plain form."""
    if original.isupper():
        return False
    at = bisect_left(words.words, start, key=attrgetter("start"))
    after = bisect_left(words.words, end, key=attrgetter("start"))
    beside = [*words.words[max(0, at - 1) : at], *words.words[after : after + 2]]
    for word in beside:
        is_close = start - word.end <= 2 and word.start - end <= 5
        if not is_close or len(word.folded) < 3 or not word.folded.isalpha():
            continue
        first, _ = words.plain.original(word.start, word.end)
        bare = word.folded[: len(re.split(r"['’]", word.text)[0])]
        if original[first].isupper() and bare not in _NO_NAMES and not bare.endswith(_PLACE_ENDINGS):
            return True
    return False
