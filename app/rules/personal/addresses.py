"""Street addresses as they are written in Turkey: "Çiçek Mah. 148 Sk. No:4 D:7, Bornova"."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from app.rules.forms.words import Word, Words
from app.rules.personal.towns import TOWNS


class Place(NamedTuple):
    """Span of an address in the plain form, and its words; `has_door` where a flat, a floor or a building is named."""

    start: int
    end: int
    words: Sequence[Word]
    has_door: bool


_AREA = r"mah|mh|mahalle|mahallesi|koyu|mevkii|rayonu"
_ROAD = r"sokak|sokagi|sok|sk|cadde|caddesi|cad|cd|bulvar|bulvari|blv|bulv|street|st|avenue|ave|kucesi"
_BUILDING = r"apt|apartman|apartmani|sitesi|site|konaklari|konutlari|evleri|rezidans|blok|blogu|girisi"
_ENDING = r"(?:n?[dt][ae]n?|n?[iu]n|n?[yn]?[aeiu])"
_KEYWORDS = (
    ("area", re.compile(rf"(?:{_AREA})(?P<ending>{_ENDING})?")),
    ("road", re.compile(rf"(?:{_ROAD})(?P<ending>{_ENDING})?")),
    ("building", re.compile(rf"(?:{_BUILDING})(?P<ending>{_ENDING})?")),
)
_DOOR = frozenset({"daire", "d", "da", "dairesi", "kat", "k", "kati", "floor", "flat", "apt", "wohnung", "menzil"})
_DOOR_AFTER = frozenset({"kat", "daire"})
_NUMBER = frozenset({"no", "numara", "nr", "kapi", "ic", "dis"})
_NUMBER_AFTER = re.compile(r"(?:numara|nolu|numarali|no)(?P<ending>(?:[dt][ae]n?|y[ae])?)")
_FLOORS = ((("en", "ust", "kat"), 3), (("ust", "kat"), 2), (("zemin", "kat"), 2), (("giris", "kat"), 2))
_SIDES = frozenset({"sag", "sol"})
_LANDMARKS = frozenset({"karsisi", "yani", "arkasi", "bitisigi", "ustu"})
# Short words that mean something else as well: with a name in capitals, a number or a full stop they are a road's.
_DOUBTFUL = frozenset({"sok", "st", "cd", "site", "ave", "sitesi", "evleri", "girisi", "blok", "blogu", "sk"})
_NO_NAMES = frozenset(
    ["bu", "su", "o", "bir", "her", "hangi", "ayni", "yan", "arka", "ara", "karsi", "ilk", "son", "iki", "ana",
     "tum", "butun", "bizim", "benim", "sizin", "onun", "bi", "ben", "biz", "sen", "siz", "ve", "ile", "de", "da",
     "ya", "adres", "adresi", "adresim", "adresimiz", "adresin", "ev", "evi", "evim", "evimiz", "evin", "eviniz",
     "yeni", "eski", "nolu", "no", "numara", "hoca", "tarif", "yenisi", "merhaba", "selam", "sayin", "kargo",
     "kargoyu", "siparis", "web", "internet", "okul", "universite", "haber", "bahis", "kurum", "yurt", "kiralik",
     "satilik", "devren", "acil", "yardim", "lutfen", "gelin", "ki", "mi", "ama", "ayrica", "the", "my", "is", "in",
     "at", "of", "his", "their", "kapi", "zil", "daire", "kat", "yol", "cok", "uzun", "dar", "bos", "karanlik",
     "hemen", "simdi", "burasi", "burada", "kimse"]
)  # fmt: skip
_UNITS = frozenset(
    ["kilometre", "kilometrede", "metrede", "dakikada", "tl", "lira", "gun", "gundur", "ay", "aydir", "kisi",
     "dakika", "dk", "saat", "saattir", "yil", "yildir", "kez", "tane", "adet", "metre", "km", "m", "hafta",
     "haftadir", "kere", "puan", "yas", "yasinda", "bin", "ler", "lar", "lerin", "larin"]
)  # fmt: skip
_NO_HOUSE_AFTER = re.compile(r"\. (?:durak|el|kısım|kisim|etap|kavşak|çıkış|gün|hafta|sınıf)|['’]?l[ae]r|\s?%|[.,:]\d")
_BESIDE = ("onund", "durag", "civar", "karsisind", "yanind", "arkasind", "kosesi", "ustund", "uzerind")
_KIN = frozenset(
    ["kuzenim", "kardesim", "arkadasim", "amcam", "dayim", "teyzem", "halam", "yengem", "ablam", "abim", "oglum",
     "kizim", "yegenim", "torunum", "komsum", "adi", "ismi", "hocam"]
)  # fmt: skip
# An address has at most so many words, a name so many.
_LONGEST, _LONGEST_NAME = 30, 4


class _Reader:
    """Reads the parts of one address from its first road, neighbourhood or building on."""

    def __init__(self, words: Words, original: str) -> None:
        self.tokens = words.words
        self.text = words.plain.text
        self.plain = words.plain
        self.original = original
        self.shouts = original.isupper()

    def gap(self, place: int) -> str:
        """What stands before the token at `place`."""
        return self.text[self.tokens[place - 1].end : self.tokens[place].start] if place else "\n"

    def is_capital(self, place: int) -> bool:
        """Whether the word is written with a capital."""
        start, _ = self.plain.original(self.tokens[place].start, self.tokens[place].end)
        return self.original[start : start + 1].isupper()

    def is_number(self, place: int) -> bool:
        """Whether the token can be the number of a house or a numbered street."""
        token = self.tokens[place]
        return token.folded == "<number>" and len(token.text) <= 5 and token.text.isdigit()

    def keyword(self, place: int) -> tuple[str, int] | None:
        """Kind of a road, neighbourhood or building, and the length of its case ending."""
        folded = self.tokens[place].folded
        for kind, pattern in _KEYWORDS:
            found = pattern.fullmatch(folded)
            if found:
                return kind, len(found["ending"] or "")
        return None

    def name_before(self, place: int) -> int | None:
        """The first place of the name that ends before `place`, or None where there is none."""
        at = place - 1
        if at < 0 or self.gap(place) not in {" ", ". ", "."}:
            return None
        if self.is_number(at):
            if at and self.gap(at) == "/" and self.is_number(at - 1):
                at -= 1
            first = self._place_before(at)
            # "Evka 3 mah": the number is part of the name.
            is_named_area = first == at and self.tokens[place].folded.startswith("m") and self.gap(at) == " "
            return at - 1 if is_named_area and at and self._can_name(at - 1) else first
        if self.gap(place) != " " or not self._can_name(at):
            return None
        keyword = self.tokens[place].folded
        if keyword in _DOUBTFUL and not self.is_capital(at):
            return None
        # Written in small letters throughout, where a name begins cannot be told: one word it is.
        return self._place_before(at) if self.is_capital(at) else at

    def _can_name(self, place: int) -> bool:
        token = self.tokens[place]
        return token.folded.isalpha() and token.folded not in _NO_NAMES and "'" not in token.text

    def _place_before(self, at: int) -> int:
        first, last, most = at, at, at - (2 if self.shouts else _LONGEST_NAME)
        while at > max(0, most) and self.gap(at) in {" ", ". "}:
            token = self.tokens[at - 1]
            if self.gap(at) == ". ":
                if not (self.is_number(at - 1) and len(token.text) <= 2):
                    break
            elif not self._begins_name(at - 1):
                break
            at -= 1
            if not self.is_number(at):
                first = at
        # "kuzenim Zafer Odabaşı mah.": the first name is the cousin's.
        is_persons = 0 < first < last and self.tokens[first - 1].folded in _KIN
        return first + 1 if is_persons and self.tokens[first].folded not in TOWNS else first

    def _begins_name(self, place: int) -> bool:
        is_name = self.is_capital(place) or self.tokens[place].folded in TOWNS
        return is_name and self._can_name(place) and not self.keyword(place)

    def number(self, place: int) -> int | None:
        """The last place of a house number that begins at `place`: 12, 17b, 6/4, 3B/21, 207/B-6."""
        if place >= len(self.tokens):
            return None
        if self.is_number(place):
            at = place
        elif self._is_letter(place) and place + 1 < len(self.tokens) and self.gap(place + 1) in {"/", "-"}:
            at = place + 1
            if not self.is_number(at):
                return None
        else:
            return None
        while at + 1 < len(self.tokens):
            gap = self.gap(at + 1)
            if (gap in {"/", "-", " / "} and (self.is_number(at + 1) or self._is_letter(at + 1))) or (
                not gap and self._is_letter(at + 1)
            ):
                at += 1
            else:
                break
        return at

    def _is_letter(self, place: int) -> bool:
        token = self.tokens[place]
        return len(token.folded) == 1 and token.folded.isalpha()

    def counts(self, after: int) -> bool:
        """Whether the number before `after` counts or prices something instead."""
        if after >= len(self.tokens):
            return False
        token = self.tokens[after]
        return token.folded in _UNITS and len(self.gap(after)) <= 1


def addresses(words: Words, original: str) -> Iterator[Place]:
    """Addresses of which so much is said that a house or a flat can be found."""
    reader = _Reader(words, original)
    place = 0
    while place < len(reader.tokens):
        keyword = reader.keyword(place)
        first = reader.name_before(place) if keyword else None
        if first is None:
            place += 1
            continue
        found = _Address(reader, first, place)
        found.read()
        address = found.place()
        if address:
            yield address
        place = max(found.last, place) + 1


class _Address:
    """One address being read: what was met of it so far."""

    def __init__(self, reader: _Reader, first: int, keyword: int) -> None:
        self.reader = reader
        reached = self._with_landmark(self._with_doors_before(first))
        self.first = self._with_town_before(reached)
        self.last = keyword
        self.end = 0
        self.met: set[str] = {"landmark"} if reached < first and self._begins_with_landmark else set()
        if reached < first and not self._begins_with_landmark:
            self.met.add("door")
        self._meet_keyword(keyword)

    _begins_with_landmark = False

    def _meet_keyword(self, place: int) -> None:
        kind, ending = self.reader.keyword(place) or ("", 0)
        if self.reader.tokens[place].folded.startswith("blo"):
            kind = "block"
        if kind in self.met and kind == "area":
            kind = "second area"
        self.met.add(kind)
        self.last_keyword = place
        end = self.reader.tokens[place].end
        # The full stop of "apt.'na" is the address's; one at the end of a sentence is not.
        is_abbreviated = not ending and self.reader.text[end : end + 2] in {".'", ".’"}
        self._reach(place, end + 1 if is_abbreviated else end - ending)

    def _reach(self, place: int, end: int) -> None:
        self.last, self.end = place, end

    def _with_town_before(self, first: int) -> int:
        reader = self.reader
        if first and reader.gap(first) == ", " and reader.tokens[first - 1].folded in TOWNS:
            return first - 1
        return first

    def _with_doors_before(self, first: int) -> int:
        reader = self.reader
        while first >= 2 and reader.is_number(first - 1) and reader.tokens[first - 2].folded in _DOOR:
            if reader.gap(first) not in {" ", ", "}:
                break
            first -= 2
        return first

    def _with_landmark(self, first: int) -> int:
        reader = self.reader
        if first < 2 or reader.gap(first) not in {" ", ", "} or reader.tokens[first - 1].folded not in _LANDMARKS:
            return first
        for at in range(first - 2, max(-1, first - 5), -1):
            if reader.gap(at + 1) != " ":
                break
            if reader.is_capital(at):
                self._begins_with_landmark = True
                return at
        return first

    def read(self) -> None:
        """Go on while parts of an address follow each other."""
        while self.last - self.first < _LONGEST and self._next():
            pass
        self._read_town()

    def _next(self) -> bool:
        reader, place = self.reader, self.last + 1
        if place >= len(reader.tokens) or not re.fullmatch(r"[ .,:;/\-\n]{0,3}", reader.gap(place)):
            return False
        return self._next_number(place) or self._next_door(place) or self._next_keyword(place)

    def _next_keyword(self, place: int) -> bool:
        reader = self.reader
        for at in range(place, min(place + 4, len(reader.tokens))):
            if at > place and reader.gap(at) not in {" ", ". ", ".", "/"}:
                return False
            if at > place and reader.keyword(at):
                name = reader.name_before(at)
                if name is None or name > place:
                    return self._meet_numbered_block(place, at)
                self._meet_keyword(at)
                return True
        return False

    def _meet_numbered_block(self, place: int, at: int) -> bool:
        named = all(self.reader.is_capital(p) or self.reader.is_number(p) for p in range(place, at))
        if named:
            self._meet_keyword(at)
        return named

    def _next_number(self, place: int) -> bool:
        reader = self.reader
        at, named = place, False
        while at < min(place + 3, len(reader.tokens)) and reader.tokens[at].folded in _NUMBER:
            at, named = at + 1, True
        end = reader.number(at)
        if end is None or (named and at > place and len(reader.gap(at)) > 3):
            return False
        after, ending = end + 1, 0
        if not named and after < len(reader.tokens) and reader.gap(after) in {" ", ". ", "."}:
            called = _NUMBER_AFTER.fullmatch(reader.tokens[after].folded)
            if called:
                named, end, ending = True, after, len(called["ending"])
            elif reader.tokens[after].folded in _DOOR_AFTER and reader.number(after + 1) is None:
                self.met.add("door")
                self._reach(after, reader.tokens[after].end)
                return True
            elif reader.keyword(after) or re.fullmatch(r"kat\w+", reader.tokens[after].folded):
                return False
        if not named and (reader.counts(after) or self._is_time(end)):
            return False
        if not named and self.last != self.last_keyword:
            return False
        is_slashed = any(reader.gap(p) == "/" for p in range(at + 1, end + 1))
        self.met.add("slashed" if is_slashed else "number" if named or "road" in self.met else "bare number")
        self._reach(end, reader.tokens[end].end - ending)
        return True

    def _is_time(self, place: int) -> bool:
        """Whether what follows makes a decade, a share or a time of the number: 80'ler, 20%, 12.30."""
        end = self.reader.tokens[place].end
        return _NO_HOUSE_AFTER.match(self.reader.text, end) is not None

    def _next_door(self, place: int) -> bool:
        reader = self.reader
        folded = [token.folded for token in reader.tokens[place : place + 3]]
        for words, length in _FLOORS:
            if tuple(folded[:length]) == words:
                end = place + length - 1
                if end + 1 < len(reader.tokens) and reader.tokens[end + 1].folded in _SIDES:
                    end += 1
                self.met.add("door")
                self._reach(end, reader.tokens[end].end)
                return True
        at = place + 1
        if folded[0] not in _DOOR:
            return False
        if len(folded) > 1 and folded[1] in {"no", "numara"}:
            at += 1
        if at < len(reader.tokens) and reader.is_number(at) and len(reader.gap(at)) <= 3 and not reader.counts(at + 1):
            end = reader.number(at) or at
            self.met.add("door")
            self._reach(end, reader.tokens[end].end)
            return True
        return False

    def _read_town(self) -> None:
        reader = self.reader
        at = self.last + 1
        if at < len(reader.tokens) and reader.tokens[at].folded == "<number>" and len(reader.tokens[at].text) == 5:
            at += 1
        for _ in range(2):
            if at >= len(reader.tokens) or not re.fullmatch(r"[ ,/.]{1,2}|, ", reader.gap(at)):
                return
            token = reader.tokens[at]
            bare = re.split(r"['’]", token.text)[0]
            folded = token.folded[: len(bare)]
            if folded not in TOWNS:
                return
            self._reach(at, token.start + len(bare))
            at += 1

    def place(self) -> Place | None:
        """The address, where it leads to a house."""
        met = self.met
        numbered, doored = met & {"number", "slashed"}, "door" in met
        if not (
            ("road" in met and (numbered or doored or "building" in met))
            or ("building" in met and (numbered or doored or met & {"landmark", "area"}))
            or ("area" in met and ("slashed" in met or (numbered and "second area" in met)))
        ):
            return None
        if not doored and self._is_landmark():
            return None
        has_door = doored or "slashed" in met or "building" in met
        words = self.reader.tokens[self.first : self.last + 1]
        return Place(words[0].start, self.end, words, has_door)

    def _is_landmark(self) -> bool:
        """Whether it only says what stands or happens before it: "Lale Cad. 12 önünde buluşalım"."""
        after = self.last + 1
        tokens = self.reader.tokens
        return after < len(tokens) and tokens[after].folded.startswith(_BESIDE) and self.reader.gap(after) == " "
