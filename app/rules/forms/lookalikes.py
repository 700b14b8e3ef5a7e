"""Letters of other alphabets that pass for Latin ones, and capitals that pass for small ones."""

import re

# Lower case only: casing comes first. Capitals whose lower case looks different are mapped before casing.
_CYRILLIC = dict(zip("аеорсухіјѕһԁԛԝӏкмтвнөүқ", "aeopcyxijshdqwlkmtbhöük", strict=True))
_GREEK = dict(zip("αεορυνικτχγηβω", "aeopuviktxynbw", strict=True))
_CAPITALS = dict(zip("АВЕКМНОРСТУХІЅЈ", "abekmhopctuxısj", strict=True))  # noqa: RUF001 - as above
_CAPITALS |= dict(zip("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "abezhıkmnoptyx", strict=True))  # noqa: RUF001 - as above
LOOKALIKES = {**_CYRILLIC, **_GREEK, **_CAPITALS}

# Letters in boxes and circles, and small capitals, that NFKC leaves as they are.
_BOXED_RANGES = (0x1F130, 0x1F150, 0x1F170)
DRAWN = {chr(first + place): chr(ord("a") + place) for first in _BOXED_RANGES for place in range(26)}
DRAWN |= dict(zip("ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘꞯʀꜱᴛᴜᴠᴡʏᴢ", "abcdefghijklmnopqrstuvwyz", strict=True))


def _is_foreign(letter: str) -> bool:
    return "Ͱ" <= letter <= "ӿ" or "\u0500" <= letter <= "\u052f"


# A word in small letters but for an I among them: it looks like an l (hergeIe).
_POSING_I = re.compile(r"\b[^\W\d_][a-zçğıöşü]+(?:I+[a-zçğıöşü]+)+\b")
# No ı follows a vowel in Turkish: an I behind one, in a word of small letters, is an l wherever it stands (maI, aIçak).
_I_BEHIND_VOWEL = re.compile(r"\b[a-zçğıöşü]*[aâeıioöuü]I(?:[a-zçğıöşü]+|\b)")


def unmask_capitals(text: str) -> str:
    """Put an l for each capital I among small letters. Code points keep their places; casing comes after."""
    if "I" not in text:
        return text
    behind = _I_BEHIND_VOWEL.sub(lambda word: word[0].replace("I", "l"), text)
    return _POSING_I.sub(lambda word: word[0][0] + word[0][1:].replace("I", "l"), behind)


def unmask(text: str) -> str:
    """Put Latin letters for look-alikes in words that mix alphabets, or that consist of look-alikes in a Latin text.

    A word of a text that is Greek or Cyrillic throughout stays what it is. Code points keep their places.
    """
    if not any(_is_foreign(letter) for letter in text):
        return text
    latin = sum(1 for letter in text if letter.isalpha() and letter < "Ͱ")
    foreign = sum(1 for letter in text if _is_foreign(letter))
    pieces = list(text)
    start = 0
    length = len(text)
    while start < length:
        end = start
        while end < length and text[end].isalnum():
            end += 1
        if end > start:
            word = text[start:end]
            mixed = any(_is_foreign(c) for c in word) and any(c.isalpha() and c < "Ͱ" for c in word)
            posing = latin > foreign and all(c in LOOKALIKES for c in word)
            if mixed or posing:
                pieces[start:end] = [LOOKALIKES.get(c, c) for c in word]
        start = end + 1
    return "".join(pieces)
