"""Words read through a disguise: digits and signs for letters, letters spaced out, stretched, dotted or starred."""

import re
from collections.abc import Container, Mapping, Sequence
from typing import Protocol

from app.rules.forms.casing import strip_diacritics
from app.rules.forms.words import Word, Words

_CHUNK = re.compile(r"\S+")
_SIGNS_FOR_LETTERS = str.maketrans(
    {"0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "6": "g", "7": "t", "8": "b", "9": "g", "@": "a", "$": "s",
     "€": "e", "£": "l", "!": "i", "|": "i", "¡": "i", "§": "s", "+": "t", "©": "c", "®": "r"}
)  # fmt: skip
# Signs between single letters that stand for a letter, or make a formula of them: f(x,y).
_NO_JOINT = re.compile(r"[@$€£§(]")
# Behind a vowel an upright stroke may be an l (ka1tak), where that makes a word that people hide.
_STROKE_BEHIND_VOWEL = re.compile(r"(?<=[aeıioöuü@034])[1|!](?=[^\W\d_])")
# Names as lists of results show them: "A** Y*****", "Me*** Ka**".
_STARRED_NAME = r"[A-ZÇĞİÖŞÜ][a-zçğıöşü]{0,2}\*{2,}"
STARRED_NAMES = re.compile(rf"(?<!\S){_STARRED_NAME}(?:\s{_STARRED_NAME})+")
# Two names joined, the second of two letters: Bok-Su. A longer one may be half a word (Sa-Lak).
_DOUBLE_NAME = re.compile(r"(?<!\S)[A-ZÇĞİÖŞÜ][a-zçğıöşü]+-[A-ZÇĞİÖŞÜ][a-zçğıöşü](?!\w)")
# Letters alone behind the sign are a mention, unless they complete to a word that people hide (@ptal).
_MENTION = re.compile(r"@[^\W\d_]{3,}")
_JOINTS = re.compile(r"[.\-_~,'’`\u00b4·•/\\^:\"()\[\]{}=<>]+")
# Two letters in a list, a pair of numbers or a product (o,ç; a·q).
_PAIR = re.compile(r"[^\W\d_][,·][^\W\d_]")
# The second of its kind (Eşek-1), or a Persian genitive (puşt-i kûh).
_NUMBERED = re.compile(r"[^\W\d_]{3,}-(?:\d+|[ıiuü])")
_PLAIN_WORD = re.compile(r"[^\W\d_]+")
# Letters that Turkish has not, written for those that sound like them (manqafa, yawşak, xalak); not the x of puxta.
_FOREIGN = re.compile("[qw]|x(?!t)")
_AS_IT_SOUNDS = str.maketrans("qwx", "kvs")
# A picture, or a hash in a longer word (not O#uz), stands for a letter, as a star does; a picture between
# single letters stands for nothing.
_ANY_PICTURE = "[☀-➿⬛-⭕\U0001f300-\U0001faff]"
_LETTER = r"[^\W\d_]"
_PICTURE = re.compile(
    rf"(?<={_LETTER})(?:{_ANY_PICTURE}(?={_LETTER})|#(?={_LETTER}{{3}}))|(?<={_LETTER}{{3}})#(?={_LETTER})"
)
# A picture that is read as its name where letters follow without a space: 🧠siz.
_SPOKEN_PICTURE = re.compile(r"🧠(?=[^\W\d_])")
_PICTURES_BETWEEN = re.compile(rf"[^\W\d_](?:{_ANY_PICTURE}[^\W\d_]){{3,}}{_ANY_PICTURE}?")
_QUANTITY = re.compile(r"\d+(?:[.,:/'’-]?\d+)*['’.]?[^\W\d_]*")
# One digit before letters poses as a letter (5iktir); "5k" and "3tane" decode to nothing that a lexicon knows.
_POSING = re.compile(r"\d[^\W\d_]{3,}")
_EDGES = ".,;:?!\"'’‘“”()[]{}«»…-_~"
_LINK = re.compile(r"https?://|www\.|.@.+\.|\.(?:com|net|org|edu|tr)\b")
# Turkish writes these vowels twice only in a few loan words; written twice they are mostly stretched.
_RUN = re.compile(r"(.)\1{2,}|([aeıioöuüy])\2")
_LONGEST = 60
# What stands between the syllables of a broken word (ge ri ze ka lı, be|yin|siz, ap👏tal); how many are read.
_BREAK = re.compile(rf"\s{{1,3}}|\.|\s?(?:[|/\\·~\-_*]|{_ANY_PICTURE})\s?")
_SYLLABLES = 6
_SYLLABLE = 4
# A word this long may hide another one (yapacağınızişinamk).
_RUN_TOGETHER = 9


