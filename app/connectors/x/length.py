"""How long a text is for X: weighted characters, by the rules of twitter-text (configuration version 3).

A character of most alphabets weighs one, any other two, an emoji of however many code points two, a web address 23
whatever its length, also without ``https://`` where its last part is a known top-level domain. The list of those is
twitter-text 3.1's own (`top_level_domains.json`): a newer domain is no address to it either.
https://docs.x.com/fundamentals/counting-characters
https://github.com/twitter/twitter-text/blob/master/config/v3.json
"""

import json
import re
from collections.abc import Iterator
from functools import cache
from importlib import resources
from unicodedata import normalize

LIMIT = 280
ADDRESS_LENGTH, EMOJI_LENGTH = 23, 2
# Longer than this, with its protocol, an address is none to X.
LONGEST_ADDRESS = 4096

LIGHT = ((0, 4351), (8192, 8205), (8208, 8223), (8242, 8247))
INVALID = re.compile("[\ufffe\ufeff\uffff\ud800-\udfff]")

# Flags, keycaps, and signs that are joined or coloured. A sign alone weighs two either way, so these blocks need not
# be told apart more finely; U+FE0E asks for the plain sign, which is then no emoji.
SIGN = (
    "[\u00a9\u00ae\u203c\u2049\u2122\u2139\u2194-\u21aa\u231a-\u23ff\u24c2\u25aa-\u27bf\u2934\u2935\u2b05-\u2b55"
    "\u3030\u303d\u3297\u3299\U0001f000-\U0001f1e5\U0001f200-\U0001faff]"
)
PART = f"{SIGN}(?:\ufe0f|[\U0001f3fb-\U0001f3ff]|(?!\ufe0e))"
TAGS = "(?:[\U000e0020-\U000e007e]+\U000e007f)?"
EMOJI = re.compile(
    "[\U0001f1e6-\U0001f1ff]{2}"
    "|[#*0-9]\ufe0f?\u20e3"
    # These two are letters' company unless they are marked.
    f"|(?![\u00a9\u00ae](?!\ufe0f)){PART}{TAGS}(?:\u200d{PART})*"
)

MARKS = "\u202a-\u202e\u061c\u200e\u200f\u2066-\u2069"
SPACES = "\t-\r \u0085\u00a0\u1680\u180e\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
NO_LETTER = rf"!'#%&()*+,\\\-./:;<=>?@\[\]^_{{|}}~${SPACES}\ufffe\ufeff\uffff{MARKS}"
LATIN = (
    "\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u0253\u0254\u0256\u0257\u0259\u025b\u0263\u0268\u026f\u0272\u0289\u028b"
    "\u02bb\u0300-\u036f\u1e00-\u1eff"
)
# A label of a domain has at most 63 characters, which also keeps the search linear.
LABEL = rf"[^{NO_LETTER}](?:[_-]*[^{NO_LETTER}]){{0,62}}"
# ASCII keeps "İ" from being taken for a capital of "i", so that "geldi.İn" is no address in India.
FLAGS = re.IGNORECASE | re.ASCII
CANDIDATE = re.compile(
    rf"(?<![a-z0-9@\uff20$#\uff03\ufffe\ufeff\uffff])(?P<protocol>https?://)?(?P<domain>{LABEL}(?:\.{LABEL})+)", FLAGS
)
TOP_LEVEL = re.compile(r"(?:xn--[-0-9a-z]+|[a-z]+|[^\x00-\x7f]+)(?![0-9a-z@+-])", FLAGS)
PLAIN_DOMAIN = re.compile(rf"[-a-z0-9{LATIN}]+(?:\.[-a-z0-9{LATIN}]+)+", FLAGS)
PROTOCOL = re.compile(r"(?<![a-z0-9@\uff20$#\uff03])https?$", FLAGS)
IN_PATH = rf"a-z\u0400-\u04ff0-9!*';:=+,.$/%#\[\]\-\u2013_~@|&{LATIN}"
AT_END = rf"+\-a-z\u0400-\u04ff0-9=_#/{LATIN}"
PARENTHESES = rf"\([{IN_PATH}]*(?:\([{IN_PATH}]+\)[{IN_PATH}]*)?\)"
PATH = rf"(?P<path>/(?:(?:[{IN_PATH}]|{PARENTHESES})*(?:[{AT_END}]|{PARENTHESES}))?)?"
QUERY = r"(?:\?[a-z0-9!?*'@();:&=+$/%#\[\]\-_.,~|]*[a-z0-9\-_&=#/])?"
REST = re.compile(rf"(?::[0-9]+)?{PATH}{QUERY}", FLAGS)
SHORT_ADDRESS = re.compile(rf"https?://t\.co/([a-z0-9]+){QUERY}", FLAGS)
LONGEST_SLUG, LONGEST_FOREIGN = 40, 24


