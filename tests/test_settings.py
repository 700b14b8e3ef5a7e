"""Settings come from the environment and from secret files; a mistake is told, a secret never shown."""

import json
import os
from pathlib import Path

import pytest

from app import settings as module
from app.cli import main
from app.errors import SettingsError
from app.settings import Settings


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No setting of this machine."""
    for name in list(os.environ):
        if name.startswith("NOBET_"):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(module, "SECRETS_FOLDER", tmp_path / "secrets")


def test_a_secret_is_read_from_the_file_that_a_variable_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "word").write_text("gizli\n")
    monkeypatch.setenv("NOBET_FACEBOOK__APP_SECRET_FILE", str(tmp_path / "word"))

    assert Settings().platform("facebook").secrets == ("gizli",)


def test_secrets_are_read_from_mounted_files(tmp_path: Path) -> None:
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "nobet_instagram__app_secret").write_text("eski, yeni")
    (tmp_path / "secrets" / "nobet_instagram__access_tokens").write_text('{"178": "jeton"}')
    (tmp_path / "secrets" / "nobet_facebook__app_secret").write_text("")

    found = Settings()

    assert found.platform("instagram").secrets == ("eski", "yeni")
    assert found.platform("instagram").access_tokens["178"].get_secret_value() == "jeton"
    assert found.platform("facebook").secrets == ()


def test_the_environment_comes_before_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "word").write_text("dosyadan")
    monkeypatch.setenv("NOBET_FACEBOOK__APP_SECRET_FILE", str(tmp_path / "word"))
    monkeypatch.setenv("NOBET_FACEBOOK__APP_SECRET", "ortamdan")

    assert Settings().platform("facebook").secrets == ("ortamdan",)


def test_a_missing_database_is_told_with_what_to_do() -> None:
    with pytest.raises(SettingsError, match="NOBET_DATABASE_URL"):
        Settings().require_database_url()


def test_no_secret_is_in_the_printed_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NOBET_DATABASE_URL", "postgresql://nobet:parola@ornek.test/nobet")
    monkeypatch.setenv("NOBET_FACEBOOK__APP_SECRET", "gizli")
    monkeypatch.setenv("NOBET_FACEBOOK__ACCESS_TOKENS", '{"1": "jeton"}')

    printed = repr(Settings())

    assert "parola" not in printed
    assert "gizli" not in printed
    assert "jeton" not in printed


@pytest.mark.parametrize(
    ("given", "seconds"), [("8", 8), ("0.5", 0.5), (" 90 ", 90), ("PT8S", 8), ("PT2M", 120), ("00:02:00", 120)]
)
def test_a_duration_is_a_number_of_seconds_or_a_period(
    given: str, seconds: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NOBET_SHUTDOWN_GRACE", given)
    monkeypatch.setenv("NOBET_POLL_EVERY", json.dumps({"facebook": given}))
    monkeypatch.setenv("NOBET_SMTP__HOST", "localhost")
    monkeypatch.setenv("NOBET_SMTP__SENDER", "nobet@ornek.edu.tr")
    monkeypatch.setenv("NOBET_SMTP__TIME_LIMIT", given)

    found = Settings()

    assert found.shutdown_grace.total_seconds() == seconds
    assert found.poll_every["facebook"].total_seconds() == seconds
    assert found.smtp is not None
    assert found.smtp.time_limit.total_seconds() == seconds


@pytest.mark.parametrize(
    ("name", "given", "told"),
    [
        ("NOBET_SHUTDOWN_GRACE", "soon", "must be a duration: a number of seconds (8), or a period (PT2M, 00:02:00)"),
        ("NOBET_SHUTDOWN_GRACE", "0", "must be longer than nothing"),
        ("NOBET_SHUTDOWN_GRACE", "-8", "must be longer than nothing"),
        ("NOBET_SHUTDOWN_GRACE", "1" * 12, "must be a duration"),
        ("NOBET_POLL_EVERY", '{"facebook": "often"}', "NOBET_POLL_EVERY__FACEBOOK must be a duration"),
        ("NOBET_POLL_EVERY", "often", "must be a JSON object"),
        ("NOBET_WORKER_CONCURRENCY", "many", "must be a whole number, and not 'many'"),
        ("NOBET_WORKER_CONCURRENCY", "1", "must be at least 2, and not '1'"),
        ("NOBET_LOG_LEVEL", "loud", "must be 'debug', 'info', 'warning' or 'error', and not 'loud'"),
        ("NOBET_TIME_ZONE", "Europe/Nowhere", "such as Europe/Istanbul"),
        ("NOBET_TIME_ZONE", "../../etc/passwd", "such as Europe/Istanbul"),
        ("NOBET_DATABASE_URL", "mysql://root:GIZLI@host/db", "must be the URL of a PostgreSQL"),
        ("NOBET_DATABASE_URL", "GIZLI", "must be the URL of a PostgreSQL"),
        ("NOBET_TOKEN_KEYS", "GIZLI", "`nobet token-key`"),
        ("NOBET_FACEBOOK__ACCESS_TOKENS", '{"1": "GIZLI"', "must be a JSON object"),
        ("NOBET_FACEBOOK__ACCESS_TOKENS", '["GIZLI"]', "must be a JSON object"),
        ("NOBET_FACEBOOK__CALLS_AT_ONCE", "0", "must be at least 1"),
        ("NOBET_SMTP__HOST", "localhost", "NOBET_SMTP__SENDER is not set"),
        ("NOBET_HOOK__SECRET", "GIZLI", "NOBET_HOOK__URL is not set"),
        ("NOBET_HOOK__URL", "GIZLI", "must be an address such as"),
    ],
)
def test_a_wrong_setting_is_told_by_its_name_with_what_is_expected(
    name: str, given: str, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, given)

    with pytest.raises(SettingsError) as raised:
        Settings()

    assert name.removesuffix("__HOST").removesuffix("__SECRET") in str(raised.value)
    assert told in str(raised.value)
    assert "GIZLI" not in str(raised.value)


def test_every_wrong_setting_is_told_not_only_the_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NOBET_SHUTDOWN_GRACE", "soon")
    monkeypatch.setenv("NOBET_LOG_FORMAT", "xml")

    with pytest.raises(SettingsError) as raised:
        Settings()

    assert [line.split()[0] for line in str(raised.value).splitlines()] == ["NOBET_LOG_FORMAT", "NOBET_SHUTDOWN_GRACE"]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (None, "cannot be read"),
        (b"\xff\xfe", "cannot be read"),
        (b'{"178": "GIZLI"', "is not the JSON it looks like"),
    ],
)
def test_a_secret_file_that_cannot_be_read_is_told(
    content: bytes | None, told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if content is not None:
        (tmp_path / "word").write_bytes(content)
    monkeypatch.setenv("NOBET_INSTAGRAM__ACCESS_TOKENS_FILE", str(tmp_path / "word"))

    with pytest.raises(SettingsError, match=told) as raised:
        Settings()

    assert str(raised.value).startswith("NOBET_INSTAGRAM__ACCESS_TOKENS ")
    assert "GIZLI" not in str(raised.value)


@pytest.mark.parametrize(
    "command",
    [
        ["serve"],
        ["worker"],
        ["migrate"],
        ["doctor"],
        ["demo", "--api-port", "1", "--sandbox-port", "2"],
        ["account", "facebook", "1", "--handle", "ornek"],
        ["person", "ad@ornek.edu.tr", "--name", "Ad", "--role", "director"],
        ["policy"],
    ],
)
def test_every_command_ends_with_2_and_no_traceback(
    command: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("NOBET_SHUTDOWN_GRACE", "soon")
    monkeypatch.setattr("sys.argv", ["nobet", *command])

    with pytest.raises(SystemExit) as ended:
        main()

    assert ended.value.code == 2
    assert capsys.readouterr().err.startswith("nobet: NOBET_SHUTDOWN_GRACE must be a duration")


def test_the_sandboxs_settings_are_told_the_same_way(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("NOBET_SANDBOX__PORT", "high")
    monkeypatch.setattr("sys.argv", ["nobet", "sandbox"])

    with pytest.raises(SystemExit) as ended:
        main()

    assert ended.value.code == 2
    assert capsys.readouterr().err == "nobet: NOBET_SANDBOX__PORT must be a whole number, and not 'high'.\n"


def test_an_evidence_store_that_cannot_be_opened_is_told_before_the_service_starts(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("NOBET_DATABASE_URL", "postgresql://nobet@127.0.0.1:1/nobet")
    monkeypatch.setenv("NOBET_EVIDENCE_URL", "foo://nowhere")
    monkeypatch.setattr("sys.argv", ["nobet", "serve", "--port", "0"])

    with pytest.raises(SystemExit) as ended:
        main()

    assert ended.value.code == 2
    assert "foo://nowhere cannot be opened" in capsys.readouterr().err
