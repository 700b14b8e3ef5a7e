"""Which pieces of the encoder's vocabulary are kept, and the tokenizer that uses only these."""

import json
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers

# <s>, <pad>, </s>, <unk> keep their ids.
SPECIAL = 4
START, PAD, END, UNKNOWN = range(SPECIAL)
_SCRIPTS = (
    (0x20, 0x24F),  # Latin
    (0x259, 0x259),
    (0x400, 0x4FF),  # Cyrillic
    (0x600, 0x6FF),  # Arabic, Persian
    (0x2010, 0x2027),
    (0x2581, 0x2581),
)


def tokenizer(pieces: list[tuple[str, float]]) -> Tokenizer:
    """A SentencePiece unigram tokenizer over these pieces."""
    made = Tokenizer(models.Unigram(pieces, unk_id=UNKNOWN, byte_fallback=False))
    made.normalizer = normalizers.Replace(Regex(" {2,}"), " ")
    made.pre_tokenizer = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always", split=False)
    made.decoder = decoders.Metaspace(replacement="▁", prepend_scheme="always")
    return made


def choose(pieces: list[tuple[str, float]], texts: Iterable[str], *, size: int) -> list[int]:
    """Ids of the pieces to keep, up to `size`: specials, letters of our scripts, what the texts use, then the most
    frequent lower-case ones of our scripts. Pieces come ordered by frequency in the encoder's own training data."""
    used: Counter[int] = Counter()
    for encoded in tokenizer(pieces).encode_batch(list(texts), add_special_tokens=False):
        used.update(encoded.ids)
    kept = dict.fromkeys(range(SPECIAL))
    for place, (piece, _) in enumerate(pieces):
        if len(piece.strip("▁")) <= 1 and (_is_ours(piece) or used[place]):
            kept[place] = None
    for place, count in used.most_common():
        if count > 1 and len(kept) < size:
            kept[place] = None
    for place, (piece, _) in enumerate(pieces):
        if len(kept) >= size:
            break
        if _is_ours(piece) and piece == piece.lower():
            kept[place] = None
    return sorted(kept)


def _is_ours(piece: str) -> bool:
    return all(any(first <= ord(letter) <= last for first, last in _SCRIPTS) for letter in piece)


def save(kept: list[int], path: Path) -> None:
    """Note which pieces are kept."""
    path.write_text(json.dumps(kept))
