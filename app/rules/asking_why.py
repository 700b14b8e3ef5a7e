"""Article 6.4.4: an author may ask why a message was removed. Recognised by words alone, where hardly anything else is
meant: it opens an appeal, so in doubt it is an ordinary question, which a person answers too."""

import re

from app.rules.forms.casing import lower_turkish, strip_diacritics

# Letters without diacritics, since half of Turkey types so.
_MINE = (
    r"\b(?:yorum|mesaj|paylasim|yazi|ileti|tweet|post)(?:um|im|umu|imi|umun|imin|uma|ima|larim|lerim|larimi|lerimi"
    r"|larimin|lerimin|umuz|imiz|umuzu|imizi)\b|\byazdi(?:gim|klarim)\w*|\byazdik?larimi\b"
    r"|\b(?:my|our) (?:\w+ )?(?:comments?|messages?|posts?|repl(?:y|ies)|tweets?)\b"
)
_SOMEONES = r"\b(?:yorum|mesaj|paylasim|ileti)\w*|\b(?:the|that|this) (?:comment|message|post|reply)s?\b"
_WHY = (
    r"\b(?:neden|niye|nicin|nie|sebebi|sebep|nedeni|gerekcesi?|gerekceyle)\b|\bne diye\b"
    r"|\bhangi (?:kural|madde|sebep)\w*|\bwhy\b|\bhow come\b|\b(?:what|which) (?:rule|reason)\b|\bfor what\b"
)
_REMOVED = (
    r"\bsil(?:in(?:di|iyor|mis|me)\w*|mis\w*)|\bkaldiril(?:di|iyor|mis|ma)\w*|\bgizlen(?:di|iyor|mis|me)\w*"
    r"|\b(?:gozukmuyor|gorunmuyor|kayboldu|yok oldu|sansurlen\w+)\b"
    r"|\b(?:removed|deleted|hidden|taken down|censored)\b"
    r"|\b(?:disappeared|vanished)\b"
)
# Done by us, as the author tells us: then it need not be said whose it was.
_BY_US = (
    r"\bsil(?:diniz|mis\w*siniz|iyor?sunuz|din|iyosunuz)\b|\bkaldir(?:diniz|mis\w*siniz|iyor?sunuz|din)\b"
    r"|\bgizl(?:ediniz|emissiniz|iyor?sunuz|edin)\b|\bsansurl(?:ediniz|uyor?sunuz)\b"
    r"|\b(?:you|u|they) (?:guys )?(?:\w+ )?(?:remov|delet|hid|hide|censor|t[ao]ke? down|took down)\w*"
)
_PATTERNS = tuple(re.compile(pattern) for pattern in (_WHY, _MINE, _REMOVED, _SOMEONES, _BY_US))
# All of it is said in one breath.
NEAR = 120
LONGEST = 600


def asks_why_removed(text: str) -> bool:
    """Whether the text asks, in Turkish or English, why a comment or message of its author was taken down."""
    if len(text) > LONGEST:
        return False
    plain = " ".join(strip_diacritics(lower_turkish(text)).split())
    why, mine, removed, someones, by_us = ([found.start() for found in one.finditer(plain)] for one in _PATTERNS)
    return _near(why, mine, removed + by_us) or _near(why, someones, by_us)


def _near(*places: list[int]) -> bool:
    """Whether each of three things is said, and all within one stretch."""
    first, second, third = places
    return any(
        max(one, other, another) - min(one, other, another) <= NEAR
        for one in first
        for other in second
        for another in third
    )
