"""Which writings the rendered card can show on this machine.

The answer comes from typst itself: PDF/A forbids glyphs that are missing, so compiling a sample to PDF/A fails exactly
where the picture would show an empty box.
"""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

import typst


class Script(StrEnum):
    """Writings that arrive on a Turkish university's accounts."""

    LATIN = "latin"
    CYRILLIC = "cyrillic"
    GREEK = "greek"
    ARABIC = "arabic"
    HEBREW = "hebrew"
    CHINESE = "chinese"
    JAPANESE = "japanese"
    KOREAN = "korean"
    DEVANAGARI = "devanagari"
    THAI = "thai"
    EMOJI = "emoji"


@dataclass(frozen=True, slots=True, kw_only=True)
class ScriptSupport:
    """Whether a script can be shown, and the Debian package whose fonts show it."""

    script: Script
    is_renderable: bool
    package: str


SAMPLES = {
    Script.LATIN: "ğüşiöçıİĞÜŞÖÇâîû",
    Script.CYRILLIC: "Здравствуйте",
    Script.GREEK: "Καλημέρα",
    Script.ARABIC: "السلام پچژگ",
    Script.HEBREW: "שלום",
    Script.CHINESE: "你好大学",
    Script.JAPANESE: "こんにちはカタカナ",
    Script.KOREAN: "안녕하세요",
    Script.DEVANAGARI: "नमस्ते",
    Script.THAI: "สวัสดี",
    Script.EMOJI: "😀👩‍🎓🇹🇷❤️🫶",
}
PACKAGES = {
    Script.CHINESE: "fonts-noto-cjk",
    Script.JAPANESE: "fonts-noto-cjk",
    Script.KOREAN: "fonts-noto-cjk",
    Script.EMOJI: "fonts-noto-color-emoji",
}
OTHER_PACKAGE = "fonts-noto-core"

# By the first word of Unicode's character names.
_TURKISH_NAMES = {
    "ARABIC": "Arapça",
    "BOPOMOFO": "Çince",
    "CJK": "Çince/Japonca",
    "CYRILLIC": "Kiril",
    "DEVANAGARI": "Hintçe",
    "FULLWIDTH": "Çince/Japonca",
    "GREEK": "Yunanca",
    "HANGUL": "Korece",
    "HEBREW": "İbranice",
    "HIRAGANA": "Japonca",
    "IDEOGRAPHIC": "Çince/Japonca",
    "KATAKANA": "Japonca",
    "THAI": "Tayca",
}
_EMOJI_NAME = "emoji"

_PROBE = b"#text(sys.inputs.sample)"
_SHAPED = frozenset("LNPS")


@cache
def system_fonts() -> typst.Fonts:
    """The machine's fonts and those in typst, searched once for the process (some 10 ms)."""
    return typst.Fonts()


def script_support(fonts: typst.Fonts | None = None) -> tuple[ScriptSupport, ...]:
    """What `nobet doctor` tells of each script; a few milliseconds each."""
    fonts = fonts or system_fonts()
    return tuple(
        ScriptSupport(
            script=script,
            is_renderable=can_render(sample, fonts),
            package=PACKAGES.get(script, OTHER_PACKAGE),
        )
        for script, sample in SAMPLES.items()
    )


def can_render(text: str, fonts: typst.Fonts) -> bool:
    """Whether every character of the text has a glyph."""
    try:
        typst.compile(_PROBE, format="pdf", font_paths=fonts, sys_inputs={"sample": text}, pdf_standards="a-2b")
    except typst.TypstError:
        return False
    return True


def unrenderable(text: str, fonts: typst.Fonts) -> tuple[str, ...]:
    """The writings in the text that lack a glyph here, named in Turkish: ``("Korece", "emoji")``; usually empty.

    One compilation where all is well, one more for each script where something is missing.
    """
    shaped = {character for character in text if character > "\u024f" and unicodedata.category(character)[0] in _SHAPED}
    if not shaped or _can_render_each(shaped, fonts):
        return ()
    by_script: dict[str, set[str]] = {}
    for character in shaped:
        by_script.setdefault(_script_name(character), set()).add(character)
    return tuple(sorted(name for name, found in by_script.items() if not _can_render_each(found, fonts)))


def _can_render_each(characters: Iterable[str], fonts: typst.Fonts) -> bool:
    return can_render(" ".join(sorted(characters)), fonts)


def _script_name(character: str) -> str:
    if unicodedata.category(character)[0] == "S":
        return _EMOJI_NAME
    name = unicodedata.name(character, "UNKNOWN").split()[0]
    return _TURKISH_NAMES.get(name, name.capitalize())