class Hidden(Protocol):
    """Knows the words that people hide; all it is asked is folded (no diacritics, lower case)."""

    def completed(self, starred: str) -> str:
        """The word that `starred` (with ``*``) or a misspelt one is, as it is spelled; empty where none fits."""

    def is_hidden(self, folded: str) -> bool:
        """Whether it is such a word, endings allowed."""

    def broken(self, parts: Sequence[str]) -> int:
        """How many of `parts`, from the first on, are the syllables of one word; 0 where they are none."""

    def glued(self, folded: str) -> tuple[int, int] | None:
        """Where such a word stands inside a longer one."""


def squeeze(word: str) -> str:
    """`word` with stretched letters written once: three or more of any, two or more of a vowel."""
    return _RUN.sub(lambda run: run[1] or run[2], word)


def _is_stretched(word: str) -> bool:
    return _RUN.search(word) is not None


def _respelled(word: str, hidden: Hidden) -> str:
    """A lexicon's word that is written with letters Turkish has not; empty where it is none."""
    if not _FOREIGN.search(word):
        return ""
    respelled = hidden.completed(strip_diacritics(squeeze(word.translate(_AS_IT_SOUNDS))))
    # An x stands for other sounds more often (exekution, kalax).
    return respelled if "x" not in word or hidden.is_hidden(strip_diacritics(respelled)) else ""


def _decode(chunk: str, hidden: Hidden) -> str:
    """Letters for the signs and digits inside a chunk, joints left out; empty where nothing was disguised."""
    core = chunk.strip(_EDGES + "*")
    if not 2 <= len(core) <= _LONGEST or _LINK.search(core):
        return ""
    if _QUANTITY.fullmatch(core) and not _POSING.fullmatch(core):
        return ""
    if (
        core.isalpha()
        or not any(sign.isalpha() for sign in core)
        or core[0] == "#"
        or (core[0] == "@" and len(core) > 3 and not _MENTION.fullmatch(core) and "@" not in core[1:])
        or "(" in core
        or _PAIR.fullmatch(core)
        or _NUMBERED.fullmatch(core)
    ):
        return ""
    parts = [part for part in _JOINTS.split(core) if part]
    joined = "".join(parts)
    # "geldi.sonra" is a missing space, "sa.la.k", "dav_arlar" and "d.allama" are disguises.
    if len(parts) > 1 and any(len(part) > 4 for part in parts) and set(_JOINTS.findall(core)) != {"_"}:
        return joined if len(parts[0]) == 1 and hidden.completed(strip_diacritics(joined)) else ""
    read = joined.translate(_SIGNS_FOR_LETTERS)
    if not read.isalpha():
        return ""
    if _MENTION.fullmatch(core):
        return read if hidden.completed(strip_diacritics(read)) else ""
    if respelled := _respelled(read, hidden):
        return respelled
    with_l = _STROKE_BEHIND_VOWEL.sub("l", joined).translate(_SIGNS_FOR_LETTERS)
    return with_l if with_l != read and hidden.completed(strip_diacritics(with_l)) else read


