"""Which endings a Turkish word can take: suffix chains in their order, with vowel harmony, on folded letters.

Folded, ı and i are one letter, as are u and ü; the harmony that stays visible (a or e, i or u) is checked. A chain is
walked slot by slot with the set of places reached so far, so that its cost is bounded whatever the word.
"""

from enum import StrEnum
from functools import lru_cache
from itertools import product

# A longer rest of a word is not a suffix chain.
_LONGEST_REST = 26


class Ending(StrEnum):
    """What may follow a stem in its word."""

    NONE = "none"
    NOMINAL = "nominal"
    VERBAL = "verbal"
    ADDRESS = "address"
    PROMISE = "promise"
    NEGATIVE = "negative"
    ANY = "any"


# Slots in the order of Turkish grammar, each optional. A: a or e by the stem; I: i, or u after a rounded vowel;
# D: d or t; C: c (ç folds to it); G: k or g; (y): with or without.
_NOMINAL = (
    "CI sIz lI CIk CAgIz",  # maker, without, with, small
    "lIG",  # -ness
    "lAr",  # plural
    "Im In I sI m n ImIz InIz mIz nIz lArI",  # possessive
    "(y)I nI (n)In (y)A nA DA nDA DAn nDAn (y)lA CA nCA",  # case
    "ki kiler kileri kilerin kilere kilerle kilerden",
    "lAr lArI lArIn lArA",
    "(y)Im sIn (y)Iz sInIz sIniz lAr",  # person
    "DIr (y)DI mIs (y)mIs (y)sA DI",  # copula
    "m n k nIz lAr sIn sInIz Im Iz",
    "CA CAsInA",
)
_VERBAL = (
    "DIr Ir t Il In n l Is",  # voice
    "DIr t Il",
    "(y)Abil (y)AmA mA m",  # ability, negation
    "(y)AcAG (y)IcAG (y)IcA (y)cA cAG AcA Iyor Iyo yor yo mAlI DI DIG mIs (y)An (y)ArAk (y)Ip (y)IncA mAdAn mAktA"
    # tense, mood, participle
    " mAG mA Ar Ir r z mAz sA sIn sInlAr (y)A (y)I (y)AlIm (y)AyIm (y)IcI AsI DIkCA (y)Is (y)AsIcA",
    "ken lAr",
    "Im In I sI m n ImIz InIz mIz nIz k z lIm (y)Im (y)Iz sIn sInIz lArI",  # possessive, person
    "(y)DI mIs (y)mIs (y)sA DIr",  # copula
    "(y)I nI (y)A nA DA nDA DAn nDAn (y)lA (n)In CA",  # case
    "m n k nIz lAr sIn sInIz Im Iz",
    "DIr",
)
# What one says to someone (salaksın, salaksınız), after a plural or a diminutive at most.
_ADDRESS = ("CI sIz", "lAr", "sIn sInIz sn snz sIniz")
# What one says one will do (öldüreceğim, öldürücem, öldürürüz).
_PROMISE = (
    "(y)AcAGIm (y)AcAGIz (y)AcAm (y)AcAz (y)IcAm (y)IcAz (y)IcAGIm (y)IcAGIz cAm cAz cAGIm cAGIz ArIm ArIz"
    " IrIm IrIz rIm rIz (y)AyIm (y)AlIm mAzsAm mAyAcAGIm",
)
# What did not happen (açılmadı, gelmiyor, gelmemiş), and what one could not do (giremedim, alamıyoruz). "Gelmedim" is
# not among them: whoever did not come has nothing to complain of.
_NEGATIVE = (
    "DIr Ir t Il In n l Is",
    "DIr t Il",
    "mIyor mIyo mADI mAmIs mAyAn mAyAcAk mIyorlar mIyolar mADIlAr mAmIslAr mIyorsunuz mIyosunuz mADInIz mADIGI mAmAsI"
    " (y)AmIyor (y)AmIyo (y)AmADI (y)AmAmIs (y)AmAyAn (y)AmIyorum (y)AmIyoruz (y)AmIyom (y)AmIyoz (y)AmADIm (y)AmADIk"
    " (y)AmIyorlar (y)AmADIlAr (y)AmAyIz (y)AmAyAcAGIz (y)AmAyAcAGIm",
)
# The present tense has an o of its own, after which i becomes u.
_AFTER_YOR = (
    *("um", "sun", "uz", "sunuz", "lar", "m", "n", "z", "k", "sa", "sam", "san", "ken", "mus"),
    *("du", "dum", "dun", "duk", "dunuz", "lardi", "lardir"),
)


