"""Single values out of foreign JSON."""

from datetime import UTC, datetime
from typing import Any

import pytest

from app.connectors.values import as_count, as_flag, as_id, as_text, as_time, as_url

NOON = datetime(2026, 9, 21, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "value",
    [
        1789992000,
        1789992000.0,
        1789992000000,
        "1789992000",
        " 1789992000000 ",
        "2026-09-21T12:00:00+0000",
        "2026-09-21T12:00:00Z",
        "2026-09-21T15:00:00+03:00",
        "2026-09-21T12:00:00",
    ],
)
def test_a_time_is_read_in_whatever_form_it_comes(value: Any) -> None:
    assert as_time(value) == NOON


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        0,
        -1,
        12341,
        1e300,
        10**40,
        float("nan"),
        float("inf"),
        "",
        "yesterday",
        "nan",
        "²",
        "9" * 5000,
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-14:00",
        [],
        {},
    ],
)
def test_nonsense_is_no_time(value: Any) -> None:
    assert as_time(value) is None


@pytest.mark.parametrize(
    ("value", "identifier"),
    [
        ("123_45", "123_45"),
        (12345678901234567890, "12345678901234567890"),
        (" 7 ", "7"),
        ("a\x00b\ud800", "a\ufffdb\ufffd"),
        ("", None),
        ("x" * 1001, None),
        ("ş" * 501, None),
        (1.5, None),
        (True, None),
        (None, None),
        ({"id": 1}, None),
    ],
)
def test_an_id_is_a_text_that_can_be_stored_and_indexed(value: Any, identifier: str | None) -> None:
    assert as_id(value) == identifier


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("İĞŞ 😀", "İĞŞ 😀"),
        ("a\x00b", "a\ufffdb"),
        ("\ud83d \ude00", "\ufffd \ufffd"),
        (100, "100"),
        ("", None),
        (False, None),
        (["x"], None),
    ],
)
def test_a_text_can_be_stored(value: Any, text: str | None) -> None:
    assert as_text(value) == text


@pytest.mark.parametrize(
    ("value", "url"),
    [
        ("https://scontent.example/a?b=c", "https://scontent.example/a?b=c"),
        ("HTTP://x", "HTTP://x"),
        ("IMAGE_URL", "IMAGE_URL"),
        ("javascript:alert(1)", None),
        (" JavaScript:alert(1)", None),
        ("data:text/html,x", None),
        (5, "5"),
        ({}, None),
    ],
)
def test_an_address_that_people_may_click_runs_nothing(value: Any, url: str | None) -> None:
    assert as_url(value) == url


@pytest.mark.parametrize(
    ("value", "flag"), [(True, True), ("true", True), ("False", False), (False, False), (1, None), ("yes", None)]
)
def test_a_flag_may_be_spelled_out(value: Any, flag: bool | None) -> None:
    assert as_flag(value) is flag


@pytest.mark.parametrize(("value", "count"), [(2, 2), ("2", 2), ("0", 0), (0, 0), ("999999999", 999_999_999)])
def test_a_count_is_read_as_a_number_or_its_digits(value: Any, count: int) -> None:
    assert as_count(value) == count


@pytest.mark.parametrize("value", [None, True, -1, "-1", 1.5, "1.5", "", "iki", "٢", "²", 10**9, "9" * 400, [], {}])
def test_what_is_no_count_is_none(value: Any) -> None:
    assert as_count(value) is None