def weighted_length(text: str) -> int:
    """Length of a text as X counts it, after normalisation (NFC). Names at its beginning are counted too."""
    text = normalize("NFC", text)
    total = start = 0
    for address_start, address_end in addresses(text):
        total += _weight(text[start:address_start]) + 100 * ADDRESS_LENGTH
        start = address_end
    return (total + _weight(text[start:])) // 100


def is_valid(text: str) -> bool:
    """Whether a text may be posted, apart from its length."""
    return bool(text.strip()) and INVALID.search(text) is None


def addresses(text: str) -> Iterator[tuple[int, int]]:
    """Yield where each web address begins and ends."""
    at = 0
    while (found := CANDIDATE.search(text, at)) is not None:
        domain_end = _domain_end(text, *found.span("domain"))
        if domain_end is None:
            at = _after(text, found)
            continue
        found_here = list((_with_protocol if found["protocol"] else _without)(text, found, domain_end))
        yield from found_here
        # The character before an address is its own: "/" ends one and cannot begin the next.
        at = max([_rest_end(text, domain_end), *(end + 1 for _, end in found_here)])


def _after(text: str, found: re.Match[str]) -> int:
    """Return where to go on after a candidate that is no address: it may have run into a protocol."""
    protocol = PROTOCOL.search(text, found.start("domain"), found.end("domain"))
    return protocol.start() if protocol is not None and text.startswith("://", found.end()) else found.end()


def _with_protocol(text: str, found: re.Match[str], domain_end: int) -> Iterator[tuple[int, int]]:
    start = found.start()
    short = SHORT_ADDRESS.match(text, start)
    end = short.end() if short is not None else _rest_end(text, domain_end)
    if (len(short[1]) <= LONGEST_SLUG) if short is not None else (end - start <= LONGEST_ADDRESS):
        yield start, end


def _without(text: str, found: re.Match[str], _: int) -> Iterator[tuple[int, int]]:
    """Without a protocol only what is in Latin letters is an address: "例example.com" holds "example.com".

    A port or query belongs to it only where a path does.
    """
    if text[: found.start()].endswith(("-", "_", ".", "/")):
        return
    for plain in PLAIN_DOMAIN.finditer(text, *found.span("domain")):
        domain_end = _domain_end(text, *plain.span(), is_plain=True)
        if domain_end is not None:
            rest = REST.match(text, domain_end)
            yield plain.start(), rest.end() if rest is not None and rest["path"] else domain_end


def _domain_end(text: str, start: int, end: int, *, is_plain: bool = False) -> int | None:
    """Return where the longest domain ends that has a known top level."""
    dot = end
    while (dot := text.rfind(".", start, dot)) != -1:
        found = _top_level_end(text, dot + 1)
        if found is not None and (text[dot + 1 : found].isascii() or not is_plain):
            return found
    return None


def _rest_end(text: str, domain_end: int) -> int:
    """Return where port, path and query end."""
    rest = REST.match(text, domain_end)
    return rest.end() if rest is not None else domain_end


def _top_level_end(text: str, start: int) -> int | None:
    found = TOP_LEVEL.match(text, start)
    if found is None:
        return None
    name = found[0].lower() if found[0].isascii() else found[0]
    if name.isascii():
        return found.end() if name in _top_levels() or name.startswith("xn--") else None
    # Names in other scripts end where no letter of theirs is left to add; what follows may be of the same script.
    lengths = (length for length in range(min(len(name), LONGEST_FOREIGN), 0, -1) if name[:length] in _top_levels())
    return next((start + length for length in lengths), None)


def _weight(text: str) -> int:
    """Hundredths of a character, where there is no address."""
    total = start = 0
    for emoji in EMOJI.finditer(text):
        total += sum(map(_weight_of, text[start : emoji.start()])) + 100 * EMOJI_LENGTH
        start = emoji.end()
    return total + sum(map(_weight_of, text[start:]))


def _weight_of(character: str) -> int:
    return 100 if any(first <= ord(character) <= last for first, last in LIGHT) else 200


@cache
def _top_levels() -> frozenset[str]:
    return frozenset(json.loads(resources.files(__package__).joinpath("top_level_domains.json").read_text("utf-8")))