def _spaced_out(view: Words) -> dict[int, int]:
    """Runs of three or more single letters with a joint between: first place → last place.

    Where joints have more white space than the run's first one, another word begins ("a-r-a-p b-o-k-u").
    """
    runs: dict[int, int] = {}
    first = 0
    words = view.words
    white, starred = 0, False
    for place in range(1, len(words) + 1):
        if place < len(words) and _is_single(words[place]) and _is_single(words[place - 1]):
            joint = view.plain.text[words[place - 1].end : words[place].start]
            if place - first == 1:
                white = len(joint.split(" "))
                starred = "*" in joint
            if (
                1 <= len(joint) <= 3
                and len(joint.split(" ")) <= white
                and ("*" in joint) is starred
                and not _NO_JOINT.search(joint)
            ):
                continue
        if place - first >= 3 and any(word.text.isalpha() for word in words[first:place]):
            runs[first] = place - 1
        first = place
    return runs


def _in_syllables(view: Words, hidden: Hidden, taken: Container[int]) -> dict[int, int]:
    """Words that people hide, broken into syllables: first place → last place. None at the places `taken`."""
    found: dict[int, int] = {}
    words, text = view.words, view.plain.text
    place = 0
    while place < len(words):
        places = [place]
        while len(places) < _SYLLABLES and _is_syllable(words[places[-1]]):
            following = next(
                (
                    after
                    for after in (places[-1] + 1, places[-1] + 2)
                    if after < len(words)
                    and words[after].text.isalpha()
                    and _BREAK.fullmatch(text, words[places[-1]].end, words[after].start)
                ),
                None,
            )
            if following is None:
                break
            places.append(following)
        count = hidden.broken([words[p].folded for p in places])
        if count and place not in taken:
            found[place] = places[count - 1]
            place = places[count - 1]
        place += 1
    return found


def _covered(runs: Mapping[int, int]) -> dict[int, int]:
    """Each place in `runs` (first → last) with the first of its run."""
    return {place: first for first, last in runs.items() for place in range(first, last + 1)}


def _is_syllable(word: Word) -> bool:
    return len(word.text) <= _SYLLABLE and word.text.isalpha()


def _is_single(word: Word) -> bool:
    """A letter by itself, or a digit that poses as one."""
    return len(word.text) == 1 and (word.text.isalpha() or word.text.isdigit())


def _chunks(view: Words) -> list[tuple[int, int, int, int]]:
    """Stretches without white space: offset of start and end, first place, place after the last."""
    text, words = view.plain.text, view.words
    found: list[tuple[int, int, int, int]] = []
    place = 0
    for chunk in _CHUNK.finditer(text):
        first = place
        while place < len(words) and words[place].start < chunk.end():
            place += 1
        found.append((*chunk.span(), first, place))
    return found


def names(original: str) -> frozenset[int]:
    """Where in the text as given a name begins that looks like a disguise: the parts of a starred one, a double one."""
    starred = (
        names.start() + part.start() for names in STARRED_NAMES.finditer(original) for part in _CHUNK.finditer(names[0])
    )
    return frozenset((*starred, *(name.start() for name in _DOUBLE_NAME.finditer(original))))


