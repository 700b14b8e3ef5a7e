"""The page on performance is written by the runs themselves, each its own section."""

from pathlib import Path

from tests.bench.page import Figure, Section, write


def a_section(title: str, measured: str) -> Section:
    figure = Figure(what="a thing", measured=measured, aim="more", numbers="3 against 4")
    return Section(name="thing", title=title, about="What it means.", figures=[figure])


def test_a_run_replaces_its_own_section_and_leaves_the_others(tmp_path: Path) -> None:
    page = tmp_path / "performance.md"
    write([(a_section("One", "0.10"), "yesterday"), (a_section("Two", "0.20"), "yesterday")], page)
    page.write_text(page.read_text(encoding="utf-8") + "\n## Growth\n\nBy another hand.\n", encoding="utf-8")

    write([(a_section("One", "0.30"), "today")], page)

    text = page.read_text(encoding="utf-8")
    assert [line for line in text.splitlines() if line.startswith("#")] == [
        "# Performance",
        "## One",
        "## Two",
        "## Growth",
    ]
    assert "| a thing | 0.30 | more | 3 against 4 |" in text
    assert "0.10" not in text
    assert "0.20" in text
    assert text.endswith("By another hand.\n")


def test_writing_the_same_again_changes_nothing(tmp_path: Path) -> None:
    page = tmp_path / "performance.md"
    write([(a_section("One", "0.10"), "today")], page)
    once = page.read_text(encoding="utf-8")

    write([(a_section("One", "0.10"), "today")], page)

    assert page.read_text(encoding="utf-8") == once
