"""Settings come from the environment and from secret files; a mistake is told, a secret never shown."""

import os
from pathlib import Path

import pytest

from app import settings as module
from app.settings import Settings, SettingsError


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