def _expand(template: str, *, back: bool, rounded: bool) -> set[str]:
    choices: list[tuple[str, ...]] = []
    place = 0
    while place < len(template):
        letter = template[place]
        if letter == "(":
            choices.append(("", template[place + 1]))
            place += 2
        else:
            choices.append(
                {
                    "A": ("a",) if back else ("e",),
                    "I": ("i", "u") if rounded else ("i",),
                    "D": ("d", "t"),
                    "C": ("c",),
                    "G": ("k", "g"),
                }.get(letter, (letter,))
            )
        place += 1
    return {"".join(letters) for letters in product(*choices)}


def _slots(
    chain: tuple[str, ...], *, back: bool, rounded: bool, is_complete: bool = False
) -> tuple[frozenset[str], ...]:
    slots: list[frozenset[str]] = []
    for slot in chain:
        texts: set[str] = set()
        for template in slot.split():
            texts |= _expand(template, back=back, rounded=rounded)
        if is_complete:
            slots.append(frozenset(texts))
            continue
        with_yor = {text + after for text in texts if text.endswith(("yor", "yo")) for after in _AFTER_YOR}
        slots.append(frozenset(texts | with_yor))
    return tuple(slots)


_CHAINS = {
    (ending, back, rounded): _slots(chain, back=back, rounded=rounded, is_complete=ending is Ending.NEGATIVE)
    for ending, chain in (
        (Ending.NOMINAL, _NOMINAL),
        (Ending.VERBAL, _VERBAL),
        (Ending.ADDRESS, _ADDRESS),
        (Ending.PROMISE, _PROMISE),
        (Ending.NEGATIVE, _NEGATIVE),
    )
    for back in (True, False)
    for rounded in (True, False)
}
# Endings that say something the bare stem does not.
_COMPLETE = frozenset({Ending.NONE, Ending.ADDRESS, Ending.PROMISE, Ending.NEGATIVE})
_LONGEST_SUFFIX = max(len(text) for slots in _CHAINS.values() for slot in slots for text in slot)


@lru_cache(maxsize=4096)
def last_vowel(stem: str) -> str:
    """The last vowel of an unfolded stem, ``e`` where it has none (abbreviations are read with e)."""
    return next((letter for letter in reversed(stem) if letter in "aeıioöuüâîû"), "e")


@lru_cache(maxsize=65536)
def can_follow(rest: str, ending: Ending, vowel: str) -> bool:
    """Whether `rest` (folded) can follow a stem whose last vowel is `vowel`."""
    if ending is Ending.ANY:
        return True
    if ending in _COMPLETE:
        return not rest if ending is Ending.NONE else bool(rest) and _is_chain(rest, ending, vowel)
    return not rest or _is_chain(rest, ending, vowel)


def _is_chain(rest: str, ending: Ending, vowel: str) -> bool:
    if len(rest) > _LONGEST_REST:
        return False
    reached, step = {0}, set[int]()
    for slot in _CHAINS[(ending, vowel in "aıouâû", vowel in "oöuüû")]:
        step = {
            place + length
            for place in reached
            for length in range(1, min(_LONGEST_SUFFIX, len(rest) - place) + 1)
            if rest[place : place + length] in slot
        }
        reached |= step
    # What a chain is named for is its last slot.
    return len(rest) in (step if ending in _COMPLETE else reached)


def softened(stem: str) -> str | None:
    """The stem as it is before a vowel (salak → salağ, cevap → cevab), or None where it does not change."""
    soft = {"k": "ğ", "p": "b", "t": "d", "ç": "c"}.get(stem[-1])
    vowels = sum(1 for letter in stem if letter in "aeıioöuü")
    return stem[:-1] + soft if soft and vowels > 1 else None
