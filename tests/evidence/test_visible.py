import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.evidence.visible import LONGEST_WORD, Line, visible_line, visible_lines

ZERO_WIDTH_SPACE = "\u200b"
GRADUATE = "\U0001f469\u200d\U0001f393"
ENGLAND = "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f"


def shown(line: Line) -> str:
    return "".join(f"⟨{run.text}⟩" if run.is_mark else run.text for run in line.runs)


@pytest.mark.parametrize(
    "text",
    [
        "Merhaba, İĞÜŞÇÖ ığüşçö!",
        "می\u200cخواهم",  # Persian joins words with a zero-width non-joiner
        GRADUATE,
        ENGLAND,
        "\U0001f44d\U0001f3fd",
        "1\ufe0f\u20e3",
        "שָׁלוֹם",
        "你好，大学。",
    ],
)
def test_honest_text_is_shown_as_it_is(text: str) -> None:
    assert shown(visible_line(text)) == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("abc\u202edef", "abc⟨U+202E⟩def"),
        ("\u2066x\u2069", "⟨U+2066⟩x⟨U+2069⟩"),
        ("sa\u200blak", "sa⟨U+200B⟩lak"),
        ("sa\u200dlak", "sa⟨U+200D⟩lak"),
        ("a\x00b\x1b[31m", "a⟨U+0000⟩b⟨U+001B⟩[31m"),
        ("\ud800", "⟨U+D800⟩"),
        ("a\u3164b", "a⟨U+3164⟩b"),
        ("a\U000e0041", "a⟨U+E0041⟩"),
        ("\u202e" * 50, "⟨U+202E ×50⟩"),
        ("önce" + " " * 500 + "sonra", "önce⟨boşluk ×500⟩sonra"),
    ],
)
def test_what_cannot_be_seen_is_named(text: str, expected: str) -> None:
    assert shown(visible_line(text)) == expected


def test_marks_piled_on_one_letter_are_counted_past_the_sixth() -> None:
    assert shown(visible_line("Z" + "\u0301" * 40 + "a")) == "Z" + "\u0301" * 6 + "⟨birleşen im ×34⟩a"


def test_spaces_are_kept_as_many_as_they_were() -> None:
    assert shown(visible_line("   a  b")) == "\u00a0\u00a0 a\u00a0 b"


def test_each_line_has_the_direction_of_its_first_letter() -> None:
    lines = visible_lines("2026 السلام\r\nmerhaba السلام\n\n123")

    assert [line.is_rtl for line in lines] == [True, False, False, False]


def test_a_lone_carriage_return_is_named_and_does_not_break_the_line() -> None:
    assert [shown(line) for line in visible_lines("a\rb\r\nc")] == ["a⟨U+000D⟩b", "c"]


@pytest.mark.parametrize(
    "word",
    ["a" * 100, "ﷺ" * 100, ("Z" + "\u0301" * 3) * 50, "-" * 100, GRADUATE * 30],
    ids=["letters", "ligatures", "marks", "dashes", "joined emoji"],
)
def test_a_long_word_gets_places_to_break(word: str) -> None:
    text = shown(visible_line(word))

    pieces = text.split(ZERO_WIDTH_SPACE)
    assert max(len(piece) for piece in pieces) <= LONGEST_WORD
    assert "".join(pieces) == word


@pytest.mark.parametrize("drawn_as_one", ["Z\u0301\u0302", GRADUATE, "\U0001f44d\U0001f3fd", "\U0001f1f9\U0001f1f7"])
def test_what_is_drawn_as_one_is_not_broken(drawn_as_one: str) -> None:
    text = shown(visible_line(drawn_as_one * 40))

    assert text.replace(ZERO_WIDTH_SPACE, "").count(drawn_as_one) == text.count(drawn_as_one) == 40


@given(
    st.text(st.characters(exclude_categories=("Cc", "Cf", "Cs", "Co", "Cn", "Zs", "Zl", "Zp", "Mn", "Me")), max_size=80)
)
def test_nothing_that_can_be_seen_is_lost_or_changed(text: str) -> None:
    line = visible_line(text)

    unmarked = "".join(run.text for run in line.runs if not run.is_mark).replace(ZERO_WIDTH_SPACE, "")
    assert unmarked == "".join(character for character in text if character not in "\u115f\u1160\u3164\uffa0\u2800")


@given(st.text(st.characters(exclude_categories=()), max_size=80))
def test_nothing_invisible_is_left_unnamed(text: str) -> None:
    left = "".join(run.text for line in visible_lines(text) for run in line.runs if not run.is_mark)

    assert not set(left) & {
        chr(code) for code in (*range(0x20), *range(0x202A, 0x202F), *range(0x2066, 0x206A), 0xFEFF)
    }
