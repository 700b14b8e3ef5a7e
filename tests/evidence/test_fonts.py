import typst

from app.evidence.fonts import SAMPLES, Script, can_render, script_support, system_fonts, unrenderable

BARE = typst.Fonts(include_system_fonts=False)


def test_what_typst_brings_along_shows_turkish_everywhere() -> None:
    assert can_render(SAMPLES[Script.LATIN], BARE)


def test_a_script_without_a_font_is_told_with_the_package_that_brings_it() -> None:
    support = {each.script: each for each in script_support(BARE)}

    assert set(support) == set(Script)
    assert not support[Script.KOREAN].is_renderable
    assert support[Script.KOREAN].package == "fonts-noto-cjk"
    assert not support[Script.EMOJI].is_renderable
    assert support[Script.EMOJI].package == "fonts-noto-color-emoji"
    assert support[Script.LATIN].is_renderable


def test_scripts_are_told_for_this_machine_without_being_asked_for_fonts() -> None:
    assert next(each for each in script_support() if each.script is Script.LATIN).is_renderable


def test_the_fonts_are_searched_once() -> None:
    assert system_fonts() is system_fonts()


def test_only_the_writings_that_lack_a_glyph_are_named() -> None:
    assert unrenderable("Merhaba, İĞÜŞÇÖ 123 #*$", BARE) == ()
    assert unrenderable("Merhaba 안녕 สวัสดี", BARE) == ("Korece", "Tayca")


def test_a_lone_mark_or_joiner_counts_as_no_writing() -> None:
    assert unrenderable("\u0301\u200d\ufe0f", BARE) == ()