def undisguise(view: Words, hidden: Hidden, spared: frozenset[int] = frozenset()) -> Words | None:
    """The words as they sound once disguises are read, or None where no word wears one.

    What begins at one of the `spared` places (of the text as given) is a name, and stays as it is.
    """
    words = view.words
    spaced = _spaced_out(view)
    covered = _covered(spaced)
    spaced |= _in_syllables(view, hidden, covered)
    covered = _covered(spaced)
    found: list[Word] = []
    quoted: set[int] = set()
    altered = False
    # Dots inside a disguise end no sentence: words after it stand in the same one.
    merged = 0

    def keep(word: Word, place: int) -> None:
        if place in view.quoted:
            quoted.add(len(found))
        found.append(word._replace(sentence=word.sentence - merged) if merged else word)

    def alter(text: str, first: int, last: int, start: int, end: int) -> None:
        nonlocal altered, merged
        altered = True
        if any(place in view.quoted for place in range(first, last + 1)):
            quoted.add(len(found))
        sentence = (words[first].sentence if first < len(words) else words[-1].sentence if words else 0) - merged
        found.append(Word(text, strip_diacritics(text), start, end, sentence, altered=True))
        if first <= last < len(words):
            merged += words[last].sentence - words[first].sentence

    for start, end, first, after in _chunks(view):
        chunk = view.plain.text[start:end]
        lone = first + 1 == after and words[first].end - words[first].start == end - start
        is_plain = lone and _PLAIN_WORD.fullmatch(chunk)
        is_name = bool(spared) and view.plain.original(start, end)[0] in spared
        read = "" if is_plain or is_name else _read_chunk(chunk, hidden)
        # Stars between single letters stand for others (d*v*r) where that makes a word, or for nothing (s*a*l*a*k).
        is_starred_word = "*" in chunk and spaced.get(first, after) < after
        if read and (first not in covered or is_starred_word):
            opening = len(chunk) - len(chunk.lstrip(_EDGES))
            closing = len(chunk) - len(chunk.rstrip(_EDGES))
            alter(squeeze(read), first, after - 1, start + opening, end - closing)
            continue
        for place in range(first, after):
            word = words[place]
            if place in covered:
                if place == covered[place]:
                    tail = spaced[place]
                    text = "".join(w.text for w in words[place : tail + 1] if w.text.isalnum())
                    text = text.translate(_SIGNS_FOR_LETTERS)
                    alter(text, place, tail, word.start, words[tail].end)
            elif len(word.folded) > _LONGEST or word.folded[0] == "<":
                keep(word, place)
            elif glued := _glued(view, word, hidden):
                before, inside, behind = glued
                if before.text:
                    keep(before, place)
                alter(inside.text, place, place, inside.start, inside.end)
                if behind.text:
                    keep(behind, place)
            elif respelled := _respelled(word.text, hidden):
                alter(respelled, place, place, word.start, word.end)
            elif _is_stretched(word.text):
                alter(squeeze(word.text), place, place, word.start, word.end)
            else:
                keep(word, place)
    if not altered:
        return None
    return Words(plain=view.plain, words=found, quoted=frozenset(quoted), questions=view.questions)


def _glued(view: Words, word: Word, hidden: Hidden) -> tuple[Word, Word, Word] | None:
    """A word that people hide in a hashtag or in words run together: what stands before it, itself, what is behind."""
    is_tag = view.plain.text[word.start] == "#"
    if not is_tag and len(word.text) < _RUN_TOGETHER:
        return None
    # In the places of the text as it stands: a digit stands for one letter, and folding keeps them all.
    start = word.start + is_tag
    written = view.plain.text[start : word.end]
    read = strip_diacritics(written.translate(_SIGNS_FOR_LETTERS))
    place = hidden.glued(read) if len(read) == len(written) else None
    # What begins with it is found as it stands.
    if place is None or (not is_tag and place[0] == 0):
        return None

    def part(first: int, last: int) -> Word:
        return word._replace(text=read[first:last], folded=read[first:last], start=start + first, end=start + last)

    return part(0, place[0]), part(*place), part(place[1], len(read))


def _read_chunk(chunk: str, hidden: Hidden) -> str:
    if len(chunk) > _LONGEST:
        return ""
    if _PICTURES_BETWEEN.fullmatch(chunk):
        return "".join(letter for letter in chunk if letter.isalpha())
    if _SPOKEN_PICTURE.match(chunk):
        return _SPOKEN_PICTURE.sub("beyin", chunk).strip(_EDGES)
    chunk = _PICTURE.sub("*", chunk)
    if "*" in chunk:
        core = strip_diacritics(chunk.strip(_EDGES))
        if core.count("*") < len(core):
            return hidden.completed(core)
    return _decode(chunk, hidden)
