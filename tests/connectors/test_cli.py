"""The body of `nobet parse`."""

import io
import json

import pytest

from app.connectors.cli import parse_stdin
from tests.connectors.reading import fixture

FIELDS = [
    "event",
    "channel",
    "platform",
    "account_id",
    "external_id",
    "parent_id",
    "post_id",
    "author_id",
    "author_name",
    "text",
    "link",
    "sent_at",
    "media",
]


def run(platform: str, body: bytes) -> tuple[int, str]:
    out = io.StringIO()
    return parse_stdin(platform, io.BytesIO(body), out), out.getvalue()


def test_each_event_is_a_line_with_the_agreed_fields() -> None:
    code, out = run("facebook", fixture("facebook", "comment__on_photo_with_picture"))

    assert code == 0
    assert list(json.loads(out)) == FIELDS
    assert json.loads(out) == {
        "event": "created",
        "channel": "comment",
        "platform": "facebook",
        "account_id": "104857600000001",
        "external_id": "508000000000101_9002",
        "parent_id": None,
        "post_id": "104857600000001_508000000000101",
        "author_id": "7300000000000011",
        "author_name": "Deniz Aksoy",
        "text": "Bu mu yani?",
        "link": "https://www.facebook.com/korfez/posts/101",
        "sent_at": "2026-09-21T14:13:20+00:00",
        "media": [{"kind": "photo", "url": "https://scontent.example/p/9002.jpg"}],
    }


def test_a_batch_is_as_many_lines_as_it_has_updates() -> None:
    code, out = run("instagram", fixture("instagram", "comments__all_three_shapes_in_an_array"))

    assert code == 0
    assert [json.loads(line)["text"] for line in out.splitlines()] == ["bir", "iki", "üç"]


def test_a_text_with_line_ends_of_its_own_stays_one_line() -> None:
    body = '{"entry":[{"changes":[{"field":"comments","value":{"id":"1","text":"a\\nb\u2028c\x85d"}}]}]}'

    _, out = run("instagram", body.encode())

    assert len(out.splitlines()) == 1
    assert json.loads(out)["text"] == "a\nb\u2028c\x85d"


def test_a_terminal_without_turkish_letters_gets_them_escaped() -> None:
    out = io.TextIOWrapper(io.BytesIO(), encoding="ascii")

    code = parse_stdin("instagram", io.BytesIO(fixture("instagram", "comments__on_feed")), out)

    assert code == 0
    out.seek(0)
    assert json.loads(out.read())["text"] == "Öğrenci kartım hâlâ gelmedi 😡"


def test_what_is_not_json_ends_with_2_and_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    code, out = run("facebook", b"not json")

    assert (code, out) == (2, "")
    assert capsys.readouterr().err == "nobet parse: facebook: the body is not JSON\n"


def test_an_unknown_platform_ends_with_2_and_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    code, _ = run("myspace", b"{}")

    assert code == 2
    assert (
        capsys.readouterr().err
        == "nobet parse: no platform 'myspace'; there are facebook, instagram, linkedin, x, youtube\n"
    )
